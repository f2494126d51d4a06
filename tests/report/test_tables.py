"""Tables for people: in colour on a terminal, plain in a pipe."""

from __future__ import annotations

import io

import pytest

from toolkit.report.tables import table

COLOURS = {"ok": "32", "warning": "33", "MISSING": "1;31", "not knowable": "2", "done": "32", "FAILED": "1;31"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("state", COLOURS)
def test_a_state_has_its_colour_on_a_terminal_and_none_in_a_pipe(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    seen, piped = Terminal(), io.StringIO()
    for out in (seen, piped):
        table(("Link", "State", "Found"), [("a", state, f"{state} is only a word here")], out)
    assert f"\x1b[{COLOURS[state]}m{state}" in seen.getvalue()
    assert "\x1b" not in piped.getvalue()
    assert seen.getvalue().count(f"{COLOURS[state]}m") == 1


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    table(("Link", "State", "Found"), [("a", "MISSING", "x")], out)
    assert "31m" not in out.getvalue()
