"""Single values: what is taken, what is refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.config import types
from toolkit.config.project import Project
from toolkit.config.schema import orgs_schema, package_schema

Loaded = Callable[..., Project]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("given", "version"), [("62", "62.0"), ("62.0", "62.0"), ('"62.0"', "62.0"), ("60.0", "60.0"), ("67", "67.0")]
)
def test_api_versions(given: str, version: str, loaded: Loaded) -> None:
    assert loaded(f"apiVersion={given}").package.api_version == version


@pytest.mark.parametrize("given", ["59.0", "68.0", "62.5", '"62"', "v62", "1e9", "-62"])
def test_api_versions_that_are_refused(given: str, problems: Problems) -> None:
    assert problems(f"apiVersion={given}") == [
        f"--set apiVersion={given}: `apiVersion` must be an API version from 60.0 to 67.0 "
        "(62.0 works in every org; the app's metadata needs at least 60.0)"
    ]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("60", 60), ("600", 600), ("90s", 90), ("10m", 600), ("1h", 3600), ("24h", 86400), ("5 m", 300)],
)
def test_lifetimes(given: str, seconds: int, loaded: Loaded) -> None:
    assert loaded(f"service.tokenLifetime={given}").package.service.token_lifetime == seconds


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("59", "must be from 60 seconds to 86400 (a day)"),
        ("25h", "must be from 60 seconds to 86400 (a day)"),
        ("0", "must be from 60 seconds to 86400 (a day)"),
        ("1d", "must be seconds, or a time such as 90s, 10m or 1h"),
        ("1.5", "must be seconds, or a time such as 90s, 10m or 1h"),
        ("true", "must be seconds, or a time such as 90s, 10m or 1h"),
        ("9999999h", "must be seconds, or a time such as 90s, 10m or 1h"),
    ],
)
def test_lifetimes_that_are_refused(given: str, words: str, problems: Problems) -> None:
    (problem,) = problems(f"service.tokenLifetime={given}")
    assert f"`service.tokenLifetime` {words}" in problem


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://cobrowse.acme.example", "https://cobrowse.acme.example"),
        ("https://cobrowse.acme.example/", "https://cobrowse.acme.example"),
        ("https://acme.example:8443/tools/cobrowse", "https://acme.example:8443/tools/cobrowse"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_service_urls(given: str, url: str, loaded: Loaded) -> None:
    assert loaded(f"service.url={given}").package.service.url == url


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://acme.example", "must begin with https:// (http:// is for localhost only)"),
        ("http://localhost.acme.example", "must begin with https:// (http:// is for localhost only)"),
        ("ftp://acme.example", "must be a URL that begins with https://"),
        ("javascript:alert(1)", "must be a URL that begins with https://"),
        ("acme.example", "must be a URL that begins with https://"),
        ("https://", "must be a URL that begins with https://"),
        ("https:///path", "must be a URL that begins with https://"),
        ("https://me:secret@acme.example", "must not hold a user name or password"),
        ("https://acme.example?a=b", "must not have a query (`?...`)"),
        ("https://acme.example/#a", "must not have a fragment (`#...`)"),
        ("https://acme.example/a b", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://acme.example/\"onload='x'", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://acme.example/{!x}", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://acme.example/<b>", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://acme..example", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://b\u00fccher.example", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://acme.example:99999", "is not a URL"),
        ("https://acme.example:0", "is not a URL of plain letters, digits and `-._~/%`"),
        ("https://[::1", "is not a URL"),
        (f"https://acme.example/{'a' * 250}", "must have at most 255 characters; it has 271"),
    ],
)
def test_service_urls_that_are_refused(given: str, words: str, problems: Problems) -> None:
    (problem,) = problems(f"service.url={given}")
    assert f"`service.url` {words}" in problem


def test_a_callback_may_have_a_query(loaded: Loaded) -> None:
    url = "https://acme.example/callback?env=1"
    assert loaded(f"app.callbackUrl={url}").package.app.callback_url == url


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM User",
        "select id from user where IsActive = true",
        "SELECT Id FROM User WHERE Name LIKE 'O\\'Brien;(%' ORDER BY Name LIMIT 10",
        "SELECT Id FROM User WHERE Id IN (SELECT AssigneeId FROM PermissionSetAssignment WHERE Id != null)",
    ],
)
def test_user_queries(query: str, loaded: Loaded) -> None:
    assert loaded(f"permissionSets.agent.assign.query={query}").package.permission_sets.agent.assign.query == query


def test_a_query_may_be_written_on_several_lines(loaded: Loaded, whole: str) -> None:
    lines = "  agent:\n    name: A\n    label: A\n    assign:\n      query: |\n        SELECT Id\n        FROM User\n"
    text = whole.replace("  agent: {name: Cobrowse_Agent, label: Cobrowse.io Agent}\n", lines)
    query = loaded(files={"package.yaml": text}).package.permission_sets.agent.assign.query
    assert query == "SELECT Id FROM User"


def test_blanks_in_quotes_stay(loaded: Loaded) -> None:
    query = "SELECT  Id\tFROM User WHERE Name = 'A  \\\\' B'   AND IsActive = true"
    found = loaded(f'permissionSets.agent.assign.query="{query}"').package.permission_sets.agent.assign.query
    assert found == "SELECT Id FROM User WHERE Name = 'A  \\' B' AND IsActive = true"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("\"SELECT Id FROM User WHERE Name = '\\0'\"", "must not hold control characters"),
        ("DELETE FROM User", "must be a query of the form SELECT Id FROM User WHERE ..."),
        ("SELECT Id, Name FROM User", "must be a query of the form SELECT Id FROM User WHERE ..."),
        ("SELECT Id FROM Users", "must be a query of the form SELECT Id FROM User WHERE ..."),
        ("SELECT Id FROM User; DROP", "must be a query of the form SELECT Id FROM User WHERE ..."),
        ("SELECT Id FROM User WHERE Name = 'x", "has a quote that is not closed"),
        ("SELECT Id FROM User WHERE (IsActive = true", "has a parenthesis that is not closed or not opened"),
        ("SELECT Id FROM User WHERE IsActive = true)(", "has a parenthesis that is not closed or not opened"),
        ("SELECT Id FROM User WHERE Name != null FOR UPDATE", "must only read users"),
    ],
)
def test_user_queries_that_are_refused(query: str, words: str, problems: Problems) -> None:
    (problem,) = problems(f"permissionSets.agent.assign.query={query}")
    assert f"`permissionSets.agent.assign.query` {words}" in problem


@pytest.mark.parametrize(
    "path", ["Email", "Customer_Id__c", "Account.Phone", "Project__r.Code__c", "ns__Project__r.ns__Code__c"]
)
def test_field_paths(path: str, loaded: Loaded) -> None:
    filters = loaded(f'widget.objects.0.filters."{path}"=key').package.widget.objects[0].filters
    assert filters[path] == "key"


@pytest.mark.parametrize(
    "path", ["Contact.Account.Phone", "1st", "Email__", "a b", "Email.", ".Email", "x'y", "{!Email}"]
)
def test_field_paths_that_are_refused(path: str, problems: Problems) -> None:
    (problem,) = problems(f'widget.objects.0.filters."{path}"=key')
    assert "is not a field path" in problem
    assert "with at most one relationship before it" in problem


@pytest.mark.parametrize("key", ["user_email", "user-email", "a.b", "A1"])
def test_data_keys(key: str, loaded: Loaded) -> None:
    assert loaded(f"widget.objects.0.filters.Email={key}").package.widget.objects[0].filters["Email"] == key


@pytest.mark.parametrize("key", ["user email", "a&b", "a=b", "_a", "1a", "\u00e9", "a'b"])
def test_data_keys_that_are_refused(key: str, problems: Problems) -> None:
    (problem,) = problems(f"widget.objects.0.filters.Email={key}")
    assert "`widget.objects.0.filters.Email` is not a custom-data key" in problem


@pytest.mark.parametrize("label", ["Cobrowse.io", "\u05d0\u05d1", "\U0001f600", '<b>"&{!x}]]>', "a"])
def test_labels(label: str, loaded: Loaded) -> None:
    assert loaded(f"widget.label={label}").package.widget.label == label


@pytest.mark.parametrize("label", ['"a\\nb"', '"a\\u0000"', '" a"', '"a "', '"\\u2028a"', '""', '"a\\uFFFEb"', '"\\t"'])
def test_labels_that_are_refused(label: str, problems: Problems) -> None:
    (problem,) = problems(f"widget.label={label}")
    assert "`widget.label` is not a line of text" in problem


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("widget.height=49", "`widget.height` must be at least 50; found the number 49"),
        ("widget.height=2001", "`widget.height` must be at most 2000; found the number 2001"),
        ("widget.height=900.5", "`widget.height` must be a whole number; found the number 900.5"),
        (
            "widget.height='900'",
            '`widget.height` must be a whole number; found the text "900" '
            "(write it without quotes and without zeros at its beginning)",
        ),
        ("widget.label=" + "x" * 81, "`widget.label` must have at most 80 characters; it has 81"),
        ("certificate.label=" + "x" * 65, "`certificate.label` must have at most 64 characters; it has 65"),
        ("certificate.name=" + "x" * 41, "`certificate.name` must have at most 40 characters; it has 41"),
        ("prefix=Abcdefghijklmnop", "`prefix` must have at most 15 characters; it has 16"),
        ("lightningApp.color=red", '`lightningApp.color` is not a colour; found the text "red" (such as #0B5CAB)'),
        ("app.scopes=[]", "`app.scopes` must have at least 1 of them; it has 0"),
        ("app.scopes=[Api, Api]", "`app.scopes.1` is in the list already (remove one of them)"),
        ("app.profiles=[Support, SUPPORT]", "`app.profiles.1` is in the list already (remove one of them)"),
        ("placements=[{object: Contact, position: 0}]", "must be first, last, or a number from 1 to 100"),
        ("placements=[{object: Contact, position: true}]", "must be first, last, or a number from 1 to 100"),
        ("placements=[{object: Contact, position: middle}]", "must be first, last, or a number from 1 to 100"),
        ("settings=[{owner: {org: false}, serviceUrl: 'https://a.b'}]", "must be true; found false"),
    ],
)
def test_ranges_and_choices(override: str, words: str, problems: Problems) -> None:
    (problem,) = problems(override)
    assert words in problem


def test_every_pattern_of_the_models_has_words() -> None:
    def patterns(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["pattern"]} if isinstance(value.get("pattern"), str) else set()
            return own.union(*(patterns(one) for one in value.values()))
        return set().union(*(patterns(one) for one in value)) if isinstance(value, list) else set()

    of_schemas = {r"^6[0-7]\.0$", "^https?://", types.LIFETIME, r"^\$\{(env|file|command):[^}]+\}$"}
    assert patterns(package_schema()) | patterns(orgs_schema()) <= set(types.FORMS) | of_schemas
