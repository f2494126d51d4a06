"""What a step saw in an org, in a form that can be kept: to put it back, to tell whether it is still so.

A secret is never part of it: of a field that holds one only a fingerprint is kept, which tells whether the
value is still the same and cannot be turned back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.metadata.component import Component, ComponentKey
from toolkit.metadata.content import Content, chunks_of, size_of

Value = str | bool | int | float | None

_ROUNDS = 20_000


def fingerprint(salt: str, secret: Value) -> str:
    """A fingerprint of a secret; empty for no value. salt is the org's id and the field."""
    if secret in (None, ""):
        return ""
    return hashlib.pbkdf2_hmac("sha256", str(secret).encode(), salt.encode(), _ROUNDS).hex()[:32]


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A record. where finds it in this org (field, value); values is None when the org has no such record."""

    sobject: str
    subject: str
    where: tuple[tuple[str, str], ...]
    values: Mapping[str, Value] | None
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of the fields that hold a secret; these fields are not among the values."""

    @property
    def name(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        return self.sobject, self.where


@dataclass(frozen=True, slots=True)
class Seen:
    """components as the org has them; absent are those that it has not (parts of a component too)."""

    components: tuple[Component, ...] = ()
    absent: tuple[ComponentKey, ...] = ()
    rows: tuple[SeenRow, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """What else was read, by name with a digest; it is not kept, and only tells whether it is still the same."""
    edited: tuple[Component, ...] = ()
    """Components of others that a step has put something into, as it left them; taking back is not done by these."""

    def __bool__(self) -> bool:
        return bool(self.components or self.absent or self.rows or self.edited)

    def component(self, key: ComponentKey) -> Component | None:
        return next((component for component in self.components if component.key == key), None)

    def parts(self) -> Iterator[tuple[str, str]]:
        """Everything that was read, by name, with a digest of what it was ("" for not there)."""
        for component in self.components:
            yield str(component.key), digest(*(part for f in component.files for part in (f.path.encode(), f.body)))
        for key in self.absent:
            yield str(key), ""
        for row in self.rows:
            text = "" if row.values is None else json.dumps([row.values, row.secrets], sort_keys=True, default=str)
            yield row.subject, digest(text.encode()) if text else ""
        yield from self.others


def digest(*parts: Content) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(size_of(part).to_bytes(8, "big"))
        for piece in chunks_of(part):
            total.update(piece)
    return total.hexdigest()


def merged(before: Iterable[Seen]) -> Seen:
    """Several in one: of what is in more than one of them, the first counts."""
    components: dict[ComponentKey, Component | None] = {}
    rows: dict[tuple[str, tuple[tuple[str, str], ...]], SeenRow] = {}
    for seen in before:
        for component in seen.components:
            components.setdefault(component.key, component)
        for key in seen.absent:
            components.setdefault(key, None)
        for row in seen.rows:
            rows.setdefault(row.name, row)
    return Seen(
        tuple(component for component in components.values() if component is not None),
        tuple(key for key, component in components.items() if component is None),
        tuple(rows.values()),
    )
