"""Files shared among processes: the same findings, whoever dies and whatever else the process does."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from toolkit.validate import inspector, workers
from toolkit.validate.discover import from_paths
from toolkit.validate.inspector import Inspected
from toolkit.validate.plan import Options, Plan

CLASS = """<?xml version="1.0" encoding="UTF-8"?>
<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>{version}</apiVersion>
</ApexClass>
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Ninety classes of different size, every ninth of them with a version that is no number."""
    folder = tmp_path / "classes"
    folder.mkdir()
    for number in range(90):
        version = "new" if number % 9 == 0 else "62.0"
        (folder / f"C{number:02}.cls-meta.xml").write_text(CLASS.format(version=version))
        (folder / f"C{number:02}.cls").write_text(f"public with sharing class C{number:02} {{{' ' * number * 200}}}\n")
    return Plan(from_paths([str(tmp_path)]), Options())


def found(parts: list[Inspected]) -> list[tuple[str, int, str]]:
    return [(f.where.file.rpartition("/")[2], f.where.line, f.rule) for part in parts for f in part.findings]


def alone(plan: Plan) -> list[Inspected]:
    one = inspector.Inspector(plan)
    return [one.inspect(number) for number in range(len(plan.sources.files))]


def test_the_results_of_several_processes_come_in_the_order_of_the_files(plan: Plan) -> None:
    parts = list(workers.run(plan, 3))
    assert found(parts) == found(alone(plan))
    wrong = [file for file, _, rule in found(parts) if rule == "E1120"]
    assert wrong == [f"C{number:02}.cls-meta.xml" for number in range(0, 90, 9)]
    assert [part.facts for part in parts] == [part.facts for part in alone(plan) if part]


def test_what_a_process_that_dies_had_taken_is_done_again(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    parent, inspect = os.getpid(), inspector.Inspector.inspect

    def deadly(self: inspector.Inspector, number: int) -> Inspected:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return inspect(self, number)

    expected = found(alone(plan))
    monkeypatch.setattr(inspector.Inspector, "inspect", deadly)
    assert found(list(workers.run(plan, 2))) == expected


def test_a_process_with_threads_does_not_fork(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> int:
        raise AssertionError("forked beside a thread")

    monkeypatch.setattr(os, "fork", forbidden)
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        parts = list(workers.run(plan, 2))
    finally:
        done.set()
        other.join()
    assert found(parts) == found(alone(plan))
