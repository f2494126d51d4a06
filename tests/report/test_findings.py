"""Findings in every format: exact text, and what the formats' own rules ask for."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import Location
from toolkit.report.findings import FORMATS, render
from toolkit.validate.engine import Result
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome, outcome
from toolkit.validate.source import SourceFile, Sources

TEXT = b"""<PermissionSet>
    <classAccesses><apexClass>Gone</apexClass></classAccesses>
\t<key>sk_live_0123</key>
</PermissionSet>
"""
PATH = "permissionsets/A, B: 100%.permissionset"
FILE = SourceFile(PATH, "PermissionSet", "A", "self", size=len(TEXT), data=TEXT)
SOURCES = Sources((FILE,), "62.0")
FINDINGS = (
    Finding(
        "E3001", Severity.ERROR, "the Apex class Gone is not among the files", Location(PATH, 2, 31), "add the class"
    ),
    Finding("E9002", Severity.ERROR, "a token is in this file", Location(PATH, 3, 7), "remove it", secret=True),
    Finding("W2040", Severity.WARNING, "two\nlines\x1b[31m & <tags>", Location(PATH), "raise it"),
    Finding("N8004", Severity.NOTE, "no test class names A", Location("classes/A.cls", 1, 1), "write a test"),
)


def made(level: Severity = Severity.NOTE, findings: tuple[Finding, ...] = FINDINGS) -> Outcome:
    result = Result(findings, 1, {"Odd": 2}, (("W8001", "needs the Apex grammar"), ("W8007", "needs the Apex grammar")))
    return outcome(result, SOURCES, level=level)


def shown(format_: str, **options: bool) -> str:
    return render(format_, made(), Lines(SOURCES), **options)


def test_text_shows_the_line_with_a_caret_and_the_mend() -> None:
    assert shown("text") == (
        """error[E3001]: the Apex class Gone is not among the files
 --> permissionsets/A, B: 100%.permissionset:2:31
  |
2 |     <classAccesses><apexClass>Gone</apexClass></classAccesses>
  |                               ^^^^
  = mend: add the class

error[E9002]: a token is in this file
 --> permissionsets/A, B: 100%.permissionset:3:7
  = mend: remove it

