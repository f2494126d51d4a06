"""SOQL: grammar, answers, and the platform's errors."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.localorg.model import records
from toolkit.localorg.model.fields import Field
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.server import open_org
from toolkit.localorg.soql import functions, moments, wildcards
from toolkit.localorg.soql.evaluate import Evaluator
from toolkit.localorg.soql.nodes import Comparison, Junction, Moment, Query
from toolkit.localorg.soql.parser import parse, unescape

ROWS = (
    {"LastName": "Able", "FirstName": "Ann", "Email": "ann@x.example", "DoNotCall": True},
    {"LastName": "Baker", "FirstName": "Bob", "Email": "bob@x.example", "Department": "Sales"},
    {"LastName": "Chase", "Email": None, "Department": "sales"},
    {"LastName": "O'Neil", "FirstName": "Per%cent", "Department": "R_D"},
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    org = open_org(tmp_path_factory.mktemp("soql"))
    with org.write() as work:
        work.user_id = work.facts.get("admin_id") or ""
        account = records.insert(work, records.sobject_named(work, "Account"), {"Name": "Acme", "AnnualRevenue": 10})
        records.insert(work, records.sobject_named(work, "Account"), {"Name": "Zenith", "AnnualRevenue": 20})
        for number, row in enumerate(ROWS):
            fields: dict[str, Any] = {**row, **({"AccountId": account} if number < 2 else {})}
            records.insert(work, records.sobject_named(work, "Contact"), fields)
    yield org
    org.close()


def rows(org: Org, soql: str, api: Any = "data") -> list[Any]:
    with org.read() as work:
        return [plain(row) for row in Evaluator(work, soql, api=api, version="62.0").rows(parse(soql))]


def plain(row: Any) -> Any:
    if isinstance(row, dict):
        if "records" in row:
            return [plain(inner) for inner in row["records"]]
        return {key: plain(inner) for key, inner in row.items() if key != "attributes"}
    return row


def names(org: Org, where: str) -> list[str]:
    return [row["LastName"] for row in rows(org, f"SELECT LastName FROM Contact {where} ORDER BY LastName")]


FILTERS = {
    "WHERE LastName = 'able'": ["Able"],
    "WHERE LastName != 'Able'": ["Baker", "Chase", "O'Neil"],
    "WHERE LastName <> 'Able'": ["Baker", "Chase", "O'Neil"],
    "WHERE LastName > 'Baker'": ["Chase", "O'Neil"],
    "WHERE LastName >= 'Baker' AND LastName < 'D'": ["Baker", "Chase"],
    "WHERE LastName LIKE '%a%'": ["Able", "Baker", "Chase"],
    "WHERE LastName LIKE 'b_ker'": ["Baker"],
    "WHERE FirstName LIKE 'Per\\%%'": ["O'Neil"],
    "WHERE Department LIKE 'R\\_D'": ["O'Neil"],
    "WHERE LastName = 'O\\'Neil'": ["O'Neil"],
    "WHERE LastName IN ('Able', 'CHASE')": ["Able", "Chase"],
    "WHERE LastName NOT IN ('Able', 'CHASE')": ["Baker", "O'Neil"],
    "WHERE Email = null": ["Chase", "O'Neil"],
    "WHERE Email != NULL": ["Able", "Baker"],
    "WHERE DoNotCall = true": ["Able"],
    "WHERE NOT DoNotCall = true": ["Baker", "Chase", "O'Neil"],
    "WHERE (LastName = 'Able' OR LastName = 'Baker') AND Email LIKE 'bob%'": ["Baker"],
    "WHERE Account.Name = 'Acme'": ["Able", "Baker"],
    "WHERE Account.Owner.Username = 'admin@local.example'": ["Able", "Baker"],
    "WHERE Contact.Account.Name = 'Acme'": ["Able", "Baker"],
    "WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')": ["Able", "Baker"],
    "WHERE AccountId NOT IN (SELECT Id FROM Account WHERE Name != 'Acme')": ["Able", "Baker", "Chase", "O'Neil"],
    "WHERE AccountId IN (SELECT Id FROM Account WHERE Name LIKE 'A%') AND NOT (LastName IN ('Able'))": ["Baker"],
    "WHERE LastName IN ('" + "(" * 60 + "', 'Able', 'NOT')": ["Able"],
    "WHERE CreatedDate = THIS_FISCAL_YEAR": ["Able", "Baker", "Chase", "O'Neil"],
    "WHERE CreatedDate = TODAY": ["Able", "Baker", "Chase", "O'Neil"],
    "WHERE CreatedDate > 2000-01-01T00:00:00Z": ["Able", "Baker", "Chase", "O'Neil"],
    "WHERE CreatedDate < LAST_N_DAYS:3": [],
    "c WHERE c.LastName = 'Able'": ["Able"],
}


@pytest.mark.parametrize("where", FILTERS)
def test_filters(books: Org, where: str) -> None:
    assert names(books, where) == FILTERS[where]


def test_order_limit_and_offset(books: Org) -> None:
    def ordered(tail: str) -> list[str]:
        return [row["LastName"] for row in rows(books, f"SELECT LastName FROM Contact {tail}")]

    assert ordered("ORDER BY LastName DESC LIMIT 2") == ["O'Neil", "Chase"]
    assert ordered("ORDER BY LastName LIMIT 2 OFFSET 1") == ["Baker", "Chase"]
    assert ordered("ORDER BY Department, LastName")[:1] == ["Able"]
    assert ordered("ORDER BY Department NULLS LAST, LastName") == ["O'Neil", "Baker", "Chase", "Able"]
    assert ordered("ORDER BY Department DESC, LastName DESC") == ["Chase", "Baker", "O'Neil", "Able"]
    assert ordered("ORDER BY Account.Name NULLS LAST, LastName DESC") == ["Baker", "Able", "O'Neil", "Chase"]


def test_relationships_both_ways(books: Org) -> None:
    assert rows(
        books, "SELECT LastName, Account.Name FROM Contact WHERE LastName IN ('Able','Chase') ORDER BY LastName"
    ) == [
        {"LastName": "Able", "Account": {"Name": "Acme"}},
        {"LastName": "Chase", "Account": None},
    ]
    soql = (
        "SELECT Name, (SELECT LastName FROM Contacts WHERE DoNotCall = false ORDER BY LastName) FROM Account ORDER "
        "BY Name"
    )
    assert rows(books, soql) == [
        {"Name": "Acme", "Contacts": [{"LastName": "Baker"}]},
        {"Name": "Zenith", "Contacts": None},
    ]


def test_names_come_back_as_the_schema_writes_them(books: Org) -> None:
    assert rows(books, "select lastname, ACCOUNT.name from contact where LASTNAME = 'able'") == [
        {"LastName": "Able", "Account": {"Name": "Acme"}}
    ]


def test_aggregates(books: Org) -> None:
    with books.read() as work:
        assert Evaluator(work, "", api="data", version="62.0").count(parse("SELECT COUNT() FROM Contact")) == 4
    assert rows(books, "SELECT COUNT(Id), COUNT(Email) mails, MIN(LastName) FROM Contact") == [
        {"expr0": 4, "mails": 2, "expr1": "Able"}
    ]
    grouped = (
        "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 1 ORDER BY Account.Name"
    )
    assert sorted(rows(books, grouped), key=str) == [{"Name": "Acme", "n": 2}, {"Name": None, "n": 2}]
    for having, count in (
        ("COUNT(Id) >= 2", 2), ("COUNT(Id) != 2", 0), ("Account.Name = 'acme'", 1), ("Account.Name LIKE 'A%'", 1),
        ("Account.Name IN ('ACME', 'x')", 1), ("Account.Name = null", 1), ("NOT Account.Name = null", 1),
        ("MIN(LastName) < 'b' OR Account.Name = null", 2),
    ):  # fmt: skip
        kept = rows(books, f"SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name HAVING {having}")
        assert len(kept) == count, having
    by_name = "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name ORDER BY MIN(LastName)"
    assert [row["Name"] for row in rows(books, by_name)] == ["Acme", None]
    assert [row["Name"] for row in rows(books, f"{by_name} DESC")] == [None, "Acme"]
    assert len(rows(books, "SELECT Department FROM Contact GROUP BY Department ORDER BY Department LIMIT 1")) == 1
    with books.read() as work:
        limited = parse("SELECT COUNT() FROM Contact LIMIT 2")
        assert Evaluator(work, "", api="data", version="62.0").count(limited) == 2
    (newest,) = rows(books, "SELECT MAX(CreatedDate) FROM Contact")
    assert newest["expr0"].endswith("+0000")
    assert rows(books, "SELECT SUM(AnnualRevenue) s, AVG(AnnualRevenue) a, MAX(AnnualRevenue) m FROM Account") == [
        {"s": 30.0, "a": 15.0, "m": 20.0}
    ]


def test_fields_functions(books: Org) -> None:
    (row,) = rows(books, "SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme' LIMIT 1")
    assert (row["Name"], row["Website"]) == ("Acme", None)
    with pytest.raises(Refusal, match="LIMIT of at most 200"):
        rows(books, "SELECT FIELDS(ALL) FROM Account")
    assert rows(books, "SELECT toLabel(Name) FROM Account WHERE Name = 'Acme'") == [{"Name": "Acme"}]


def test_parts_of_dates(books: Org) -> None:
    with books.read() as work:
        today = work.now[:10]
    year, month = int(today[:4]), int(today[5:7])
    assert rows(books, f"SELECT COUNT(Id) n FROM Contact WHERE CALENDAR_YEAR(CreatedDate) = {year}") == [{"n": 4}]
    assert rows(books, f"SELECT Id FROM Contact WHERE CALENDAR_MONTH(CreatedDate) != {month}") == []
    assert len(rows(books, f"SELECT Id FROM Contact WHERE DAY_ONLY(CreatedDate) = {today}")) == 4
    grouped = (
        "SELECT CALENDAR_YEAR(CreatedDate) y, DAY_ONLY(CreatedDate), COUNT(Id) FROM Contact "
        "GROUP BY CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate) ORDER BY CALENDAR_YEAR(CreatedDate)"
    )
    assert rows(books, grouped) == [{"y": year, "expr0": today, "expr1": 4}]
    (row,) = rows(books, "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) FROM Contact GROUP BY "
                         "HOUR_IN_DAY(convertTimezone(CreatedDate))")  # fmt: skip
    assert 0 <= row["expr0"] < 24


@pytest.mark.parametrize(
    ("function", "day", "value"),
    [("calendar_quarter", "2026-05-31", 2), ("day_in_month", "2026-05-31", 31), ("day_in_week", "2026-05-31", 1),
     ("day_in_week", "2026-06-06", 7), ("day_in_year", "2026-02-01", 32), ("fiscal_year", "2026-05-31", 2026),
     ("week_in_month", "2026-05-08", 2), ("week_in_year", "2026-01-08", 2),
     ("hour_in_day", "2026-05-31T07:00:00.000Z", 7), ("calendar_year", None, None)],
)  # fmt: skip
def test_each_part_of_a_date(function: str, day: str | None, value: int | None) -> None:
    assert functions.FUNCTIONS[function].of(Field("X", "date"), day) == value


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [("currency", 1234.5, "$1,234.50"), ("currency", -3, "-$3.00"), ("int", 12345, "12,345"), ("percent", 7, "7%"),
     ("date", "2026-03-08", "3/8/2026"), ("datetime", "2026-03-08T15:04:05.000Z", "3/8/2026, 3:04 PM"),
     ("string", "x", "x"), ("boolean", True, True), ("currency", None, None)],
)  # fmt: skip
def test_format_shows_a_value_as_a_user_sees_it(kind: str, value: Any, shown: Any) -> None:
    assert functions.FUNCTIONS["format"].of(Field("X", kind), value) == shown


def test_names_for_columns(books: Org) -> None:
    soql = "SELECT Department d, MIN(LastName) first FROM Contact WHERE Department != null GROUP BY Department"
    assert {(row["d"], row["first"]) for row in rows(books, soql)} >= {("R_D", "O'Neil")}
    assert rows(books, "SELECT FORMAT(AnnualRevenue) shown, AnnualRevenue FROM Account WHERE Name = 'Acme'") == [
        {"shown": "$10", "AnnualRevenue": 10.0}
    ]
    assert rows(books, "SELECT FORMAT(MAX(AnnualRevenue)) top FROM Account") == [{"top": "$20"}]
    with pytest.raises(Refusal, match="only aggregate expressions use field aliasing"):
        rows(books, "SELECT LastName n FROM Contact")


def test_what_a_relationship_to_several_kinds_of_objects_shows(tmp_path: Path) -> None:
    org = open_org(tmp_path / "org")
    with org.write() as work:
        work.user_id = work.facts.get("admin_id") or ""
        account = records.insert(work, records.sobject_named(work, "Account"), {"Name": "Acme", "Phone": "1"})
        case = records.insert(work, records.sobject_named(work, "Case"), {"Subject": "Help"})
        for subject, what in (("a", account), ("b", case), ("c", None)):
            records.insert(work, records.sobject_named(work, "Task"), {"Subject": subject, "WhatId": what})
    assert rows(org, "SELECT What.Type FROM Task ORDER BY Subject") == [
        {"What": {"Type": "Account"}}, {"What": {"Type": "Case"}}, {"What": None}
    ]  # fmt: skip
    assert rows(org, "SELECT Subject FROM Task WHERE What.Type = 'Account'") == [{"Subject": "a"}]
    typeof = "SELECT TYPEOF What WHEN Account THEN Name, Phone ELSE Id END FROM Task ORDER BY Subject"
    assert rows(org, typeof) == [{"What": {"Name": "Acme", "Phone": "1"}}, {"What": {"Id": case}}, {"What": None}]
    for soql, said in (
        ("SELECT What.Phone__c FROM Task", "No such column 'Phone__c' on entity 'Name'"),
        ("SELECT TYPEOF Account WHEN Account THEN Id END FROM Task", "is not a polymorphic relationship of Task"),
        ("SELECT TYPEOF What WHEN Lead THEN Id END FROM Task", "is not supported in this TYPEOF expression"),
    ):
        with pytest.raises(Refusal, match=said):
            rows(org, soql)
    mine = "SELECT Id FROM Task USING SCOPE mine"
    assert rows(org, mine) == [], "nobody has signed in"
    with org.read(work.user_id) as work:
        assert len(Evaluator(work, mine, api="data", version="62.0").rows(parse(mine))) == 3
    with pytest.raises(Refusal, match="scope team is not supported for Task"):
        rows(org, "SELECT Id FROM Task USING SCOPE team WHERE Subject = 'a' LIMIT 1")
    org.close()


SEE = "Please reference your WSDL or the describe call for the appropriate names."
ERRORS = {
    "SELECT Id FORM Account": (
        "MALFORMED_QUERY", "\nSELECT Id FORM Account\n          ^\nERROR at Row:1:Column:11\nunexpected token: 'FORM'"
    ),
    "SELECT Id\nFROM Account WHERE": (
        "MALFORMED_QUERY",
        "\nFROM Account WHERE\n                 ^\nERROR at Row:2:Column:18\nunexpected token: '<EOF>'"
    ),
    "SELECT Id FROM Contact WHERE Id = :x": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact WHERE Id = :x\n                                  ^\nERROR at Row:1:Column:35\n"
        "Bind variables only allowed in Apex code",
    ),
    "SELECT Id FROM Contact WHERE LastName = 'a": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact WHERE LastName = 'a\n                                        ^\n"
        "ERROR at Row:1:Column:41\nunterminated string literal",
    ),
    "SELECT Id FROM Contact WHERE LastName = 'a' AND LastName = 'b' OR LastName = 'c'": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact WHERE LastName = 'a' AND LastName = 'b' OR LastName = 'c'\n" + " " * 59 + "    ^\n"
        "ERROR at Row:1:Column:64\nunexpected token: 'OR'",
    ),
    "SELECT Foo FROM Contact": (
        "INVALID_FIELD",
        "\nSELECT Foo FROM Contact\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on entity 'Contact'. If "
        "you are "
        f"attempting to use a custom field, be sure to append the '__c' after the custom field name. {SEE}",
    ),
    "SELECT Foo.Name FROM Contact": (
        "INVALID_FIELD",
        "\nSELECT Foo.Name FROM Contact\n       ^\nERROR at Row:1:Column:8\nDidn't understand relationship 'Foo' in "
        "field "
        "path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom "
        f"relationship name. {SEE}",
    ),
    "SELECT Id FROM Foo": (
        "INVALID_TYPE",
        "\nSELECT Id FROM Foo\n               ^\nERROR at Row:1:Column:16\nsObject type 'Foo' is not supported. If "
        "you are "
        f"attempting to use a custom object, be sure to append the '__c' after the entity name. {SEE}",
    ),
    "SELECT Id, (SELECT Id FROM Foos) FROM Account": (
        "INVALID_TYPE",
        "\nSELECT Id, (SELECT Id FROM Foos) FROM Account\n                           ^\nERROR at Row:1:Column:28\n"
        "Didn't understand relationship 'Foos' in FROM part of query call. If you are attempting to use a custom "
        f"relationship, be sure to append the '__r' after the custom relationship name. {SEE}",
    ),
    "SELECT Id FROM Contact WHERE DoNotCall = 'true'": (
        "INVALID_FIELD",
        "\nSELECT Id FROM Contact WHERE DoNotCall = 'true'\n                             ^\nERROR at Row:1:Column:30\n"
        "value of filter criterion for field 'DoNotCall' must be of type boolean and should not be enclosed in quotes",
    ),
    "SELECT Id FROM Contact WHERE LastName = 1": (
        "INVALID_FIELD",
        "\nSELECT Id FROM Contact WHERE LastName = 1\n                             ^\nERROR at Row:1:Column:30\n"
        "value of filter criterion for field 'LastName' must be of type string and should be enclosed in quotes",
    ),
    "SELECT Id FROM Contact WHERE AccountId = 'x'": ("INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
    "": ("MALFORMED_QUERY", "A query string has to be specified"),
    "SELECT Id FROM Contact WHERE LastName IN (SELECT Id FROM Account)": (
        "MALFORMED_QUERY",
        "The left operand field in the where expression for outer query should be an id field, cannot use: 'LastName'",
    ),
    "SELECT Id FROM Contact WHERE Id IN (SELECT ReportsToId FROM Contact)": (
        "MALFORMED_QUERY", "The inner and outer selects should not be on the same object type",
    ),
    "SELECT Id FROM Contact WHERE AccountId IN (SELECT Name FROM Account)": (
        "MALFORMED_QUERY",
        "The selected field 'Name' in the subquery and the left operand field in the where expression in the outer "
        "query should be id fields",
    ),
    "SELECT Id FROM Contact WHERE CreatedDate > 2020-01-01": (
        "INVALID_FIELD",
        "\nSELECT Id FROM Contact WHERE CreatedDate > 2020-01-01\n                             ^\n"
        "ERROR at Row:1:Column:30\n"
        "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in "
        "quotes",
    ),
    "SELECT Id FROM Contact WHERE CreatedDate = SOMEDAY": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact WHERE CreatedDate = SOMEDAY\n                             ^\n"
        "ERROR at Row:1:Column:30\nunexpected token: 'SOMEDAY'",
    ),
    "SELECT Id FROM Contact WHERE Description = 'x'": (
        "INVALID_FIELD",
        "\nSELECT Id FROM Contact WHERE Description = 'x'\n                             ^\nERROR at Row:1:Column:30\n"
        "field 'Description' can not be filtered in a query call",
    ),
    "SELECT Id, LastName, ID FROM Contact": (
        "MALFORMED_QUERY",
        "\nSELECT Id, LastName, ID FROM Contact\n                     ^\nERROR at Row:1:Column:22\n"
        "duplicate field selected: Id",
    ),
    "SELECT Id FROM Contact LIMIT 1 OFFSET 2001": (
        "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000",
    ),
    "SELECT Id FROM Contact LIMIT -1": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact LIMIT -1\n                             ^\nERROR at Row:1:Column:30\n"
        "unexpected token: '-1'",
    ),
    "SELECT LastName, COUNT(Id) FROM Contact": (
        "MALFORMED_QUERY", "Field must be grouped or aggregated: LastName",
    ),
    "SELECT COUNT(Id) FROM Contact GROUP BY Department ORDER BY LastName": (
        "MALFORMED_QUERY", "Ordered field must be grouped or aggregated: LastName",
    ),
    "SELECT CALENDAR_YEAR(CreatedDate) FROM Contact": (
        "MALFORMED_QUERY", "Field must be grouped or aggregated: CreatedDate",
    ),
    "SELECT Id FROM Contact WHERE CALENDAR_YEAR(LastName) = 1": (
        "INVALID_FIELD",
        "\nSELECT Id FROM Contact WHERE CALENDAR_YEAR(LastName) = 1\n                             ^\n"
        "ERROR at Row:1:Column:30\nfield 'LastName' can not be used in function CALENDAR_YEAR",
    ),
    "SELECT MIN() FROM Contact": ("MALFORMED_QUERY", "Invalid Aggregate Function: MIN"),
    "SELECT CALENDAR_YEAR(COUNT(Id)) FROM Contact": ("MALFORMED_QUERY", "Invalid Aggregate Function: CALENDAR_YEAR"),
    "SELECT Id FROM Contact WHERE NOSUCH(LastName) = 1": (
        "MALFORMED_QUERY",
        "\nSELECT Id FROM Contact WHERE NOSUCH(LastName) = 1\n                             ^\n"
        "ERROR at Row:1:Column:30\nInvalid function: NOSUCH",
    ),
    "SELECT Id FROM Contact WHERE AccountId LIKE '001%'": (
        "INVALID_QUERY_FILTER_OPERATOR",
        "\nSELECT Id FROM Contact WHERE AccountId LIKE '001%'\n                             ^\n"
        "ERROR at Row:1:Column:30\ninvalid operator on id field",
    ),
    "SELECT Id FROM Account " + " " * 100_000: (
        "MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 characters.",
    ),
    "SELECT Id FROM Certificate": (
        "INVALID_TYPE",
        "\nSELECT Id FROM Certificate\n               ^\nERROR at Row:1:Column:16\nsObject type 'Certificate' is not "
        "supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
        f"{SEE}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("soql", ERRORS)
def test_errors_in_the_platforms_words(books: Org, soql: str) -> None:
    with pytest.raises(Refusal) as caught:
        rows(books, soql)
    assert (caught.value.code, caught.value.message) == ERRORS[soql]


def test_names_that_are_keywords_elsewhere() -> None:
    assert parse("SELECT Id FROM Order ORDER BY Id").source == "Order"
    assert parse("SELECT Id FROM Group GROUP BY Id").source == "Group"
    assert parse("SELECT Limit FROM From LIMIT 1").source == "From"


def test_deep_and_long_queries_are_refused_quickly() -> None:
    for soql in (
        "SELECT Id FROM A WHERE " + "(" * 5000 + "x = 1" + ")" * 5000,
        "SELECT Id FROM A WHERE " + "NOT " * 5000 + "x = 1",
        "SELECT " + "Id," * 60000 + "Id FROM A",
    ):
        with pytest.raises(Refusal) as caught:
            parse(soql)
        assert caught.value.code in ("QUERY_TOO_COMPLICATED", "MALFORMED_QUERY")


# properties ---------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["SELECT", "FROM", "WHERE", "Id", "Name", "Contact", "AND", "OR", "NOT", "IN", "LIKE", "(", ")", ",", "=", "!=",
     "<", "'a'",
     "'", "\\", "1", "1.5", "null", "true", ".", "COUNT", "()", "LIMIT", "ORDER BY", "GROUP BY", ":", "TODAY",
     "2020-01-01", "\n"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(_WORDS, max_size=20).map(" ".join), st.text(max_size=60)))
def test_any_text_is_a_query_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(parse(text), Query)
    except Refusal as refusal:
        assert refusal.code in ("MALFORMED_QUERY", "QUERY_TOO_COMPLICATED")  # noqa: PT017  # not every text is refused


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30).filter(lambda text: "\\" not in text))
def test_any_text_survives_quoting(text: str) -> None:
    quoted = "'" + text.replace("'", "\\'") + "'"
    query = parse(f"SELECT Id FROM A WHERE x = {quoted}")
    assert isinstance(query.where, Comparison)
    assert query.where.right == text
    assert unescape(quoted) == text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab%_\\", max_size=8), st.text(alphabet="abAB%_", max_size=8))
def test_like_agrees_with_a_regular_expression(pattern: str, text: str) -> None:
    out, place = "", 0
    while place < len(pattern):
        char = pattern[place]
        if char == "\\" and place + 1 < len(pattern):
            place += 1
            out += re.escape(pattern[place])
        else:
            out += {"%": ".*", "_": "."}.get(char, re.escape(char))
        place += 1
    assert wildcards.matches(pattern, text) == bool(re.fullmatch(out, text, re.I | re.S))


def test_a_hostile_pattern_costs_little() -> None:
    assert not wildcards.matches("%a" * 200 + "b", "a" * 3000)


_CONDITIONS = st.recursive(
    st.tuples(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(-3, 25)),
    lambda inner: st.one_of(
        st.tuples(st.just("NOT"), inner),
        st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)
_OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _written(condition: Any) -> str:
    word, rest = condition
    if word == "NOT":
        return f"NOT ({_written(rest)})"
    if word in ("AND", "OR"):
        return f" {word} ".join(f"({_written(part)})" for part in rest)
    return f"AnnualRevenue {word} {rest}"


def _holds(condition: Any, number: float) -> bool:
    word, rest = condition
    if word == "NOT":
        return not _holds(rest, number)
    if word in ("AND", "OR"):
        return (all if word == "AND" else any)(_holds(part, number) for part in rest)
    return bool(_OPERATORS[word](number, rest))


@settings(max_examples=100, deadline=None)
@given(condition=_CONDITIONS)
def test_conditions_mean_what_they_say(books: Org, condition: Any) -> None:
    soql = f"SELECT Name FROM Account WHERE {_written(condition)} ORDER BY Name"
    expected = [name for name, revenue in (("Acme", 10), ("Zenith", 20)) if _holds(condition, revenue)]
    assert [row["Name"] for row in rows(books, soql)] == expected


# dates --------------------------------------------------------------------------------------------------------------

LITERALS = {
    "TODAY": ("2026-03-18", "2026-03-19"),
    "YESTERDAY": ("2026-03-17", "2026-03-18"),
    "TOMORROW": ("2026-03-19", "2026-03-20"),
    "THIS_WEEK": ("2026-03-15", "2026-03-22"),
    "LAST_MONTH": ("2026-02-01", "2026-03-01"),
    "NEXT_QUARTER": ("2026-04-01", "2026-07-01"),
    "THIS_YEAR": ("2026-01-01", "2027-01-01"),
    "LAST_N_DAYS:2": ("2026-03-16", "2026-03-19"),
    "NEXT_N_MONTHS:2": ("2026-04-01", "2026-06-01"),
    "N_YEARS_AGO:1": ("2025-01-01", "2026-01-01"),
}


@pytest.mark.parametrize("literal", LITERALS)
def test_date_literals(literal: str) -> None:
    start, end = moments.range_of(Moment(literal, "literal"), date(2026, 3, 18))
    assert (start[:10], end[:10]) == LITERALS[literal]


def test_no_date_is_no_date() -> None:
    for moment in (Moment("SOMEDAY", "literal"), Moment("2026-02-30", "date"), Moment("LAST_N_DAYS:99999", "literal")):
        with pytest.raises(moments.BadMomentError):
            moments.range_of(moment, date(2026, 3, 18))


def test_the_tree_of_a_query() -> None:
    where = parse("SELECT Id FROM A WHERE a = 1 AND b = 2").where
    assert isinstance(where, Junction)
    assert (where.operator, len(where.parts)) == ("AND", 2)


def test_a_work_is_enough_for_a_query(tmp_path: Path) -> None:
    org = open_org(tmp_path / "org")
    with org.read() as work:
        assert isinstance(work, Work)
        found = Evaluator(work, "", api="tooling", version="62.0").rows(parse("SELECT Id FROM Certificate"))
    org.close()
    assert found == []
