"""Every rule's own examples: the bad one is found, the good one is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.metadata.xml import METADATA_NS
from toolkit.validate.discover import from_paths
from toolkit.validate.engine import Result, validate
from toolkit.validate.finding import Severity
from toolkit.validate.plan import Options
from toolkit.validate.registry import RULES, Entry
from toolkit.validate.rule import Example, Tuning

_ROOT = re.compile(r"<([A-Z]\w+)(?=[\s/>])")
_PAIRS = {"cls": "ApexClass", "trigger": "ApexTrigger", "page": "ApexPage", "component": "ApexComponent"}


def write_example(folder: Path, example: Example) -> None:
    """The files of an example; XML gets its declaration and namespace, content its -meta.xml unless it has one."""
    for path, text in example.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        suffix = path.rpartition(".")[2]
        if text.startswith("<") and suffix not in ("page", "component", "cmp", "html"):
            spaced = _ROOT.sub(rf'<\1 xmlns="{METADATA_NS}"', text, count=1)
            file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{spaced}\n', encoding="utf-8")
        else:
            file.write_text(text, encoding="utf-8")
        if suffix in _PAIRS and f"{path}-meta.xml" not in example and "bare" not in path:
            meta = f'<{_PAIRS[suffix]} xmlns="{METADATA_NS}"><apiVersion>60.0</apiVersion>'
            meta += "<label>x</label>" if suffix in ("page", "component") else "<status>Active</status>"
            (folder / f"{path}-meta.xml").write_text(f"{meta}</{_PAIRS[suffix]}>", encoding="utf-8")


def run_rule(entry: Entry, folder: Path) -> Result:
    sources = from_paths([str(folder)], api_version="62.0")
    tuning = Tuning(parameters={entry.id: entry.rule.tuned} if entry.rule.tuned else {})
    return validate(sources, Options(closed=True, only=frozenset({entry.id}), schema=False, tuning=tuning))


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.id)
def test_the_bad_example_is_found_and_the_good_one_is_not(entry: Entry, tmp_path: Path) -> None:
    rule = entry.rule
    for name, example in (("bad", rule.bad), ("good", rule.good)):
        write_example(tmp_path / name, example)
    bad = [finding for finding in run_rule(entry, tmp_path / "bad").findings if finding.rule == rule.id]
    assert bad, "the bad example has no finding"
    assert {finding.severity for finding in bad} == {rule.severity}
    assert all(finding.mend and finding.where.line for finding in bad)
    assert [finding for finding in run_rule(entry, tmp_path / "good").findings if finding.rule == rule.id] == []


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.id)
def test_a_rule_says_what_a_stranger_needs(entry: Entry) -> None:
    rule = entry.rule
    assert rule.id == entry.id
    assert rule.id[0] == rule.severity.letter
    assert re.fullmatch(r"[EWN][2-9][0-9]{3}", rule.id)
    assert rule.title
    assert rule.why.endswith((".", "`"))
    assert rule.mend
    assert not rule.mend.endswith(".")
    assert rule.source
    assert rule.bad
    assert rule.good


def test_ids_are_unique_and_in_order() -> None:
    numbers = [entry.id[1:] for entry in RULES]
    assert len(set(numbers)) == len(numbers)


def test_a_project_rule_needs_a_severity_that_exists() -> None:
    assert {entry.rule.severity for entry in RULES} <= set(Severity)
