"""Snapshots, rollback, uninstallation and drift against the local org; what an org holds is compared whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.errors import ReleaseError
from toolkit.generate.project import generate
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org import soql
from toolkit.org.jobs import DeployOptions
from toolkit.release import back, run
from toolkit.release.ledger import exchange
from toolkit.release.ledger.ledger import Ledger
from toolkit.release.ledger.recorder import Recorder, Who
from toolkit.release.run import PlannedStep, ReleaseReport
from toolkit.release.steps import component_steps, integration_steps
from toolkit.resources import shipped

KEY = "licence-0123456789"
META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">\n'
    "    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n"
)


def apex(name: str, comment: str) -> Component:
    text = f"// {comment}\npublic with sharing class {name} {{\n}}\n"
    files = (
        ComponentFile(f"classes/{name}.cls", text.encode()),
        ComponentFile(f"classes/{name}.cls-meta.xml", META.encode()),
    )
    return Component("ApexClass", name, files)


def bundle(*components: Component) -> Bundle:
    return Bundle.of(components, api_version="62.0")


@dataclass
class Kept:
    """Releases to one org that are kept in a ledger."""

    against: Any
    ledger: Ledger
    database: Path

    @property
    def id(self) -> str:
        return self.against.org.identity.org_id

    def install(self, project: Project) -> ReleaseReport:
        ctx = self.against.context(generate(project), project)
        return self._apply(ctx, run.plan(ctx, integration_steps(project)), "deploy", back.INTEGRATION)

    def deploy(self, wanted: Bundle) -> ReleaseReport:
        ctx = self.against.context(wanted, None, whole=True)
        return self._apply(ctx, run.plan(ctx, component_steps()), "deploy", "folder")

    def undo(self, undoing: back.Undoing, project: Project | None = None, kind: str = "rollback") -> ReleaseReport:
        ctx = self.against.context(undoing.bundle, project)
        undone = tuple(release.id for release in undoing.releases)
        return self._apply(ctx, run.plan(ctx, undoing.steps), kind, back.INTEGRATION, undone)

    def _apply(
        self, ctx: Any, planned: tuple[PlannedStep, ...], kind: str, scope: str, undoes: tuple[str, ...] = ()
    ) -> ReleaseReport:
        report = run.apply(ctx, planned, watch=Recorder(self.ledger, Who("local", kind, scope, "me", "0" * 64), undoes))
        assert report.error is None, str(report.error)
        return report

    def others_deploy(self, *components: Component) -> None:
        job = self.against.org.start_deploy(write_zip(bundle(*components)), DeployOptions())
        assert self.against.org.follow_deploy(job, wait=60).success

    def drift(self, project: Project | None = None) -> list[tuple[str, str, tuple[tuple[str | None, ...], ...]]]:
        left = back.drift(self.ledger, self.id)
        ctx = self.against.context(Bundle.of((), api_version=left.api_version), project)
        planned = back.turned(run.plan(ctx, left.steps))
        return [
            (change.kind.value, change.subject, tuple((d.path, d.old, d.new) for d in change.details))
            for one in planned
            for change in one.pending
        ]

    def code(self, name: str) -> str | None:
        rows = self.against.org.tooling_query(soql.select("Body", source="ApexClass", where=soql.equals("Name", name)))
        return rows[0].text("Body") if rows else None

    def state(self) -> dict[str, list[Any]]:
        """Every component and record of the org, without ids of deploy jobs and the moments of changes."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            components = db.execute("SELECT type, full_name, xml FROM component ORDER BY type, full_name").fetchall()
            records = db.execute("SELECT sobject, body FROM record ORDER BY sobject, id").fetchall()
        moments = {"LastModifiedDate", "SystemModstamp", "LastModifiedById"}
        rows = [(kind, {k: v for k, v in json.loads(body).items() if k not in moments}) for kind, body in records]
        return {"components": components, "records": rows}


@pytest.fixture
def kept(new_org, tmp_path: Path) -> Iterator[Kept]:
    with Ledger(tmp_path / "ledger" / "ledger.db") as ledger:
        yield Kept(new_org, ledger, tmp_path / "new" / "org.sqlite")


@pytest.fixture
def project() -> Project:
    return load_project(shipped("config"), org="local")


def test_after_install_and_uninstall_the_org_is_as_it_was(kept: Kept, project: Project) -> None:
    before = kept.state()
    kept.install(project)
    assert kept.drift(project) == []
    assert kept.state() != before
    undoing = back.uninstall(kept.ledger, kept.id, certificate=True)
    kept.undo(undoing, project, "uninstall")
    after = kept.state()
    assert after["components"] == before["components"]
    assert after["records"] == before["records"]
    with pytest.raises(ReleaseError, match="the ledger has no installation of the integration"):
        back.uninstall(kept.ledger, kept.id, certificate=True)


