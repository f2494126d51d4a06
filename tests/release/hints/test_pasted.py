"""Pasted output: the errors of what `sf`, sfmeta and older tools print."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.release.hints.pasted import read
from toolkit.release.hints.told import Told

BOX = """
Deploying v63.0 metadata to me@example.com using the v63.0 SOAP API.
Errors
┌───────────┬────────┬────────────────────────────┬─────────────┐
│ Type      │ Name   │ Problem                    │ Line:Column │
├───────────┼────────┼────────────────────────────┼─────────────┤
│ ApexClass │ Token  │ Variable does not exist: x │ 3:12        │
│ ApexClass │ Widget │ Dependent class is invalid │ 1:1         │
│           │        │ and needs recompilation    │             │
└───────────┴────────┴────────────────────────────┴─────────────┘
Error (1): Failed to deploy
"""
BARS = """
Status: Failed | ████████████ | 217/217 Components | Errors: 2

Component Failures [2]
==========================================================================
| Type  Name                 Problem                                        Line:Column
| ───── ──────────────────── ────────────────────────────────────────────── ───────────
| Error Contact.CleanStatus  Could not resolve the standard field's         138:61
|                            name.
| Error LWC_Recipes          In field: tab - no CustomTab named Hello found
| Error Coral Unknown user permission: Fly

Test Results Summary
"""
PATHS = """
=== Component Failures [2]
TYPE   FILE                                  NAME   PROBLEM
─────  ────────────────────────────────────  ─────  ─────────────────────────────
Error  force-app/main/default/tabs/T.tab     T      In field: page - no ApexPage named P found (3:7)
Error  force-app/main/default/classes/A.cls         Invalid type: B

ERROR running force:mdapi:deploy:  The metadata deploy operation failed.
"""
LINES = """
Failures:
objects/Account.object(16,26):In field: X__c - no CustomField named Account.X__c found
classes/A.cls(67,70):Method does not exist or incorrect signature: void x() from the type B
pages/P.page(P):Apex class 'A' does not exist
[sf:deploy] 1.  layouts/FeedItem-Feed.layout -- Error: Layout must have at least 1 section
error: force-app/tabs/T.tab-meta.xml:2:5: CustomTab T: In field: page - no ApexPage named P found
\x1b[31merror: deployment 0Af1 ended with Failed\x1b[0m
sf:UNKNOWN_EXCEPTION: An unexpected error occurred. Please include this ErrorId if you contact support: 1-2 (3)
nothing to see here
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("what is this", [Told("what is this")], id="one line is one error"),
        pytest.param(
            "Error: Invalid type: X (3:4)", [Told("Invalid type: X", "", "", 3, 4)], id="one line with its place"
        ),
        pytest.param("nothing\nto see", [], id="lines without errors"),
        pytest.param(
            BOX,
            [
                Told("Variable does not exist: x", "ApexClass", "Token", 3, 12),
                Told("Dependent class is invalid and needs recompilation", "ApexClass", "Widget", 1, 1),
                Told("Failed to deploy"),
            ],
            id="table in a box",
        ),
        pytest.param(
            BARS,
            [
                Told("Could not resolve the standard field's name.", "", "Contact.CleanStatus", 138, 61),
                Told("In field: tab - no CustomTab named Hello found", "", "LWC_Recipes"),
                Told("Coral Unknown user permission: Fly"),
            ],
            id="table with bars",
        ),
        pytest.param(
            PATHS,
            [
                Told("In field: page - no ApexPage named P found", "CustomTab", "T", 3, 7),
                Told("Invalid type: B", "ApexClass", "A"),
                Told("The metadata deploy operation failed."),
            ],
            id="table with files",
        ),
        pytest.param(
            LINES,
            [
                Told("In field: X__c - no CustomField named Account.X__c found", "CustomObject", "Account", 16, 26),
                Told(
                    "Method does not exist or incorrect signature: void x() from the type B", "ApexClass", "A", 67, 70
                ),
                Told("Apex class 'A' does not exist", "ApexPage", "P"),
                Told("Layout must have at least 1 section", "Layout", "FeedItem-Feed"),
                Told("In field: page - no ApexPage named P found", "CustomTab", "T", 2, 5),
                Told("deployment 0Af1 ended with Failed"),
                Told(
                    "sf:UNKNOWN_EXCEPTION: An unexpected error occurred. Please include this ErrorId if you contact "
                    "support: 1-2 (3)"
                ),
            ],
            id="lines of many tools",
        ),
        pytest.param(
            json.dumps(
                {
                    "status": 1,
                    "message": "Deploy failed.",
                    "result": {
                        "details": {
                            "componentFailures": {
                                "componentType": "ApexClass",
                                "fullName": "A",
                                "problem": "Invalid type: B",
                                "problemType": "Error",
                                "lineNumber": 3,
                                "columnNumber": "4",
                            },
                            "runTestResult": {"failures": [{"message": "System.X: y", "stackTrace": "s"}]},
                        },
                        "files": [
                            {
                                "error": "Invalid type: B (3:4)",
                                "fullName": "A",
                                "type": "ApexClass",
                                "filePath": "a.cls",
                            }
                        ],
                    },
                }
            ),
            [Told("Invalid type: B", "ApexClass", "A", 3, 4), Told("System.X: y")],
            id="JSON of sf; what is told twice counts once",
        ),
        pytest.param(
            '{"status": "error", "exitCode": 1, "problems": [{"message": "CustomTab T: Invalid type: B",'
            ' "where": {"file": "a", "line": 2, "column": 5}, "mend": null}]}',
            [Told("Invalid type: B", "CustomTab", "T", 2, 5)],
            id="JSON of sfmeta",
        ),
        pytest.param(
            '[{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]',
            [Told("INVALID_SESSION_ID: Session expired or invalid")],
            id="JSON of the platform",
        ),
        pytest.param(
            '{"error": "invalid_grant", "error_description": "audience is invalid"}',
            [Told("invalid_grant: audience is invalid")],
            id="JSON of a sign-in",
        ),
        pytest.param('{"status": 1, "message": "no org"}', [Told("no org")], id="JSON with a message alone"),
        pytest.param("{not json", [Told("{not json")], id="no JSON"),
        pytest.param("[" * 100_000, [Told("[" * 100_000)], id="JSON too deep to read"),
    ],
)
def test_read(text: str, expected: list[Told]) -> None:
    assert list(read(text)) == expected


PIECES = [
    "Error",
    "│",
    "| ",
    "─────  ────",
    " -- Error: ",
    "classes/A.cls",
    "(1,2):",
    ":3:4: ",
    "\n",
    "Problem",
    "{",
    '"',
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read(parts: list[str]) -> None:
    for told in read("".join(parts)):
        assert told.problem


def seconds(text: str) -> float:
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "piece",
    ["Error: x\n", "│ Type │ Problem │\n", "Problem ──\n── ──\n", "│ │ more │\n", "a.b(", "classes/A.cls:", "│", "{"],
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    small = min(seconds("│ Type │ Problem │\n" + piece * (8_000 // len(piece))) for _ in range(3))
    large = min(seconds("│ Type │ Problem │\n" + piece * (32_000 // len(piece))) for _ in range(2))
    assert large < 9 * small + 0.05
