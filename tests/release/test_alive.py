"""Whether the process of a release still lives: by a lock that the system takes off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import ReleaseError
from toolkit.release.ledger.alive import Life, alive, life_of

HOLDS = """
import sys, time
from pathlib import Path
from toolkit.release.ledger.alive import alive
with alive(Path(sys.argv[1]), "one"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_process_that_lives_one_that_is_killed_and_one_of_another_machine(tmp_path: Path) -> None:
    assert life_of(tmp_path, "one") is Life.UNKNOWN
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as out:
        assert out.readline() == b"held\n"
        assert life_of(tmp_path, "one") is Life.RUNS
        process.kill()
        process.wait(timeout=30)
    assert life_of(tmp_path, "one") is Life.CUT_OFF
    (file,) = tmp_path.iterdir()
    file.write_text(json.dumps({"host": "another-machine", "process": 7}))
    assert life_of(tmp_path, "one") is Life.UNKNOWN
    file.write_text("half a li")
    assert life_of(tmp_path, "one") is Life.UNKNOWN


def test_a_release_that_is_over_leaves_no_file(tmp_path: Path) -> None:
    with alive(tmp_path, "one"):
        assert life_of(tmp_path, "one") is Life.RUNS
    assert list(tmp_path.iterdir()) == []


def test_an_exception_of_the_release_goes_through_and_its_file_stays(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not ours"), alive(tmp_path, "one"):
        raise OSError("not ours")
    assert life_of(tmp_path, "one") is Life.CUT_OFF


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"running-one\.lock cannot be written: "), alive(tmp_path / "no", "one"):
        raise AssertionError("never reached")
