"""A job that did not succeed is told with our own files, whole, and never as a success."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.errors import DeployError, PartialDeployError
from toolkit.metadata.component import Bundle, Component, ComponentFile, Piece
from toolkit.org.jobs import ComponentMessage, Coverage, CoverageWarning, DeployResult, Status, TestFailure
from toolkit.org.redact import Redactor
from toolkit.release.failures import check

JOB = "0Af000000000001AAA"
BUNDLE = Bundle.of(
    [
        Component(
            "ApexClass",
            "X",
            (
                ComponentFile("classes/X.cls", b"a\nb\n", "force-app/main/classes/X.cls"),
                ComponentFile("classes/X.cls-meta.xml", b"<a/>", "force-app/main/classes/X.cls-meta.xml"),
            ),
        ),
        Component("ApexClass", "Y", (ComponentFile("classes/Y.cls", b"a\n"),)),
        Component(
            "CustomObject",
            "A__c",
            (
                ComponentFile(
                    "objects/A__c.object",
                    b"<a>\n<f/>\n<f/>\n</a>",
                    "o/A__c.object-meta.xml",
                    (Piece(1, "o/A__c.object-meta.xml", 1), Piece(3, "o/fields/B__c.field-meta.xml", 2)),
                ),
            ),
        ),
    ],
    api_version="62.0",
)


def failed(type_name: str, name: str, path: str, problem: str, line: int = 0, column: int = 0) -> ComponentMessage:
    return ComponentMessage(
        type_name, name, path, False, problem=problem, problem_type="Error", line=line, column=column
    )


FAILED = DeployResult(
    id=JOB,
    status=Status.FAILED,
    done=True,
    success=False,
    status_text="Failed",
    failures=(
        failed("ApexClass", "X", "unpackaged/classes/X.cls", "Variable does not exist: b", 2, 3),
        failed("ApexClass", "X", "classes/X.cls", "Missing ;", 1, 1),
        failed("ApexClass", "Y", "classes/Y.cls", "Invalid type: X", 1, 1),
        failed("CustomField", "A__c.B__c", "objects/A__c.object", "Required field is missing: label", 4, 2),
        failed("", "", "package.xml", "An object 'Z' of type ApexClass was named in package.xml"),
        failed("Layout", "L", "", ""),
    ),
)


def told(result: DeployResult) -> tuple[type[DeployError], list[str]]:
    with pytest.raises(DeployError) as caught:
        check(result, BUNDLE, Redactor("hidden-key"))
    return type(caught.value), str(caught.value).split("\n")


def test_every_failure_has_its_place_in_our_files_root_causes_first_with_what_mends_them() -> None:
    kind, lines = told(FAILED)
    assert kind is DeployError
    assert lines == [
        "force-app/main/classes/X.cls:1:1: ApexClass X: Missing ;",
        "classes/Y.cls:1:1: ApexClass Y: Invalid type: X (follows from ApexClass X, which failed too)",
        "Layout L: failed, and the org gave no reason",
        "force-app/main/classes/X.cls:2:3: ApexClass X: Variable does not exist: b "
        "(Nothing in this org is called b at this place: a misspelt variable, a field that is not deployed or whose "
        "feature is off, or a class that failed to compile. Correct the name, or deploy the field or class b with the "
        "code.)",
        "o/fields/B__c.field-meta.xml:3:2: CustomField A__c.B__c: Required field is missing: label (The component "
        "needs the element label and does not have it, or has it empty. Add label with a value, or take the empty "
        "element around it out.)",
        "package.xml: the package: An object 'Z' of type ApexClass was named in package.xml",
        f"deployment {JOB} ended with Failed (nothing of it was kept; mend what failed and deploy again)",
    ]


def test_tests_coverage_warnings_and_the_jobs_own_message_are_told() -> None:
    result = replace(
        FAILED,
        failures=(),
        test_failures=(TestFailure("X", "fails", "Assertion with hidden-key", "Class.X.fails: line 3,\n column 1"),),
        coverage=(Coverage("Y", 10, 4),),
        coverage_warnings=(CoverageWarning("Y", "60 % covered"), CoverageWarning("", "org: 74 %")),
        successes=(ComponentMessage("ApexClass", "Y", "classes/Y.cls", True, problem="deprecated"),),
        error_code="UNKNOWN_EXCEPTION",
        error_message="An unexpected error",
    )
    assert told(result)[1] == [
        "force-app/main/classes/X.cls:3:1: test X.fails failed: Assertion with *** (Class.X.fails: line 3, column 1) "
        "(mend the class or its test)",
        "classes/Y.cls: code coverage: Y: 60 % covered (6 of 10 lines were run) (the tests that are run have to cover "
        "75 % of a class, and some of every trigger)",
        "code coverage: org: 74 % (the tests that are run have to cover 75 % of a class, and some of every trigger)",
        "classes/Y.cls: warning: deprecated",
        "UNKNOWN_EXCEPTION: An unexpected error (An error inside Salesforce, often set off by one component that it "
        "cannot digest. Try again; when it stays, deploy in halves to find the component, and give Salesforce "
        "Support the error id.)",
        f"deployment {JOB} ended with Failed (nothing of it was kept; mend what failed and deploy again)",
    ]


@pytest.mark.parametrize(
    ("stack", "place"),
    [
        ("Class.Theirs.run: line 9, column 1\nClass.X.fails: line 2, column 5", "force-app/main/classes/X.cls:2:5"),
        ("Class.ns.X.Inner.go: line 1, column 3", "force-app/main/classes/X.cls:1:3"),
        ("External entry point", "classes/Y.cls"),
        ("Trigger.T: line 4", "classes/Y.cls"),
    ],
)
def test_a_failed_test_is_told_at_the_first_place_of_its_stack_that_is_ours(stack: str, place: str) -> None:
    failure = TestFailure("Y", "works", "no", stack)
    assert told(replace(FAILED, failures=(), test_failures=(failure,)))[1][0].startswith(
        f"{place}: test Y.works failed: no"
    )


def test_the_last_line_says_where_the_org_shows_the_job() -> None:
    page = "https://acme.my.salesforce.com/lightning/setup/DeployStatus/page?address=x"
    assert told(replace(FAILED, page=page))[1][-1].endswith(f"mend what failed and deploy again; {page} shows it)")


def test_a_partial_success_is_an_error_of_its_own_with_its_exit_code() -> None:
    result = replace(
        FAILED,
        status=Status.SUCCEEDED_PARTIAL,
        status_text="SucceededPartial",
        failures=FAILED.failures[:1],
        successes=(
            ComponentMessage("", "package.xml", "package.xml", True),
            ComponentMessage("ApexClass", "Y", "classes/Y.cls", True, created=True),
        ),
    )
    kind, lines = told(result)
    assert (kind, kind.exit_code) == (PartialDeployError, 68)
    assert lines[-1] == (
        f"deployment {JOB} ended with SucceededPartial: 1 components are in the org, 1 are not "
        "(mend what failed and deploy again)"
    )


@pytest.mark.parametrize(
    ("status", "text", "success", "said"),
    [
        (Status.CANCELED, "Canceled", False, f"deployment {JOB} was canceled by Ada (deploy again)"),
        (Status.UNKNOWN, "Superb", True, f"deployment {JOB} ended with Superb (look at what of it"),
        (Status.SUCCEEDED, "Succeeded", False, f"deployment {JOB} ended with Succeeded, but the org does not call it"),
        (Status.IN_PROGRESS, "InProgress", True, f"deployment {JOB} ended with InProgress"),
        (Status.UNKNOWN, "", False, f"deployment {JOB} ended with no status"),
    ],
)
def test_nothing_is_a_success_that_the_org_did_not_call_one(
    status: Status, text: str, success: bool, said: str
) -> None:
    result = replace(FAILED, status=status, status_text=text, success=success, failures=(), canceled_by="Ada")
    assert told(result)[1][-1].startswith(said)


def test_a_success_with_a_failed_component_in_it_is_none() -> None:
    result = replace(
        FAILED, status=Status.SUCCEEDED, status_text="Succeeded", success=True, failures=FAILED.failures[:1]
    )
    assert told(result)[0] is DeployError


def test_a_success() -> None:
    check(replace(FAILED, status=Status.SUCCEEDED, success=True, failures=()), BUNDLE, Redactor())


def test_a_check_only_job_says_that_it_kept_nothing_anyway() -> None:
    assert told(replace(FAILED, check_only=True))[1][-1] == (
        f"deployment {JOB} ended with Failed (this was a check only; mend what failed and deploy again)"
    )
