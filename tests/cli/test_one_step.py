"""`sfmeta assign`, `settings` and `certificate`: the data-side steps on their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.resources import shipped


@dataclass
class Said:
    code: int
    out: str
    err: str


Run = Callable[[str], Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command, in a folder with the shipped configuration and an empty local org."""
    shutil.copytree(shipped("config"), tmp_path / "config")
    monkeypatch.chdir(tmp_path)

    def one(line: str) -> Said:
        code = main([*line.split(), "--org", "local"])
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return one


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("settings", "error: the org has no custom setting Cobrowse_Settings__c (it comes with the components: "),
        ("assign", "error: the org has no permission set Cobrowse_Agent (it comes with the components: "),
    ],
)
def test_an_org_without_the_components_is_told_what_brings_them(run: Run, command: str, missing: str) -> None:
    said = run(command)
    assert said.code == 1
    assert missing + "`sfmeta deploy`)\n" in said.err
    assert said.out == ""


def test_the_certificate_is_made_once_and_its_key_printed_every_time(run: Run) -> None:
    first, again = run("certificate"), run("certificate")
    assert first.code == again.code == 0
    assert first.out.startswith("read back: Certificate CobrowseIO: RSA 2048, good until ")
    assert first.out.endswith("-----END PUBLIC KEY-----\n\nDone.\n")
    assert again.out.endswith("-----END PUBLIC KEY-----\n\nNothing to change: the org has it as wanted.\n")
    key = first.out.partition("-----BEGIN PUBLIC KEY-----\n")[2].partition("-----END")[0]
    assert key in again.out
    assert json.loads(run("certificate --json").out)["publicKey"].startswith("-----BEGIN PUBLIC KEY-----\n" + key)


def test_each_step_changes_its_own_and_nothing_else(run: Run) -> None:
    assert run("deploy --set permissionSets.agent.assign.users=[]").code == 0

    planned = run("assign --dry-run")
    assert planned.code == 0
    assert "+ Cobrowse_Agent for agent@local.example\n" in planned.out
    assert planned.out.endswith("Plan: 2 to create, 1 unchanged.\n")
    done = run("assign")
    assert done.out == (
        "read back: PermissionSet Cobrowse_Agent: assigned to agent2@local.example, agent@local.example\n"
        "read back: PermissionSet Cobrowse_Admin: assigned to admin@local.example\n"
        "\nDone.\n"
    )
    assert run("assign").out.endswith("\nNothing to change: the org has it as wanted.\n")

    changed = run("settings --set service.tokenLifetime=300 --json")
    rows = {step["name"]: step for step in json.loads(changed.out)["steps"]}
    assert rows["settings"]["changes"] == [
        {
            "kind": "changed",
            "subject": "Cobrowse_Settings__c org default",
            "details": [{"path": "Token_Lifetime__c", "old": "600", "new": "300"}],
        }
    ]
    assert run("drift").code == 0
    assert run("rollback --yes").code == 0
    assert run("settings --dry-run").out == "Nothing to change: the org has all of it as wanted.\n"


def test_prune_takes_back_what_is_wanted_no_more(run: Run) -> None:
    assert run("deploy").code == 0
    line = "assign --set permissionSets.agent.assign.users=[agent@local.example]"
    assert run(line).out.endswith("\nNothing to change: the org has it as wanted.\n")
    assert "- Cobrowse_Agent for agent2@local.example\n" in run(f"{line} --prune --dry-run").out
    assert run(f"{line} --prune").code == 0
    assert "Cobrowse_Agent for agent2@local.example" in run("assign --dry-run").out
