"""From what the configuration says to a Tuning, with every id and parameter checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from toolkit.errors import ConfigError, Location, Problem
from toolkit.validate.catalogue import describe, ids
from toolkit.validate.finding import Severity
from toolkit.validate.rule import Tuning


def tuning(
    rules: Iterable[tuple[str, str, str, Mapping[str, int | str], Location]],
    ignored: Iterable[tuple[str, tuple[str, ...], Location]],
) -> Tuning:
    """rules: (id, "on"/"off"/"", severity or "", parameters, place); ignored: (glob, ids, place).

    ConfigError names every id and parameter that no rule has.
    """
    known = ids()
    problems: list[Problem] = []
    severities: dict[str, Severity] = {}
    off, on = set(), set()
    parameters: dict[str, Mapping[str, int | str]] = {}
    for id_, switch, severity, values, where in rules:
        if id_ not in known:
            problems.append(_unknown(id_, known, where))
            continue
        if switch == "off":
            off.add(id_)
        elif switch == "on" or severity:
            on.add(id_)
        if severity:
            severities[id_] = Severity(severity)
        problems += _parameters(id_, values, where)
        if values:
            parameters[id_] = values
    paths = []
    for glob, listed, where in ignored:
        problems += [_unknown(id_, known, where) for id_ in listed if id_ not in known]
        paths.append((glob, frozenset(listed)))
    ConfigError.raise_any(problems)
    return Tuning(severities, frozenset(off), frozenset(on), parameters, tuple(paths))


def _unknown(id_: str, known: frozenset[str], where: Location) -> Problem:
    same = [other for other in sorted(known) if other[1:] == id_[1:]]  # the letter is easily mistaken
    near = same or get_close_matches(id_.upper(), sorted(known), n=1)
    mend = f"did you mean {near[0]}? docs/rules.md lists all rules" if near else "docs/rules.md lists all rules"
    return Problem(f"there is no rule {id_}", where, mend)


def _parameters(id_: str, values: Mapping[str, int | str], where: Location) -> list[Problem]:
    allowed = describe(id_).parameters
    problems = []
    for name, value in values.items():
        if name not in allowed:
            mend = f"its parameters are {', '.join(allowed)}" if allowed else "it has none"
            problems.append(Problem(f"{id_} has no parameter `{name}`", where, mend))
        elif isinstance(allowed[name], int) and not isinstance(value, int):
            problems.append(
                Problem(f"`{name}` of {id_} is not a number", where, f"write a number like {allowed[name]}")
            )
    return problems
