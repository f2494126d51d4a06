"""Ctrl-C, a reader that goes away, and cancelling from elsewhere: real processes against a job that takes its time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org import soql
from toolkit.org.jobs import Status
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("interrupt") / "state"
    with EmbeddedOrg(made):
        pass
    return made


OURS = """
import signal

from toolkit.__main__ import run
from toolkit.release import following

signal.signal(signal.SIGINT, signal.default_int_handler)
following.SECOND_THOUGHT = 1.0
run()
"""
"""The command, which waits a second and not three for a second interruption, and heeds the first also where who runs
the tests in the background has Ctrl-C ignored by every process below."""


class Bench:
    """A folder with a package, an org whose jobs take a while, and our command as a process of its own."""

    def __init__(self, folder: Path, local: EmbeddedOrg) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "SFMETA_ACCESS_TOKEN": local.access_token,
            "SFMETA_INSTANCE_URL": local.url,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.org: Org = connect(AccessToken(local.url, local.access_token))
        classes = folder / "m" / "classes"
        classes.mkdir(parents=True)
        (classes / "Tiny.cls").write_text("public class Tiny {}")
        (classes / "Tiny.cls-meta.xml").write_text(
            f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
        )
        (folder / "m" / "package.xml").write_text(
            f"<Package {NS}><types><members>Tiny</members><name>ApexClass</name></types><version>62.0</version>"
            "</Package>"
        )

    def start(self, *line: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", OURS, *line],
            cwd=self.folder, env=self.env, stdout=stdout, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def until(self, process: subprocess.Popen[str], text: str) -> str:
        """What a process has said up to the line with this text."""
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if text in line:
                return said
        raise AssertionError(f"never said {text!r}: {said}")

    def job(self) -> str:
        rows = [json.loads(line) for line in (self.folder / ".sfmeta" / "jobs.jsonl").read_text().split("\n") if line]
        return next(str(row["job"]) for row in rows if row["event"] == "started")


@pytest.fixture(params=["slow-job:seconds=2,job=deploy"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, state: Path) -> Iterator[Bench]:
    folder = tmp_path / "work"
    folder.mkdir()
    here = Path(shutil.copytree(state, tmp_path / "state"))
    with EmbeddedOrg(here, faults=(request.param,)) as local:
        yield Bench(folder, local)


AT_ONCE = pytest.mark.parametrize("bench", ["latency:seconds=0"], indirect=True, ids=[""])


def test_interrupted_once_the_job_goes_on_and_it_is_said_how_to_follow_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    process = bench.start("deploy", "m", "--yes", "--json")
    bench.until(process, " started")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    job = bench.job()
    assert process.returncode == 130
    assert f"deployment {job} goes on in the org: `sfmeta job resume {job} --org NAME` follows it" in err
    assert f"`sfmeta job cancel {job} --org NAME` ends it" in err
    assert json.loads(out)["exitCode"] == 130
    monkeypatch.chdir(bench.folder)
    (lock,) = Path(".sfmeta").glob("running-*.lock")
    lock.unlink()  # another machine has no such file; the ledger knows by itself
    assert main(["history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["status"] == "interrupted"
    assert bench.org.follow_deploy(job, wait=30).status is Status.SUCCEEDED


def test_interrupted_twice_the_job_is_canceled_in_the_org(bench: Bench) -> None:
    process = bench.start("deploy", "m", "--yes")
    bench.until(process, " started")
    process.send_signal(signal.SIGINT)
    bench.until(process, "interrupt again")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    job = bench.job()
    assert process.returncode == 130
    assert f"cancelling deployment {job}" in err
    assert f"deployment {job} ended with Canceled" in err
    assert bench.org.deploy_status(job).status is Status.CANCELED


def test_a_runner_that_ends_the_process_leaves_the_job_and_is_told_how_to_go_on(bench: Bench) -> None:
    process = bench.start("deploy", "m", "--yes", "--json")
    bench.until(process, " started")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 2.5  # no time for second thoughts: SIGKILL follows
    job = bench.job()
    assert process.returncode == 143
    assert f"deployment {job} goes on in the org: `sfmeta job resume {job} --org NAME` follows it" in err
    assert "interrupt again" not in err
    assert json.loads(out)["exitCode"] == 143
    assert bench.org.follow_deploy(job, wait=30).status is Status.SUCCEEDED


class Stalled:
    """Passes everything on to an org but the end of an upload: of a start it stops reading after 64 KB."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stalled = threading.Event()
        self._sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                org = socket.create_connection(("127.0.0.1", self.port))
                self._sockets += [client, org]
                threading.Thread(target=self._upwards, args=(client, org), daemon=True).start()
                threading.Thread(target=self._downwards, args=(org, client), daemon=True).start()

    def _upwards(self, client: socket.socket, org: socket.socket) -> None:
        uploaded = None
        with contextlib.suppress(OSError):
            while piece := client.recv(8192):
                if b"/metadata/deployRequest HTTP" in piece and piece.startswith(b"POST"):
                    uploaded = 0
                if uploaded is not None:
                    uploaded += len(piece)
                    if uploaded > 65_536:
                        self.stalled.set()
                        return
                org.sendall(piece)

    def _downwards(self, org: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := org.recv(65_536):
                client.sendall(piece)

    def close(self) -> None:
        for sock in (self.listener, *self._sockets):
            sock.close()


@pytest.mark.parametrize("times", [1, 2])
@AT_ONCE
def test_interrupted_in_the_upload_nothing_was_started_and_that_is_said(bench: Bench, times: int) -> None:
    folder = bench.folder / "m" / "staticresources"
    folder.mkdir()
    (folder / "Big.resource").write_bytes(os.urandom(12_000_000))
    (folder / "Big.resource-meta.xml").write_text(
        f"<StaticResource {NS}><cacheControl>Private</cacheControl><contentType>image/png</contentType>"
        "</StaticResource>"
    )
    manifest = bench.folder / "m" / "package.xml"
    types = "<types><members>Big</members><name>StaticResource</name></types><version>"
    manifest.write_text(manifest.read_text().replace("<version>", types))
    stalled = Stalled(int(bench.env["SFMETA_INSTANCE_URL"].rpartition(":")[2]))
    try:
        bench.env["SFMETA_INSTANCE_URL"] = f"http://127.0.0.1:{stalled.listener.getsockname()[1]}"
        process = bench.start("deploy", "m", "--yes")
        assert stalled.stalled.wait(30)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        stalled.close()
    assert process.returncode == 130
    assert "Traceback" not in err
    journal = (bench.folder / ".sfmeta" / "jobs.jsonl").read_text()
    if times == 1:
        assert "interrupted before the package was sent completely: the org has started nothing" in err
        assert '"how":"refused, or never sent"' in journal
    assert '"event":"started"' not in journal
    query = soql.select("Id", source="DeployRequest")
    assert bench.org.tooling_query(query) == ()


def test_history_tells_a_release_that_runs_from_one_whose_process_was_killed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(bench.folder)

    def told() -> dict[str, object]:
        assert main(["history", "--json"]) == 0
        (release,) = json.loads(capsys.readouterr().out)["releases"]
        return release

    process = bench.start("deploy", "m", "--yes")
    bench.until(process, " started")
    assert (told()["status"], told()["advice"]) == ("running", None)
    process.kill()
    process.communicate(timeout=30)
    job = bench.job()
    assert (told()["status"], told()["unfinishedJobs"]) == ("interrupted", [job])
    assert main(["history"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert f": `sfmeta job resume {job} --org env` follows its deployment; the same command goes on from " in last
    assert main(["history", "show", str(told()["id"])]) == 0
    assert "planned; whether it was begun is not known" in capsys.readouterr().out
    for name in ("SFMETA_ACCESS_TOKEN", "SFMETA_INSTANCE_URL"):
        monkeypatch.setenv(name, bench.env[name])
    assert main(["job", "resume", job]) == 0
    capsys.readouterr()
    assert told()["unfinishedJobs"] == []


def test_another_machine_cancels_a_job_and_its_owner_is_told(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    process = bench.start("deploy", "m", "--yes")
    bench.until(process, " started")
    job = bench.job()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("SFMETA_ACCESS_TOKEN", "SFMETA_INSTANCE_URL"):
        monkeypatch.setenv(name, bench.env[name])
    assert main(["job", "cancel", job[:15], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["job"]["status"], told["exitCode"]) == ("Canceled", 0)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"deployment {job} was canceled by " in err


@AT_ONCE
def test_who_reads_the_progress_may_go_away(bench: Bench) -> None:
    process = bench.start("deploy", "m", "--yes", "--json")
    assert process.stderr is not None
    assert process.stderr.readline() != ""
    process.stderr.close()
    assert process.stdout is not None
    with process.stdout as out:
        document = json.loads(out.read())
    assert process.wait(timeout=30) == 0
    assert document["status"] == "done"


@AT_ONCE
def test_who_reads_the_result_may_go_away_and_the_deployment_is_whole(bench: Bench) -> None:
    read, write = os.pipe()
    process = bench.start("deploy", "m", "--yes", stdout=write)
    os.close(write)
    os.close(read)
    process.communicate(timeout=30)
    assert process.returncode == 1  # what it had to say has reached nobody
    deadline = time.monotonic() + 5
    while not (result := bench.org.deploy_status(bench.job())).done and time.monotonic() < deadline:
        time.sleep(0.1)
    assert result.status is Status.SUCCEEDED
    assert '"event":"ended"' in (bench.folder / ".sfmeta" / "jobs.jsonl").read_text()
