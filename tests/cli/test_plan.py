"""plan, deploy --plan, drift, history, rollback and uninstall as a person and a pipeline meet them."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from toolkit.cli import main as commands
from toolkit.errors import ReleaseError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.resources import shipped

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
META = f"{HEAD}<ApexClass {NS}>\n    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n"
NOTHING = "Nothing to change: the org has all of it as wanted.\n"


@dataclass
class Ended:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def org_to_plan_for(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("plan-cli") / "state"
    with EmbeddedOrg(state):
        pass
    return state


@pytest.fixture
def run(
    tmp_path: Path, org_to_plan_for: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs one command line in a folder with the shipped configuration and a new local org."""
    for name in ("plan", "history", "rollback", "uninstall", "drift"):
        monkeypatch.setitem(commands.COMMANDS, name, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", "licence-0123456789")
    shutil.copytree(org_to_plan_for, tmp_path / ".sfmeta")
    shutil.copytree(shipped("config"), tmp_path / "config")

    def call(line: str) -> Ended:
        code = commands.main(line.split())
        said = capsys.readouterr()
        assert "licence-0123456789" not in said.out + said.err
        return Ended(code, said.out, said.err)

    return call


def project(folder: Path, *classes: str, comment: str = "one") -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "classes").mkdir(parents=True)
    members = "".join(f"        <members>{name}</members>\n" for name in classes)
    types = f"    <types>\n{members}        <name>ApexClass</name>\n    </types>\n"
    (folder / "package.xml").write_text(f"{HEAD}<Package {NS}>\n{types}    <version>62.0</version>\n</Package>\n")
    for name in classes:
        (folder / f"classes/{name}.cls").write_text(f"public with sharing class {name} {{ // {comment}\n}}\n")
        (folder / f"classes/{name}.cls-meta.xml").write_text(META)


def test_plan_deploy_and_an_empty_plan(run: Run, tmp_path: Path) -> None:
    first = run("plan --org local --exit-code")
    assert first.code == 3, first.err
    assert "Certificate: 1 to create\n  + Certificate CobrowseIO\n" in first.out
    assert "      License_Key__c: (none) -> ***\n" in first.out
    assert re.search(r"^Plan: \d+ to create, \d+ to change, 0 unchanged\.$", first.out, re.MULTILINE)
    assert run("plan --org local").code == 0
    assert run("deploy --org local --yes").code == 0
    again = run("plan --org local --exit-code")
    assert (again.code, again.out) == (0, NOTHING)
    found = run("plan --org local --json --exit-code").json()
    assert (found["status"], found["exitCode"], found["summary"]["unchanged"] > 40) == ("unchanged", 0, True)
    assert not (tmp_path / ".sfmeta" / "plan").exists()


def test_a_folder_in_words_in_json_and_in_markdown(run: Run, tmp_path: Path) -> None:
    project(tmp_path / "a", "Tiny", "Other")
    assert run("plan a --org local").out == (
        "Components: 2 to create\n  + ApexClass Other\n  + ApexClass Tiny\n\nPlan: 2 to create, 0 unchanged.\n"
    )
    assert run("deploy a --org local --yes").code == 0
    assert run("plan a --org local").out == NOTHING
    project(tmp_path / "a", "Tiny", comment="two `<b>|@all`")
    assert run("plan a --org local").out == (
        "Components: 1 to change\n  ~ ApexClass Tiny\n"
        "      classes/Tiny.cls: line 1: public with sharing class Tiny { // one -> "
        "public with sharing class Tiny { // two `<b>|@all`\n\nPlan: 1 to change, 0 unchanged.\n"
    )
    found = run("plan a --org local --json --exit-code")
    assert found.code == 3
    assert found.json()["steps"][1] == {
        "name": "components",
        "title": "Components",
        "changes": [
            {
                "kind": "changed",
                "subject": "ApexClass Tiny",
                "details": [
                    {
                        "path": "classes/Tiny.cls: line 1",
                        "old": "public with sharing class Tiny { // one",
                        "new": "public with sharing class Tiny { // two `<b>|@all`",
                    }
                ],
            }
        ],
        "unchanged": 0,
    }
    told = run("plan a --org local --markdown").out
    assert told.splitlines()[2:] == [
        "**Components**: 1 to change",
        "",
        "| | What | Element | Old | New |",
        "|---|---|---|---|---|",
        "| changed | ApexClass Tiny | classes/Tiny.cls: line 1 | public with sharing class Tiny { // one | "
        "public with sharing class Tiny { // two \\`&lt;b&gt;\\|&#64;all\\` |",
    ]


