"""Ways to break a metadata document, by hand: each a kind of slip that people, merges and tools make.

A mutation takes a clean, indented document without attributes and gives broken bytes, or None where there is nothing
of its kind to break. It is wrong by the type model or by XML, whatever a checker's tolerances are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from toolkit.metadata.schema.model import schema
from toolkit.metadata.schema.plan import Plan, Planner, Slot
from toolkit.metadata.xml import METADATA_NS, local_name

PLANNER = Planner(schema(), 63, METADATA_NS)
NUMBERS = frozenset({"int", "double", "number"})
MOMENTS = frozenset({"date", "dateTime", "time", "moment"})


@dataclass(frozen=True)
class Spot:
    """An element of the document and what the model says of it."""

    element: etree._Element
    slot: Slot
    within: Plan

    @property
    def parent(self) -> etree._Element:
        parent = self.element.getparent()
        assert parent is not None
        return parent

    @property
    def name(self) -> str:
        return self.slot.name


Tree = Callable[[etree._Element, list[Spot], random.Random], bool]
Mutation = Callable[[bytes, random.Random], bytes | None]
KINDS: dict[str, Mutation] = {}


def spots(root: etree._Element) -> list[Spot]:
    """Every element below the root that the model has, in document order; opaque content left out."""

    def below(element: etree._Element, plan: Plan) -> Iterator[Spot]:
        for child in element:
            slot = plan.slots[str(child.tag)]
            if slot.kind == "any":
                continue
            yield Spot(child, slot, plan)
            if slot.kind == "complex":
                yield from below(child, PLANNER.inner(slot))

    return list(below(root, PLANNER.known(local_name(root))))


def tree(name: str) -> Callable[[Tree], Tree]:
    """Register a mutation of the tree: it changes the root it is given, and says whether it could."""

    def register(change: Tree) -> Tree:
        def mutate(data: bytes, rng: random.Random) -> bytes | None:
            root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
            if not change(root, spots(root), rng):
                return None
            return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

        KINDS[name] = mutate
        return change

    return register


def text(name: str) -> Callable[[Mutation], Mutation]:
    """Register a mutation of the bytes."""

    def register(mutate: Mutation) -> Mutation:
        KINDS[name] = mutate
        return mutate

    return register


def replace(name: str, pattern: bytes, replacement: bytes) -> None:
    """Register a mutation that changes one match of the pattern, any of them."""

    def mutate(data: bytes, rng: random.Random) -> bytes | None:
        found = list(re.finditer(pattern, data))
        if not found:
            return None
        match = rng.choice(found)
        return data[: match.start()] + match.expand(replacement) + data[match.end() :]

    KINDS[name] = mutate


def qualified(name: str) -> str:
    return f"{{{METADATA_NS}}}{name}"


def pick(found: list[Spot], rng: random.Random, wanted: Callable[[Spot], bool]) -> Spot | None:
    able = [spot for spot in found if wanted(spot)]
    return rng.choice(able) if able else None


def leaf(spot: Spot) -> bool:
    return spot.slot.kind not in {"complex", "any"}


def complex_(spot: Spot) -> bool:
    return spot.slot.kind == "complex" and len(spot.element) > 0


# ---------------------------------------------------------------- names


def renamed(name: str, change: Callable[[str, random.Random], str], wanted: Callable[[Spot], bool]) -> None:
    def mutate(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
        spot = pick(found, rng, lambda s: wanted(s) and len(s.name) > 3)
        if spot is None:
            return False
        new = change(spot.name, rng)
        if qualified(new) in spot.within.slots:
            return False
        spot.element.tag = qualified(new)
        return True

    tree(name)(mutate)


def dropped(name: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


def swapped(name: str, rng: random.Random) -> str:
    place = rng.randrange(0, len(name) - 1)
    new = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return new if new != name else f"{name}z"


def doubled(name: str, rng: random.Random) -> str:
    place = rng.randrange(0, len(name))
    return name[:place] + name[place] + name[place:]


renamed("letter dropped from a leaf's name", dropped, leaf)
renamed("letters swapped in a leaf's name", swapped, leaf)
renamed("letter doubled in a leaf's name", doubled, leaf)
renamed("letter dropped from a group's name", dropped, complex_)
renamed("name with a capital", lambda name, _: name[0].swapcase() + name[1:], leaf)
renamed("group's name with a capital", lambda name, _: name[0].swapcase() + name[1:], complex_)
renamed("name in capitals", lambda name, _: name.upper(), leaf)
renamed("name in small letters", lambda name, _: name.lower() if name != name.lower() else name + "s", leaf)
renamed("plural", lambda name, _: name.removesuffix("s") if name.endswith("s") else name + "s", lambda s: True)
renamed("name of a field", lambda name, _: f"{name}__c", leaf)
renamed("name with an underscore", lambda name, _: f"{name[:2]}_{name[2:]}", leaf)


def unknown(name: str, inside: Callable[[Spot], bool] | None, inner: str | None = None) -> None:
    def mutate(root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
        if inside is None:
            parent: etree._Element | None = root
        else:
            spot = pick(found, rng, inside)
            parent = spot.element if spot else None
        if parent is None:
            return False
        new = etree.Element(qualified("brandNewThing"))
        new.text = "a"
        if inner:
            new.text = None
            etree.SubElement(new, qualified(inner)).text = "a"
        parent.insert(rng.randint(0, len(parent)), new)
        return True

    tree(name)(mutate)


unknown("unknown element in the root", None)
unknown("unknown element in a group", complex_)
unknown("unknown element in a group of a group", lambda s: complex_(s) and s.parent.getparent() is not None)
unknown("unknown group in the root", None, "fullName")


# ---------------------------------------------------------------- structure


@tree("single leaf twice")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, lambda s: leaf(s) and not s.slot.repeated)
    if spot is not None:
        spot.element.addnext(deepcopy(spot.element))
    return spot is not None


@tree("single leaf again at the end")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, lambda s: leaf(s) and not s.slot.repeated)
    if spot is not None:
        spot.parent.append(deepcopy(spot.element))
    return spot is not None


@tree("single group twice")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, lambda s: s.slot.kind == "complex" and not s.slot.repeated)
    if spot is not None:
        spot.element.addnext(deepcopy(spot.element))
    return spot is not None


@tree("repeated elements apart")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, lambda s: s.slot.repeated and s.within.grouped and len({c.tag for c in s.parent}) > 1)
    if spot is None:
        return False
    first = spot.parent[0].tag != spot.element.tag
    spot.parent.insert(0 if first else len(spot.parent), deepcopy(spot.element))
    return spot.parent[1 if first else -2].tag != spot.element.tag


@tree("one level up")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    def wanted(spot: Spot) -> bool:
        outer = spot.parent.getparent()
        if outer is None:
            return False
        within = next(s.within for s in found if s.element is spot.parent)
        return spot.element.tag not in within.slots

    spot = pick(found, rng, wanted)
    if spot is not None:
        spot.parent.addnext(spot.element)
    return spot is not None


@tree("one level down")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    def wanted(spot: Spot) -> bool:
        into = spot.element.getnext()
        if into is None or into.tag == spot.element.tag:
            return False
        slot = spot.within.slots[str(into.tag)]
        return slot.kind == "complex" and spot.element.tag not in PLANNER.inner(slot).slots

    spot = pick(found, rng, wanted)
    if spot is None:
        return False
    into = spot.element.getnext()
    assert into is not None
    into.insert(0, spot.element)
    return True


@tree("inside a leaf")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, lambda s: leaf(s) and s.slot.kind != "base64")
    if spot is not None:
        etree.SubElement(spot.element, qualified("label")).text = "a"
    return spot is not None


@tree("text for a group")
def _(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
    spot = pick(found, rng, complex_)
    if spot is not None:
        spot.element[:] = []
        spot.element.text = "a text"
    return spot is not None


def stray(name: str, put: Callable[[etree._Element, list[Spot], random.Random], etree._Element | None]) -> None:
    def mutate(root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
        before = put(root, found, rng)
        if before is not None:
            before.tail = f"{before.tail or ''}oops\n"
        return before is not None

    tree(name)(mutate)


stray("text behind the last element", lambda root, found, rng: root[-1] if len(root) else None)
stray("text between elements", lambda root, found, rng: rng.choice(found).element if found else None)


@tree("text before the first element")
def _(root: etree._Element, found: list[Spot], _rng: random.Random) -> bool:
    root.text = f"{root.text or ''}oops\n"
    return bool(found)


def missing(name: str, kinds: frozenset[str]) -> None:
    def mutate(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
        def wanted(spot: Spot) -> bool:
            alone = sum(c.tag == spot.element.tag for c in spot.parent) == 1
            return spot.element.tag in dict(spot.within.required) and alone and spot.slot.kind in kinds

        spot = pick(found, rng, wanted)
        if spot is not None:
            spot.parent.remove(spot.element)
        return spot is not None

    tree(name)(mutate)


missing("required text left out", frozenset({"string"}))
missing("required choice left out", frozenset({"enum"}))
missing("required group left out", frozenset({"complex"}))
missing("required boolean or number left out", frozenset({"boolean"}) | NUMBERS)


@tree("everything left out")
def _(root: etree._Element, found: list[Spot], _rng: random.Random) -> bool:
    needed = PLANNER.known(local_name(root)).required
    root[:] = []
    return any(severity == "error" for _, severity in needed)


# ---------------------------------------------------------------- values


def value(name: str, kinds: frozenset[str], change: Callable[[str, Slot, random.Random], str | None]) -> None:
    def mutate(_root: etree._Element, found: list[Spot], rng: random.Random) -> bool:
        spot = pick(found, rng, lambda s: s.slot.kind in kinds and not (s.slot.enum and s.slot.enum.varies))
        new = change(spot.element.text or "", spot.slot, rng) if spot else None
        if spot is None or new is None or new in (spot.slot.ok or ()):
            return False
        spot.element.text = new
        return True

    tree(name)(mutate)


ENUM, BOOLEAN = frozenset({"enum"}), frozenset({"boolean"})
value("no such choice", ENUM, lambda old, slot, rng: "NoSuchThing")
value("choice misspelt", ENUM, lambda old, slot, rng: dropped(old, rng) if len(old) > 3 else None)
value("choice with a capital", ENUM, lambda old, slot, rng: old[:1].swapcase() + old[1:])
value("choice in capitals", ENUM, lambda old, slot, rng: old.upper())
value("two choices", ENUM, lambda old, slot, rng: f"{old}, {old}")
value("choice left empty", ENUM, lambda old, slot, rng: "")
value("number for a choice", ENUM, lambda old, slot, rng: "12")
value("yes", BOOLEAN, lambda old, slot, rng: "yes")
value("boolean misspelt", BOOLEAN, lambda old, slot, rng: "ture" if old == "true" else "flase")
value("boolean with a capital", BOOLEAN, lambda old, slot, rng: old.capitalize())
value("boolean in capitals", BOOLEAN, lambda old, slot, rng: old.upper())
value("boolean left empty", BOOLEAN, lambda old, slot, rng: "")
value("number for a boolean", BOOLEAN, lambda old, slot, rng: "2")
value("word for a number", NUMBERS, lambda old, slot, rng: "many")
value("number with a comma", NUMBERS, lambda old, slot, rng: "1,5")
value("number with a unit", NUMBERS, lambda old, slot, rng: f"{old}px")
value("number left empty", NUMBERS, lambda old, slot, rng: "")
value("fraction of a whole number", frozenset({"int"}), lambda old, slot, rng: "1.5")
value("whole number too large", frozenset({"int"}), lambda old, slot, rng: "99999999999")
value("word for a date", MOMENTS, lambda old, slot, rng: "tomorrow")
value("date the European way", MOMENTS, lambda old, slot, rng: "31.01.2026")
value("date the American way", MOMENTS, lambda old, slot, rng: "01/31/2026")
value("impossible date", frozenset({"date"}), lambda old, slot, rng: "2026-13-41")
value("date without a time", frozenset({"dateTime"}), lambda old, slot, rng: "2026-01-31")
value("date left empty", MOMENTS, lambda old, slot, rng: "")


# ---------------------------------------------------------------- root, namespaces, attributes


@tree("root of another type")
def _(root: etree._Element, _found: list[Spot], rng: random.Random) -> bool:
    root.tag = qualified(
        rng.choice([name for name in ("CustomTab", "ApexClass", "Layout") if name != local_name(root)])
    )
    return True


@tree("root misspelt")
def _(root: etree._Element, _found: list[Spot], rng: random.Random) -> bool:
    root.tag = qualified(dropped(local_name(root), rng))
    return True


@tree("root in small letters")
def _(root: etree._Element, _found: list[Spot], _rng: random.Random) -> bool:
    root.tag = qualified(local_name(root).lower())
    return True


NS = re.escape(METADATA_NS.encode())
replace("root in another root", rb"(?s)<([A-Z]\w+) xmlns(.*)", rb"<Metadata><\1 xmlns\2</Metadata>")
replace("two roots", rb"(?s)(<([A-Z]\w+) xmlns.*)", rb"\1\n<\2/>")
replace("no namespace", rb' xmlns="' + NS + rb'"', b"")
replace("another namespace", NS, b"http://soap.sforce.com/2006/04/metadat")
replace("https namespace", rb"http(://soap\.sforce)", rb"https\1")
replace("namespace of the enterprise API", NS, b"urn:enterprise.soap.sforce.com")
replace("element in another namespace", rb"\n( +)<(\w+)>", rb'\n\1<\2 xmlns="urn:x">')
replace("element in no namespace", rb"\n( +)<(\w+)>", rb'\n\1<\2 xmlns="">')
replace("prefix that nothing declares", rb"<(\w+)>([^<\n]+)</\w+>", rb"<m:\1>\2</m:\1>")
replace("attribute of an element", rb"\n( +)<(\w+)>", rb'\n\1<\2 id="1">')
replace("attribute of the root", NS + rb'"', METADATA_NS.encode() + rb'" version="1"')
XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
replace("xsi:type of no such type", rb"\n( +)<(\w+)>\n", rb"\n\1<\2" + XSI + b' xsi:type="NoSuchType">\n')
replace("xsi:type of a leaf", rb"<(\w+)>([^<\n]+)</", rb"<\1" + XSI + rb' xsi:type="NoSuchType">\2</')
replace("xsi:nil that is no boolean", rb"<(\w+)>([^<\n]+)</", rb"<\1" + XSI + rb' xsi:nil="maybe">\2</')
replace("xsi:nil of what has a value", rb"<(\w+)>([^<\n]+)</", rb"<\1" + XSI + rb' xsi:nil="true">\2</')
replace("xsi:nul", rb"<(\w+)>([^<\n]+)</", rb"<\1" + XSI + rb' xsi:nul="true">\2</')


# ---------------------------------------------------------------- XML

replace("end tag left out", rb"</(\w+)>", b"")
replace("start tag left out", rb"\n( +)<(\w+)>", rb"\n\1")
replace("end tag misspelt", rb"</(\w+)>", rb"</\1s>")
replace("end tag with a capital", rb"</([a-z])(\w+)>", rb"</X\2>")
replace("end tag without a slash", rb"</(\w+)>", rb"<\1>")
replace("tag not closed", rb"<(\w+)>", rb"<\1")
replace("entity of HTML", rb">([^<\n]+)</", rb">\1&nbsp;</")
replace("ampersand", rb">([^<\n]+)</", rb">\1 & more</")
replace("less than", rb">([^<\n]+)</", rb">\1 < 5</")
replace("end of a CDATA section", rb">([^<\n]+)</", rb">\1]]></")
replace("CDATA section without end", rb">([^<\n]+)</", rb"><![CDATA[\1</")
replace("comment without end", rb"\n( +)<(\w+)>", rb"\n\1<!-- <\2>")
replace("two hyphens in a comment", rb"\n( +)<(\w+)>", rb"\n\1<!-- a -- b --><\2>")
replace("control character", rb">([^<\n]+)</", b">\\1\x0b</")
replace("null byte", rb">([^<\n]+)</", b">\\1\x00</")
replace("byte that is no UTF-8", rb">([^<\n]+)</", b">\\1\xe9</")
replace("attribute twice", NS + rb'"', METADATA_NS.encode() + rb'" xmlns="' + METADATA_NS.encode() + b'"')
replace("attribute without quotes", rb' xmlns="(' + NS + rb')"', rb" xmlns=\1")
replace("conflict of a merge", rb"\n( +)<(\w+)>([^<\n]+)</\w+>", rb"\n<<<<<<< HEAD\g<0>\n=======\g<0>\n>>>>>>> feature")
replace("document type", rb"(\?>)", rb"\1<!DOCTYPE a>")
replace("entity of its own", rb"(?s)(\?>)(.*?>)([^<\n]+)</", rb'\1<!DOCTYPE a [<!ENTITY e "x">]>\2&e;</')
replace("text before the declaration", rb"^", b"oops ")
replace("blank line before the declaration", rb"^", b"\n")
replace("text behind the root", rb"$", b"oops")
replace("no such encoding", rb"encoding=['\"]UTF-8['\"]", rb'encoding="UTF-88"')
replace("UTF-16 that is none", rb"encoding=['\"]UTF-8['\"]", rb'encoding="UTF-16"')
replace("mark of UTF-16 before UTF-8", rb"^", b"\xff\xfe")


@text("end cut off")
def _(data: bytes, rng: random.Random) -> bytes | None:
    return data[: rng.randrange(len(data) // 2, len(data) - 3)]


@text("lines cut out")
def _(data: bytes, rng: random.Random) -> bytes | None:
    lines = data.split(b"\n")
    opening = [i for i, line in enumerate(lines) if re.fullmatch(rb" +<\w+>", line)]
    if not opening:
        return None
    del lines[rng.choice(opening)]
    return b"\n".join(lines)


@text("nothing")
def _(_data: bytes, _rng: random.Random) -> bytes | None:
    return b""


@text("UTF-16 without a mark")
def _(data: bytes, _rng: random.Random) -> bytes | None:
    return data.decode().encode("utf-16-le")
