"""How fast and how big the local org is, as whole processes of `sfmeta org serve`.

    python benchmarks/localorg.py [--sf PATH_TO_SF] [--classes 2000] [--runs 5]

Goals, and exit 1 when one is missed:
    start to first answer                   under 0.7 s   (CPU of the process, which waits for nothing)
    memory when idle                        under 120 MB  (after a start, and after the burst)
    2,000 classes deployed, judged          under 3 s     (CPU of the server from the start of the job to its end)
    `sf project generate manifest --from-org`, some 700 requests: at most 1.2 times its time against a static server
                                                          (median of runs that take turns; only with the Salesforce CLI)
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import HEADER, Command, Figures, in_turn

START, MEMORY, JUDGED, BURST = 0.7, 120.0, 3.0, 1.2
HERE = Path(__file__).resolve().parent
QUIET = {
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "CI": "true",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A running `sfmeta org serve`."""

    url: str
    token: str
    process: int

    def memory(self) -> float:
        """Resident memory in MB."""
        said = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process)], capture_output=True, text=True, check=True)
        return int(said.stdout) * 1024 / 1e6

    def cpu(self) -> float:
        return cpu_of(self.process)


@contextmanager
def stopped_at_the_end(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE.parent)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def served(state: Path) -> Iterator[Served]:
    """The local org in a process of its own."""
    with stopped_at_the_end([sys.executable, "-m", "toolkit", "org", "serve", "--state", str(state), "--json"]) as done:
        assert done.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += done.stdout.readline()
        reach = json.loads(text)
        yield Served(reach["url"], reach["accessToken"], done.pid)


@contextmanager
def other_server(*arguments: str) -> Iterator[str]:
    """replay.py in a process of its own; its URL."""
    with stopped_at_the_end([sys.executable, str(HERE / "replay.py"), *arguments]) as done:
        assert done.stdout is not None
        yield done.stdout.readline().strip()


