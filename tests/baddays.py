"""Rows of docs/reliability.md beside the matrix: a test names the bad day that it acts out, the run says how it went.

    @pytest.mark.bad_day("the disk is full before the start", "no job, then one")

The second text is what the test has asked the org for. With BAD_DAYS=FOLDER every such test adds a line to a file
there; scripts/bad_days_page.py makes the rows of them. The hooks are those of tests/conftest.py.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

FOLDER = os.path.abspath(named) if (named := os.environ.get("BAD_DAYS")) else None  # noqa: PTH100  the tests move
"""Where the run leaves what the page is made of; None in a run of the tests that makes no page."""

everything = pytest.mark.skipif(FOLDER is None, reason="takes long: make bad-days")


def register(config: pytest.Config) -> None:
    """To be called by pytest_configure."""
    config.addinivalue_line("markers", "bad_day(day, jobs): a row of docs/reliability.md, and the jobs of the org then")


def record(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """To be called by pytest_runtest_makereport: how a test that is a bad day has ended."""
    mark = item.get_closest_marker("bad_day")
    skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
    if mark is None or FOLDER is None or call.when != "call" or skipped:
        return
    day, jobs = mark.args
    row = {"day": day, "jobs": jobs, "done": call.excinfo is None}
    with Path(FOLDER, f"days-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.jsonl").open("a") as lines:
        lines.write(json.dumps(row) + "\n")
