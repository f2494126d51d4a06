"""A placement in our own Lightning app: the app comes in the same release, and a later one keeps its pages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.resources import shipped

PLACEMENT = "placements:\n  - object: Contact\n    assign: {app: Cobrowse}\n"


def _outcomes(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    capsys.readouterr()
    assert main(["deploy", "--org", "local", "--yes", "--json", *arguments]) == 0
    return {step["name"]: step["outcome"] for step in json.loads(capsys.readouterr().out)["steps"]}


def test_pages_of_our_app_stay_when_the_app_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(shipped("config"), tmp_path / "config")
    with (tmp_path / "config" / "overlays" / "local.yaml").open("a", encoding="utf-8") as overlay:
        overlay.write(PLACEMENT)
    monkeypatch.chdir(tmp_path)
    assert _outcomes(capsys)["placement"] == "applied"
    assert set(_outcomes(capsys).values()) == {"unchanged"}
    changed = _outcomes(capsys, "--set", "lightningApp.label=Support")
    assert (changed["components"], changed["placement"]) == ("applied", "unchanged")
    assert main(["uninstall", "--org", "local", "--yes"]) == 0
