"""Tables for people: as wide as the terminal, and always the same width when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from toolkit.report.plain import plain

PIPED_WIDTH = 120


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], out: IO[str], *, title: str | None = None) -> None:
    """Print a table; the first columns keep their words together, the last one wraps."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, width=None if out.isatty() else PIPED_WIDTH, highlight=False, emoji=False)
    made = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=False, ratio=1 if number == len(columns) - 1 else None, overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain(cell), style=_STYLES.get(cell, "")) for cell in row))
    with console.capture() as captured:
        console.print(made)
    out.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


_STYLES = {
    "done": "green",
    "FAILED": "bold red",
    "not done": "yellow",
    "ok": "green",
    "warning": "yellow",
    "MISSING": "bold red",
    "not knowable": "dim",
}
"""How a cell looks that says no more than how something went."""
