from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.metadata import jsregex

# pattern, text, replacement, what String.prototype.replace with the flag g makes of it (Node 20)
CASES = [
    (r"\b.*Regex", "x aRegex\nbRegex", "R", "R\nR"),
    (r"a.c", "abc a\nc a\u2028c", "-", "- a\nc a\u2028c"),
    (r"\d+", "1 \u0661 23", "n", "n \u0661 n"),
    (r"\w+", "\u00e9a", "w", "\u00e9w"),
    (r"[^\s]+", "a\u00a0b", "x", "x\u00a0x"),
    (r"b$", "ab\n", "x", "ab\n"),
    (r"^a", "a\na", "x", "x\na"),
    (r"(?<first>a)(b)?", "ab a", "[$<first>|$2|$1|$3|$$]", "[a|b|a|$3|$] [a||a|$3|$]"),
    (r"b", "abc", "<$&|$`|$'>", "a<b|a|c>c"),
    (r"(?<=a)b(?!c)", "abc abd", "x", "abc axd"),
    (r"a{2}|{x}", "aa {x}", "y", "y y"),
    (r"\x41\u0042\/", "AB/", "y", "y"),
    (r"[a\]\-z&&]+", "a]-z&", "y", "y"),
    (r"a+?", "aaa", "b", "bbb"),
]


@pytest.mark.parametrize(("pattern", "text", "template", "made"), CASES)
def test_patterns_replace_as_in_javascript(pattern: str, text: str, template: str, made: str) -> None:
    assert jsregex.compiled(pattern).sub(lambda found: jsregex.expand(template, found), text) == made


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        r"\p{L}",
        r"(?i)a",
        r"(?P<a>b)",
        r"[]",
        r"[^]",
        r"(a+)+",
        r"(?:x(a*b)*)*",
        r"\cA",
        "(",
        "a**",
        "[z-a]",
        "\\",
    ],
)
def test_what_python_would_read_otherwise_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  every reason is one
        jsregex.compiled(pattern)


@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    try:
        jsregex.compiled(pattern).sub("", "some text")
    except ValueError:
        return


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_template_never_fails(template: str, text: str) -> None:
    jsregex.compiled(r"(?<n>.)(x)?").sub(lambda found: jsregex.expand(template, found), text)
