"""The textual look before a class is parsed must never be a wrong no."""

from __future__ import annotations

import pytest

from toolkit.validate.rules.apex.w8007_query_in_loop import may_have_one


@pytest.mark.parametrize(
    "code",
    [
        "for (a b : c) { update b; }",
        "for (a b : c) update b;",
        "for (a b : c) if (x) { y(); } else { update b; }",
        "while (true) { if (x) { insert y; } }",
        "do { delete x; } while (true);",
        "do delete x; while (true);",
        "while ([select count() from case] > 0) { x(); }",
        "for (a b : c) { for (d e : [select id from case]) { x(); } }",
        "for (integer i = 0; i < f(g(h(1))); i++) { upsert x; }",
        "for (integer i = 0; i < f(g(h(k(1)))); i++) { upsert x; }",
        "for (a b : c) { undelete x;",
        "for (a b : c) { [ find 'x' ]; }",
    ],
)
def test_a_class_with_work_in_a_loop_is_looked_into(code: str) -> None:
    text = f"class a {{ void go() {{ {code} }} }}"
    assert may_have_one(text)


@pytest.mark.parametrize(
    "code",
    [
        "update b;",
        "for (a b : [select id from case where x in :ids]) { b.x = 1; } update b;",
        "for (a b : c) { b.format(); } update b;",
        "do { x(); } while (true); insert y;",
        "while (x < (y + 1)) { x(); } insert y; for (a b : c) { }",
        "integer dofor = 1; insert y;",
    ],
)
def test_a_class_without_work_in_its_loops_is_not_parsed(code: str) -> None:
    assert not may_have_one(f"class a {{ void go() {{ {code} }} }}")
