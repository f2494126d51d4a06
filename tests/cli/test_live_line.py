"""What a person at a terminal sees: one line that is written over; the result goes to stdout all the same."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
WIPE = "\r\x1b[2K"


def package(folder: Path) -> None:
    classes = folder / "m" / "classes"
    classes.mkdir(parents=True)
    (classes / "Tiny.cls").write_text("public class Tiny {}")
    (classes / "Tiny.cls-meta.xml").write_text(
        f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
    )
    (folder / "m" / "package.xml").write_text(
        f"<Package {NS}><types><members>Tiny</members><name>ApexClass</name></types><version>62.0</version></Package>"
    )


def typed(folder: Path, env: dict[str, str], answer: str, *line: str) -> tuple[int, str]:
    """The exit code and stderr of our command, with a person at stdin who answers the one question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *line],
        cwd=folder, env=env, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    _, said = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, said


def test_the_name_of_a_production_org_is_typed_by_who_means_it(tmp_path: Path) -> None:
    package(tmp_path)
    with EmbeddedOrg(tmp_path / "state", org_type="production") as local:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "SFMETA_ACCESS_TOKEN": local.access_token,
            "SFMETA_INSTANCE_URL": local.url,
        }
        for answer, code, last in (("enc", 1, "error: not confirmed; nothing was changed"), ("env", 0, "")):
            ended, said = typed(tmp_path, env, answer, "deploy", "m", "--yes")
            assert (ended, f"env is production: Local Org ({local.org_id}, {local.url})" in said) == (code, True), said
            assert "Type env to change it" in said
            assert last in said
            with local.org.read() as work:
                assert len(list(work.jobs.of_kind("deploy"))) == (1 if code == 0 else 0)


def on_a_terminal(folder: Path, env: dict[str, str], *line: str) -> tuple[str, str]:
    """What our command writes to stdout, a pipe, and to stderr, a terminal of 400 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 400, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *line], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # how a terminal ends
        while piece := os.read(ours, 65_536):
            seen += piece
    os.close(ours)
    assert process.stdout is not None
    with process.stdout as out:
        said = out.read()
    assert process.wait(timeout=30) == 0, seen
    return said, seen.decode().replace("\r\n", "\n")


def test_one_live_line_on_a_terminal_and_one_document_on_stdout(tmp_path: Path) -> None:
    package(tmp_path)
    with EmbeddedOrg(tmp_path / "state", faults=("slow-job:seconds=0.6,job=deploy",)) as local:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TERM": "xterm-256color",
            "SFMETA_ACCESS_TOKEN": local.access_token,
            "SFMETA_INSTANCE_URL": local.url,
        }
        out, seen = on_a_terminal(tmp_path, env, "deploy", "m", "--yes", "--json")
        assert json.loads(out)["status"] == "done"
        lines = seen.split(WIPE)
        assert any(
            line.startswith("Components: InProgress (") and line.endswith("monitorDeployment.apexp") for line in lines
        ), seen
        assert lines[-1] == "", "the live line is gone in the end"
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(env, "TERM", "dumb")
            _, seen = on_a_terminal(tmp_path, env, "deploy", "m", "--yes", "--json")
        assert WIPE not in seen
