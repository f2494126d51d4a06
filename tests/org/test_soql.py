"""SOQL literals cannot be broken out of, and names are checked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import UsageError
from toolkit.org import soql


def read_literal(text: str) -> tuple[str, str]:
    """The value of the quoted string that text begins with, and the rest; written from the SOQL reference."""
    assert text[0] == "'"
    plain = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
    value, at = "", 1
    while text[at] != "'":
        if text[at] == "\\":
            if text[at + 1] == "u":
                value, at = value + chr(int(text[at + 2 : at + 6], 16)), at + 6
            else:
                value, at = value + plain[text[at + 1]], at + 2
        else:
            value, at = value + text[at], at + 1
    return value, text[at + 1 :]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_literal_says_the_text_and_ends_where_it_ends(value: str) -> None:
    query = soql.select("Id", source="User", where=soql.equals("Username", value))
    found, rest = read_literal(query.partition("= ")[2])
    assert (found, rest) == (value, "")
    assert "\n" not in query


def test_an_injection_stays_a_value() -> None:
    query = soql.select("Id", source="User", where=soql.equals("Username", "x' OR Name != '\\"))
    assert query == r"SELECT Id FROM User WHERE Username = 'x\' OR Name != \'\\'"


def test_a_whole_query() -> None:
    query = soql.select(
        "Id",
        "Profile.Name",
        "(SELECT PermissionSetId FROM PermissionSetAssignments)",
        source="User",
        where=soql.all_of(
            soql.one_of("Username", ["a@b.c", "d'e@f.g"]),
            soql.any_of(soql.equals("IsActive", value=True), soql.differs("ManagerId", None)),
            soql.equals("NumberOfFailedLogins", 3),
            soql.equals("CreatedDate", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
            soql.within("Id", soql.select("AssigneeId", source="PermissionSetAssignment")),
        ),
        order_by="Username, Id",
        limit=5,
    )
    assert query == (
        "SELECT Id, Profile.Name, (SELECT PermissionSetId FROM PermissionSetAssignments) FROM User "
        r"WHERE Username IN ('a@b.c', 'd\'e@f.g') AND (IsActive = true OR ManagerId != null) "
        "AND NumberOfFailedLogins = 3 AND CreatedDate = 2026-01-02T03:04:05Z "
        "AND Id IN (SELECT AssigneeId FROM PermissionSetAssignment) ORDER BY Username, Id LIMIT 5"
    )


@pytest.mark.parametrize("name", ["", "Id FROM User --", "a b", "1a", "A.", "Id)", "Ünï"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name"):
        soql.select(name, source="User")
    with pytest.raises(ValueError, match="is not the name"):
        soql.select("Id", source=name)
    with pytest.raises(ValueError, match="is not the name"):
        soql.equals(name, 1)


def test_an_empty_list_and_a_datetime_without_zone_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="IN \\(\\) cannot be asked"):
        soql.one_of("Id", [])
    with pytest.raises(ValueError, match="time zone"):
        soql.literal(datetime(2026, 1, 1))


def test_a_written_query_is_one_select() -> None:
    assert soql.written("  select Id from User; ") == "select Id from User"
    with pytest.raises(UsageError, match="not a query"):
        soql.written("DELETE FROM User")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), max_size=60))
def test_parts_hold_every_value_once_in_lists_that_fit_a_url(values: list[str]) -> None:
    parts = list(soql.parts(values))
    assert [value for part in parts for value in part] == list(dict.fromkeys(values))
    assert all(part for part in parts)
    assert all(len(part) == 1 or len(soql.one_of("Id", part).encode()) < 4100 for part in parts)
