"""`sfmeta init`: all files or none, and the result is a configuration."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.config.load import load
from toolkit.config.scaffold import FILES
from toolkit.resources import shipped


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_a_configuration_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "project"
    assert main(["init", str(folder)]) == 0
    out = capsys.readouterr()
    assert out.out.splitlines() == [str(folder / "config" / name) for name in FILES]
    assert "Next: put your values into" in out.err
    assert tree(folder) == {f"config/{name}": (shipped("config") / name).read_bytes() for name in FILES}
    project, orgs = load(folder / "config")
    assert (project.org, orgs.default) == ("local", "local")


def test_the_current_folder_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "status": "ok",
        "folder": ".",
        "files": [f"config/{name}" for name in FILES],
    }
    assert len(tree(tmp_path)) == len(FILES)


def test_it_writes_all_that_is_shipped() -> None:
    present = {
        path.relative_to(shipped("config")).as_posix() for path in shipped("config").rglob("*") if path.is_file()
    }
    assert present - {"validate.yaml"} == set(FILES)


def test_nothing_is_overwritten_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "orgs.yaml").write_text("mine\n", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"error: {tmp_path / 'config' / 'orgs.yaml'}: is there already "
        "(use --force to overwrite it, or another folder)\n"
    )
    assert tree(tmp_path) == {"config/orgs.yaml": b"mine\n"}
    assert main(["init", str(tmp_path), "--force"]) == 0
    assert len(tree(tmp_path)) == len(FILES)
    assert tree(tmp_path)["config/orgs.yaml"] != b"mine\n"


def test_a_refusal_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["init", str(tmp_path), "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["status"], document["exitCode"], len(document["problems"])) == ("error", 2, len(FILES))


def test_all_or_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder of overlays belongs: what was written before it is taken back."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "orgs.yaml").write_text("mine\n", encoding="utf-8")
    (tmp_path / "config" / "overlays").write_text("a file\n", encoding="utf-8")
    assert main(["init", str(tmp_path), "--force"]) == 2
    assert "nothing has been changed" in capsys.readouterr().err
    assert tree(tmp_path) == {"config/orgs.yaml": b"mine\n", "config/overlays": b"a file\n"}


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "file" / "below")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert list(tree(tmp_path)) == ["file"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_link_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "elsewhere.yaml"
    (tmp_path / "project" / "config").mkdir(parents=True)
    (tmp_path / "project" / "config" / "package.yaml").symlink_to(target)
    assert main(["init", str(tmp_path / "project")]) == 2
    assert main(["init", str(tmp_path / "project"), "--force"]) == 2
    assert "is not a plain file" in capsys.readouterr().err
    assert not target.exists()
