"""Bundles: one component of each key, in order, and the places of their lines."""

from __future__ import annotations

import pytest

from toolkit.errors import Location, MetadataError
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive, Piece

A = Component("ApexClass", "A", (ComponentFile("classes/A.cls", b"x"), ComponentFile("m", b"", "p/A.cls-meta.xml")))
B = Component("ApexPage", "B", (ComponentFile("pages/B.page", b"x"),))


def test_a_bundle_is_ordered_and_keeps_what_goes_with_it() -> None:
    gone = Destructive(post=(ComponentKey("ApexClass", "C"),))
    bundle = Bundle.of([B, A], api_version="62.0", destructive=gone, left_out=["b", "a"])
    assert [str(c.key) for c in bundle] == ["ApexClass A", "ApexPage B"]
    assert (len(bundle), bundle.left_out) == (2, ("a", "b"))
    newer = bundle.with_version("65.0")
    assert (newer.api_version, newer.destructive, list(newer)) == ("65.0", gone, [A, B])
    assert [c.full_name for c in bundle.only("ApexPage")] == ["B"]
    assert bool(gone)
    assert not Destructive()


def test_a_key_that_is_there_twice() -> None:
    with pytest.raises(MetadataError, match="ApexClass A is there twice"):
        Bundle.of([A, A], api_version="62.0")


def test_origins() -> None:
    assert A.origin == "p/A.cls-meta.xml"
    assert B.origin == "pages/B.page"
    assert Component("ApexPage", "C", ()).origin == "ApexPage C"


def test_lines_lead_to_the_file_they_came_from() -> None:
    pieces = (Piece(1, "a", 1), Piece(3, "b", 10), Piece(5, "a", 3))
    file = ComponentFile("x", b"", "a", pieces)
    assert [str(file.locate(n, 2)) for n in range(1, 7)] == ["a:1:2", "a:2:2", "b:10:2", "b:11:2", "a:3:2", "a:4:2"]
    assert file.locate() == Location("a")
    assert ComponentFile("x", b"").locate(7, 1) == Location("x", 7, 1)
    assert ComponentFile("x", b"", "o").locate(7) == Location("o", 7)
