"""What a message of the platform means: the entries of the catalogue that fit it, best first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from toolkit.release.hints.catalogue import entries
from toolkit.release.hints.entry import Confidence, Entry, Naming, Role
from toolkit.release.hints.pattern import Found, Pattern, Text, compiled


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
    general: bool = False
    """Whether the entry knows little: a status code, or a sentence that many errors share."""
    owner: bool = False
    """Whether the component that the failed one is part of is to blame."""
    wording: bool = False
    """Whether it goes by the wording alone, because no entry knows the message."""


def explain(message: str) -> tuple[Hint, ...]:
    """The hints for a message, the most specific first; empty for one that the catalogue does not know.

    Never raises, whatever the text; the time is linear in its length.
    """
    text = Text.of(message)
    best: dict[str, tuple[Entry, Found]] = {}
    for needle, pattern, entry in _patterns():
        if needle in text.folded and (found := pattern.search(text)) is not None:
            before = best.get(entry.id)
            if before is None or found.known > before[1].known:
                best[entry.id] = entry, found
    knowing = [row for row in best.values() if not row[0].wording]
    hints = [(found.known, _hint(entry, found)) for entry, found in knowing or best.values()]
    hints.sort(key=lambda row: (row[1].general, -row[0]))
    return tuple(hint for _, hint in hints)


@cache
def _patterns() -> tuple[tuple[str, Pattern, Entry], ...]:
    """Every pattern in the order of the catalogue: the longest text that it needs, itself, its entry."""
    patterns = [(compiled(template), entry) for entry in entries() for template in (*entry.patterns, *entry.french)]
    return tuple((max(pattern.literals, key=len), pattern, entry) for pattern, entry in patterns)


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
        entry.general,
        entry.owner,
        entry.wording,
    )
