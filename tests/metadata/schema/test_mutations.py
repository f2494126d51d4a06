"""Some hundred kinds of broken documents: how many are caught, and that both tiers say the same about each."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

from lxml import etree

from tests.metadata.schema.mutations import KINDS
from tests.metadata.schema.samples import COMMON, FIXTURES, VERSION, document, text_of
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.model import schema

# What deployable files of public projects have too, or orgs make good (docs/schema.md).
TOLERATED = frozenset(
    {"required boolean or number left out", "required choice left out", "boolean with a capital", "no namespace"}
)
# Some enums, the label of an index and Lightning web components are tolerated in these kinds.
SELDOM_TOLERATED = frozenset(
    {
        "choice with a capital",
        "choice in capitals",
        "choice left empty",
        "required text left out",
        "element in no namespace",
        "attribute of the root",
    }
)


@cache
def outcomes() -> dict[str, Counter[str]]:
    """Kind -> worst severity -> mutants, over the fixtures and a document of each common type."""
    documents = [(path.name.partition(".")[0], path.read_bytes()) for path in FIXTURES]
    documents += [(name, text_of(document(name, random.Random(index)))) for index, name in enumerate(COMMON)]
    quick, slow = Checker(schema()), Checker(schema(), fast=False)
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for index, (name, data) in enumerate(documents):
        for _ in range(8):  # enough for a skeleton of the type
            assert quick.check(data, source="f", type_name=name, api_version=VERSION) == []
        for kind, mutate in KINDS.items():
            mutant = mutate(data, random.Random(f"{index} {kind}"))
            if mutant is None:
                continue
            findings = slow.check(mutant, source="f", type_name=name, api_version=VERSION)
            assert quick.check(mutant, source="f", type_name=name, api_version=VERSION) == findings, (name, kind)
            severities = {finding.severity for finding in findings}
            worst = next((s for s in ("error", "warning") if s in severities), "nothing")
            found[kind][worst] += 1
    return found


def test_every_kind_breaks_something() -> None:
    assert len(KINDS) > 100
    assert [kind for kind, seen in outcomes().items() if not seen] == []


def test_every_mutant_is_seen_and_only_tolerated_ones_are_warnings() -> None:
    assert [kind for kind, seen in outcomes().items() if seen["nothing"]] == []
    mild = {kind for kind, seen in outcomes().items() if seen["warning"]}
    assert mild <= TOLERATED | SELDOM_TOLERATED


def test_the_share_that_is_an_error() -> None:
    """The bars of the project over the whole mix: 97 % as errors, 99.5 % as errors or warnings."""
    total = sum((seen for seen in outcomes().values()), Counter())
    assert total.total() > 3000
    assert total["error"] / total.total() >= 0.97, total


def test_a_document_in_utf_16_is_taken_with_its_mark_only() -> None:
    data = text_of(document("CustomTab", random.Random(1))).decode().replace("UTF-8", "UTF-16")
    checker = Checker(schema())
    for encoding, codes in (("utf-16", []), ("utf-16-le", ["xml-encoding"]), ("utf-16-be", ["xml-encoding"])):
        found = checker.check(data.encode(encoding), source="f", type_name="CustomTab", api_version=VERSION)
        assert [finding.code for finding in found] == codes, encoding
    belied = data.replace("UTF-16", "UTF-8").encode("utf-16")
    (finding,) = checker.check(belied, source="f", type_name="CustomTab", api_version=VERSION)
    assert finding.code == "xml-encoding"
    etree.fromstring(belied)  # although libxml2 takes it
