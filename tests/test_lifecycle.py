"""The script that the README shows: plan, deploy, drift, rollback and uninstall against the local org."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "lifecycle.sh"


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is for bash")
def test_a_whole_life_of_the_integration(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", str(SCRIPT)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [
        line for line in done.stdout.splitlines() if line.startswith(("Plan:", "Nothing", "Drift:", "Taken", "Done"))
    ]
    assert [line.split(":")[0] for line in told] == [
        "Plan", "Done.", "Nothing to change", "Done.", "Drift", "Taken back", "Plan", "Done.", "Taken back"
    ]  # fmt: skip
    assert told[0] == "Plan: 49 to create, 2 to change, 0 unchanged."
    assert told[4] == "Drift: 1 changed, 50 unchanged."


def test_the_readme_shows_the_script_as_it_is() -> None:
    readme = (SCRIPT.parent.parent / "README.md").read_text(encoding="utf-8")
    shown = [
        line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if line.startswith(("sfmeta", "(cd", "printf"))
    ]
    assert [line for line in shown if line not in readme.splitlines()] == []
