"""The ledger file: several processes write to it, nobody else reads it, and what an import brings cannot confuse it."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.content import Stored, Stretch
from toolkit.release.ledger import exchange
from toolkit.release.ledger.ledger import Ledger, Release, Step
from toolkit.release.seen import Seen, SeenRow

ONE = Release("a", "00D000000000001AAA", "local", "me@x", "https://x", "deploy", "integration", "2026-01-01T00:00:00",
              "2026-01-01T00:00:01", "done", "1", "0", "me", "62.0")  # fmt: skip

WRITES = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.release.test_ledger import ONE
from toolkit.release.ledger.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(40):
        with ledger.writing():
            ledger.put(replace(ONE, id=f"{sys.argv[2]}-{number}"))
            ledger.keep_bytes(f"{number}".encode())
"""


def test_two_processes_write_into_one_ledger_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    root = Path(__file__).parents[2]
    commands = [[sys.executable, "-c", WRITES, str(path), name] for name in ("one", "two")]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for command in commands]
    for process in running:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    with Ledger(path) as ledger:
        assert len(ledger.all()) == 80
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("SELECT count(*) FROM blob").fetchone() == (40,)


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_nobody_else_may_read_it_or_its_log(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        with ledger.writing():
            ledger.put(ONE)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("ledger.db", "ledger.db-wal", "ledger.db-shm"), 0o600)


def test_a_release_stands_again_when_its_way_back_was_taken_back_on_any_machine(tmp_path: Path) -> None:
    back = replace(ONE, id="b", kind="rollback", started="2026-01-02T00:00:00")
    again = replace(ONE, id="c", kind="rollback", started="2026-01-03T00:00:00")
    with Ledger(tmp_path / "here.db") as here, Ledger(tmp_path / "there.db") as there:
        with here.writing():
            here.put(replace(ONE, undone_by="b"))
            here.put(back)
        exchange.export(here, tmp_path / "old")
        with here.writing():
            here.put(replace(back, undone_by="c"))
            here.put(again)
        exchange.export(here, tmp_path / "new")
        for file in ("new", "old", "new"):
            exchange.import_(there, tmp_path / file)
        for ledger in (here, there):
            assert [(one.id, one.undone_by) for one in ledger.all()] == [("a", None), ("b", "c"), ("c", None)]


def test_releases_that_claim_to_have_taken_each_other_back_end_nothing(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        with ledger.writing():
            ledger.put(replace(ONE, undone_by="b"))
            ledger.put(replace(ONE, id="b", undone_by="a"))
        assert {one.id for one in ledger.all()} == {"a", "b"}


def test_a_snapshot_is_kept_once_and_comes_back_as_it_was(tmp_path: Path) -> None:
    row = SeenRow("X__c", "X", (("SetupOwnerId", "00D"),), {"A__c": 1.5, "B__c": None, "C__c": True}, {"K__c": "print"})
    with Ledger(tmp_path / "ledger.db") as ledger:
        names = {ledger.keep(Seen(rows=(row,))) for _ in range(2)}
        assert len(names) == 1
        assert ledger.get(names.pop()) == Seen(rows=(row,))


def large(tmp_path: Path) -> tuple[bytes, Seen]:
    """What was seen of a component with a file of 3 MB on disk and one of 2 MB in memory."""
    noise, text = random.Random(6).randbytes(3_000_000), b"0123456789" * 200_000
    (tmp_path / "noise").write_bytes(noise)
    on_disk = Stretch.of_file(str(tmp_path / "noise"), "noise", (tmp_path / "noise").stat())
    files = (ComponentFile("staticresources/A.resource", on_disk), ComponentFile("staticresources/B.resource", text))
    return noise, Seen((Component("StaticResource", "A", files, ()),))


def test_a_large_content_is_kept_in_parts_and_comes_back_on_disk(tmp_path: Path) -> None:
    noise, seen = large(tmp_path)
    with Ledger(tmp_path / "ledger.db") as ledger, ledger.writing():
        name = ledger.keep(seen)
        held = (replace(seen.components[0].files[0], body=noise), seen.components[0].files[1])
        assert ledger.keep(Seen((replace(seen.components[0], files=held),))) == name
        (tmp_path / "noise").unlink()
        (found,) = ledger.get(name).components
    assert all(isinstance(file.body, Stored) for file in found.files)
    assert [file.content for file in found.files] == [noise, b"0123456789" * 200_000]
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        sizes = [size for (size,) in database.execute("SELECT length(data) FROM blob")]
    assert 3_000_000 < sum(sizes) < 3_100_000
    assert max(sizes) < 1_100_000


def test_a_copy_of_a_ledger_has_all_parts_of_a_large_content(tmp_path: Path) -> None:
    noise, seen = large(tmp_path)
    with Ledger(tmp_path / "ledger.db") as ledger:
        with ledger.writing():
            name = ledger.keep(seen)
            ledger.put(ONE)
            ledger.put_step(Step(ONE.id, 0, "components", "Components", "Components", "applied", [], [], 1.0, name))
        exchange.export(ledger, tmp_path / "copy.gz")
    with Ledger(tmp_path / "other.db") as other:
        assert exchange.import_(other, tmp_path / "copy.gz") == 1
        assert other.get(name).components[0].files[0].content == noise


def test_a_ledger_of_before_large_contents_were_kept_in_parts_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger(path) as ledger, ledger.writing():
        name = ledger.keep(Seen((Component("ApexClass", "A", (ComponentFile("classes/A.cls", b"class A {}"),), ()),)))
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 1")
    with Ledger(path) as ledger:
        assert ledger.get(name).components[0].files[0].content == b"class A {}"
