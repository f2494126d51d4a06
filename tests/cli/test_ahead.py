"""Modules that are loaded while a command waits for an org."""

from __future__ import annotations

import sys
import threading

import pytest

from toolkit.cli import deploy
from toolkit.cli.ahead import load_ahead


def loaded(*names: str) -> None:
    """Load them ahead, and wait until that is over."""
    before = set(threading.enumerate())
    load_ahead(*names)
    for thread in set(threading.enumerate()) - before:
        thread.join(30)


def test_modules_are_there_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    loaded("colorsys")
    assert "colorsys" in sys.modules


def test_one_that_cannot_be_loaded_stops_no_other_and_fails_where_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    loaded("toolkit.no_such_module", "colorsys")
    assert "colorsys" in sys.modules
    assert capfd.readouterr() == ("", "")
    with pytest.raises(ModuleNotFoundError):
        __import__("toolkit.no_such_module")


def test_what_a_deployment_comes_to_need_is_there_to_load() -> None:
    loaded(*deploy._LATER)
    assert set(deploy._LATER) <= set(sys.modules)
