"""Any order of releases, ways back and other people's edits: at the end the org is as if we had never been there.

Two orgs begin alike. Others edit both of them in the same way; we release to the first alone. After an uninstallation
the two must hold the same, byte for byte, ids and moments apart. SFMETA_LIVES=200 tries that many lives, not a few.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.release.conftest import Against, serving
from toolkit.config.load import load
from toolkit.config.project import Project
from toolkit.generate.project import generate
from toolkit.metadata.archive import read_zip, write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org import soql
from toolkit.org.jobs import DeployOptions
from toolkit.release import back, run
from toolkit.release.ledger.ledger import Ledger
from toolkit.release.ledger.recorder import Recorder, Who
from toolkit.release.steps import integration_steps
from toolkit.resources import shipped

LIVES = int(os.environ.get("SFMETA_LIVES", "3"))
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE = "Their_Contact_Page"
RELEASES: dict[str, list[str]] = {
    "shipped": [],
    "other values": ["service.tokenLifetime=300", "widget.height=500"],
    "without placements": ["placements=[]"],
}
NOT_COMPARED = {"Id", "LastModifiedDate", "SystemModstamp", "LastModifiedById", "CreatedDate", "CreatedById"}


def projects() -> dict[str, Project]:
    return {name: load(shipped("config"), org="local", overrides=sets)[0] for name, sets in RELEASES.items()}


def apex(name: str, text: str) -> Component:
    body = f"public with sharing class {name} {{ // {text}\n}}\n".encode()
    meta = f"{HEAD}<ApexClass {NS}>\n    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n"
    files = (ComponentFile(f"classes/{name}.cls", body), ComponentFile(f"classes/{name}.cls-meta.xml", meta.encode()))
    return Component("ApexClass", name, files)


def page(label: str) -> Component:
    """A record page of theirs for contacts."""
    text = (
        f"<FlexiPage {NS}>\n    <flexiPageRegions>\n        <name>main</name>\n        <type>Region</type>\n"
        "    </flexiPageRegions>\n    <flexiPageRegions>\n        <name>sidebar</name>\n        <type>Region</type>\n"
        f"    </flexiPageRegions>\n    <masterLabel>{label}</masterLabel>\n    <sobjectType>Contact</sobjectType>\n"
        "    <template>\n        <name>flexipage:recordHomeTemplateDesktop</name>\n    </template>\n"
        "    <type>RecordPage</type>\n</FlexiPage>\n"
    )
    return Component("FlexiPage", PAGE, (ComponentFile(f"flexipages/{PAGE}.flexipage", (HEAD + text).encode()),))


def contact() -> Component:
    """Contacts with that page as the org default."""
    text = (
        f"<CustomObject {NS}>\n    <actionOverrides>\n        <actionName>View</actionName>\n"
        f"        <content>{PAGE}</content>\n        <formFactor>Large</formFactor>\n"
        "        <skipRecordTypeSelect>false</skipRecordTypeSelect>\n        <type>Flexipage</type>\n"
        "    </actionOverrides>\n</CustomObject>\n"
    )
    return Component("CustomObject", "Contact", (ComponentFile("objects/Contact.object", (HEAD + text).encode()),))


def sent(against: Against, *components: Component) -> None:
    """What other people deploy."""
    bundle = Bundle.of(components, api_version="62.0")
    job = against.org.start_deploy(write_zip(bundle), DeployOptions())
    done = against.org.follow_deploy(job, wait=60)
    assert done.success, done


def state(folder: Path) -> tuple[list[Any], list[Any]]:
    """Components and records without ids and moments."""
    with closing(sqlite3.connect(f"file:{folder / 'org.sqlite'}?mode=ro", uri=True)) as db:
        components = db.execute("SELECT type, full_name, xml FROM component ORDER BY type, full_name").fetchall()
        records = db.execute("SELECT sobject, body FROM record").fetchall()
    rows = [
        (kind, json.dumps({k: v for k, v in json.loads(body).items() if k not in NOT_COMPARED}, sort_keys=True))
        for kind, body in records
    ]
    return components, sorted(rows)


class Life(RuleBasedStateMachine):
    """install, use, others' edits, another release, rollback, rollback of a rollback, uninstallation."""

    first_day: Path
    released: dict[str, Project]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        orgs = {name: Path(shutil.copytree(self.first_day, self.folder / name)) for name in ("ours", "theirs")}
        self.orgs = {name: self.open.enter_context(serving(path)) for name, path in orgs.items()}
        self.ours = self.orgs["ours"]
        self.ledger = self.open.enter_context(Ledger(self.folder / "ledger.db"))
        self.project: Project | None = None
        self.edits = 0

    def teardown(self) -> None:
        try:
            if self.standing:
                self.uninstall()
            self.the_same()
        finally:
            self.open.close()

    # we

    @property
    def standing(self) -> tuple[Any, ...]:
        return back.standing(self.ledger, self.ours.org.identity.org_id)

    def _apply(self, ctx: Any, steps: Any, kind: str, undoes: tuple[str, ...] = ()) -> None:
        who = Who("local", kind, back.INTEGRATION, "me", "0" * 64)
        recorder = Recorder(self.ledger, who, undoes)
        report = run.apply(ctx, run.plan(ctx, steps), watch=recorder)
        assert report.error is None, f"{kind}: {report.error}"
        if recorder.release is None:
            with self.ledger.writing():
                self.ledger.undone(undoes, recorder.id)

    @rule(name=st.sampled_from(sorted(RELEASES)))
    def release(self, name: str) -> None:
        project = self.project = self.released[name]
        ctx = self.ours.context(generate(project), project)
        self._apply(ctx, integration_steps(project), "deploy")
        again = run.plan(ctx, integration_steps(project))
        assert [change.subject for one in again for change in one.pending] == []

    def _undo(self, kind: str, undoing: back.Undoing) -> None:
        ctx = self.ours.context(undoing.bundle, self.project)
        self._apply(ctx, undoing.steps, kind, tuple(release.id for release in undoing.releases))

    @precondition(lambda self: self.standing)
    @rule()
    def roll_back(self) -> None:
        self._undo("rollback", back.rollback(self.ledger, self.ours.org.identity.org_id, None))

    @precondition(lambda self: any(r.kind == "rollback" and r.undone_by is None for r in self.ledger.all()))
    @rule()
    def take_the_last_rollback_back(self) -> None:
        last = [r for r in self.ledger.all() if r.kind == "rollback" and r.undone_by is None][-1]
        self._undo("rollback", back.rollback(self.ledger, last.org_id, last.id))

    @precondition(lambda self: self.standing)
    @rule()
    def uninstall(self) -> None:
        identity = self.ours.org.identity
        self._undo("uninstall", back.uninstall(self.ledger, identity.org_id, certificate=True))

    # others

    @rule(name=st.sampled_from(["Alpha", "Beta"]))
    def others_change_a_class_of_theirs(self, name: str) -> None:
        self.edits += 1
        for against in self.orgs.values():
            sent(against, apex(name, f"edit {self.edits}"))

    @rule()
    def others_rename_their_page(self) -> None:
        """As the Lightning App Builder does: what is on the page is read, changed and saved."""
        self.edits += 1
        for against in self.orgs.values():
            answer = against.org.retrieve({"FlexiPage": [PAGE]}, api_version="62.0")
            (found,) = read_zip(answer.zip or b"", "page", check_manifest=False)
            text = found.files[0].content.decode()
            start, _, rest = text.partition("<masterLabel>")
            renamed = f"{start}<masterLabel>Edit {self.edits}</masterLabel>{rest.partition('</masterLabel>')[2]}"
            sent(against, Component("FlexiPage", PAGE, (ComponentFile(found.files[0].path, renamed.encode()),)))

    @rule()
    def an_admin_gives_a_permission_set_of_theirs(self) -> None:
        for against in self.orgs.values():
            user = against.org.query(
                soql.select("Id", source="User", where=soql.equals("Username", "agent@local.example"))
            )
            sets = against.org.query(soql.select("Id", source="PermissionSet", where=soql.equals("Name", "Theirs")))
            have = against.org.query(
                soql.select("Id", source="PermissionSetAssignment", where=soql.equals("PermissionSetId", sets[0].id))
            )
            if not have:
                against.org.create("PermissionSetAssignment", {"AssigneeId": user[0].id, "PermissionSetId": sets[0].id})

    @precondition(lambda self: self.standing)
    @rule(lifetime=st.sampled_from([60, 120]))
    def somebody_changes_our_setting(self, lifetime: int) -> None:
        for row in self.ours.org.query(soql.select("Id", source="Cobrowse_Settings__c")):
            self.ours.org.update("Cobrowse_Settings__c", row.id, {"Token_Lifetime__c": lifetime})

    @precondition(lambda self: self.standing)
    @rule()
    def somebody_changes_our_class(self) -> None:
        sent(self.ours, apex("CobrowseFilters", "theirs"))

    @precondition(lambda self: self.standing)
    @rule()
    def somebody_gives_our_permission_set_to_somebody_else(self) -> None:
        org = self.ours.org
        (user,) = org.query(soql.select("Id", source="User", where=soql.equals("Username", "admin@local.example")))
        where = soql.equals("Name", "Cobrowse_Agent")
        for found in org.query(soql.select("Id", source="PermissionSet", where=where)):
            mine = soql.all_of(soql.equals("PermissionSetId", found.id), soql.equals("AssigneeId", user.id))
            if not org.query(soql.select("Id", source="PermissionSetAssignment", where=mine)):
                org.create("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": found.id})

    # and so

    def the_same(self) -> None:
        ours, theirs = state(self.folder / "ours"), state(self.folder / "theirs")
        assert [one for one in ours[0] if one not in theirs[0]] == []
        assert [one for one in theirs[0] if one not in ours[0]] == []
        assert [one for one in ours[1] if one not in theirs[1]] == []
        assert ours[1] == theirs[1]

    @invariant()
    def nothing_of_ours_is_left_after_an_uninstallation(self) -> None:
        releases = self.ledger.all()
        if releases and releases[-1].kind == "uninstall" and not self.standing:
            self.the_same()


@pytest.fixture(scope="module")
def a_day_with_pages(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An org that has a record page, a permission set and a class of its own already."""
    folder = Path(shutil.copytree(first_day, tmp_path_factory.mktemp("pages") / "state"))
    text = f"{HEAD}<PermissionSet {NS}>\n    <label>Theirs</label>\n</PermissionSet>\n"
    theirs = ComponentFile("permissionsets/Theirs.permissionset", text.encode())
    with serving(folder) as against:
        sent(
            against, page("Theirs"), contact(), apex("Alpha", "first"), Component("PermissionSet", "Theirs", (theirs,))
        )
    return folder


def test_whatever_happened_an_uninstallation_leaves_what_others_made(a_day_with_pages: Path) -> None:
    Life.first_day, Life.released = a_day_with_pages, projects()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=6 if LIVES < 10 else 15,
            deadline=None,
            derandomize=LIVES < 10,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
