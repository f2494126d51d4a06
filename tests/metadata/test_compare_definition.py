"""The comparison against its plain definition, on documents that differ in every way that is known to matter or not."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.metadata.plain_compare import Plain, tree
from toolkit.metadata.compare import differences
from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.platform_defaults import ADDED, FALSE_IS_ABSENT, MERGED, ORDERED, ORGS_OWN

TYPES = sorted({"CustomTab", *ADDED, *ORDERED, *ORGS_OWN, *MERGED, *FALSE_IS_ABSENT})
TEXTS = ("", "true", "false", "A", "B", "3", "62", "62.0", "a, b", "b,a", "x & <y>", "Active", "Private")
NAMES = ("label", "fullName", "name", "enabled", "apexClass", "type", "apiVersion", "commaSeparatedProfile", "items")


def known_paths(type_name: str) -> list[str]:
    return sorted({*ADDED.get(type_name, ()), *ORDERED.get(type_name, ()), *ORGS_OWN.get(type_name, ())})


def element(chance: random.Random, type_name: str, path: str, name: str, left: int) -> etree._Element:
    """An element that is likely to hold what the type's rules are about."""
    made = etree.Element(name)
    start = f"{path}/" if path else ""
    special = [p.removeprefix(start).partition("/")[0] for p in known_paths(type_name) if p.startswith(start)]
    if left and (special or chance.random() < 0.6):
        for _ in range(chance.randrange(1, 5)):
            child = chance.choice(special if special and chance.random() < 0.6 else list(NAMES))
            made.append(element(chance, type_name, f"{start}{child}", child, left - 1))
    else:
        values = [value for value in ADDED.get(type_name, {}).get(path, ()) if value != "*"]
        made.text = chance.choice(values if values and chance.random() < 0.5 else TEXTS)
        if chance.random() < 0.05:
            made.set("{http://www.w3.org/2001/XMLSchema-instance}type", chance.choice(("xsd:double", "xsd:string")))
    return made


def edited(chance: random.Random, root: etree._Element, type_name: str, edits: int) -> etree._Element:
    """The same with its children in another order, and some of its elements changed, dropped or doubled."""
    copy = etree.fromstring(etree.tostring(root))
    for inside in list(copy.iter()):
        children = list(inside)
        if chance.random() < 0.7:
            chance.shuffle(children)
        for child in children:
            inside.remove(child)
        inside.extend(children)
    for _ in range(edits):
        below = [one for one in copy.iter() if one is not copy]
        if not below:
            break
        victim = chance.choice(below)
        parent = victim.getparent()
        match chance.randrange(4):
            case 0 if not len(victim):
                victim.text = chance.choice(TEXTS)
            case 1:
                parent.remove(victim)
            case 2:
                parent.append(etree.fromstring(etree.tostring(victim)))
            case _:
                parent.append(element(chance, type_name, "", chance.choice(NAMES), 1))
    return copy


def written(chance: random.Random, root: etree._Element) -> bytes:
    """One of the ways to write it: indented or not, with a declaration, comments, empty elements in the short form."""
    etree.indent(root, " " * chance.randrange(4))
    data = etree.tostring(root, encoding="unicode")
    if chance.random() < 0.3:
        data = data.replace("</", "<!-- c --></", 1)
    if chance.random() < 0.5:
        data = '<?xml version="1.0" encoding="UTF-8"?>\n' + data
    return data.encode()


def told(type_name: str, ours: bytes, theirs: bytes) -> list[Any]:
    sides = [Component(type_name, "X", (ComponentFile("x/X-meta.xml", data),)) for data in (ours, theirs)]
    return [(d.path, d.theirs, d.ours) for d in differences(*sides)]


@settings(max_examples=300)
@given(st.integers(0, 2**40), st.sampled_from(TYPES), st.integers(0, 3))
def test_it_is_what_the_definition_says(seed: int, type_name: str, edits: int) -> None:
    chance = random.Random(seed)
    ours = element(chance, type_name, "", "Made", 4)
    theirs = edited(chance, ours, type_name, edits) if edits < 3 else element(chance, type_name, "", "Made", 4)
    a, b = written(chance, ours), written(chance, theirs)
    assert told(type_name, a, b) == Plain(type_name).told(tree(a), tree(b))
    assert told(type_name, b, a) == Plain(type_name).told(tree(b), tree(a))
