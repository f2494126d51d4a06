"""Patterns: what a gap takes, where a pattern fits, and that no message makes a search slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.release.hints import explain
from toolkit.release.hints.catalogue import entries
from toolkit.release.hints.pattern import GAP, Text, canonical, compiled, folded


def values(template: str, message: str) -> dict[str, str] | None:
    found = compiled(template).search(Text.of(message))
    return None if found is None else dict(found.values)


@pytest.mark.parametrize(
    ("template", "message", "expected"),
    [
        (
            "no {type:word} named {name} found",
            "no CustomTab named My Tab found",
            {"type": "CustomTab", "name": "My Tab"},
        ),
        ("no {type:word} named {name} found", "NO CustomTab\n NAMED  X FOUND.", {"type": "CustomTab", "name": "X"}),
        ("no {type:word} named {name} found", "no big thing named X found", None),
        ("no {type:word} named {name} found", "no A no B named X found", {"type": "B", "name": "X"}),
        ("no {type:word} named {name} found", "casino A named X found", None),
        ("no {type:word} named {name} found", "no A named X foundling", None),
        ("Invalid type: {name:word}", "Invalid type: Foo, and more", {"name": "Foo"}),
        ("Invalid type: {name:word}", "Invalid type: ", None),
        ("{name:word} does not exist", "the page X does not exist.", {"name": "X"}),
        ("{field}: data value too large", "Case: Label: data value too large (9)", {"field": "Label"}),
        ("in [{a}] and [{b}]", "in [x y] and [z]", {"a": "x y", "b": "z"}),
        ("class '{name}' is", "class ’Foo“ is", {"name": "Foo"}),
        ("class '{name}' is", "class « Foo » is", {"name": "Foo"}),
        ("used{} : {by}", "used elsewhere, remove it : A, B.", {"by": "A, B"}),
        ("used{} : {by}", "used : A", {"by": "A"}),
        ("É {name}", "é Straße İ", {"name": "Straße İ"}),
    ],
)
def test_search(template: str, message: str, expected: dict[str, str] | None) -> None:
    assert values(template, message) == expected


def test_a_gap_takes_no_more_than_its_measure() -> None:
    assert values("a {x} b", f"a {'c' * (GAP - 1)} b") == {"x": "c" * (GAP - 1)}
    assert values("a {x} b", f"a {'c' * (GAP + 1)} b") is None
    assert values("a {x}", f"a {'c' * 1000}") == {"x": "c" * GAP}


@pytest.mark.parametrize("template", ["", "{a}", "{a} {a} x", "{a}{b} x", "x {a} y {a}", "x {a}{b} y"])
def test_a_template_that_cannot_be_meant(template: str) -> None:
    with pytest.raises(ValueError, match=r"pattern without|two gaps"):
        compiled(template)


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(st.text(max_size=400))
def test_canonical_is_settled(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


LITERALS = sorted(
    {literal for entry in entries() for t in entry.patterns for literal in compiled(t).literals if literal}
)


@given(st.lists(st.sampled_from(LITERALS) | st.text(max_size=8), max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_text_is_explained_or_not_and_never_fails(parts: list[str]) -> None:
    for hint in explain("".join(parts)):
        assert hint.meaning
        assert "{" not in hint.title


@given(st.sampled_from(entries()), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_an_example_is_found_within_other_text(entry, before: str, after: str) -> None:
    found = explain(f"{before} {entry.example} {after}")
    assert entry.id in [hint.id for hint in found] or entry.patterns[0].startswith("{")


def seconds(message: str) -> float:
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        explain(message)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize(
    "piece",
    [
        "In field: ",
        "In field: a - no b named c ",
        "no CustomTab named ",
        "Field: a, value: b ",
        "duplicate value found: ",
        "This a is referenced elsewhere in salesforce.com ",
        "Element a invalid at this location in type",
        "{name}",
        "'",
        "a: ",
        " does not exist",
        "İ",
    ],
)
def test_time_grows_no_faster_than_the_message(piece: str) -> None:
    """Four times the text takes about four times as long: a quadratic search would take sixteen times."""
    small = seconds(piece * (40_000 // len(piece)))
    large = seconds(piece * (160_000 // len(piece)))
    assert large < 9 * small + 0.01
