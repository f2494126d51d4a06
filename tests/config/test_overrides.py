"""`--set path=value`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.config.model import Package
from toolkit.config.nodes import Mapping, Plain, plain
from toolkit.config.overrides import lay_over, parse
from toolkit.config.project import Project
from toolkit.config.reader import resolve
from toolkit.errors import Location, Problem

Loaded = Callable[..., Project]
Problems = Callable[..., list[str]]


def value_of(text: str) -> Plain:
    found: list[Problem] = []
    one = parse(text, Package, found)
    assert not found
    assert one is not None
    return plain(lay_over(Mapping(), one, found))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=1", {"a": 1}),
        ("a.b.c=x", {"a": {"b": {"c": "x"}}}),
        ("a=", {"a": None}),
        ("a=true", {"a": True}),
        ("a=yes", {"a": "yes"}),
        ("a=Note: nothing # at all", {"a": "Note: nothing # at all"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=*x &y !z", {"a": "*x &y !z"}),
        ("a='1'", {"a": "1"}),
        ('a="x\\ty"', {"a": "x\ty"}),
        ("a=[1, {b: c}]", {"a": [1, {"b": "c"}]}),
        ("a={b: [x]}", {"a": {"b": ["x"]}}),
        ('a."b.c".d=1', {"a": {"b.c": {"d": 1}}}),
        ('a."b\\"=".c=1', {"a": {'b"=': {"c": 1}}}),
        ("a.0=1", {"a": {"0": 1}}),
    ],
)
def test_path_and_value(text: str, value: Plain) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["", "=", "a", "a.", ".a=1", "a.=1", "a..b=1", "a b=1", '"a=1', 'a"b"=1'])
def test_what_is_no_override(text: str, problems: Problems) -> None:
    (problem,) = problems(text)
    assert problem.startswith("--set ")
    assert problem.endswith(
        ": is not of the form path=value (write --set widget.height=700, or --set widget.objects.0.label=Devices)"
    )


def test_a_path_is_of_finite_depth_and_utf8(problems: Problems) -> None:
    (deep,) = problems(".".join("a" * 5000) + "=1")
    assert ": the path has more than 32 parts (" in deep
    (broken,) = problems("widget.label=\udcff")
    assert broken == "--set widget.label: not UTF-8 (write it in UTF-8)"


def test_it_lies_over_files(loaded: Loaded) -> None:
    project = loaded(
        "widget.height=700",
        "widget.objects.0.label=Devices",
        'widget.objects.0.filters."Account.Phone"=user_phone',
        "app.profiles=[System Administrator, Support]",
        "widget.height=800",
        files={"overlays/acme.yaml": "widget: {height: 600, label: Help}\n"},
        org="acme",
    )
    widget = project.package.widget
    assert (widget.height, widget.label, widget.objects[0].label) == (800, "Help", "Devices")
    assert dict(widget.objects[0].filters) == {"Email": "user_email", "Account.Phone": "user_phone"}
    assert project.package.app.profiles == ("System Administrator", "Support")
    assert project.where("widget.height") == Location("--set widget.height=800")
    assert project.where("widget.objects.0.label") == Location("--set widget.objects.0.label=Devices")


def test_a_map_merges_and_null_resets(loaded: Loaded) -> None:
    files = {"overlays/acme.yaml": "widget: {height: 600}\ncertificate: {name: Other, keySize: 4096}\n"}
    package = loaded("widget={label: Help}", "certificate.keySize=", files=files, org="acme").package
    assert (package.widget.height, package.widget.label) == (600, "Help")
    assert (package.certificate.name, package.certificate.key_size) == ("Other", 2048)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "widget.objects.1.label=x",
            "--set widget.objects.1.label=x: `widget.objects` is a list of 1; there is no item `1` "
            "(use a number from 0 to 0)",
        ),
        (
            "widget.objects.first.label=x",
            "--set widget.objects.first.label=...: `widget.objects` is a list of 1; there is no item `first` "
            "(use a number from 0 to 0)",
        ),
        (
            "widget.objects.\u0663.label=x",
            "--set widget.objects.\u0663.label=...: `widget.objects` is a list of 1; there is no item `\u0663` "
            "(use a number from 0 to 0)",
        ),
        (
            "widget.height=tall",
            '--set widget.height=tall: `widget.height` must be a whole number; found the text "tall"',
        ),
        ("widget.heigth=700", "--set widget.heigth=...: unknown key `heigth`, did you mean `height`?"),
        (
            "widget.height=[1",
            "--set widget.height=[1: a `,` or `]` is missing (character 1 of the value) "
            "(close the list that was opened with `[`)",
        ),
        (
            "widget.objects.0.filters.Account.Phone=x",
            "--set widget.objects.0.filters.Account.Phone=...: `widget.objects.0.filters.Account` must be text; "
            'found a map (write a part of the path that holds a dot in double quotes, as in filters."Account.Phone")',
        ),
        (
            f"widget.height={'9' * 30}",
            f"--set widget.height={'9' * 30}: the number is too large or has too many digits "
            "(put it in quotes if it is text)",
        ),
    ],
)
def test_mistakes_name_the_override(text: str, problem: str, problems: Problems) -> None:
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        "service.licenseKey=HUSH",
        "service.licenceKey=HUSH",
        "service={licenseKey: HUSH}",
        "settings=[{owner: {org: true}, licenseKey: HUSH}]",
        "settings.0.licenseKey=HUSH",
        "elsewhere=HUSH",
        "service.licenseKey=[HUSH",
        "service.licenseKey={HUSH: HUSH}",
        "service.url=https://me:HUSH@acme.example",
    ],
)
def test_what_may_be_a_secret_is_not_repeated(text: str, problems: Problems) -> None:
    assert "HUSH" not in "\n".join(problems(text))


_PARTS = st.text(min_size=1, max_size=10)
_TEXTS = st.text(max_size=30).filter(lambda t: t == t.strip() and t[:1] not in ("[", "{", '"', "'"))


def _quoted(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.lists(_PARTS, min_size=1, max_size=4), _TEXTS)
def test_any_path_and_any_plain_value_come_back(parts: list[str], text: str) -> None:
    try:
        expected: Plain = resolve(text)
    except OverflowError:
        return
    for part in reversed(parts):
        expected = {part: expected}
    assert value_of(f"{'.'.join(map(_quoted, parts))}={text}") == expected


@given(st.integers(-(10**15), 10**15) | st.booleans())
def test_numbers_and_booleans_come_back(value: bool | int) -> None:
    assert value_of(f"a={str(value).lower()}") == {"a": value}


@given(st.text(max_size=60))
def test_any_text_is_an_override_or_refused(text: str) -> None:
    found: list[Problem] = []
    one = parse(text, Package, found)
    assert (one is None) == bool(found)
    assert all(problem.where is not None and str(problem.where).isprintable() for problem in found)
