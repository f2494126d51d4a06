"""What an element says, as one text: two elements of a place that have the same form mean the same.

A form is made from the forms of the children, sorted where no order is known to matter, without those that say
nothing. So one look at the forms of two roots tells whether documents mean the same, and where they do not, whole
subtrees are passed over on the way to the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from toolkit.metadata.node import Node
from toolkit.metadata.platform_defaults import ADDED, ANY, FALSE_IS_ABSENT, ORDERED, ORGS_OWN

QUIET = "\x00"
"""The first character of the form of what says nothing that leaving it out would not say."""

# XML has none of these characters, so that no text can look like the end of another form
_TEXT, _OPEN, _NEXT, _CLOSE = "\x01", "\x02", "\x03", "\x04"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the elements at one path of a metadata type.

    default is the value that stands for leaving it out, where that is not empty or false; theirs are values that the
    org may add; own: the org's alone, never compared; ordered: a list whose order a user sees.
    """

    default: str | None = None
    theirs: frozenset[str] = frozenset()
    own: bool = False
    ordered: bool = False
    below: Mapping[str, Place] = field(default_factory=dict)

    def of(self, name: str) -> Place:
        """The place of a child of this name."""
        return self.below.get(name, NOWHERE)


NOWHERE = Place()


@cache
def places(type_name: str) -> Place:
    """The place of the root element of a type, with everything that is known below it."""
    return _place(type_name, "")


def _place(type_name: str, path: str) -> Place:
    added, own, ordered = (
        ADDED.get(type_name, {}),
        ORGS_OWN.get(type_name, frozenset()),
        ORDERED.get(type_name, frozenset()),
    )
    start = f"{path}/" if path else ""
    names = {
        known.removeprefix(start).partition("/")[0] for known in (*added, *own, *ordered) if known.startswith(start)
    }
    theirs = added.get(path, frozenset())
    return Place(
        default=next(iter(theirs)) if len(theirs) == 1 and ANY not in theirs else None,
        theirs=theirs,
        own=path in own,
        ordered=path in ordered,
        below={name: _place(type_name, f"{start}{name}") for name in names},
    )


class Forms:
    """The forms of the elements of one document, each made once."""

    def __init__(self, type_name: str) -> None:
        self.place = places(type_name)
        self._false_is_absent = type_name in FALSE_IS_ABSENT
        self._known: dict[int, str] = {}

    def of(self, node: Node, place: Place) -> str:
        """The form of an element; the same node is always asked about at the same place."""
        if not node.raw:
            return _leaf(node.name, node.text.replace("&", "&amp;").replace("<", "&lt;"), node.kind, place)
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._form(node, place)
        return found

    def _form(self, node: Node, place: Place) -> str:
        parts: list[str] = []
        lists: dict[str, list[str]] = {}
        below = place.below
        for child in node.raw:
            if isinstance(child, tuple):
                name, kind, text, _, _ = child
                if name in below or kind or name in _NOTATIONS:
                    form = _leaf(name, text.strip(), kind.rpartition(":")[2], below.get(name, NOWHERE))
                else:  # what nothing is known of, and that is nearly everything
                    text = text.strip()
                    if not text or text == "false":
                        continue
                    parts.append(f"{name}{_TEXT}{text}{_TEXT}")
                    continue
            else:
                name = child.name
                form = self.of(child, below.get(name, NOWHERE))
            if form[0] == QUIET:
                continue
            if name in below and below[name].ordered:
                lists.setdefault(name, []).append(form)
            else:
                parts.append(form)
        parts.sort()
        for name in sorted(lists):
            parts += lists[name]
        said = f"{node.name}{_OPEN}{_NEXT.join(parts)}{_CLOSE}"
        quiet = not parts or place.own or (self._false_is_absent and grants_nothing(node))
        return QUIET + said if quiet else said


def _leaf(name: str, text: str, kind: str, place: Place) -> str:
    if place.own or (text == place.default if place.default is not None else text == "false") or not text:
        return QUIET + name
    return f"{name}{_TEXT}{meaning(name, text)}{_TEXT}{kind}"


_LISTS = frozenset(
    {"commaSeparatedCustomScopes", "commaSeparatedOauthScopes", "commaSeparatedPermissionSet", "commaSeparatedProfile"}
)
_NOTATIONS = _LISTS | {"apiVersion"}
"""Elements whose text can be written in several ways."""


def meaning(name: str, text: str) -> str:
    """The text in the one way to write it: 62 is 62.0, and the order of parts between commas is none."""
    if name == "apiVersion":
        try:
            return str(float(text))
        except ValueError:
            return text
    if name in _LISTS:
        return ",".join(sorted({part.strip() for part in text.split(",") if part.strip()}))
    return text


def grants_nothing(node: Node) -> bool:
    """All that is not a name in this entry is false."""
    flags = [child.text for child in node.children if child.text in ("true", "false")]
    return bool(flags) and "true" not in flags
