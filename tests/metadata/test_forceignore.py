""".forceignore patterns: the same answers as a plain reading of them, in linear time."""

from __future__ import annotations

import fnmatch
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import MetadataError
from toolkit.metadata.forceignore import ForceIgnore


@pytest.mark.parametrize(
    ("patterns", "path", "denied"),
    [
        (["*.cls"], "a/X.cls", True),
        (["*.CLS"], "a/x.cls", True),
        (["/X.cls"], "a/X.cls", False),
        (["a/*.cls"], "a/X.cls", True),
        (["a/*.cls"], "a/b/X.cls", False),
        (["**/b/**"], "a/b/X.cls", True),
        (["**/b/**"], "a/b/", False),
        (["b/"], "a/b/", True),
        (["b/"], "a/b", False),
        (["*.cls", "!X.cls"], "a/X.cls", False),
        (["!X.cls", "*.cls"], "a/X.cls", True),
        (["# X.cls", ""], "X.cls", False),
        (["X?.cls", "Y[ab].cls"], "Yb.cls", True),
        ([], "X.cls", False),
    ],
)
def test_patterns(patterns: list[str], path: str, denied: bool) -> None:
    assert ForceIgnore(patterns, ".forceignore").denies(path) is denied


@given(st.text("ab*?", min_size=1, max_size=7).filter(lambda p: "**" not in p), st.text("ab.", min_size=1, max_size=8))
def test_stars_mean_what_they_mean_elsewhere(pattern: str, name: str) -> None:
    assert ForceIgnore([pattern], "f").denies(name) is fnmatch.fnmatchcase(name, pattern)


PIECES = st.sampled_from(["a", "B", "é", "ſ", ".", "*", "**", "?", "/", "[ab]", "!", " ", "\\ ", "\\*", ".dup", "x.ts"])
LINES = st.lists(st.lists(PIECES, min_size=1, max_size=6).map("".join), min_size=1, max_size=3)
PATHS = st.lists(st.sampled_from(["a", "b", "É", "s", "K", ".", "/", " ", "*", ".dup", "x.TS"]), min_size=1, max_size=8)


@settings(max_examples=400, deadline=None)
@given(LINES, PATHS.map("".join))
def test_what_is_ruled_out_by_its_text_no_pattern_excludes(lines: list[str], path: str) -> None:
    try:
        rules = ForceIgnore(lines, "f")
    except MetadataError:
        return
    rows = reversed(rules._rules)
    assert rules.denies(path) is next((include for rule, include in rows if rule.match(path)), False)


def test_hostile_patterns_take_no_time() -> None:
    start = time.perf_counter()
    rules = ForceIgnore(["*a" * 30 + "b"], "f")
    assert not rules.denies("a" * 250)
    assert not ForceIgnore(["**/a/**/a/**/a/**/b"], "f").denies("a/" * 60 + "c")
    assert time.perf_counter() - start < 2
    with pytest.raises(MetadataError, match=r"a pattern with more than 4 times \*\*"):
        ForceIgnore(["**/a" * 5], "f")