warning[W2040]: two lines\ufffd[31m & <tags>
--> permissionsets/A, B: 100%.permissionset
 = mend: raise it

note[N8004]: no test class names A
 --> classes/A.cls:1:1
  = mend: write a test

not checked against a schema, because it does not know the type: Odd (2)
not run: W8001, W8007 (needs the Apex grammar)
checked 1 file with API version 62.0: 2 errors, 1 warning, 1 note
"""
    )


def test_a_clean_run_says_so_in_one_line() -> None:
    clean = outcome(Result((), 3, {}), SOURCES)
    assert render("text", clean, Lines(SOURCES)) == "checked 3 files with API version 62.0: nothing to mend\n"


def test_color_is_only_there_when_it_is_asked_for() -> None:
    assert "\x1b" not in shown("text")
    assert "\x1b[31;1merror[E3001]\x1b[0m" in shown("text", color=True)


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_shows_the_line_of_a_secret(format_: str) -> None:
    assert "sk_live_0123" not in shown(format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_findings_give_the_same_bytes(format_: str) -> None:
    assert shown(format_) == shown(format_)
    assert shown(format_).endswith("\n")


def test_json_holds_everything() -> None:
    document = json.loads(shown("json"))
    assert document["status"] == "failed"
    assert document["counts"] == {"error": 2, "warning": 1, "note": 1}
    assert document["findings"][0] | {"fingerprint": ""} == {
        "rule": "E3001",
        "severity": "error",
        "message": "the Apex class Gone is not among the files",
        "file": PATH,
        "line": 2,
        "column": 31,
        "mend": "add the class",
        "fingerprint": "",
    }
    assert document["findings"][2]["line"] is None
    assert document["notChecked"] == {"Odd": 2}
    assert document["notRun"][0] == {"rule": "W8001", "reason": "needs the Apex grammar"}


def test_github_escapes_messages_and_properties() -> None:
    assert shown("github").splitlines()[:3] == [
        "::error file=permissionsets/A%2C B%3A 100%25.permissionset,title=E3001 error,line=2,col=31"
        "::the Apex class Gone is not among the files%0Amend: add the class",
        "::error file=permissionsets/A%2C B%3A 100%25.permissionset,title=E9002 error,line=3,col=7"
        "::a token is in this file%0Amend: remove it",
        "::warning file=permissionsets/A%2C B%3A 100%25.permissionset,title=W2040 warning"
        "::two%0Alines\x1b[31m & <tags>%0Amend: raise it",
    ]


def test_junit_counts_its_cases_and_failures() -> None:
    root = ElementTree.fromstring(shown("junit"))
    suites = root.findall("testsuite")
    assert [(suite.get("id"), suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("0", PATH, "3", "3"),
        ("1", "classes/A.cls", "1", "0"),
    ]
    assert len(root.findall(".//testcase")) == 4
    assert root.findall(".//failure")[2].get("message") == "two\nlines\ufffd[31m & <tags>"
    notes = suites[1].findtext("system-out") or ""
    assert notes.startswith("N")
    assert " Mend: " in notes


def test_junit_says_what_its_schemas_know_and_no_more() -> None:
    """junit-10.xsd of Jenkins' xUnit plugin and Ant's JUnit.xsd, which wants all of a suite that is here."""
    known = {
        "testsuites": set[str](),
        "testsuite": {
            "id",
            "package",
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "hostname",
            "timestamp",
            "time",
        },
        "properties": set[str](),
        "testcase": {"classname", "name", "time"},
        "failure": {"message", "type"},
        "system-out": set[str](),
        "system-err": set[str](),
    }
    root = ElementTree.fromstring(shown("junit"))
    for element in root.iter():
        assert set(element.attrib) == known[element.tag]
    for suite in root:
        tags = [element.tag for element in suite]
        assert tags == ["properties", *["testcase"] * int(suite.get("tests") or 0), "system-out", "system-err"]
        assert {inner.tag for case in suite.iter("testcase") for inner in case} <= {"failure"}
    names = [case.get("name") for case in root.iter("testcase")]
    assert names[0] == "E3001 2:31"


def test_a_clean_run_in_junit_has_a_case_that_passes() -> None:
    root = ElementTree.fromstring(render("junit", outcome(Result((), 3, {}), SOURCES), Lines(SOURCES)))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), len(root.findall(".//testcase"))) == ("1", "0", 1)


TEXT_OBJECT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string"}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": TEXT_OBJECT,
        "fullDescription": TEXT_OBJECT,
        "help": TEXT_OBJECT,
        "defaultConfiguration": {"type": "object", "additionalProperties": False, "properties": {"level": LEVEL}},
    },
}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}},
}
PHYSICAL = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["address"]}, {"required": ["artifactLocation"]}],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "uri": {
                    "type": "string",
                    "format": "uri-reference",
                    "pattern": r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*$",
                }
            },
        },
        "region": REGION,
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": TEXT_OBJECT,
        "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": PHYSICAL}}},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
NOTIFICATION = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {"level": LEVEL, "message": TEXT_OBJECT},
}
# the part of the OASIS schema of SARIF 2.1.0 that our reports use, with nothing else allowed
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["executionSuccessful"],
                            "additionalProperties": False,
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "toolExecutionNotifications": {"type": "array", "items": NOTIFICATION},
                            },
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def test_sarif_is_valid_and_points_at_its_rules() -> None:
    document = json.loads(shown("sarif"))
    jsonschema.validate(document, SARIF)
    run = document["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    first = run["results"][0]["locations"][0]["physicalLocation"]
    assert first["artifactLocation"]["uri"] == "permissionsets/A%2C%20B%3A%20100%25.permissionset"
    assert first["region"] == {"startLine": 2, "startColumn": 31}


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Finding,
            st.sampled_from(["E3001", "W5005", "N8004"]),
            st.sampled_from(list(Severity)),
            st.text(max_size=40),
            st.builds(Location, st.text(min_size=1, max_size=20), st.integers(0, 5), st.integers(0, 200)),
            st.text(max_size=20),
        ),
        max_size=4,
    )
)
def test_any_text_gives_well_formed_reports(findings: list[Finding]) -> None:
    some = made(findings=tuple(findings))
    reports = {name: render(name, some, Lines(SOURCES)) for name in FORMATS}
    jsonschema.validate(json.loads(reports["sarif"]), SARIF)
    assert len(json.loads(reports["json"])["findings"]) == len(findings)
    assert len(ElementTree.fromstring(reports["junit"]).findall(".//testcase")) == max(1, len(findings))
    commands = [row for row in reports["github"].split("\n") if row.startswith("::")]
    assert len(commands) == len(findings)
    assert all(character.isprintable() or character == "\n" for character in reports["text"])


def test_what_is_below_the_level_or_in_the_baseline_is_counted() -> None:
    result = Result(FINDINGS, 1, {})
    everything = outcome(result, SOURCES, level=Severity.NOTE)
    names = [name for name, _ in everything.findings]
    some = outcome(result, SOURCES, level=Severity.WARNING, baseline=names[:1])
    assert [finding.rule for _, finding in some.findings] == ["E9002", "W2040"]
    assert (some.known, some.hidden) == (1, {Severity.NOTE: 1})
    assert render("text", some, Lines(SOURCES)).splitlines()[-1] == (
        "checked 1 file with API version 62.0: 1 error, 1 warning; 1 note not shown (--level note); 1 in the baseline"
    )
