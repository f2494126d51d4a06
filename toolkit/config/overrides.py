"""`--set a.b=c`: one value laid over the files, from the command line.

The path's parts are separated by dots; a part that holds a dot is written in double quotes; numbers are places in
a list, counted from 0. The value is text as it stands, read as one YAML scalar (900 is a number, true a boolean,
nothing at all is null), or YAML's own notation when it begins with a bracket, a brace or a quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from toolkit.config.nodes import Entry, Mapping, Node, Scalar, Sequence, merge
from toolkit.config.reader import MAX_DEPTH, read_text, resolve
from toolkit.config.shape import Annotation, below, holds_secret
from toolkit.errors import Location, Problem

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."=\\\s]+)')
_SHOWN = 60
_EXAMPLE = "write --set widget.height=700, or --set widget.objects.0.label=Devices"


@dataclass(frozen=True, slots=True)
class Override:
    """One `--set`: parts of the path, the value, and the place to name in messages."""

    parts: tuple[str, ...]
    node: Node
    where: Location


def parse(text: str, model: Annotation, problems: list[Problem]) -> Override | None:
    """The override that was written; None when it cannot be understood. Adds what is wrong to problems."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        problems.append(
            Problem("not UTF-8", Location(f"--set {_printable(text.partition('=')[0])}"), "write it in UTF-8")
        )
        return None
    parts: list[str] = []
    position = 0
    while True:
        found = _PART.match(text, position)
        if found is None:
            break
        parts.append(re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2])
        position = found.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    if not parts or text[position : position + 1] != "=" or text[position - 1 : position] == ".":
        where = Location(f"--set {_printable(text.partition('=')[0])}")
        problems.append(Problem("is not of the form path=value", where, _EXAMPLE))
        return None
    if len(parts) > MAX_DEPTH:
        where = Location(f"--set {_printable(text[:position])}")
        problems.append(Problem(f"the path has more than {MAX_DEPTH} parts", where, _EXAMPLE))
        return None
    value = text[position + 1 :]
    where = Location(f"--set {_printable(text[:position])}={_shown(parts, value, model)}")
    node = _value(value, where, problems)
    return None if node is None else Override(tuple(parts), node, where)


def lay_over(base: Node, override: Override, problems: list[Problem]) -> Node:
    """base with the override's value merged in at its path."""
    return _lay(base, override.parts, 0, override, problems)


def _lay(base: Node | None, parts: tuple[str, ...], done: int, override: Override, problems: list[Problem]) -> Node:
    if done == len(parts):
        return override.node if base is None else merge(base, override.node)
    part = parts[done]
    if isinstance(base, Sequence):
        if not (part.isascii() and part.isdigit()) or len(part) > 9 or int(part) >= len(base.items):
            path = ".".join(parts[:done])
            count = len(base.items)
            mend = f"use a number from 0 to {count - 1}" if count else f"set the whole list: --set {path}=[...]"
            problems.append(
                Problem(f"`{path}` is a list of {count}; there is no item `{part[:_SHOWN]}`", override.where, mend)
            )
            return base
        index = int(part)
        items = list(base.items)
        items[index] = _lay(items[index], parts, done + 1, override, problems)
        return Sequence(tuple(items), base.where)
    if isinstance(base, Mapping):
        below_entry = base.entries.get(part)
        node = _lay(below_entry.node if below_entry else None, parts, done + 1, override, problems)
        where = below_entry.where if below_entry and done + 1 < len(parts) else override.where
        return replace(base, entries={**base.entries, part: Entry(where, node)})
    node = _lay(None, parts, done + 1, override, problems)
    return Mapping({part: Entry(override.where, node)}, override.where)


def _value(text: str, where: Location, problems: list[Problem]) -> Node | None:
    stripped = text.strip()
    if stripped[:1] in ("[", "{", '"', "'"):
        found: list[Problem] = []
        node = read_text(stripped, where.file, found)
        problems.extend(
            Problem(
                f"{one.message} (character {one.where.column} of the value)" if one.where else one.message,
                where,
                one.mend,
            )
            for one in found
        )
        return None if node is None else _placed(node, where)
    try:
        return Scalar(resolve(stripped), where, stripped)
    except (OverflowError, ValueError):
        problems.append(
            Problem("the number is too large or has too many digits", where, "put it in quotes if it is text")
        )
        return None


def _placed(node: Node, where: Location) -> Node:
    """The tree with one place for all of it."""
    match node:
        case Mapping():
            entries = {key: Entry(where, _placed(entry.node, where)) for key, entry in node.entries.items()}
            return Mapping(entries, where)
        case Sequence():
            return Sequence(tuple(_placed(item, where) for item in node.items), where)
        case Scalar():
            return replace(node, where=where)


def _printable(text: str) -> str:
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else f"{shown}..."


def _shown(parts: list[str], value: str, model: Annotation) -> str:
    """The value for a message; three dots where it is long or could be a secret (also below an unknown key)."""
    annotation: Annotation | None = model
    for part in parts:
        annotation = below(annotation, part, None) if annotation is not None else None
    hidden = annotation is None or holds_secret(annotation) or ("://" in value and "@" in value)
    if hidden or len(value) > _SHOWN or not value.isprintable():
        return "..."
    return value
