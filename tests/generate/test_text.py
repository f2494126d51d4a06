from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.generate import text


@given(st.text())
@example("it's \\u0027 \\' {!x} \U0001f600 \u202e\n\t\r\x00 ]]> */ //")
def test_an_apex_literal_is_ascii_and_carries_its_value(apex: Callable[[str], str], value: str) -> None:
    literal = text.apex(value)
    assert literal.isascii()
    assert literal.isprintable()
    assert apex(literal) == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("a b+c&d=e%2F#?/é\U0001f600")
def test_a_url_part_carries_its_value(value: str) -> None:
    address = f"https://example.com/dashboard?token=x&filter_key={text.url(value)}&last=1"
    found = parse_qs(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    assert found == {"token": ["x"], "filter_key": [value], "last": ["1"]}


def test_visualforce_refuses_the_beginning_of_an_expression() -> None:
    assert text.visualforce("{ ! } $User <b>") == "{ ! } $User <b>"
    with pytest.raises(ValueError, match="begins an expression"):
        text.visualforce("hello {!$User.Id}")
