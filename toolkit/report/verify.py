"""A verification for people and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO

from toolkit.release.verify.links import Link, PersonReport, State, Verification
from toolkit.report.release import JsonValue
from toolkit.report.tables import table

_TOGETHER = 3
"""More good links of one name than this are told as one line."""

_SHOWN = 5
"""Links of one name that are not good; the rest is counted."""

Row = tuple[str, str, str]

_WORDS = {State.OK: "ok", State.WARNING: "warning", State.MISSING: "MISSING", State.UNKNOWN: "not knowable"}


def print_verification(found: Verification, out: IO[str]) -> None:
    """The org's links, then the users: in full when they were asked for by name, one line each otherwise.

    How to mend stands below each table, on lines of its own that can be copied.
    """
    _table("Org", _rows(found.links, fold=True), found.links, out)
    if found.named:
        for person in found.people:
            who = f"{person.username} ({person.name})" if person.name else person.username
            out.write("\n")
            _table(who, _rows(person.links, fold=False), person.links, out)
    elif found.people:
        out.write("\n")
        table(("User", "State", "First link that is not ok"), [_short(person) for person in found.people], out)
        _to_mend([(person.username, worst) for person in found.people if (worst := _worst(person.links))], out)
    out.write("\nNot knowable from outside:\n")
    for link in found.outside:
        out.write(f"  {_plain(link.name)}: {_plain(link.text)}\n")
        if link.mend:
            out.write(f"    -> {_plain(link.mend)}\n")
    out.write(f"\n{last_word(found)}\n")


def _table(head: str, rows: Sequence[Row], links: Iterable[Link], out: IO[str]) -> None:
    table((_plain(head), "State", "Found"), rows, out)
    _to_mend([(f"{link.name} {link.subject}", link) for link in links if link.state is not State.OK], out)


def _to_mend(heads: Iterable[tuple[str, Link]], out: IO[str]) -> None:
    """Each way to mend once, with what it is for; the ways that mend a missing link come first."""
    ways: dict[str, list[str]] = {}
    for head, link in sorted(heads, key=lambda found: found[1].state is not State.MISSING):
        if link.mend:
            ways.setdefault(link.mend, []).append(head)
    if ways:
        out.write("\nTo mend:\n")
    for mend, heads_of in ways.items():
        more = f" and {len(heads_of) - 1} more" if len(heads_of) > 1 else ""
        out.write(f"  {_plain(heads_of[0])}{more}\n    -> {_plain(mend)}\n")


def last_word(found: Verification) -> str:
    """One line that says whether it works and for how many."""
    counts = found.counts()
    told = f"{counts[State.OK]} ok, {counts[State.WARNING]} warnings, {counts[State.MISSING]} missing"
    working = [person for person in found.people if person.works]
    of_org = sum(1 for link in found.links if link.state is State.MISSING)
    if found.works:
        return f"It works for {_users(len(found.people))}: {told}."
    if of_org and len(working) == len(found.people):
        return f"Links of the org are missing: {told}."
    return f"Works for {len(working)} of {_users(len(found.people))}: {told}."


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"


def _rows(links: Iterable[Link], *, fold: bool) -> list[Row]:
    """fold: many links of one name and state are told as one line, or by the first of them."""
    rows: list[Row] = []
    for name, together in groupby(links, key=lambda link: link.name):
        same = list(together)
        good = [link for link in same if link.state is State.OK]
        if fold and len(good) > _TOGETHER:
            rows.append((_plain(name), _WORDS[State.OK], f"{len(good)} read back as wanted"))
            same = [link for link in same if link.state is not State.OK]
        shown = same[:_SHOWN] if fold else same
        rows += [(_plain(f"{link.name} {link.subject}"), _WORDS[link.state], _plain(link.text)) for link in shown]
        if len(same) > len(shown):
            more = f"and {len(same) - len(shown)} more; --json has all"
            rows.append((_plain(name), _WORDS[same[-1].state], more))
    return rows


def _short(person: PersonReport) -> Row:
    worst = _worst(person.links)
    if worst is None:
        return _plain(person.username), _WORDS[State.OK], f"{len(person.links)} links ok"
    more = sum(1 for link in person.links if link.state is worst.state) - 1
    text = f"{worst.name} {worst.subject}: {worst.text}" + (f" (and {more} more)" if more else "")
    return _plain(person.username), _WORDS[worst.state], _plain(text)


def _worst(links: Sequence[Link]) -> Link | None:
    """The first missing link, else the first warning."""
    for state in (State.MISSING, State.WARNING):
        for link in links:
            if link.state is state:
                return link
    return None


def _plain(text: str) -> str:
    """The text without control characters: names come from the org, and a terminal obeys them."""
    return "".join(character if character.isprintable() else " " for character in text)


def verification_json(found: Verification, org: str) -> dict[str, JsonValue]:
    """The whole answer; org is the target's name. A user who was not asked for has the links that are not ok."""
    counts = found.counts()
    return {
        "status": "ok" if found.works else "missing",
        "exitCode": found.exit_code,
        "works": found.works,
        "org": {"name": org, "organization": found.org},
        "summary": {_key(state): counts[state] for state in State},
        "links": [_link(link) for link in found.links],
        "users": [_person(person, full=found.named) for person in found.people],
        "notKnowable": [_link(link) for link in found.outside],
        "problems": [],
    }


def _person(person: PersonReport, *, full: bool) -> dict[str, JsonValue]:
    told = [link for link in person.links if full or link.state is not State.OK]
    return {
        "username": person.username,
        "name": person.name,
        "works": person.works,
        "checked": len(person.links),
        "links": [_link(link) for link in told],
    }


def _link(link: Link) -> dict[str, JsonValue]:
    return {
        "link": link.name,
        "subject": link.subject,
        "state": _key(link.state),
        "text": link.text,
        "mend": link.mend,
    }


def _key(state: State) -> str:
    return "unknown" if state is State.UNKNOWN else state.value
