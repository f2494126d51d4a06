"""Error messages in pasted output: of `sf` (tables, plain lines, --json), of sfmeta, of other deployment tools."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.release.hints.document import document_errors
from toolkit.release.hints.explain import explain
from toolkit.release.hints.table import Table
from toolkit.release.hints.told import Told, line_error, looks_like_error

_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")


def read(text: str) -> tuple[Told, ...]:
    """The errors of a text, each once, in its order.

    A text of one line is one error, whatever it says. Of a longer text those lines count that look like
    errors or that the catalogue knows. Never raises; the time is linear in the text.
    """
    text = _ESCAPES.sub("", text).strip()
    found = document_errors(text)
    if found is None:
        lines = text.splitlines()
        found = [line_error(text)] if len(lines) == 1 else list(_errors(lines))
    return tuple(dict.fromkeys(told for told in found if told.problem))


def _errors(lines: Sequence[str]) -> Iterator[Told]:
    table: Table | None = None
    for index, line in enumerate(lines):
        if table is not None and not table.ends(line):
            table.take(line)
            continue
        if table is not None:
            yield from table.rows()
            table = None
        heads = Table.beginning(line, lines[index + 1] if index + 1 < len(lines) else "")
        if heads is not None:
            table = heads
            continue
        if looks_like_error(line) or _known(line):
            yield line_error(line)
    if table is not None:
        yield from table.rows()


def _known(line: str) -> bool:
    hints = explain(line)
    return bool(hints) and not hints[0].general
