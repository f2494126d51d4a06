"""IMPLEMENTED.md says what the code does."""

from __future__ import annotations

from toolkit.localorg import implemented
from toolkit.localorg.families.registry import FAMILIES, family_of


def test_the_page_is_current() -> None:
    assert implemented.PATH.read_text(encoding="utf-8") == implemented.text(), (
        "run python -m toolkit.localorg.implemented"
    )


def test_a_family_knows_its_type() -> None:
    assert all(family_of(name).type == name for name in (*FAMILIES, "Flow"))
