"""Every rule by its id: those of the framework, of the schema and of the registry."""

from __future__ import annotations

from functools import cache

from toolkit.validate import framework, schema
from toolkit.validate.finding import Severity
from toolkit.validate.registry import RULES
from toolkit.validate.rule import Rule


@cache
def _own() -> dict[str, Rule]:
    return {rule.id: rule for rule in (*framework.OWN, *schema.rules())}


def describe(id_: str) -> Rule:
    """The rule of this id; one without words when there is none."""
    entry = next((entry for entry in RULES if entry.id == id_), None)
    if entry is not None:
        return entry.rule
    return _own().get(id_) or Rule(id_, Severity.ERROR, id_, "", "", "", {}, {})


def ids() -> frozenset[str]:
    return frozenset(entry.id for entry in RULES) | frozenset(_own())


def all_rules() -> tuple[Rule, ...]:
    """In the order of their numbers."""
    found = [*_own().values(), *(entry.rule for entry in RULES)]
    return tuple(sorted(found, key=lambda rule: rule.id[1:]))
