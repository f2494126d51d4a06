"""What a deployment costs beyond the server's own time, beside the Salesforce CLI and CumulusCI in the same run.

    python benchmarks/deploy.py [--runs 5] [--sf PATH_TO_SF] [--cci PATH_TO_CCI] [--long SECONDS]

One class, changed before every run, in Metadata API format, to one local org over https in a process of its own; the
commands take turns. Overhead is the whole process less the time from the job's CreatedDate to its CompletedDate, as the
org tells it. Goals: at most 0.5 s beyond a job that the server finishes at once; with --long, beside the Salesforce CLI
alone, never more than 1.1 times the server's time for a job that takes so long. Exit 1 when a goal is missed. What a
large package costs in memory is measured by memory.py.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands import SF_QUIET
from harness import Command, Run, measure

OVERHEAD = 0.5
SHARE = 1.1
SERVER = """
import json, sys
from pathlib import Path
from toolkit.localorg.deploy.worker import Worker
from toolkit.localorg.faults import parse_all
from toolkit.localorg.options import Options
from toolkit.localorg.server import serve

def ready(org, url):
    with org.read() as work:
        token, user = work.facts.get("access_token"), work.facts.get("admin_id")
        told = {"url": url, "token": token, "org": work.org_id, "user": user}
    print(json.dumps(told), flush=True)

