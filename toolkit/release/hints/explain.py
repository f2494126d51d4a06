"""What a message of the platform means: the entries of the catalogue that fit it, best first."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.release.hints.catalogue import entries
from toolkit.release.hints.entry import Confidence, Entry, Naming, Role
from toolkit.release.hints.pattern import Found, Text, compiled


@dataclass(frozen=True, slots=True)
class Hint:
    """An entry with the values of a message filled in."""

    id: str
    title: str
    meaning: str
    mend: str
    role: Role
    confidence: Confidence
    source: str
    values: tuple[tuple[str, str], ...] = ()
    """What the message names, by the name of the gap; sorted."""
    names: tuple[Naming, ...] = ()
    """The components that the message names, with their type ("" for any) and name."""
    owner: bool = False
    """Whether the component that the failed one is part of is to blame."""


def explain(message: str) -> tuple[Hint, ...]:
    """The hints for a message, the most specific first; empty for one that the catalogue does not know.

    Never raises, whatever the text; the time is linear in its length.
    """
    text = Text.of(message)
    found: list[tuple[bool, int, int, Hint]] = []
    for order, entry in enumerate(entries()):
        best = _best(entry, text)
        if best is not None:
            found.append((entry.general, -best.known, order, _hint(entry, best)))
    found.sort(key=lambda row: row[:3])
    return tuple(hint for *_, hint in found)


def _best(entry: Entry, text: Text) -> Found | None:
    best: Found | None = None
    for template in (*entry.patterns, *entry.french):
        found = compiled(template).search(text)
        if found is not None and (best is None or found.known > best.known):
            best = found
    return best


def _hint(entry: Entry, found: Found) -> Hint:
    values = found.values
    return Hint(
        entry.id,
        entry.title,
        entry.meaning.format_map(values),
        entry.mend.format_map(values),
        entry.role,
        entry.confidence,
        entry.source,
        tuple(sorted(values.items())),
        tuple(Naming(n.type.format_map(values), n.name.format_map(values)) for n in entry.names),
        entry.owner,
    )
