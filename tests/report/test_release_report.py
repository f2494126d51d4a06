"""A release as a person and a machine see it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from toolkit.errors import DeployError, Location, Problem
from toolkit.org.jobs import deploy_result
from toolkit.org.org import Identity
from toolkit.release.checklist import Row
from toolkit.release.run import Outcome, PlannedStep, ReleaseReport, StepReport
from toolkit.release.step import Change, Detail, Evidence, Kind
from toolkit.report.release import plan_lines, print_checklist, print_key, print_steps, release_json

JOB = deploy_result({"id": "0Af1", "status": "Succeeded", "done": True, "success": True, "numberComponentsTotal": 2})
CHANGES = (
    Change(Kind.CREATED, "ApexClass A"),
    Change(Kind.CHANGED, "PermissionSet P", (Detail("label", "old", "new"), Detail("x", None, "y"))),
    Change(Kind.DELETED, "ApexClass Gone"),
    Change(Kind.UNCHANGED, "ApexClass Z"),
)
STEPS = (
    StepReport("preflight", "Preflight", Outcome.UNCHANGED, (), (Evidence("preflight", "org", True, "Acme"),)),
    StepReport(
        "components",
        "Components",
        Outcome.APPLIED,
        CHANGES,
        (Evidence("components", "ApexClass A", True, "in"),),
        (JOB,),
    ),
    StepReport("access", "App access", Outcome.NOT_REACHED, (Change(Kind.CREATED, "ConnectedApp C"),)),
)


@dataclass
class Step:
    name: str = "components"
    title: str = "Components"
    check_only: bool = True


@dataclass
class SignedIn:
    identity = Identity("005A", "00DA", "ada@acme.example")
    url = "https://acme.my.salesforce.com"
    api_version = "62.0"


def test_the_plan_names_every_change_with_its_details() -> None:
    planned = [PlannedStep(Step(), None, CHANGES), PlannedStep(Step(title="Settings"), None, CHANGES[3:])]
    assert plan_lines(planned) == [
        "Components: 1 to create, 1 to change, 1 to delete",
        "  + ApexClass A",
        "  ~ PermissionSet P",
        "      label: old -> new",
        "      x: (none) -> y",
        "  - ApexClass Gone",
    ]


def test_a_long_plan_is_counted() -> None:
    many = tuple(Change(Kind.CREATED, f"ApexClass C{n:02}") for n in range(20))
    lines = plan_lines([PlannedStep(Step(), None, many)])
    assert (len(lines), lines[-1]) == (14, "  and 8 more")


def test_the_checklist_is_a_table_of_one_width_when_piped() -> None:
    out = io.StringIO()
    rows = (
        Row("Install the app", True, "3 components"),
        Row("Insert the licence key", False, "the org has no row [red]x[/red] :smile: \x1b[2J"),
        Row("Place the widget", None, "later " * 30),
    )
    print_checklist(rows, out)
    lines = out.getvalue().splitlines()
    assert all(len(line) <= 120 for line in lines)
    assert lines[0].split() == ["Step", "of", "the", "manual", "State", "Read", "back", "from", "the", "org"]
    assert lines[2].split() == ["Install", "the", "app", "done", "3", "components"]
    assert "FAILED" in lines[3]
    assert "[red]x[/red] :smile: ?[2J" in lines[3]
    assert "\x1b" not in out.getvalue()


def test_the_steps_table_tells_what_was_done_and_what_was_not_reached() -> None:
    out = io.StringIO()
    print_steps(ReleaseReport(STEPS, check_only=False, seconds=1.0), out)
    text = " ".join(out.getvalue().split())
    assert "Preflight unchanged org: Acme" in text
    assert "Components applied 1 created, 1 changed, 1 deleted; deployment 0Af1; 1 read back as wanted" in text
    assert "App access not reached 1 to create" in text


def test_the_key_comes_with_the_one_thing_to_do_by_hand() -> None:
    out = io.StringIO()
    print_key("-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n", out)
    assert out.getvalue() == (
        "\nOne thing stays to be done by hand: sign in at Cobrowse.io, open Settings, JWT SSO,\n"
        "and paste this public key there. No API takes it.\n\n"
        "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n"
    )


def test_the_json_of_a_failed_release_holds_what_was_done_before() -> None:
    error = DeployError(Problem("ApexClass A: no", Location("a.cls", 2, 3), "mend it"))
    report = ReleaseReport(STEPS, check_only=False, seconds=1.23456, error=error)
    found = release_json(report, SignedIn(), rows=[Row("Install", None, "x")], pem=None, exit_code=1)
    steps = found.pop("steps")
    assert found == {
        "status": "error",
        "exitCode": 1,
        "checkOnly": False,
        "org": {
            "id": "00DA",
            "username": "ada@acme.example",
            "url": "https://acme.my.salesforce.com",
            "apiVersion": "62.0",
        },
        "manual": [{"step": "Install", "done": None, "readBack": "x"}],
        "jobs": [],
        "validated": None,
        "publicKey": None,
        "afterFailure": None,
        "problems": [
            {"message": "ApexClass A: no", "where": {"file": "a.cls", "line": 2, "column": 3}, "mend": "mend it"}
        ],
        "seconds": 1.235,
    }
    assert steps[1]["unchanged"] == 1
    assert [c["subject"] for c in steps[1]["changes"]] == ["ApexClass A", "PermissionSet P", "ApexClass Gone"]
    assert steps[1]["changes"][1]["details"][1] == {"path": "x", "old": None, "new": "y"}
    assert steps[1]["jobs"][0]["id"] == "0Af1"
    assert steps[2]["outcome"] == "not reached"


def test_status_words() -> None:
    quiet = ReleaseReport(STEPS[:1], check_only=False, seconds=0)
    for report, word in (
        (quiet, "unchanged"),
        (ReleaseReport(STEPS, check_only=False, seconds=0), "done"),
        (ReleaseReport(STEPS, check_only=True, seconds=0), "checked"),
    ):
        assert release_json(report, SignedIn(), rows=(), pem=None, exit_code=0)["status"] == word