def cpu_of(process: int) -> float:
    """CPU seconds a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_answer(state: Path, port: int) -> tuple[float, float]:
    """From starting the command to its first answer: seconds of CPU, and of wall clock."""
    command = [sys.executable, "-m", "toolkit", "org", "serve", "--state", str(state), "--port", str(port)]
    started = time.perf_counter()
    with stopped_at_the_end(command) as done:
        while time.perf_counter() - started < 30:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/__local__/health", timeout=30):
                    return cpu_of(done.pid), time.perf_counter() - started
            except OSError:
                time.sleep(0.002)
    raise SystemExit("the local org does not start")


def free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def classes(count: int) -> bytes:
    """A zip of that many classes, each of some 40 lines."""
    meta = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n"
    )
    method = "    public Integer m{0}(Integer a) {{\n        // {1}\n        return a + {0};\n    }}\n"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "package.xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types>'
            "<members>*</members><name>ApexClass</name></types><version>62.0</version></Package>\n",
        )
        for number in range(count):
            body = "".join(method.format(place, f"{number}:{place}") for place in range(10))
            archive.writestr(f"classes/Bench{number}.cls", f"public with sharing class Bench{number} {{\n{body}}}\n")
            archive.writestr(f"classes/Bench{number}.cls-meta.xml", meta)
    return target.getvalue()


def asked(org: Served, path: str, body: bytes | None = None, kind: str = "") -> dict[str, object]:
    headers = {"Authorization": f"Bearer {org.token}"} | ({"Content-Type": kind} if kind else {})
    with urllib.request.urlopen(urllib.request.Request(org.url + path, body, headers), timeout=60) as got:
        return dict(json.load(got))


def deploy(org: Served, archive: bytes, count: int) -> tuple[float, float]:
    """CPU seconds of the server, and seconds of wall clock, from the start of the job to its end."""
    boundary = uuid.uuid4().hex
    options = json.dumps({"deployOptions": {"singlePackage": True, "rollbackOnError": True}})
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="entity_content"\r\nContent-Type: application/json\r\n'
        f'\r\n{options}\r\n--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="d.zip"\r\n'
        "Content-Type: application/zip\r\n\r\n"
    ).encode()
    body = parts + archive + f"\r\n--{boundary}--\r\n".encode()
    before, started = org.cpu(), time.perf_counter()
    path = "/services/data/v62.0/metadata/deployRequest"
    job = asked(org, path, body, f"multipart/form-data; boundary={boundary}")["id"]
    while True:
        time.sleep(0.1)
        result = asked(org, f"{path}/{job}")["deployResult"]
        assert isinstance(result, dict)
        if result["done"]:
            break
    if (result["status"], result["numberComponentsDeployed"]) != ("Succeeded", count):
        raise SystemExit(f"the deploy ended as {result['status']}")
    return org.cpu() - before, time.perf_counter() - started


def burst(sf: str, org: Served, folder: Path, runs: int) -> tuple[Figures, Figures]:
    """The manifest of the whole org, against the local org and against its recorded answers, in turn."""
    project = folder / "project"
    (project / "force-app").mkdir(parents=True)
    entry = {"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"}
    (project / "sfdx-project.json").write_text(json.dumps(entry))
    environment = {**os.environ, **QUIET, "HOME": str(folder)}

    def manifest(alias: str) -> Command:
        arguments = [sf, "project", "generate", "manifest", "--from-org", alias, "--output-dir", ".", "--name", alias]
        return Command(alias, arguments, project, environment)

    def login(url: str, alias: str) -> None:
        command = [sf, "org", "login", "access-token", "--instance-url", url, "--no-prompt", "--alias", alias, "--json"]
        # every alias has a home of its own: sf keeps one login a username
        subprocess.run(
            command, cwd=project, env={**environment, "SF_ACCESS_TOKEN": org.token, "HOME": str(folder / alias)},
            check=True, capture_output=True,
        )  # fmt: skip

    def at_home(alias: str) -> Command:
        (folder / alias).mkdir(exist_ok=True)
        found = manifest(alias)
        return Command(found.name, found.arguments, project, {**environment, "HOME": str(folder / alias)})

    kept = folder / "answers.json"
    with other_server("record", org.url, str(kept)) as recorder:
        command = at_home("recorded")
        login(recorder, "recorded")
        subprocess.run(
            list(command.arguments), cwd=project, env=dict(command.environment or {}), check=True, capture_output=True
        )
    with other_server("serve", str(kept)) as static:
        here, there = at_home("local-org"), at_home("static-server")
        login(org.url, "local-org")
        login(static, "static-server")
        figures = in_turn((here, there), runs=runs)
    manifests = {alias: (project / f"{alias}.xml").read_bytes() for alias in ("local-org", "static-server")}
    if len(set(manifests.values())) != 1:
        raise SystemExit("the two servers gave different manifests")
    print(f"{len(json.loads(kept.read_text()))} different requests, the same manifest from both\n")
    return figures[0], figures[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sf", default=shutil.which("sf"), help="the Salesforce CLI; no burst without it")
    parser.add_argument("--classes", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    met: list[bool] = []

    def row(what: str, figure: str, goal: str, *, fits: bool) -> None:
        met.append(fits)
        print(f"| {what} | {figure} | {goal} | {'yes' if fits else 'NO'} |")

    def start_row(what: str, starts: list[tuple[float, float]]) -> None:
        cpu, wall = (min(figures) for figures in zip(*starts, strict=True))
        row(what, f"{cpu:.2f} s of CPU ({wall:.2f} s)", f"{START} s", fits=cpu < START)

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print("| what | measured | goal | met |\n| --- | --- | --- | --- |")
        fresh = [first_answer(folder / f"new{number}", free_port()) for number in range(options.runs)]
        start_row("start of a new org to its first answer", fresh)
        again = [first_answer(folder / "new0", free_port()) for _ in range(options.runs)]
        start_row("start of an org that exists", again)
        with served(folder / "state") as org:
            asked(org, "/services/data/v62.0/query?q=SELECT+Id+FROM+User")
            idle = org.memory()
            row("idle memory after the start", f"{idle:.0f} MB", f"{MEMORY:.0f} MB", fits=idle < MEMORY)
            archive = classes(options.classes)
            cpu, wall = deploy(org, archive, options.classes)
            said = f"{cpu:.2f} s of CPU ({wall:.2f} s)"
            row(f"{options.classes:,} classes deployed and judged", said, f"{JUDGED} s", fits=cpu < JUDGED)
        with served(folder / "for-sf") as org:
            if options.sf:
                print()
                before = org.cpu()
                here, there = burst(options.sf, org, folder / "burst", options.runs)
                own = (org.cpu() - before) / (options.runs + 2)  # the recording and the warm-up are bursts, too
                print(HEADER)
                print(there.row(there))
                print(here.row(there))
                ratio = here.wall / there.wall
                print("\n| what | measured | goal | met |\n| --- | --- | --- | --- |")
                row("manifest of the whole org, to a static server's", f"{ratio:.2f}", str(BURST), fits=ratio <= BURST)
                print(f"| CPU of the local org for one burst | {own:.2f} s | | |")
                idle = org.memory()
                row("idle memory after it", f"{idle:.0f} MB", f"{MEMORY:.0f} MB", fits=idle < MEMORY)
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
