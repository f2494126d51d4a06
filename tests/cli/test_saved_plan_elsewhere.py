"""A plan that was saved in one folder is applied, or refused, in another one that holds nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.resources import shipped

KEY = "licence-0123456789"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Plans in a folder `here` and goes to an empty folder that has the address of the same org and the plan."""
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(shipped("config"), here / "config")
    (there / "config").mkdir(parents=True)
    (there / "config/orgs.yaml").write_text("orgs:\n  local: {kind: local, state: ../here/.sfmeta}\n", encoding="utf-8")
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", KEY)
    monkeypatch.chdir(here)
    assert main(["plan", "--org", "local", "--out", "one.plan"]) == 0
    (here / "one.plan").rename(there / "one.plan")
    capsys.readouterr()
    return there


def test_it_is_applied_there_and_then_nothing_is_left_to_do(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(elsewhere)
    assert main(["deploy", "--org", "local", "--plan", "one.plan", "--yes"]) == 0, capsys.readouterr().err
    assert KEY not in capsys.readouterr().out
    monkeypatch.chdir(elsewhere.parent / "here")
    assert main(["plan", "--org", "local", "--exit-code"]) == 0
    assert capsys.readouterr().out == "Nothing to change: the org has all of it as wanted.\n"


def test_it_is_refused_there_when_the_org_has_changed_since(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deploy", "--org", "local", "--yes", "--set", "widget.height=500"]) == 0
    capsys.readouterr()
    monkeypatch.chdir(elsewhere)
    assert main(["deploy", "--org", "local", "--plan", "one.plan", "--yes"]) == 1
    told = capsys.readouterr().err
    assert "error: Settings: Cobrowse_Settings__c org default has come into the org since the plan was made\n" in told
    assert told.endswith("error: nothing was changed (make a new plan)\n")
    monkeypatch.chdir(elsewhere.parent / "here")
    assert main(["drift", "--org", "local"]) == 0