def test_a_saved_plan_is_applied_as_it_is_and_once(run: Run, tmp_path: Path) -> None:
    assert run("plan --org local --out one.plan").code == 0
    run("plan --org local --out two.plan")
    assert (tmp_path / "one.plan").read_bytes() == (tmp_path / "two.plan").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.plan") as archive:
        assert archive.namelist() == ["package.zip", "plan.json"]
        texts = [archive.read(name) for name in archive.namelist()]
    assert not any(b"licence-0123456789" in text for text in texts)
    assert b"${env:COBROWSE_LICENSE_KEY}" in texts[1]
    (tmp_path / "config/package.yaml").write_text("service: nothing that could be read: [")
    done = run("deploy --org local --plan one.plan --yes")
    assert done.code == 0, done.err
    again = run("deploy --org local --plan one.plan --yes")
    assert again.code == 1
    assert "error: Certificate: Certificate CobrowseIO has come into the org since the plan was made\n" in again.err
    assert again.err.endswith("error: nothing was changed (make a new plan)\n")


def altered(path: Path, old: bytes, new: bytes) -> None:
    """The same plan with another text in plan.json."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files["plan.json"]
    files["plan.json"] = files["plan.json"].replace(old, new)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    path.write_bytes(made.getvalue())


def test_a_plan_is_refused_for_what_has_changed_and_for_another_org(run: Run, tmp_path: Path) -> None:
    project(tmp_path / "a", "Tiny")
    assert run("deploy a --org local --yes").code == 0
    project(tmp_path / "b", "Tiny", comment="wanted")
    assert run("plan b --org local --out b.plan").code == 0
    project(tmp_path / "a", "Tiny", comment="theirs")
    assert run("deploy a --org local --yes").code == 0
    refused = run("deploy --org local --plan b.plan --yes")
    assert refused.code == 1
    assert "error: Components: ApexClass Tiny has changed since the plan was made\n" in refused.err
    altered(tmp_path / "b.plan", b'"org": "00D', b'"org": "00E')
    other = run("deploy --org local --plan b.plan --yes")
    assert other.code == 1
    assert re.search(r"error: the plan is for the org 00E\w{15}, and this is 00D\w{15} \(", other.err)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04"])
def test_what_is_no_plan_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.plan").write_bytes(content)
    ended = run("deploy --org local --plan x.plan --yes")
    assert ended.code == 1
    assert "x.plan: this is not a saved plan, or has been altered (make it with sfmeta plan --out)" in ended.err


def test_an_altered_plan_is_refused(run: Run, tmp_path: Path) -> None:
    project(tmp_path / "a", "Tiny")
    run("plan a --org local --out a.plan")
    altered(tmp_path / "a.plan", b'"ApexClass Tiny"', b'"ApexClass Huge"')
    ended = run("deploy --org local --plan a.plan --yes")
    assert ended.code == 1
    assert "ApexClass Huge would be changed otherwise than planned" in ended.err


def test_history_drift_rollback_and_uninstall(run: Run, tmp_path: Path) -> None:
    assert run("history").out == "The ledger has no release to this org.\n"
    assert run("drift --org local").code == 1
    assert run("deploy --org local --yes").code == 0
    release = run("history --json").json()["releases"][0]
    assert (release["kind"], release["scope"], release["status"]) == ("deploy", "integration", "done")
    assert run("drift --org local").out == "No drift: the org has all of it as it was released.\n"
    project(tmp_path / "a", "CobrowseFilters", comment="theirs")
    assert run("deploy a --org local --yes").code == 0
    shown = run(f"history show {release['id'][:8]} --json").json()
    assert shown["id"] == release["id"]
    assert shown["steps"][1]["changes"] == [{"details": [], "kind": "created", "subject": "Certificate CobrowseIO"}]
    back = run("rollback --org local --yes")
    assert (back.code, "Taken back: " in back.out) == (0, True), back.err
    assert run("drift --org local").code == 0
    assert run("plan --org local").out == NOTHING
    gone = run("uninstall --org local --yes --json")
    assert gone.code == 0, gone.err
    assert (gone.json()["status"], gone.json()["takenBack"]) == ("done", [release["id"]])
    kinds = [(one["kind"], one["takenBackBy"] is not None) for one in run("history --json").json()["releases"]]
    assert kinds == [("deploy", True), ("deploy", True), ("rollback", False), ("uninstall", False)]
    assert "+ Certificate" not in run("plan --org local").out


def test_what_a_release_has_left_behind_is_deleted_with_prune(run: Run, tmp_path: Path) -> None:
    project(tmp_path / "a", "Tiny", "Other")
    project(tmp_path / "b", "Theirs")
    assert run("deploy a --org local --yes").code == 0
    assert run("deploy b --org local --yes").code == 0
    project(tmp_path / "a", "Tiny")
    assert run("plan a --org local").out == NOTHING
    told = "Components: 1 to delete, 1 unchanged\n  - ApexClass Other\n\nPlan: 1 to delete, 1 unchanged.\n"
    assert run("plan a --org local --prune --out a.plan").out == told
    assert run("deploy --org local --plan a.plan --yes").code == 0
    assert run("plan a --org local --prune").out == NOTHING
    assert run("rollback --org local --yes").code == 0
    assert run("plan a --org local --prune").out == told
    assert run("deploy a --org local --prune --yes").code == 0
    assert run("drift --org local").code == 0


def test_drift_is_exit_code_3(run: Run, tmp_path: Path) -> None:
    project(tmp_path / "a", "Tiny")
    assert run("deploy a --org local --yes").code == 0
    project(tmp_path / "b", "Tiny", comment="theirs")
    (tmp_path / ".sfmeta/ledger.db").rename(tmp_path / "kept")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f".sfmeta/ledger.db{suffix}").unlink(missing_ok=True)
    assert run("deploy b --org local --yes").code == 0
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f".sfmeta/ledger.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "kept").rename(tmp_path / ".sfmeta/ledger.db")
    found = run("drift --org local")
    assert (found.code, found.out) == (
        3,
        "Components: 1 changed\n  ~ ApexClass Tiny\n"
        "      line 1: public with sharing class Tiny { // one -> public with sharing class Tiny { // theirs\n\n"
        "Drift: 1 changed, 0 unchanged.\n",
    )
    assert run("drift --org local --json").json()["status"] == "drift"


@pytest.mark.parametrize(("choice", "left"), [("", 0), ("--on-failure keep", 1), ("--on-failure revert", 0)])
def test_what_becomes_of_a_first_installation_that_fails(run: Run, choice: str, left: int) -> None:
    ended = run(f"deploy --org local --yes --json {choice} --set app.kind=connected_app --set app.create=true")
    assert ended.code == 1, ended.out
    found = ended.json()
    assert [step["outcome"] for step in found["steps"] if step["name"] == "access"] == ["failed"]
    if left:
        assert found["afterFailure"].startswith("kept: Certificate, Components, Settings, Assignments; ")
    else:
        assert found["afterFailure"] == "taken back"
    planned = run("plan --org local --json").json()
    components = next(step for step in planned["steps"] if step["name"] == "components")
    assert (components["unchanged"] > 30) is bool(left)


def test_what_people_are_no_longer_meant_to_have_goes_with_prune_and_comes_back(run: Run, tmp_path: Path) -> None:
    assert run("deploy --org local --yes").code == 0
    overlay = tmp_path / "config/overlays/local.yaml"
    kept = overlay.read_text()
    overlay.write_text(kept.replace("        - agent2@local.example\n", ""))
    assert run("plan --org local").out == NOTHING
    told = run("plan --org local --prune --out one.plan").out
    assert "  - Cobrowse_Agent for agent2@local.example\n" in told
    assert told.endswith("Plan: 1 to delete, 50 unchanged.\n")
    assert run("deploy --org local --plan one.plan --yes").code == 0
    assert run("plan --org local --prune").out == NOTHING
    assert run("rollback --org local --yes").code == 0
    assert "  - Cobrowse_Agent for agent2@local.example\n" in run("plan --org local --prune").out
    assert run("deploy --org local --prune --yes").code == 0
    assert run("drift --org local").code == 0
    assert run("uninstall --org local --yes --delete-certificate").code == 0


def test_a_setting_that_is_not_configured_any_more_goes_with_prune(run: Run) -> None:
    row = '{"owner":{"user":"agent@local.example"},"licenseKey":"${env:COBROWSE_LICENSE_KEY}"}'
    ended = run(f"deploy --org local --yes --set settings=[{row}]")
    assert ended.code == 0, ended.err
    assert run("plan --org local").out == NOTHING
    told = run("plan --org local --prune").out
    assert "Settings: 1 to delete, 1 unchanged\n  - Cobrowse_Settings__c user agent@local.example\n" in told
    assert run("deploy --org local --yes --prune").code == 0
    assert run("plan --org local --prune").out == NOTHING
    assert run("rollback --org local --yes").code == 0
    assert run(f"plan --org local --set settings=[{row}]").out == NOTHING


STEPS = {
    "components": "components.Components",
    "settings": "settings.SettingsStep",
    "access": "external_client_app.ExternalClientAppStep",
    "placement": "placement.PlacementStep",
}


@pytest.mark.parametrize("failing", STEPS)
def test_a_first_installation_that_fails_at_any_step_leaves_no_more_than_the_certificate(
    run: Run, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """It fails after it has done its work, which is the worst moment."""
    module, _, name = STEPS[failing].rpartition(".")
    step = getattr(import_module(f"toolkit.release.steps.{module}"), name)
    does = step.apply

    def fails(self: Any, ctx: Any, state: Any) -> Any:
        does(self, ctx, state)
        if not getattr(self, "remove", False):
            raise ReleaseError.of("the org went wrong")
        return ()

    monkeypatch.setattr(step, "apply", fails)
    ended = run("deploy --org local --yes --json").json()
    monkeypatch.setattr(step, "apply", does)
    assert (ended["exitCode"], ended["afterFailure"]) == (1, "taken back")
    planned = run("plan --org local --json").json()
    assert [s["name"] for s in planned["steps"] if s["unchanged"]] == ["certificate"]
    assert [one["kind"] for one in run("history --json").json()["releases"]][:1] == ["deploy"]


def test_a_later_release_that_fails_keeps_what_it_has_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("deploy --org local --yes").code == 0
    step = import_module("toolkit.release.steps.assignments").AssignmentsStep

    def fails(self: Any, ctx: Any, state: Any) -> Any:
        raise ReleaseError.of("the org went wrong")

    monkeypatch.setattr(step, "apply", fails)
    more = ["--set service.tokenLifetime=300", '--set permissionSets.admin.assign.users=["agent@local.example"]']
    ended = run(f"deploy --org local --yes --json {' '.join(more)}").json()
    assert ended["afterFailure"] == "kept: Components, Settings; sfmeta rollback takes it back"
    assert run("rollback --org local --yes").code == 0
    assert run("plan --org local").out == NOTHING
