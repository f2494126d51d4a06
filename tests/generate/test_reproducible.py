"""The same configuration gives the same bytes in another process, locale, folder and order of hashes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
VARIANT = ROOT / "tests" / "fixtures" / "generate" / "variant"
PLACES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Chatham"},
)


def digest_of(folder: Path) -> str:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return hashlib.sha256(
        b"".join(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() for file in files)
    ).hexdigest()


@pytest.mark.parametrize("output_format", ["source", "mdapi"])
def test_two_machines_make_the_same_bytes(tmp_path: Path, output_format: str) -> None:
    digests = set()
    for number, place in enumerate(PLACES):
        checkout = tmp_path / f"checkout {number}"
        for name in ("toolkit", "templates"):
            shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(VARIANT, checkout / "config")
        subprocess.run(
            [sys.executable, "-m", "toolkit", "generate", "--format", output_format, "--output-dir", "made"],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout), **place},
            check=True,
            capture_output=True,
            timeout=60,
        )
        digests.add(digest_of(checkout / "made"))
    assert len(digests) == 1
