"""A deployment for machines: JUnit with the Apex tests, GitHub annotations, the JSON of a job."""

from __future__ import annotations

from xml.etree import ElementTree

from toolkit.errors import DeployError, Location, Problem
from toolkit.org.jobs import deploy_result
from toolkit.release.run import Outcome, ReleaseReport, StepReport
from toolkit.release.step import Change, Kind
from toolkit.report.release import job_json
from toolkit.report.release_github import commands
from toolkit.report.release_junit import job_junit, release_junit

TESTED = deploy_result(
    {
        "id": "0Af000000000001AAA",
        "status": "Failed",
        "done": True,
        "success": False,
        "numberTestErrors": 1,
        "numberTestsTotal": 3,
        "numberTestsCompleted": 3,
        "details": {
            "componentSuccesses": [{"fullName": "P", "problem": "100 % odd,\nreally", "success": True}],
            "runTestResult": {
                "successes": [
                    {"name": "ATest", "methodName": "b", "time": "250.0"},
                    {"name": "ATest", "methodName": "a", "time": 1000},
                ],
                "failures": {"name": "BTest", "methodName": "c", "time": "junk", "message": 'a < "b"',
                             "stackTrace": "Class.BTest.c: line 3, column 1"},
                "codeCoverage": {"name": "A", "numLocations": 10, "numLocationsNotCovered": 4},
                "codeCoverageWarnings": {"name": "A", "message": "60 %"},
            },
        },
    }
)  # fmt: skip
PROBLEMS = (
    Problem("test BTest.c failed: a,b: 50 %", Location("classes/BTest.cls", 3, 1), "mend it\nor not"),
    Problem("deployment ended with Failed"),
)
REPORT = ReleaseReport(
    (StepReport("components", "Components", Outcome.FAILED, (Change(Kind.CREATED, "ApexClass A"),)),),
    check_only=False,
    seconds=2.0,
    error=DeployError(*PROBLEMS),
)


def test_the_apex_tests_are_cases_of_a_suite_of_their_own() -> None:
    root = ElementTree.fromstring(release_junit(REPORT, [TESTED]))
    assert (root.get("tests"), root.get("failures")) == ("6", "3")
    suite = next(suite for suite in root if suite.get("name") == "Apex tests of 0Af000000000001AAA")
    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("3", "1", "1.250")
    assert [(case.get("classname"), case.get("name"), case.get("time")) for case in suite] == [
        ("ATest", "a", "1.000"),
        ("ATest", "b", "0.250"),
        ("BTest", "c", "0.000"),
    ]
    failure = suite[2][0]
    assert (failure.get("message"), failure.text) == ('a < "b"', "Class.BTest.c: line 3, column 1")


def test_the_counts_of_every_suite_are_those_of_its_cases() -> None:
    root = ElementTree.fromstring(release_junit(REPORT, [TESTED]))
    for suite in root:
        assert suite.get("tests") == str(len(list(suite)))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
    assert root.get("tests") == str(len(list(root.iter("testcase"))))
    assert root.get("failures") == str(len(list(root.iter("failure"))))


def test_a_job_alone() -> None:
    root = ElementTree.fromstring(job_junit(TESTED, PROBLEMS))
    assert [suite.get("name") for suite in root] == ["Apex tests of 0Af000000000001AAA", "problems"]
    case = root[1][0]
    assert (case.get("file"), case.get("line")) == ("classes/BTest.cls", "3")


def test_problems_annotate_their_lines() -> None:
    assert list(commands(REPORT.error, [TESTED])) == [
        "::error title=sfmeta deploy,file=classes/BTest.cls,line=3,col=1::"
        "test BTest.c failed: a,b: 50 %25%0Amend: mend it%0Aor not",
        "::error title=sfmeta deploy::deployment ended with Failed",
    ]


def test_the_warnings_of_a_job_that_succeeded_are_annotations_too() -> None:
    assert list(commands(None, [TESTED])) == ["::warning title=deployment 0Af000000000001AAA::P: 100 %25 odd,%0Areally"]


def test_the_json_of_a_job() -> None:
    found = job_json(TESTED)
    assert found["testErrors"] == 1
    assert found["coverage"] == [{"name": "A", "lines": 10, "missed": 4}]
    assert found["coverageWarnings"] == [{"name": "A", "text": "60 %"}]
    assert found["warnings"] == [{"component": "P", "text": "100 % odd,\nreally"}]