def test_the_certificate_stays_unless_it_is_named(kept: Kept, project: Project) -> None:
    kept.install(project)
    kept.undo(back.uninstall(kept.ledger, kept.id, certificate=False), project, "uninstall")
    ctx = kept.against.context(generate(project), project)
    planned = run.plan(ctx, integration_steps(project))
    kinds = {one.step.name: {change.kind.value for change in one.changes} for one in planned if one.changes}
    assert kinds.pop("certificate") == {"unchanged"}
    assert kinds.pop("placement") == {"created", "changed"}
    assert set(map(frozenset, kinds.values())) == {frozenset({"created"})}


def test_no_secret_is_in_the_ledger(kept: Kept, project: Project, tmp_path: Path) -> None:
    kept.install(project)
    exchange.export(kept.ledger, tmp_path / "copy")
    for step in kept.ledger.steps(kept.ledger.all()[0].id):
        for name in (step.before, step.after):
            if name:
                assert KEY not in str(kept.ledger.get(name))
        assert KEY not in str(step.changes)
    assert (kept.ledger.path.stat().st_mode & 0o777, (tmp_path / "copy").stat().st_mode & 0o777) == (0o600, 0o600)


def test_a_rollback_brings_back_what_was_changed_and_deletes_what_was_new(kept: Kept) -> None:
    kept.others_deploy(apex("Old", "as it was"))
    before = kept.state()["components"]
    kept.deploy(bundle(apex("Old", "ours"), apex("New", "ours")))
    report = kept.undo(back.rollback(kept.ledger, kept.id, None))
    changes = [(c.kind.value, c.subject) for step in report.steps for c in step.changes]
    assert changes == [("changed", "ApexClass Old"), ("deleted", "ApexClass New")]
    assert kept.state()["components"] == before
    with pytest.raises(ReleaseError, match="no release to this org that could be taken back"):
        back.rollback(kept.ledger, kept.id, None)


def test_a_rollback_of_an_older_release_takes_the_later_ones_along(kept: Kept) -> None:
    before = kept.state()["components"]
    kept.deploy(bundle(apex("One", "first")))
    kept.deploy(bundle(apex("One", "second"), apex("Two", "second")))
    first = kept.ledger.releases(kept.id)[0].id
    undoing = back.rollback(kept.ledger, kept.id, first[:6])
    assert len(undoing.releases) == 2
    kept.undo(undoing)
    assert kept.state()["components"] == before
    with pytest.raises(ReleaseError, match="has been taken back already"):
        back.rollback(kept.ledger, kept.id, first)
    with pytest.raises(ReleaseError, match="names no release"):
        back.rollback(kept.ledger, kept.id, "nothing")


def test_a_rollback_can_be_taken_back_and_then_the_release_stands_again(kept: Kept) -> None:
    kept.others_deploy(apex("Old", "as it was"))
    kept.deploy(bundle(apex("Old", "ours"), apex("New", "ours")))
    released = kept.state()["components"]
    (deployed,) = kept.ledger.releases(kept.id)
    kept.undo(back.rollback(kept.ledger, kept.id, None))
    way_back = kept.ledger.releases(kept.id)[-1]
    assert kept.ledger.releases(kept.id)[0].undone_by == way_back.id
    kept.undo(back.rollback(kept.ledger, kept.id, way_back.id))
    assert kept.state()["components"] == released
    assert [(r.kind, r.undone_by is None) for r in kept.ledger.releases(kept.id)] == [
        ("deploy", True), ("rollback", False), ("rollback", True)
    ]  # fmt: skip
    assert kept.drift() == []
    before = kept.state()["components"]
    kept.undo(back.rollback(kept.ledger, kept.id, deployed.id))
    assert kept.state()["components"] != before
    kept.undo(back.rollback(kept.ledger, kept.id, kept.ledger.releases(kept.id)[-1].id))
    assert kept.state()["components"] == before


def test_an_uninstallation_can_be_taken_back_but_for_the_key(kept: Kept, project: Project) -> None:
    kept.install(project)
    kept.undo(back.uninstall(kept.ledger, kept.id, certificate=True), project, "uninstall")
    gone = kept.ledger.releases(kept.id)[-1]
    report = kept.undo(back.rollback(kept.ledger, kept.id, gone.id), project)
    assert (
        "Certificate CobrowseIO: its private key was lost with it; a deployment of the integration makes a new one"
        in (kept.against.talk.lines)
    )
    assert ("created", "Cobrowse_Agent for agent@local.example") in [
        (change.kind.value, change.subject) for step in report.steps for change in step.changes
    ]
    row = kept.against.org.query(soql.select("License_Key__c", source="Cobrowse_Settings__c"))[0]
    assert row.text("License_Key__c") == KEY
    assert kept.drift(project) == [("deleted", "Certificate CobrowseIO", ())]
    ctx = kept.against.context(generate(project), project)
    pending = {change.subject for one in run.plan(ctx, integration_steps(project)) for change in one.pending}
    assert pending == {"Certificate CobrowseIO"}


