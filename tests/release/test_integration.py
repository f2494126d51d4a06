"""The whole road against the local org: first release, second release, somebody else's change, and what stops it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from toolkit.config.load import load_project
from toolkit.errors import DeployError, ReleaseError
from toolkit.metadata.archive import read_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.metadata.node import node_of
from toolkit.org import soql
from toolkit.release import run
from toolkit.release.checklist import checklist, pem_of
from toolkit.release.run import Outcome
from toolkit.release.step import Kind, real
from toolkit.resources import shipped

KEY = "licence-0123456789"


@pytest.fixture(scope="module")
def project():
    return load_project(shipped("config"), org="local")


def outcomes(report) -> dict[str, str]:
    return {step.name: step.outcome.value for step in report.steps}


def test_the_first_release_makes_everything_and_proves_it(new_org, project) -> None:
    report = new_org.release(project)
    assert report.error is None
    assert outcomes(report) == {
        "preflight": "unchanged",
        "certificate": "applied",
        "components": "applied",
        "settings": "applied",
        "assignments": "applied",
        "access": "applied",
        "placement": "applied",
    }
    assert [len(step.jobs) for step in report.steps] == [0, 1, 1, 0, 0, 1, 1]
    assert all(evidence.ok for step in report.steps for evidence in step.evidence)
    rows = checklist(report, project)
    assert [(row.manual, row.done) for row in rows] == [
        ("Install the app", True),
        ("App Launcher: dashboard and settings", True),
        ("Insert the licence key", True),
        ("Permitted users: Admin approved users are pre-authorized", True),
        ("Manage profiles of the app", True),
        ("Assign the permission sets", True),
        ("Self-signed certificate", True),
        ("Public key of the certificate", True),
        ("Widget pages for record pages", True),
        ("Edit Page: the widget, right sidebar, Height 900", True),
        ("Assign as Org Default", True),
    ]
    by_step = {row.manual: row.read_back for row in rows}
    assert by_step["Insert the licence key"] == "License_Key__c set (18 characters)"
    assert (
        by_step["Permitted users: Admin approved users are pre-authorized"] == "Admin approved users are pre-authorized"
    )
    assert "System Administrator" in by_step["Manage profiles of the app"]
    pem = pem_of(report)
    assert pem is not None
    assert pem.startswith("-----BEGIN PUBLIC KEY-----\n")
    row = new_org.org.query(
        soql.select("License_Key__c", "Certificate__c", "SetupOwnerId", source="Cobrowse_Settings__c")
    )
    assert [(r.text("License_Key__c"), r.text("Certificate__c")) for r in row] == [(KEY, "CobrowseIO")]
    assert row[0].text("SetupOwnerId") == new_org.org.identity.org_id


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_the_key_is_what_openssl_reads_from_the_certificate_that_the_org_returns(installed, project, tmp_path) -> None:
    answer = installed.org.retrieve({"Certificate": ["CobrowseIO"]}, api_version="62.0")
    (component,) = read_zip(answer.zip, "z", check_manifest=False)
    path = tmp_path / "CobrowseIO.crt"
    path.write_bytes(next(file.content for file in component.files if file.path.endswith(".crt")))
    said = subprocess.run(["openssl", "x509", "-pubkey", "-noout", "-in", str(path)], capture_output=True, check=True)
    pem = pem_of(installed.release(project))
    assert pem is not None
    assert pem.encode() == said.stdout


def test_the_second_release_reads_everything_and_sends_nothing(installed, project) -> None:
    report = installed.release(project)
    assert report.error is None
    assert set(outcomes(report).values()) == {"unchanged"}
    assert not report.changed
    assert all(step.jobs == () for step in report.steps)
    assert all(evidence.ok for step in report.steps for evidence in step.evidence)
    assert all(row.done for row in checklist(report, project))


def test_no_secret_is_in_anything_that_a_release_says(new_org, project) -> None:
    ctx, planned = new_org.plan(project)
    report = run.apply(ctx, planned)
    said = repr([one.changes for one in planned]) + repr(report) + "\n".join(new_org.talk.lines)
    assert KEY not in said
    assert new_org.org._http.token not in said


def changed_permission_set(installed, old: str, new: str) -> None:
    """Somebody edits the Agent permission set in the org."""
    answer = installed.org.retrieve({"PermissionSet": ["Cobrowse_Agent"]}, api_version="62.0")
    (component,) = read_zip(answer.zip, "z", check_manifest=False)
    content = component.files[0].content.decode()
    assert old in content
    file = ComponentFile(component.files[0].path, content.replace(old, new, 1).encode())
    edited = Bundle.of([Component("PermissionSet", "Cobrowse_Agent", (file,))], api_version="62.0")
    report = installed.deploy(edited)
    assert report.error is None, str(report.error)


def test_what_somebody_else_changed_is_planned_with_both_values_and_put_right(installed, project) -> None:
    changed_permission_set(installed, "<label>Cobrowse.io Agent</label>", "<label>Edited by hand</label>")
    _, planned = installed.plan(project)
    pending = {one.step.name: one.pending for one in planned if one.pending}
    assert list(pending) == ["components"]
    (change,) = pending["components"]
    assert (change.kind, change.subject) == (Kind.CHANGED, "PermissionSet Cobrowse_Agent")
    assert [(d.path, d.old, d.new) for d in change.details] == [("label", "Edited by hand", "Cobrowse.io Agent")]
    report = installed.release(project)
    assert report.error is None
    assert outcomes(report)["components"] == "applied"
    assert report.steps[2].jobs[0].components_total == 1
    assert not any(one.pending for one in installed.plan(project)[1])


def test_a_row_that_an_admin_changed_is_planned_field_by_field_without_the_key(installed, project) -> None:
    (row,) = installed.org.query(soql.select("Id", source="Cobrowse_Settings__c"))
    installed.org.update(
        "Cobrowse_Settings__c", row.id, {"License_Key__c": "someone-elses-key", "Token_Lifetime__c": 60}
    )
    _, planned = installed.plan(project)
    (change,) = next(one.pending for one in planned if one.step.name == "settings")
    assert change.subject == "Cobrowse_Settings__c org default"
    assert [(d.path, d.old, d.new) for d in change.details] == [
        ("License_Key__c", "***", "***"),
        ("Token_Lifetime__c", "60", "600"),
    ]
    assert installed.release(project).error is None
    assert not any(one.pending for one in installed.plan(project)[1])


def test_rows_of_profiles_and_users(installed, configured) -> None:
    project = configured(
        settings=[
            {"owner": {"profile": "Standard User"}, "tokenLifetime": "2m"},
            {"owner": {"user": "agent@local.example"}, "licenseKey": "${env:OTHER_KEY}"},
        ],
        permissionSets={
            "agent": {"name": "Cobrowse_Agent", "label": "Cobrowse.io Agent"},
            "admin": {"name": "Cobrowse_Admin", "label": "Cobrowse.io Admin"},
        },
    )
    report = installed.release(project)
    assert report.error is None, str(report.error)
    told = {e.subject: e.text for e in report.evidence("settings")}
    assert told["Cobrowse_Settings__c profile Standard User"] == "Token_Lifetime__c 120"
    assert told["Cobrowse_Settings__c user agent@local.example"] == "License_Key__c set (16 characters)"
    assert outcomes(installed.release(project))["settings"] == "unchanged"


def test_every_name_that_the_org_does_not_know_is_told_before_anything_is_changed(new_org, configured) -> None:
    project = configured(
        settings=[{"owner": {"profile": "Utilisateur standard"}, "tokenLifetime": "2m"}],
        permissionSets={
            "agent": {
                "name": "Cobrowse_Agent",
                "label": "Agent",
                "assign": {"users": ["nobody@local.example", "inactive@local.example"], "profiles": ["No Such"]},
            },
            "admin": {"name": "Cobrowse_Admin", "label": "Admin"},
        },
        app={"kind": "external_client_app", "contactEmail": "a@b.example", "profiles": ["Administrateur"]},
    )
    with pytest.raises(ReleaseError) as caught:
        new_org.release(project)
    told = [(str(p.where).rpartition("/")[2], p.message) for p in caught.value.problems]
    assert sorted(message for _, message in told) == [
        "the org has no profile 'Administrateur'",
        "the org has no profile 'No Such'",
        "the org has no profile 'Utilisateur standard'",
        "the org has no user nobody@local.example",
        "user inactive@local.example is inactive",
    ]
    assert all(where.startswith("package.yaml:") for where, _ in told)
    mend = next(p.mend for p in caught.value.problems if "No Such" in p.message)
    assert mend is not None
    assert mend.startswith("profile names are in the org's language; it has ")
    assert "System Administrator" in mend
    assert (
        new_org.org.query(soql.select("Id", source="PermissionSet", where=soql.equals("Name", "Cobrowse_Agent"))) == ()
    )


def test_assignments_by_profile_and_query_skip_who_is_inactive_and_who_has_it(installed, configured) -> None:
    project = configured(
        permissionSets={
            "agent": {
                "name": "Cobrowse_Agent",
                "label": "Cobrowse.io Agent",
                "assign": {"profiles": ["Standard User"]},
            },
            "admin": {
                "name": "Cobrowse_Admin",
                "label": "Cobrowse.io Admin",
                "assign": {
                    "query": "SELECT Id FROM User WHERE Username LIKE '%local.example' AND UserType = 'Standard'"
                },
            },
        },
    )
    _, planned = installed.plan(project)
    pending = next(one for one in planned if one.step.name == "assignments")
    assert [c.subject for c in real(pending.changes)] == [
        "Cobrowse_Admin for agent2@local.example",
        "Cobrowse_Admin for agent@local.example",
    ]
    report = installed.release(project)
    assert report.error is None
    told = {e.subject: e.text for e in report.evidence("assignments")}
    assert told["PermissionSet Cobrowse_Agent"] == "assigned to agent2@local.example, agent@local.example"
    assert told["PermissionSet Cobrowse_Admin"] == (
        "assigned to admin@local.example, agent2@local.example, agent@local.example; "
        "left out because inactive: inactive@local.example"
    )
    assert outcomes(installed.release(project))["assignments"] == "unchanged"


def test_a_check_only_release_has_the_components_checked_and_changes_nothing(new_org, project) -> None:
    report = new_org.release(project, check_only=True)
    assert report.error is None
    assert outcomes(report) == {
        "preflight": "unchanged",
        "certificate": "not checked",
        "components": "checked",
        "settings": "not checked",
        "assignments": "not checked",
        "access": "not checked",
        "placement": "not checked",
    }
    assert report.steps[2].jobs[0].check_only
    again = new_org.release(project, check_only=True)
    assert outcomes(again)["components"] == "checked"


def test_a_step_that_fails_ends_the_release_and_the_rest_is_not_reached(new_org, project) -> None:
    ctx, planned = new_org.plan(project)
    broken = tuple(
        Component(c.type, c.full_name, (ComponentFile(c.files[0].path, b"<PermissionSet"),))
        if c.full_name == "Cobrowse_Agent" and c.type == "PermissionSet"
        else c
        for c in ctx.bundle
    )
    ctx = new_org.context(Bundle.of(broken, api_version="62.0"), project)
    report = run.apply(ctx, [type(p)(p.step, _with(p.state, ctx.bundle, p.step.name), p.changes) for p in planned])
    assert isinstance(report.error, DeployError)
    assert outcomes(report) == {
        "preflight": "unchanged",
        "certificate": "applied",
        "components": "failed",
        "settings": "not reached",
        "assignments": "not reached",
        "access": "not reached",
        "placement": "not reached",
    }
    assert any("Cobrowse_Agent" in problem.message for problem in report.error.problems)
    after = new_org.release(project)
    assert after.error is None
    assert outcomes(after)["certificate"] == "unchanged"


def _with(state, bundle: Bundle, step: str):
    if step != "components":
        return state
    kept = [c for c in bundle if c.key in state.wanted.components]
    return type(state)(Bundle.of(kept, api_version="62.0"), state.found, state.differences)


def test_the_policy_that_was_read_back_is_the_orgs_own(installed) -> None:
    answer = installed.org.retrieve(
        {"ExtlClntAppOauthConfigurablePolicies": ["CobrowseIO_oauth_defaultPolicy"]}, api_version="62.0"
    )
    (component,) = read_zip(answer.zip, "z", check_manifest=False)
    node = node_of(component.files[0].content, "policy")
    assert node.child_text("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"


def test_outcomes_have_names_that_people_read() -> None:
    assert [o.value for o in Outcome] == [
        "planned",
        "unchanged",
        "applied",
        "checked",
        "not checked",
        "failed",
        "still running",
        "not reached",
    ]
