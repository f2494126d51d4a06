"""A deploy that is killed between two steps: the ledger tells the truth, and the next deploy goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from toolkit.resources import shipped

SFMETA = [sys.executable, "-m", "toolkit"]


def sfmeta(folder: Path, line: str) -> Any:
    done = subprocess.run([*SFMETA, *line.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_release_that_is_killed_between_steps_is_told_and_gone_on_with(tmp_path: Path) -> None:
    shutil.copytree(shipped("config"), tmp_path / "config")
    with subprocess.Popen(
        [*SFMETA, "deploy", "--org", "local", "--yes"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("Settings: applying"):
                running.send_signal(signal.SIGKILL)
                break
    (cut,) = sfmeta(tmp_path, "history --json")["releases"]
    assert (cut["status"], cut["finished"]) == ("interrupted", None)
    steps = {step["name"]: step["outcome"] for step in sfmeta(tmp_path, f"history show {cut['id']} --json")["steps"]}
    assert (steps["certificate"], steps["components"], steps["placement"]) == ("applied", "applied", "planned")
    shown = subprocess.run([*SFMETA, "history"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"{cut['id']}: the same command goes on from what the org has" in shown.stdout
    assert sfmeta(tmp_path, "deploy --org local --yes --json")["status"] == "done"
    assert sfmeta(tmp_path, "plan --org local --json")["status"] == "unchanged"
    gone = sfmeta(tmp_path, "uninstall --org local --yes --json --delete-certificate")
    assert len(gone["takenBack"]) == 2
    assert sfmeta(tmp_path, "plan --org local --json")["summary"]["unchanged"] == 0