def test_a_way_back_is_not_taken_back_twice_and_takes_later_releases_along(kept: Kept) -> None:
    start = kept.state()["components"]
    kept.deploy(bundle(apex("One", "first")))
    first = kept.state()["components"]
    kept.undo(back.rollback(kept.ledger, kept.id, None))
    way_back = kept.ledger.releases(kept.id)[-1].id
    kept.deploy(bundle(apex("Two", "second")))
    undoing = back.rollback(kept.ledger, kept.id, way_back)
    assert [release.kind for release in undoing.releases] == ["rollback", "deploy"]
    kept.undo(undoing)
    assert kept.state()["components"] == first
    with pytest.raises(ReleaseError, match="has been taken back already"):
        back.rollback(kept.ledger, kept.id, way_back)
    kept.undo(back.rollback(kept.ledger, kept.id, None))
    assert kept.state()["components"] == start


def test_only_what_the_release_changed_is_rolled_back(kept: Kept) -> None:
    kept.others_deploy(apex("Same", "same"))
    kept.deploy(bundle(apex("Same", "same"), apex("New", "ours")))
    kept.others_deploy(apex("Same", "theirs"))
    after = kept.state()["components"]
    report = kept.undo(back.rollback(kept.ledger, kept.id, None))
    assert [c.subject for step in report.steps for c in step.changes] == ["ApexClass New"]
    assert [row for row in after if row[1] != "New"] == kept.state()["components"]


def test_drift_is_what_others_have_changed_added_back_and_deleted(kept: Kept, project: Project) -> None:
    kept.install(project)
    row = kept.against.org.query(soql.select("Id", source="Cobrowse_Settings__c"))[0]
    kept.against.org.update("Cobrowse_Settings__c", row.id, {"Token_Lifetime__c": 60, "License_Key__c": "another"})
    assigned = kept.against.org.query(
        soql.select("Id", source="PermissionSetAssignment", where=soql.equals("PermissionSet.Name", "Cobrowse_Admin"))
    )
    kept.against.org.delete("PermissionSetAssignment", assigned[0].id)
    assert kept.drift(project) == [
        (
            "changed",
            "Cobrowse_Settings__c org default",
            (("Token_Lifetime__c", "600", "60"), ("License_Key__c", "***", "***")),
        ),
        ("deleted", "Cobrowse_Admin for admin@local.example", ()),
    ]


def test_a_setting_is_put_back_with_the_secret_that_the_configuration_still_knows(kept: Kept, configured) -> None:
    first = configured()
    kept.install(first)
    changed = configured(service={"licenseKey": "${env:OTHER_KEY}", "tokenLifetime": 300})
    kept.install(changed)
    query = soql.select("License_Key__c", "Token_Lifetime__c", source="Cobrowse_Settings__c")
    assert kept.against.org.query(query)[0].text("License_Key__c") == "other-9876543210"
    undoing = back.rollback(kept.ledger, kept.id, None)
    kept.undo(undoing, configured(service={"licenseKey": "${env:COBROWSE_LICENSE_KEY}"}))
    found = kept.against.org.query(query)[0]
    assert (found.text("License_Key__c"), found.value("Token_Lifetime__c")) == (KEY, 600)


def test_a_former_secret_that_nobody_knows_stays_and_that_is_said(kept: Kept, configured) -> None:
    kept.install(configured())
    kept.install(configured(service={"licenseKey": "${env:OTHER_KEY}"}))
    kept.undo(back.rollback(kept.ledger, kept.id, None), None)
    said = "License_Key__c was another secret; secrets are not kept, so it stays as it is"
    assert f"Cobrowse_Settings__c org default: {said}" in kept.against.talk.lines


def test_a_copy_of_the_ledger_is_enough_on_another_machine(kept: Kept, tmp_path: Path) -> None:
    before = kept.state()["components"]
    kept.deploy(bundle(apex("New", "ours")))
    assert exchange.export(kept.ledger, tmp_path / "copy") == 1
    with Ledger(tmp_path / "other" / "ledger.db") as other:
        assert exchange.import_(other, tmp_path / "copy") == 1
        assert exchange.import_(other, tmp_path / "copy") == 0
        Kept(kept.against, other, kept.database).undo(back.rollback(other, kept.id, None))
        assert kept.state()["components"] == before
        exchange.export(other, tmp_path / "back")
    assert exchange.import_(kept.ledger, tmp_path / "back") == 2
    assert kept.ledger.releases(kept.id)[0].undone_by == kept.ledger.releases(kept.id)[1].id


@pytest.mark.parametrize("content", [b"", b"no", b"\x1f\x8b\x08\x00", b"\x1f\x8b" + bytes(40)])
def test_what_is_no_copy_of_a_ledger_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy").write_bytes(content)
    with Ledger(tmp_path / "ledger.db") as ledger, pytest.raises(ReleaseError, match="is not an exported ledger"):
        exchange.import_(ledger, tmp_path / "copy")


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this is text, and long enough to be looked at" * 20)
    with pytest.raises(ReleaseError, match="the ledger cannot be read"):
        Ledger(tmp_path / "ledger.db")
