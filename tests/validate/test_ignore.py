"""Ignore comments, and the baseline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import Location, UsageError
from toolkit.validate import baseline
from toolkit.validate.engine import Result
from toolkit.validate.finding import Finding, Severity, fingerprints

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
Run = Callable[..., Result]
GRANT = "<userPermissions><enabled>true</enabled><name>{}</name></userPermissions>"


def permission_set(before: str = "", inside: str = "") -> str:
    first, second = GRANT.format("ModifyAllData"), GRANT.format("ViewAllData")
    return f"{before}<PermissionSet {NS}>\n<label>A</label>\n{inside}\n{first}\n{second}\n</PermissionSet>\n"


def found(result: Result) -> list[tuple[str, int]]:
    return [(finding.rule, finding.where.line) for finding in result.findings]


def test_a_comment_covers_the_element_it_stands_before(run: Run) -> None:
    text = permission_set(inside="<!-- sfmeta: ignore W5005 for administrators only -->")
    assert found(run({"permissionsets/A.permissionset": text})) == [("W5005", 5)]


def test_a_comment_before_the_root_covers_the_file(run: Run) -> None:
    text = permission_set(before="<!-- sfmeta: ignore W5005 for administrators only -->\n")
    assert found(run({"permissionsets/A.permissionset": text})) == []


def test_a_reason_is_asked_for_and_an_idle_comment_is_told(run: Run) -> None:
    text = permission_set(inside="<!-- sfmeta: ignore W5005 --><!-- sfmeta: ignore E3001 not yet -->")
    assert found(run({"permissionsets/A.permissionset": text})) == [("N1006", 3), ("N1007", 3), ("W5005", 5)]


def test_schema_findings_are_ignored_in_the_same_way(run: Run) -> None:
    text = permission_set(inside="<!-- sfmeta: ignore E1113, W5005 read by our own tool -->\n<wrong>1</wrong>")
    assert "E1113" not in {rule for rule, _ in found(run({"permissionsets/A.permissionset": text}))}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("update one; // sfmeta: ignore W8007 two turns", []),
        ("// sfmeta: ignore W8007 two turns\n            update one;", []),
        ("update one; // sfmeta: ignore W8010 two turns", [("N1007", 4), ("W8007", 4)]),
    ],
)
def test_apex_comments_cover_their_line_or_the_next(run: Run, line: str, expected: list[tuple[str, int]]) -> None:
    code = f"""public with sharing class A {{
    public void go(List<Case> cases) {{
        for (Case one : cases) {{
            {line}
        }}
    }}
}}"""
    meta = f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
    result = run({"classes/A.cls": code, "classes/A.cls-meta.xml": meta}, api_version="62.0")
    assert [row for row in found(result) if row[0] != "N8004"] == expected


def finding(message: str, line: int) -> Finding:
    return Finding("W5005", Severity.WARNING, message, Location("a.permissionset", line, 3), "mend it")


def test_fingerprints_survive_moves_and_tell_equal_findings_apart() -> None:
    before = [name for name, _ in fingerprints([finding("x", 3), finding("x", 9), finding("y", 12)])]
    after = [name for name, _ in fingerprints([finding("x", 5), finding("x", 20), finding("y", 22)])]
    assert before == after
    assert len(set(before)) == 3


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "baseline"
    named = fingerprints([finding("x", 3), finding("y", 4)])
    assert baseline.write(file, named) == 2
    first = file.read_bytes()
    assert baseline.read(file) == {name for name, _ in named}
    baseline.write(file, reversed(named))
    assert file.read_bytes() == first
    assert b"W5005 a.permissionset" in first


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no fingerprint\n"])
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(UsageError):
        baseline.read(tmp_path / "b")


def test_a_missing_baseline_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--write-baseline"):
        baseline.read(tmp_path / "b")
