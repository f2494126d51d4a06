"""Rule: what a check is, as data; and what a rule may be told by the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from toolkit.errors import Location
from toolkit.validate.finding import Finding, Severity

Example = Mapping[str, str]
"""Path in a package directory -> content. XML roots get their namespace when it is left out."""

Scope = Literal["file", "project"]

_NOTHING: Mapping[str, int | str] = MappingProxyType({})


class Rule(NamedTuple):
    """One thing to check.

    id is stable and begins with the letter of the severity. why says what goes wrong in the org or for
    its people, mend what to do about it, source who says so. bad gives exactly this finding, good none;
    both are the rule's tests. parameters can be tuned in config/validate.yaml.
    """

    id: str
    severity: Severity
    title: str
    why: str
    mend: str
    source: str
    bad: Example
    good: Example
    parameters: Mapping[str, int | str] = _NOTHING
    tuned: Mapping[str, int | str] = _NOTHING
    """Parameters that the examples are run with, where the true ones would need an example of megabytes."""
    off: bool = False
    """Only runs when the configuration asks for it."""
    secret: bool = False
    """What it points at must not be shown."""

    def finding(self, where: Location, message: str, *, mend: str = "", severity: Severity | None = None) -> Finding:
        return Finding(self.id, severity or self.severity, message, where, mend or self.mend, self.secret)


class Tuning(NamedTuple):
    """What the user's configuration says about rules."""

    severities: Mapping[str, Severity] = MappingProxyType({})
    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    parameters: Mapping[str, Mapping[str, int | str]] = MappingProxyType({})
    paths_off: tuple[tuple[str, frozenset[str]], ...] = ()
    """Glob of paths -> rules that say nothing there; an empty set means all rules."""


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
