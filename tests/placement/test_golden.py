"""Every shape of page and layout, before and after, to the byte. UPDATE_GOLDEN=1 writes the after files anew."""

from __future__ import annotations

import os

import pytest

from tests.placement.placement_shapes import (
    CASES,
    GOLDEN,
    WIDGET,
    LayoutCase,
    PageCase,
    added,
    after,
    before,
    grouped,
    only_lines_added,
)
from toolkit.placement.item import Action

UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
IN_ONE_LINE = {"one_line", "layout_one_line"}
OPENED = {"layout_empty_column"}
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@cases
def test_placing_gives_the_golden_bytes(case: PageCase | LayoutCase) -> None:
    edit = case.place(before(case.name))
    if UPDATE:
        (GOLDEN / f"{case.name}.after.xml").write_bytes(edit.data)
    assert edit.data == after(case.name)
    assert edit.action is Action.PLACED
    assert edit.spot == (case.region if isinstance(case, PageCase) else case.place_name)


@cases
def test_removing_gives_back_every_byte(case: PageCase | LayoutCase) -> None:
    edit = case.remove(after(case.name))
    assert edit.data == before(case.name)
    assert edit.action is Action.REMOVED


@cases
def test_placing_twice_is_placing_once(case: PageCase | LayoutCase) -> None:
    edit = case.place(after(case.name))
    assert edit.data == after(case.name)
    assert edit.action is Action.UNCHANGED
    assert not edit.changed


@cases
def test_removing_what_is_not_there_changes_nothing(case: PageCase | LayoutCase) -> None:
    edit = case.remove(before(case.name))
    assert edit.data == before(case.name)
    assert not edit.changed


@cases
def test_nothing_but_our_item_is_new(case: PageCase | LayoutCase) -> None:
    old, new = before(case.name), after(case.name)
    more = added(old, new)
    assert [text for path, text, _ in more if path.endswith(("/page", "/value")) and text == WIDGET.page]
    assert len(more) <= 19  # the item, and a region around it where the page had none
    assert grouped(new)
    if case.name not in IN_ONE_LINE | OPENED:
        assert only_lines_added(old, new)


def test_there_is_a_case_for_every_golden_file() -> None:
    names = {case.name for case in CASES}
    assert {path.name.split(".")[0] for path in GOLDEN.glob("*.xml")} == names
