"""Documents made from the type model, broken in every way that we know, and both tiers held against each other."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.metadata.schema.samples import COMMON, FIXTURES, PLANNER, VERSION, document, text_of
from toolkit.metadata.schema import fast, xsd
from toolkit.metadata.schema.check import Checker, check
from toolkit.metadata.schema.model import schema
from toolkit.metadata.schema.plan import Plan, Slot
from toolkit.metadata.xml import METADATA_NS, local_name

# ---------------------------------------------------------------- mutations


def slots_of(root: etree._Element) -> dict[etree._Element, Slot]:
    """What the model says of every element below the root, opaque content left out."""
    found: dict[etree._Element, Slot] = {}

    def visit(element: etree._Element, plan: Plan) -> None:
        for child in element:
            slot = plan.slots[child.tag]
            found[child] = slot
            if slot.kind == "complex":
                visit(child, PLANNER.inner(slot))

    visit(root, PLANNER.known(local_name(root)))
    return found


Pick = Callable[[etree._Element, random.Random], bool]


def choose(
    root: etree._Element, rng: random.Random, wanted: Callable[[etree._Element, Slot], bool]
) -> etree._Element | None:
    able = [element for element, slot in slots_of(root).items() if wanted(element, slot)]
    return rng.choice(able) if able else None


def set_text(wanted: Callable[[etree._Element, Slot], bool], values: tuple[str, ...]) -> Pick:
    def mutate(root: etree._Element, rng: random.Random) -> bool:
        element = choose(root, rng, wanted)
        if element is not None:
            element.text = rng.choice(values)
        return element is not None

    return mutate


def typo(root: etree._Element, rng: random.Random) -> bool:
    element = choose(root, rng, lambda e, s: len(s.name) > 3)
    if element is None:
        return False
    name = local_name(element)
    place = rng.randrange(1, len(name) - 1)
    changed = rng.choice(
        (name[:place] + name[place + 1 :], name[:place] + "x" + name[place:], name + "s1", name.upper())
    )
    siblings = {local_name(e) for e in root.iter()}
    if changed in siblings or changed == name:
        changed = name + "Zz"
    element.tag = f"{{{METADATA_NS}}}{changed}"
    return True


def missing(root: etree._Element, rng: random.Random) -> bool:
    def needed(element: etree._Element, slot: Slot) -> bool:
        return (
            slot.required
            and len(element.getparent().findall(element.tag)) == 1
            and slot.kind in {"string", "enum", "complex"}
        )

    element = choose(root, rng, needed)
    if element is not None:
        element.getparent().remove(element)
    return element is not None


def missing_primitive(root: etree._Element, rng: random.Random) -> bool:
    element = choose(root, rng, lambda e, s: s.required and s.kind in {"boolean", "int", "double"})
    if element is not None:
        element.getparent().remove(element)
    return element is not None


def duplicate(root: etree._Element, rng: random.Random) -> bool:
    element = choose(root, rng, lambda e, s: not s.repeated)
    if element is not None:
        element.addnext(deepcopy(element))
    return element is not None


def split(root: etree._Element, rng: random.Random) -> bool:
    def splittable(element: etree._Element, slot: Slot) -> bool:
        parent = element.getparent()
        return (
            slot.repeated
            and any(other.tag != element.tag for other in parent)
            and local_name(parent) != "LightningComponentBundle"
        )

    element = choose(root, rng, splittable)
    if element is None:
        return False
    parent = element.getparent()
    copy = deepcopy(element)
    if parent[0].tag != element.tag:
        parent.insert(0, copy)
    else:
        parent.append(copy)
        return parent[-2].tag != element.tag
    return parent[1].tag != element.tag


def nest(root: etree._Element, rng: random.Random) -> bool:
    """Put an element into its neighbour."""
    element = choose(root, rng, lambda e, s: (n := e.getnext()) is not None and n.tag != e.tag)
    if element is None:
        return False
    following = element.getnext()
    slots = slots_of(root)
    if slots[following].kind in {"any", "base64"}:
        return False
    if slots[following].kind == "complex" and element.tag in PLANNER.inner(slots[following]).slots:
        return False
    following.insert(0, element)
    return True


def namespace(root: etree._Element, rng: random.Random) -> bool:
    element = choose(root, rng, lambda e, s: True)
    if element is None:
        return False
    element.tag = "{http://soap.sforce.com/2006/04/metadat}" + local_name(element)
    return True


def stray(root: etree._Element, rng: random.Random) -> bool:
    element = choose(root, rng, lambda e, s: True)
    if element is None:
        return False
    element.tail = "oops" + (element.tail or "")
    return True


def wrong_root(root: etree._Element, rng: random.Random) -> bool:
    root.tag = f"{{{METADATA_NS}}}{local_name(root)[:-1]}"
    return True


def number(element: etree._Element, slot: Slot) -> bool:
    return slot.kind in {"int", "double", "number"}


MUTATIONS: dict[str, Pick] = {
    "typo": typo,
    "enum": set_text(lambda e, s: s.enum is not None and not s.enum.varies, ("NoSuchValue", "Wrong one", "12")),
    "enum case": set_text(lambda e, s: s.enum is not None and "Public" in (s.ok or ()), ("public", "PUBLIC")),
    "missing": missing,
    "missing primitive": missing_primitive,
    "duplicate": duplicate,
    "split": split,
    "nest": nest,
    "namespace": namespace,
    "stray text": stray,
    "number": set_text(number, ("abc", "1,5", "0x10", "1 2")),
    "boolean": set_text(lambda e, s: s.kind == "boolean", ("yes", "tru", "2", "truefalse")),
    "boolean case": set_text(lambda e, s: s.kind == "boolean", ("True", "FALSE")),
    "date": set_text(lambda e, s: s.kind in {"date", "dateTime", "time"}, ("31.01.2026", "2026-13-01", "soon")),
    "root": wrong_root,
}


def severity(data: bytes, type_name: str) -> str:
    found = {f.severity for f in check(data, source="f", type_name=type_name, api_version=VERSION)}
    return "error" if "error" in found else "warning" if "warning" in found else "nothing"


def mutants(root: etree._Element, rng: random.Random) -> list[tuple[str, bytes]]:
    made = []
    for name, mutate in MUTATIONS.items():
        copy = deepcopy(root)
        if mutate(copy, rng):
            made.append((name, text_of(copy)))
    return made


def test_documents_made_from_the_model_have_no_finding() -> None:
    for index, name in enumerate(schema().roots):
        data = text_of(document(name, random.Random(index)))
        assert check(data, source=name, type_name=name, api_version=VERSION) == [], data.decode()


def test_mutants_are_caught() -> None:
    """The bars of the project: 97 % as errors, 99.5 % as errors or warnings."""
    outcomes: Counter[str] = Counter()
    missed: list[tuple[str, str]] = []
    for index, name in enumerate(COMMON * 6):
        rng = random.Random(index)
        for kind, data in mutants(document(name, rng), rng):
            outcome = severity(data, name)
            assert outcome != "nothing", (name, kind)
            if kind in {"boolean case", "missing primitive"}:
                continue  # tolerated (docs/schema.md)
            if outcome != "error":
                missed.append((name, kind))
            outcomes[outcome] += 1
    total = outcomes.total()
    assert total > 1500
    assert outcomes["error"] / total >= 0.97, missed
    assert (outcomes["error"] + outcomes["warning"]) / total >= 0.995, missed


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_fixtures_are_clean_and_their_mutants_are_not(path: Path) -> None:
    data = path.read_bytes()
    name = path.name.partition(".")[0]
    assert check(data, source=path.name, type_name=name, api_version=VERSION) == []
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    rng = random.Random(path.name)
    for _ in range(3):
        for kind, mutant in mutants(root, rng):
            assert severity(mutant, name) != "nothing", (kind, mutant.decode())


# ---------------------------------------------------------------- the two tiers

ROOTS = st.sampled_from(schema().roots)
SEEDS = st.integers(min_value=0, max_value=2**32)


def changed(name: str, seed: int) -> bytes:
    """A document with up to two mutations, in a random order of members half of the time."""
    rng = random.Random(seed)
    root = document(name, rng)
    if rng.random() < 0.3:
        root[:] = sorted(root, key=lambda e: e.tag)
    for mutate in rng.sample(list(MUTATIONS.values()), rng.choice((0, 0, 1, 2))):
        try:
            mutate(root, rng)
        except KeyError:  # a second mutation of what the first made unknown
            break
    return text_of(root)


@settings(max_examples=150, deadline=None)
@given(ROOTS, SEEDS)
def test_what_a_schema_accepts_the_walk_finds_clean(name: str, seed: int) -> None:
    data = changed(name, seed)
    draft = xsd.Draft(PLANNER, name, [])
    if not draft.sound:
        return
    if draft.compile().validate(etree.fromstring(data)):
        assert Checker(schema(), fast=False).check(data, source="f", type_name=None, api_version=VERSION) == []


def test_the_fast_tier_changes_no_finding() -> None:
    """A project of one type after the other, in several orders: learnt schemas say what the walk says."""
    quick, slow = Checker(schema()), Checker(schema(), fast=False)
    taken = 0
    for name in COMMON:
        for seed in range(40):
            data = changed(name, seed)
            for type_name in (None, name):
                one = quick.check(data, source="f", type_name=type_name, api_version=VERSION)
                assert one == slow.check(data, source="f", type_name=type_name, api_version=VERSION)
            record = quick._record(data, None, 63)
            taken += record is not None and record.accepts(data)
    assert taken > 400  # the test is not empty: schemas were compiled and accepted documents


def test_a_schema_refuses_what_is_no_document_of_it() -> None:
    draft = xsd.Draft(PLANNER, "ApexClass", [])
    tier = fast._Compiled(draft.compile(), draft.orders)
    good = text_of(document("ApexClass", random.Random(1)))
    assert tier.takes(good)
    assert not tier.takes(good.replace(b"</ApexClass>", b"</ApexClas>"))
    assert not tier.takes(good.replace(b"<status>", b"<state/><status>"))
    assert not tier.takes(b"<ApexPage/>")
    assert not tier.takes(b"")
    assert tier.takes(good)  # a refusal leaves nothing behind


def test_large_documents_in_any_order_are_judged_alike() -> None:
    """They are validated before one was walked, from the beginning first; slips hide at their ends."""
    label = "<labels>{}</labels>\n"
    parts = [f"<{n}>{v}</{n}>" for n, v in (("fullName", "A"), ("language", "en_US"), ("protected", "true"))]
    parts += ["<shortDescription>a</shortDescription>", f"<value>{'text ' * 20}</value>"]
    orders = ["".join(parts), "".join(reversed(parts))]
    slips = ["", "<oops/>", "oops", label.format(orders[0] + "<protected>true</protected>"), "<labels></labels>"]
    quick, slow = Checker(schema()), Checker(schema(), fast=False)
    for first in orders:
        for last in orders:
            for slip in slips:
                body = label.format(first) * 300 + label.format(last) * 20 + slip
                text = f'<?xml version="1.0"?>\n<CustomLabels xmlns="{METADATA_NS}">\n{body}</CustomLabels>'
                findings = quick.check(text.encode(), source="f", type_name=None, api_version=VERSION)
                assert findings == slow.check(text.encode(), source="f", type_name=None, api_version=VERSION)
                assert bool(findings) == bool(slip)
