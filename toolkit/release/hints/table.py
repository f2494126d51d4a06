"""Tables of errors, as the versions of the Salesforce CLI print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.release.hints.told import SEVERITIES, Told, component, line_error, placed

COLUMNS = 12
"""No tool prints a table of errors with more; what looks like one is none."""
_TITLES = frozenset({"problem", "error", "errors", "message"})
_RULE = re.compile(r"[─\-=]{2,}")
_FRAME = " │|├┼┤└┴┘╰╯─-=+"


class Table:
    """A table that is being read: where its columns are, and its rows, with those that go on joined."""

    def __init__(self, titles: Sequence[str], spans: Sequence[tuple[int, int]] | None) -> None:
        self._titles = [title.strip().lower() for title in titles]
        self._spans = spans
        self._rows: list[list[list[str]] | Told] = []

    @classmethod
    def beginning(cls, line: str, following: str) -> Table | None:
        """The table whose head is this line; None when it is no head of a table of errors."""
        low = line.lower()
        if not any(title in low for title in _TITLES):
            return None
        spans = None if line.count("│") >= 2 else _spans(following)
        titles = _cells(line) if spans is None else [line[a:b].strip(" │|") for a, b in spans]
        if line.count("│") < 2 and spans is None:
            return None
        named = {title.strip().lower() for title in titles}
        return cls(titles, spans) if named & _TITLES and len(titles) <= COLUMNS else None

    def ends(self, line: str) -> bool:
        return not line.strip() or (self._spans is None and not any(mark in line for mark in "│├┼└╰"))

    def take(self, line: str) -> None:
        """Read the next line of the table."""
        if not line.strip(_FRAME):
            return
        if self._spans is not None and any(line[max(0, a - 1) : a].strip(" │|") for a, _ in self._spans):
            self._rows.append(line_error(line.strip(" │|")))  # pasted without its blanks
            return
        cells = _cells(line) if self._spans is None else [line[a:b].strip(" │|") for a, b in self._spans]
        cells = cells[: len(self._titles)] + [""] * (len(self._titles) - len(cells))
        last = self._rows[-1] if self._rows else None
        if isinstance(last, list) and not cells[0]:
            for parts, cell in zip(last, cells, strict=True):
                parts.append(cell)
        else:
            self._rows.append([[cell] for cell in cells])

    def rows(self) -> Iterator[Told]:
        for row in self._rows:
            yield row if isinstance(row, Told) else self._told([" ".join(filter(None, parts)) for parts in row])

    def _told(self, row: Sequence[str]) -> Told:
        cell = dict(zip(self._titles, row, strict=True))
        problem = next((cell[title] for title in ("problem", "error", "errors", "message") if cell.get(title)), "")
        kind, name = cell.get("type", ""), cell.get("name", "")
        kind = "" if kind.lower() in SEVERITIES else kind
        path = cell.get("file") or cell.get("project path") or ""
        if path and not (kind and name):
            of_path = component(path)
            kind, name = kind or of_path[0], name or of_path[1]
        line, _, column = cell.get("line:column", "").partition(":")
        return placed(problem, kind, name, _number(line), _number(column))


def _spans(rule: str) -> list[tuple[int, int]] | None:
    """Where the columns are, by the line of dashes under the head; None when it is no such line."""
    bare = rule.strip(" |│")
    found = [match.start() for match in _RULE.finditer(rule)] if bare and not _RULE.sub("", bare).strip() else []
    if not 2 <= len(found) <= COLUMNS:
        return None
    return list(zip(found, [*found[1:], len(rule) + 10_000], strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("│").split("│")]


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
