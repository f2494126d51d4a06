"""The catalogue: every entry is whole, and its example leads to it and to no other."""

from __future__ import annotations

import importlib.util
import re
import string
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from toolkit.release.hints import Role, explain
from toolkit.release.hints.catalogue import TOPICS, entries, topics
from toolkit.release.hints.entry import Entry
from toolkit.release.hints.pattern import compiled

ROOT = Path(__file__).parents[3]
ENTRIES = {entry.id: entry for entry in entries()}


def gaps(entry: Entry) -> set[str]:
    """The values that the texts of an entry need."""
    texts = [entry.meaning, entry.mend, *(n.name for n in entry.names), *(n.type for n in entry.names)]
    return {gap for text in texts for _, gap, _, _ in string.Formatter().parse(text) if gap is not None}


def test_it_is_broad() -> None:
    assert len(entries()) >= 200
    assert sum(bool(entry.french) for entry in entries()) >= 40


def test_ids_are_unique_and_readable() -> None:
    assert [key for key, count in Counter(entry.id for entry in entries()).items() if count > 1] == []
    assert [key for key in ENTRIES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", key)] == []


def test_every_topic_file_is_in_the_registry() -> None:
    folder = ROOT / "toolkit" / "release" / "hints" / "topics"
    assert sorted(TOPICS) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert len({topic.title for topic in topics()}) == len(TOPICS)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_the_example_leads_to_its_entry_first(entry: Entry) -> None:
    assert explain(entry.example)[0].id == entry.id


@pytest.mark.parametrize("entry", [e for e in entries() if e.french], ids=lambda entry: entry.id)
def test_the_french_example_leads_to_its_entry_first(entry: Entry) -> None:
    assert explain(entry.french_example)[0].id == entry.id
    assert not any(compiled(template) == compiled(french) for template in entry.patterns for french in entry.french)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_an_entry_is_whole(entry: Entry) -> None:
    for template in (*entry.patterns, *entry.french):
        assert gaps(entry) <= compiled(template).names, template
    assert bool(entry.french) is bool(entry.french_example)
    assert entry.source
    for text in (entry.meaning, entry.mend):
        assert text.endswith((".", "}")), text
        assert "  " not in text, text
    assert not entry.title.endswith(".")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_only_what_may_follow_from_another_error_names_what_is_to_blame(entry: Entry) -> None:
    blames = bool(entry.names) or entry.owner
    assert not (blames and entry.role is Role.CAUSE)


@pytest.mark.parametrize(
    "message",
    [
        "In field: page - no ApexPage named Nope found",
        "An object 'X' of type ApexClass was named in package.xml, but was not found in zipped directory",
        "Unknown type name 'Foo' specified in package.xml",
        "Standard objects can't be deleted: Case",
        "No ApexPage named: X found",
        "This apex page is referenced elsewhere in salesforce.com.  Remove the usage and try again. : Page - X.",
        "You can't delete an active Lightning Page. Deactivate it first. : Custom Object - Case",
        "We couldn't find permission sets called X, Y.",
        "DUPLICATE_VALUE: duplicate value found: ExtlClntAppOauthSettingsId duplicates value on record with id: P",
        "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support.",
        "Custom settings don't support formula fields",
        "Entity Enumeration Or ID: bad value for restricted picklist field: Foo",
        "Key Size: bad value for restricted picklist field: 512",
        "The SOAP Login operation is not available in the API version specified (66.0). Refer to the docs.",
        "No such column 'Foo__c' on sobject of type Case",
        "invalid_grant: expired access/refresh token",
        "Must specify 'length' for a CustomField of type Text",
        "INVALID_ID_FIELD: Deployment already completed: 0Af000000000001AAA",
        "Class or trigger is longer than 1000000 characters",
    ],
)
def test_what_the_local_org_says_is_known(message: str) -> None:
    assert explain(message)


def page_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_hints_page", ROOT / "scripts" / "build_hints_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == page_module().page(), (
        "run python scripts/build_hints_page.py"
    )


def test_the_page_has_every_entry_and_no_gap_left() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert [key for key in ENTRIES if f"\n### {key}: " not in page] == []
    prose = [line for line in page.splitlines() if not line.startswith("    ")]
    assert [line for line in prose if "{" in line] == []
