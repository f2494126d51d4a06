"""The built wheel works in a fresh environment and another folder: templates and configuration are inside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = ("toolkit", "templates", "config", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = tmp_path_factory.mktemp("checkout")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", out, ".", cwd=checkout)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_templates_configuration_licence_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "config"):
        shipped = {
            f"toolkit/_shipped/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert shipped
        assert shipped <= names
    assert "toolkit/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests")]


def test_a_fresh_environment_generates_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    lock = ROOT / "requirements" / "runtime.lock"
    _run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock, cwd=tmp_path)
    _run(python, "-m", "pip", "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    sfmeta = python.with_name("sfmeta")
    work = tmp_path / "somewhere else"
    work.mkdir()
    _run(sfmeta, "init", cwd=work)
    _run(sfmeta, "generate", "--output-dir", "out", cwd=work)
    pages = {path.name for path in (work / "out").rglob("*.page")}
    assert "CobrowseWidgetContact.page" in pages
    packaged = json.loads(_run(sfmeta, "package", "-o", "package.zip", "--json", cwd=work))
    assert packaged["path"] == "package.zip"
    assert "package.xml" in zipfile.ZipFile(work / "package.zip").namelist()
