"""Draw a Picture with characters, for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from toolkit.placement.picture import Box, Cell, Picture

# corners and edges: plain, ours (double), and the same in ASCII
_PLAIN, _OURS = "┌─┐│└┘", "╔═╗║╚╝"
_ASCII_PLAIN, _ASCII_OURS = "+-+|++", "#=####"
_PIXELS_A_LINE = 150


def draw(picture: Picture, width: int = 100, *, ascii_only: bool = False) -> str:
    """The picture, `width` characters wide; the widget has double edges and a star."""
    styles = (_ASCII_PLAIN, _ASCII_OURS) if ascii_only else (_PLAIN, _OURS)
    lines = [_fit(picture.title, width).rstrip()]
    for row in picture.rows:
        widths = _widths(row, width)
        cells = [_cell(cell, w, styles) for cell, w in zip(row, widths, strict=True)]
        tallest = max(len(cell) for cell in cells)
        # A cell is its frame and what is inside: it grows by blank lines above its lower edge.
        grown = [[*c[:-1], *[_blank(c)] * (tallest - len(c)), c[-1]] for c in cells]
        lines += ["".join(parts) for parts in zip(*grown, strict=True)]
    return "\n".join(lines) + "\n"


def _widths(row: tuple[Cell, ...], width: int) -> list[int]:
    total = sum(cell.width for cell in row)
    widths = [max(width * cell.width // total, 8) for cell in row]
    widths[-1] = max(width - sum(widths[:-1]), 8)
    return widths


def _cell(cell: Cell, width: int, styles: tuple[str, str]) -> list[str]:
    inner = [line for box in cell.boxes for line in _box(box, width - 4, styles)]
    return list(_frame(cell.name, inner, width, styles[0]))


def _box(box: Box, width: int, styles: tuple[str, str]) -> Iterator[str]:
    in_ascii = styles[0] == _ASCII_PLAIN
    size = f"{box.height} px" if box.height is not None else ""
    if box.ours:
        label = f"{'*' if in_ascii else '★'} {box.label}"
        parts = [part for part in (label, box.detail, size) if part]
        text = [line for part in parts for line in textwrap.wrap(part, max(width - 4, 4))]
        room = [""] * max((box.height or 0) // _PIXELS_A_LINE - len(text), 0)
        yield from _frame("", [*text, *room], width, styles[1])
        return
    yield _fit(" ".join(part for part in ("-" if in_ascii else "▪", box.label, box.detail, size) if part), width)
    for inner in box.inner:
        for line in _box(inner, max(width - 2, 8), styles):
            yield "  " + line


def _frame(title: str, inner: list[str], width: int, style: str) -> Iterator[str]:
    top_left, across, top_right, down, bottom_left, bottom_right = tuple(style)
    head = f" {title} " if title else ""
    head = _cut(head, width - 3)
    yield top_left + across + head + across * (width - 3 - _cells(head)) + top_right
    for line in inner or [""]:
        yield f"{down} {_fit(line, width - 4)} {down}"
    yield bottom_left + across * (width - 2) + bottom_right


def _blank(cell: list[str]) -> str:
    edge = cell[1][0]
    return edge + " " * (_cells(cell[0]) - 2) + edge


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, width: int) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text)
    if _cells(clean) <= width:
        return clean
    while clean and _cells(clean) > width - 2:
        clean = clean[:-1]
    return clean + ".."


def _fit(text: str, width: int) -> str:
    cut = _cut(text, width)
    return cut + " " * (width - _cells(cut))
