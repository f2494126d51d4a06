"""A disk that is full: before a start nothing is sent; after it the job is followed, and found again.

The kernel itself refuses the writes, by a limit on the size of files that the process of the deployment has.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.baddays import everything
from toolkit.errors import ReleaseError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.release.journal.entry import Content
from toolkit.release.journal.file import Journal

META = (
    '<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
)
MANIFEST = (
    '<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Tiny</members><name>ApexClass</name>'
    "</types><version>62.0</version></Package>"
)


def announce(journal: Journal) -> None:
    journal.starting(
        org="00D000000000001", user="005000000000001", content=Content("d", ("ApexClass A",)), options="{}",
        check_only=False,
    )  # fmt: skip


def test_a_line_that_does_not_fit_is_an_error_and_no_line(tmp_path: Path) -> None:
    """Whatever part of the announcement is on the disk, it is not taken for one, and the next is whole."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    announce(Journal(tmp_path / "whole"))
    length = (tmp_path / "whole" / "jobs.jsonl").stat().st_size
    for room in range(0, length, 7):
        journal = Journal(tmp_path / str(room))
        announce(journal)
        resource.setrlimit(resource.RLIMIT_FSIZE, (length + room, hard))
        try:
            with pytest.raises(ReleaseError, match="cannot be written: File too large"):
                announce(journal)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(journal.entries()) == (1 if room < length - 1 else 2)
        announce(journal)
        assert len(journal.entries()) == (2 if room < length - 1 else 3)


@dataclass
class Bench:
    local: EmbeddedOrg
    folder: Path

    def run(self, *, largest: int | None = None) -> tuple[int, str]:
        """A deployment as a process of its own, which can write no file beyond so many bytes."""

        def limit() -> None:
            if largest is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-B", "-m", "toolkit", "deploy", "m", "--org", "live", "--yes"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path, "T": self.local.access_token},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,
            check=False,
        )
        return done.returncode, done.stdout.decode()

    def fill(self, size: int) -> None:
        """A journal of that many bytes, of jobs that ended long ago."""
        state = self.folder / ".sfmeta"
        state.mkdir(mode=0o700, exist_ok=True)
        line = json.dumps({"event": "ended", "key": "x" * 60, "how": "Succeeded"}) + "\n"
        (state / "jobs.jsonl").write_text((line * (size // len(line) + 1))[: size - 1] + "\n")
        (state / "jobs.jsonl").chmod(0o600)

    def jobs(self) -> Counter[str]:
        with self.local.org.read() as work:
            return Counter(job.status for job in work.jobs.of_kind("deploy"))


@pytest.fixture
def bench(first_day: Path, tmp_path: Path) -> Iterator[Bench]:
    state = Path(shutil.copytree(first_day, tmp_path / "org"))
    classes = tmp_path / "m" / "classes"
    classes.mkdir(parents=True)
    (tmp_path / "m" / "package.xml").write_text(MANIFEST)
    (classes / "Tiny.cls").write_text("public with sharing class Tiny {\n}\n")
    (classes / "Tiny.cls-meta.xml").write_text(META)
    (tmp_path / "config").mkdir()
    with EmbeddedOrg(state) as local:
        target = {"kind": "access_token", "instanceUrl": local.url, "accessToken": "${env:T}"}
        (tmp_path / "config" / "orgs.yaml").write_text(yaml.safe_dump({"orgs": {"live": target}}))
        yield Bench(local, tmp_path)


FULL = 1_000_000


@pytest.mark.bad_day("the disk is full before the start", "0, by the next run 1")
def test_without_room_for_the_announcement_nothing_is_sent(bench: Bench) -> None:
    bench.fill(FULL - 40)
    code, said = bench.run(largest=FULL)
    assert code == 1
    assert "the journal of jobs .sfmeta/jobs.jsonl cannot be written: File too large" in said
    assert "sfmeta itself failed" not in said
    assert not bench.jobs()
    assert bench.run()[0] == 0
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("the disk is full when the job has begun", "1")
def test_without_room_for_the_jobs_id_it_is_followed_and_found_again(bench: Bench) -> None:
    bench.fill(FULL - 1000)  # the announcement takes some 650 bytes, the rest of the lines too much
    room = len(bench_line(bench)) + 30
    bench.fill(FULL - room)
    code, said = bench.run(largest=FULL)
    assert code == 0, said
    assert "warning: the journal of jobs .sfmeta/jobs.jsonl cannot be written: File too large" in said
    assert bench.jobs() == {"Succeeded": 1}
    code, said = bench.run()
    assert code == 0, said
    assert "whose answer was lost became deployment 0Af" in said
    assert "Nothing to change" in said
    assert bench.jobs() == {"Succeeded": 1}


def bench_line(bench: Bench) -> bytes:
    """The announcement that a deployment of the bench writes; it is deployed to another org for that."""
    journal = Journal(bench.folder / "probe")
    options = (
        '{"allowMissingFiles": false, "autoUpdatePackage": false, "checkOnly": false, "ignoreWarnings": false, '
        '"performRetrieve": false, "purgeOnDelete": false, "rollbackOnError": true, "singlePackage": true}'
    )
    journal.starting(
        org="0" * 15, user="0" * 15, content=Content("0" * 64, ("ApexClass Tiny",)), options=options, check_only=False
    )
    return journal.path.read_bytes()


@pytest.mark.bad_day("the disk is full when the ledger is begun", "0, by the next run 1")
def test_without_room_for_the_ledger_nothing_is_sent(bench: Bench) -> None:
    code, said = bench.run(largest=8192)
    assert code == 1
    assert "ledger" in said
    assert "sfmeta itself failed" not in said
    assert not bench.jobs()
    assert bench.run()[0] == 0
    assert bench.jobs() == {"Succeeded": 1}


def done_or_told_and_done_by_the_next_run(bench: Bench, largest: int) -> None:
    code, said = bench.run(largest=largest)
    assert code in (0, 1, 69), said
    assert "sfmeta itself failed" not in said, said
    assert code == 0 or "error: " in said
    first = bench.jobs()
    assert first in ({}, {"Succeeded": 1})
    assert code != 0 or first, "done, without a job"
    code, said = bench.run()
    assert code == 0, said
    assert bench.jobs() == {"Succeeded": 1}


@everything
@pytest.mark.bad_day("the disk is full at some byte of the journal, in the middle of a line too", "1 in the end")
@pytest.mark.parametrize("room", range(0, 1600, 80))
def test_without_room_for_a_part_of_the_journal(bench: Bench, room: int) -> None:
    bench.fill(FULL - room)
    done_or_told_and_done_by_the_next_run(bench, FULL)


@everything
@pytest.mark.bad_day("the disk is full at some page of the ledger, or of the package's zip", "1 in the end")
@pytest.mark.parametrize("pages", [0, 1, 3, 5, 7, 8, 9, 10, 12, 16, 24, 32])
def test_without_room_for_a_part_of_the_ledger(bench: Bench, pages: int) -> None:
    done_or_told_and_done_by_the_next_run(bench, pages * 4096 + 100)
