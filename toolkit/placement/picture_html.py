"""Draw Pictures as one HTML page that needs nothing else: to look at, to print, to forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from toolkit.placement.picture import Box, Cell, Picture

_STYLE = """
:root { --line: #c9c9c9; --text: #181818; --quiet: #5c5c5c; --page: #f3f3f3; --ours: #0b5cab; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 24px; color: var(--text); background: #fff;
  font: 14px/1.4 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 32px 0 2px; }
h3 { font-size: 13px; margin: 0 0 8px; color: var(--quiet); font-weight: 600; text-transform: uppercase;
  letter-spacing: .04em; }
p, ul { margin: 4px 0 12px; color: var(--quiet); }
code { overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; align-items: start; }
.page { background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 10px; }
.row { display: grid; gap: 10px; margin-bottom: 10px; }
.row:last-child { margin-bottom: 0; }
.region { border: 1px dashed #939393; border-radius: 4px; padding: 6px; min-width: 0; min-height: 44px; }
.name { font-size: 11px; color: var(--quiet); margin-bottom: 4px; }
.box { background: #fff; border: 1px solid var(--line); border-radius: 4px; padding: 6px 8px; margin-top: 6px;
  overflow-wrap: anywhere; }
.ours { background: #e8f1fb; border: 2px solid var(--ours); color: #032d60; font-weight: 600; }
.more { color: var(--quiet); font-size: 12px; font-weight: 400; }
@media (max-width: 800px) { .pair { grid-template-columns: 1fr; } }
@media print { .pair, .page { break-inside: avoid; } * { print-color-adjust: exact; } }
""".strip()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SCALE = 0.25
"""Pixels in the picture for one on the page."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One file before and after; before is None for a new page, after for one that goes."""

    path: str
    what: tuple[str, ...]
    before: Picture | None
    after: Picture | None


def page(title: str, intro: str, comparisons: Sequence[Comparison], notes: Sequence[str] = ()) -> str:
    """The HTML document; the same input gives the same text."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>",
        f"<h1>{escape(title)}</h1>\n<p>{escape(intro)}</p>",
        *_list(notes),
    ]
    for comparison in comparisons:
        parts += _comparison(comparison)
    return "\n".join([*parts, "</body>\n</html>\n"])


def _comparison(comparison: Comparison) -> Iterator[str]:
    shown = comparison.after or comparison.before
    yield f"<section>\n<h2>{escape(shown.title if shown else comparison.path)}</h2>"
    yield f"<p><code>{escape(comparison.path)}</code></p>"
    yield from _list(comparison.what)
    yield '<div class="pair">'
    for name, picture in (("Before", comparison.before), ("After", comparison.after)):
        yield f"<div>\n<h3>{name}</h3>"
        yield from _picture(picture) if picture else ["<p>no such page</p>"]
        yield "</div>"
    yield "</div>\n</section>"


def _list(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _picture(picture: Picture) -> Iterator[str]:
    yield '<div class="page">'
    for row in picture.rows:
        columns = " ".join(f"minmax(0, {cell.width}fr)" for cell in row)
        yield f'<div class="row" style="grid-template-columns: {columns}">'
        for cell in row:
            yield from _cell(cell)
        yield "</div>"
    yield "</div>"


def _cell(cell: Cell) -> Iterator[str]:
    yield f'<div class="region"><div class="name">{escape(cell.name) or "&nbsp;"}</div>'
    for box in cell.boxes:
        yield from _box(box)
    yield "</div>"


def _box(box: Box) -> Iterator[str]:
    more = ", ".join(part for part in (box.detail, f"{box.height} px" if box.height is not None else "") if part)
    height = f' style="min-height: {round(box.height * _SCALE)}px"' if box.height is not None else ""
    kind = "box ours" if box.ours else "box"
    yield f'<div class="{kind}"{height}>{"★&nbsp;" if box.ours else ""}{escape(box.label)}'
    if more:
        yield f'<div class="more">{escape(more)}</div>'
    for inner in box.inner:
        yield from _box(inner)
    yield "</div>"
