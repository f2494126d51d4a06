"""LIKE patterns: % any text, _ one character, a backslash before either means itself."""

from __future__ import annotations

_ANY, _ONE = object(), object()


def _pieces(pattern: str) -> list[object]:
    out: list[object] = []
    place = 0
    while place < len(pattern):
        char = pattern[place]
        if char == "\\" and place + 1 < len(pattern):
            place += 1
            out.append(pattern[place])
        elif char == "%":
            if not out or out[-1] is not _ANY:
                out.append(_ANY)
        else:
            out.append(_ONE if char == "_" else char)
        place += 1
    return out


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches, without regard to case; costs at most pattern times text."""
    wanted, text = _pieces(pattern.casefold()), text.casefold()
    at = place = 0
    star: int | None = None
    resume = 0
    while at < len(text):
        if place < len(wanted) and wanted[place] is _ANY:
            star, resume = place, at
            place += 1
        elif place < len(wanted) and (wanted[place] is _ONE or wanted[place] == text[at]):
            at += 1
            place += 1
        elif star is not None:
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return all(piece is _ANY for piece in wanted[place:])
