"""Small documents that differ from a clean one only in the texts of string elements are clean too.

The skeleton of a document is what is left without those texts (and the comments in them). Projects have thousands of
small files with few skeletons, and finding one costs a sixth of validating the file.

Why that is right: a text is left out between a ">" and the end tag of an element that is a string wherever the type
may hold it. It has no markup but whole comments and the five named entities, and no character that XML forbids. A
skeleton is kept only of a document that the walk or a schema found clean, and only when it has no comment, CDATA
section or processing instruction left. So each place was between tags in that document; reading a second one with the
same skeleton, the parser is in the same state at each place, and the text there leaves it in that state.
"""

from __future__ import annotations

import re

from toolkit.metadata.schema.plan import Plan, Planner

_FAIR = 48  # misses before it is judged whether the documents of a type are alike at all
_ROOM = 768 * 1024  # bytes of the skeletons of one type

_NEVER = rb"<>&\x00-\x08\x0b\x0c\x0e-\x1f"
_TEXT = rb"[^%b]*+(?:&(?:amp|lt|gt|quot|apos);[^%b]*+)*+" % (_NEVER, _NEVER)
_COMMENT = rb"<!--[^%b-]*+(?:-[^%b-]++)*+-->" % (_NEVER, _NEVER)


class Skeletons:
    """The skeletons of the clean documents of one root."""

    def __init__(self, strings: frozenset[str]) -> None:
        """strings: see free_strings."""
        names = b"|".join(sorted(name.encode() for name in strings)) or b"(?!)"  # none: the same bytes, then
        self._texts = re.compile(rb">%b(?:%b%b)*+</(?=(?:%b)>)" % (_TEXT, _COMMENT, _TEXT, names))
        self._known: set[bytes] = set()
        self._room = _ROOM
        self.hits = self.misses = 0

    def of(self, data: bytes) -> bytes | None:
        """The skeleton of a document in UTF-8; None when its bytes are not all characters that XML allows."""
        if not data.isascii():
            if b"\xef\xbf" in data:  # among others U+FFFE and U+FFFF, which XML forbids
                return None
            try:
                data.decode()
            except UnicodeDecodeError:
                return None
        return self._texts.sub(b"></", data)

    def knows(self, skeleton: bytes) -> bool:
        if skeleton in self._known:
            self.hits += 1
            return True
        self.misses += 1
        return False

    def keep(self, skeleton: bytes) -> None:
        """Note the skeleton of a clean document."""
        if len(skeleton) <= self._room and b"<!" not in skeleton and skeleton.count(b"<?") == 1:
            self._known.add(skeleton)
            self._room -= len(skeleton)

    @property
    def useless(self) -> bool:
        return self.misses > _FAIR and self.hits * 3 < self.misses


def free_strings(planner: Planner, root: Plan) -> frozenset[str]:
    """Names of elements that are strings in every type that a document with this root can hold, xsi:type included."""
    strings: set[str] = set()
    others = {root.name}
    plans = {root.name: root}
    waiting = [root]
    while waiting:
        for slot in waiting.pop().slots.values():
            (strings if slot.kind == "string" else others).add(slot.name)
            if slot.kind == "complex":
                for name in (slot.type, *planner.schema.heirs(slot.type)):
                    if name not in plans:
                        plans[name] = planner.known(name)
                        waiting.append(plans[name])
    return frozenset(strings - others)
