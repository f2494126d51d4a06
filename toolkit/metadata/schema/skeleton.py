"""Small documents that differ from a clean one only in the texts of string elements are clean too.

The skeleton of a document is what is left without those texts (and the comments in them). Projects have thousands of
small files with few skeletons, and finding one costs a sixth of validating the file.

Why that is right: a text is left out between a ">" and the end tag of an element that is a string wherever the type
may hold it, or that may be anything there and says that it is a string. It has no markup but whole comments and the
five named entities, and no character that XML forbids. A skeleton is kept only of a document that the walk or a schema
found clean, and only when it has no comment, CDATA section or processing instruction left, and no xsi:nil, which wants
its element to be empty. So each place was between tags in that document; reading a second one with the same skeleton,
the parser is in the same state at each place, and the text there leaves it in that state.
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

    def __init__(self, strings: frozenset[str], typed: frozenset[str] = frozenset()) -> None:
        """strings, typed: see free_texts."""
        forms = [_form(strings)]
        if typed:
            forms.append(rb'(?<= xsi:type="xsd:string")' + _form(typed))
        self._texts = re.compile(b"|".join(forms))
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
        if (
            len(skeleton) <= self._room
            and not (b"<!" in skeleton or b":nil" in skeleton)
            and skeleton.count(b"<?") == 1
        ):
            self._known.add(skeleton)
            self._room -= len(skeleton)

    @property
    def useless(self) -> bool:
        return self.misses > _FAIR and self.hits * 3 < self.misses


def _form(names: frozenset[str]) -> bytes:
    """What matches the text, with the marks around it, of an element with one of the names."""
    ends = b"|".join(sorted(name.encode() for name in names)) or b"(?!)"
    return rb">%b(?:%b%b)*+</(?=(?:%b)>)" % (_TEXT, _COMMENT, _TEXT, ends)


def free_texts(planner: Planner, root: Plan) -> tuple[frozenset[str], frozenset[str]]:
    """Names of elements that may hold any text in all types that a document with this root can hold, xsi:type included.

    First those that are strings, then those that are strings or may be anything, which have xsi:type to say what.
    """
    kinds: dict[str, set[str]] = {root.name: {"complex"}}
    plans = {root.name: root}
    waiting = [root]
    while waiting:
        for slot in waiting.pop().slots.values():
            kinds.setdefault(slot.name, set()).add(slot.kind)
            if slot.kind == "complex":
                for name in (slot.type, *planner.schema.heirs(slot.type)):
                    if name not in plans:
                        plans[name] = planner.known(name)
                        waiting.append(plans[name])
    strings = frozenset(name for name, found in kinds.items() if found == {"string"})
    typed = frozenset(name for name, found in kinds.items() if "any" in found and found <= {"any", "string"})
    return strings, typed