faults = parse_all([f"slow-job:seconds={sys.argv[2]},job=deploy"] if float(sys.argv[2]) else [])
serve(Path(sys.argv[1]), options=Options(faults=faults, max_body=700_000_000), tls=True, ready=ready)
"""
META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<apiVersion>62.0</apiVersion><status>Active</status></ApexClass>\n"
)
CCI = (
    "minimum_cumulusci_version: '4.0.0'\n"
    "project:\n  name: Bench\n  package:\n    name: Bench\n    api_version: '62.0'\n"
)


def manifest(type_name: str, *members: str) -> str:
    named = "".join(f"<members>{member}</members>" for member in members)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata">'
        f"<types>{named}<name>{type_name}</name></types><version>62.0</version></Package>\n"
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A local org that runs, and a folder for its clients."""

    url: str
    token: str
    org: str
    user: str
    certificate: Path
    work: Path

    def last_job(self) -> float:
        """Seconds that the newest deploy job took in the org."""
        query = "SELECT CreatedDate, CompletedDate FROM DeployRequest ORDER BY CreatedDate DESC LIMIT 1"
        request = urllib.request.Request(
            f"{self.url}/services/data/v62.0/tooling/query/?q={urllib.parse.quote(query)}",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        context = ssl.create_default_context(cafile=str(self.certificate))
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            (row,) = json.load(answer)["records"]
        began, ended = (datetime.fromisoformat(row[name].replace("+0000", "+00:00")) for name in
                        ("CreatedDate", "CompletedDate"))  # fmt: skip
        return (ended - began).total_seconds()


@contextmanager
def serving(work: Path, seconds: float) -> Iterator[Server]:
    state = work / f"org-{seconds:g}"
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(state), str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield Server(told["url"], told["token"], told["org"], told["user"], state / "tls.crt", work)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def change(work: Path, text: str) -> None:
    """The package of one class, with this text in it."""
    classes = work / "src" / "classes"
    classes.mkdir(parents=True, exist_ok=True)
    (work / "src" / "package.xml").write_text(manifest("ApexClass", "Bench"))
    (classes / "Bench.cls").write_text(f"public with sharing class Bench {{\n    // {text}\n}}\n")
    (classes / "Bench.cls-meta.xml").write_text(META)


def commands(server: Server, sf: str | None, cci: str | None) -> list[Command]:
    """The clients, signed in where they want that beforehand."""
    work = server.work
    # modules are compiled once, by the first turn, as an installation compiles them
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    base = {**ours, "REQUESTS_CA_BUNDLE": str(server.certificate), "NODE_EXTRA_CA_CERTS": str(server.certificate)}
    (work / "config").mkdir(exist_ok=True)
    target = f"{{kind: access_token, instanceUrl: '{server.url}', accessToken: '${{env:BENCH_TOKEN}}'}}"
    (work / "config" / "orgs.yaml").write_text(f"orgs:\n  bench: {target}\n")
    sfmeta = [str(Path(sys.executable).with_name("sfmeta")), "deploy", "src", "--org", "bench", "--yes"]
    found = [Command("sfmeta deploy", sfmeta, work, {**base, "BENCH_TOKEN": server.token})]
    if sf:
        (work / "home").mkdir(exist_ok=True)
        quiet = {**base, **SF_QUIET, "HOME": str(work / "home"), "SF_USE_GENERIC_UNIX_KEYCHAIN": "true"}
        login = [sf, "org", "login", "access-token", "--instance-url", server.url, "--no-prompt", "--alias", "bench"]
        measure(Command("sf login", login, work, {**quiet, "SF_ACCESS_TOKEN": server.token}))
        start = [sf, "project", "deploy", "start", "--metadata-dir", "src", "--target-org", "bench", "--json"]
        found.append(Command("sf project deploy start", start, work, quiet))
    if cci:
        (work / "cumulusci.yml").write_text(CCI)
        home = work / f"cci-home-{server.url.rpartition(':')[2]}"
        (home / ".cumulusci").mkdir(parents=True, exist_ok=True)
        # an hour without its question to PyPI for a newer version, which the certificate of our org alone cannot reach
        (home / ".cumulusci" / "cumulus_timestamp").write_text(str(time.time()))
        if not (work / ".git").is_dir():
            subprocess.run(["git", "init", "-q", str(work)], check=True)
        reach = {
            "instance_url": server.url, "access_token": server.token, "org_id": server.org,
            "id": f"{server.url}/id/{server.org}/{server.user}", "username": "admin@local.example",
            "org_type": "Developer Edition", "is_sandbox": False,
        }  # fmt: skip
        environment = {
            **base, "HOME": str(home), "CUMULUSCI_KEY": "0123456789abcdef",
            "CUMULUSCI_DISABLE_REFRESH": "1", "CUMULUSCI_ORG_bench": json.dumps(reach),
        }  # fmt: skip
        task = [cci, "task", "run", "deploy", "--org", "bench", "--path", "src"]
        found.append(Command("cci task run deploy", task, work, environment))
    return found


@dataclass(frozen=True, slots=True)
class Timed:
    """One deployment: the process, and the server's share of it in seconds."""

    run: Run
    server: float

    @property
    def overhead(self) -> float:
        return self.run.wall - self.server


def timed(server: Server, command: Command, text: str) -> Timed:
    change(server.work, text)
    run = measure(command)
    return Timed(run, server.last_job())


def table(rows: list[tuple[str, list[Timed]]]) -> None:
    print("| command | whole process s | server s | overhead s, median (min-max) | CPU s | whole / server |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, done in rows:
        low, high = min(d.overhead for d in done), max(d.overhead for d in done)
        wall, server = (
            statistics.median(values) for values in zip(*((d.run.wall, d.server) for d in done), strict=True)
        )
        overhead, cpu = statistics.median(d.overhead for d in done), statistics.median(d.run.cpu for d in done)
        ratio = f"{wall / server:.2f}" if server > 1 else ""
        print(f"| {name} | {wall:.2f} | {server:.2f} | {overhead:.2f} ({low:.2f}-{high:.2f}) | {cpu:.2f} | {ratio} |")


def at_once(work: Path, sf: str | None, cci: str | None, runs: int) -> list[str]:
    """A job that the server finishes at once; what is returned are missed goals."""
    with serving(work, 0) as server:
        listed = commands(server, sf, cci)
        rows: list[tuple[str, list[Timed]]] = [(command.name, []) for command in listed]
        for turn in range(-1, runs):
            for command, (_, done) in zip(listed, rows, strict=True):
                found = timed(server, command, f"{command.name} {turn}")
                if turn >= 0:
                    done.append(found)
    print(f"A job that the server finishes at once, {runs} runs:\n")
    table(rows)
    ours = statistics.median(found.overhead for found in rows[0][1])
    return [f"sfmeta deploy: {ours:.2f} s of overhead, goal {OVERHEAD}"] if ours > OVERHEAD else []


def long_job(work: Path, sf: str | None, cci: str | None, seconds: float) -> list[str]:
    with serving(work, seconds) as server:
        rows = [(command.name, [timed(server, command, "long")]) for command in commands(server, sf, cci)]
    print(f"\nA job that takes the server {seconds:g} s, one run:\n")
    table(rows)
    found = rows[0][1][0]
    share = found.run.wall / found.server
    return (
        [f"sfmeta deploy: {share:.2f} times the server's {found.server:.1f} s, goal {SHARE}"] if share > SHARE else []
    )


def main() -> int:
    tools = Path(os.environ.get("SFMETA_TOOLS", Path.home() / ".cache" / "sfmeta-tools"))
    cci = tools / "cumulusci" / "bin" / "cci"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sf", default=shutil.which("sf"), help="the Salesforce CLI; left out when there is none")
    parser.add_argument("--cci", default=str(cci) if cci.exists() else shutil.which("cci"), help="CumulusCI; likewise")
    parser.add_argument("--long", type=float, default=0.0, help="seconds of a long job; left out when 0")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        missed = at_once(Path(folder), options.sf, options.cci, options.runs)
        if options.long:
            missed += long_job(Path(folder), options.sf, options.cci, options.long)
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
