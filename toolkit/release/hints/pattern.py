"""Patterns of messages: fixed text with gaps, matched in one pass and without regular expressions.

    In field: {field} - no {type:word} named {name} found

A gap `{name}` takes as little text as it can, `{name:word}` text without a blank, `{}` any text or none,
which is not kept. A gap never takes more than GAP characters and the search never goes back within a
match, so a pattern is searched in time linear in the message, whatever the message is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

GAP = 300
"""The most characters that a gap takes; the last gap of a pattern is cut there."""

_QUOTES = str.maketrans(dict.fromkeys('"’‘‚‛“”„«»`´', "'") | {"\u00a0": " ", "\u202f": " "})
_MARK = re.compile(r"\{([a-z_]*)(?::(word))?\}")
_EDGES = " .,;:|"


def canonical(message: str) -> str:
    """The message on one line, with one kind of blank and one kind of quote."""
    return " ".join(message.translate(_QUOTES).split())


def folded(text: str) -> str:
    """Lower case with every character at its old place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


@dataclass(frozen=True, slots=True)
class Text:
    """A message, ready to be searched."""

    plain: str
    folded: str

    @classmethod
    def of(cls, message: str) -> Text:
        plain = canonical(message)
        return cls(plain, folded(plain))


@dataclass(frozen=True, slots=True)
class Gap:
    name: str
    word: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The values of the gaps, and how many characters of the message the pattern itself knew."""

    values: Mapping[str, str]
    known: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """literals[i] stands before gaps[i]; the first and the last literal may be empty, no other."""

    literals: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(gap.name for gap in self.gaps if gap.name)

    @property
    def known(self) -> int:
        return sum(map(len, self.literals))

    def search(self, text: Text) -> Found | None:
        """The first place where the pattern fits, or None."""
        if any(literal not in text.folded for literal in self.literals):
            return None
        leading = not self.literals[0]
        head = self.literals[1] if leading else self.literals[0]
        at = text.folded.find(head)
        while at >= 0:
            values: dict[str, str] = {}
            if self._fits(text, at, at + len(head), values, leading=leading):
                return Found(values, self.known)
            at = text.folded.find(head, at + 1)
        return None

    def _fits(self, text: Text, at: int, end: int, values: dict[str, str], *, leading: bool) -> bool:
        """Whether the pattern fits with its first text at `at` to `end`; fills values."""
        if not _starts_word(text.folded, at) or (leading and not self._before(text, at, values)):
            return False
        return self._after(text, end, 1 if leading else 0, values)

    def _before(self, text: Text, at: int, values: dict[str, str]) -> bool:
        """Take the first gap, which nothing stands before, backwards: it ends at `at`."""
        taken = text.plain[max(0, at - GAP) : at]
        gap = self.gaps[0]
        taken = taken.rstrip()[taken.rstrip().rfind(" ") + 1 :] if gap.word else taken[taken.rfind(": ") + 1 :]
        return _keep(gap, taken, values)

    def _after(self, text: Text, at: int, index: int, values: dict[str, str]) -> bool:
        """Take the gaps from index on; `at` is the end of the literal before the first of them."""
        for gap, literal in zip(self.gaps[index:], self.literals[index + 1 :], strict=True):
            if not literal:
                return _keep(gap, _rest(text.plain, at, word=gap.word), values)
            end = text.folded.find(literal, at, at + GAP + len(literal))
            if end < 0 or not _keep(gap, text.plain[at:end], values):
                return False
            at = end + len(literal)
        return _ends_word(text.folded, at)


def _rest(text: str, at: int, *, word: bool) -> str:
    taken = text[at : at + GAP]
    return taken.split(" ", 1)[0] if word else taken


def _keep(gap: Gap, taken: str, values: dict[str, str]) -> bool:
    """Note what a gap has taken; False when the gap must not take that."""
    if not gap.name:
        return True
    taken = taken.strip(_EDGES)
    if gap.word or taken[:1] == taken[-1:] == "'":
        taken = taken.strip(_EDGES + "'")
    values[gap.name] = taken
    return bool(taken) and not (gap.word and " " in taken)


def _starts_word(text: str, at: int) -> bool:
    return not at or not text[at].isalnum() or not (text[at - 1].isalnum() or text[at - 1] == "_")


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or not text[at - 1].isalnum() or not (text[at].isalnum() or text[at] == "_")


@cache
def compiled(template: str) -> Pattern:
    """The pattern of a template; ValueError for one that could fit anywhere or nowhere."""
    literals: list[str] = []
    gaps: list[Gap] = []
    at = 0
    for mark in _MARK.finditer(template):
        literals.append(template[at : mark.start()])
        gaps.append(Gap(mark[1], word=mark[2] is not None))
        at = mark.end()
    literals.append(template[at:])
    prepared = tuple(folded(" ".join(re.split(r"\s+", literal.translate(_QUOTES)))) for literal in literals)
    if not any(literal.strip() for literal in prepared):
        raise ValueError(f"a pattern without text of its own: {template!r}")
    if any(not literal for literal in prepared[1:-1]):
        raise ValueError(f"two gaps without text between them: {template!r}")
    if len({gap.name for gap in gaps if gap.name}) < sum(bool(gap.name) for gap in gaps):
        raise ValueError(f"two gaps of one name: {template!r}")
    return Pattern(prepared, tuple(gaps))
