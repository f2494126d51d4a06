"""Pull the plug at any second of a production deployment, and finish it from another machine.

    python scripts/pull_the_plug.py [--every 0.5] [--job 3]

A local org that plays production runs in a process of its own; its deploy jobs take --job seconds. A deployment is
killed (SIGKILL) after --every seconds, the next one after twice that, and so on until one is done before it is killed.
Each time somebody else, in another folder with the same configuration and the org's name alone, asks what happened
(`job list`, `job resume`) and deploys again. The table says what they found; exit 1 when the org ever had two
successful jobs of one deployment, or the work was not finished.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

META = (
    '<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<apiVersion>62.0</apiVersion><status>Active</status></ApexClass>\n"
)
SFMETA = [sys.executable, "-m", "toolkit"]


@contextmanager
def production(work: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """`org serve`, and how it is reached."""
    fault = f"slow-job:seconds={seconds:g},job=deploy"
    command = [
        *SFMETA,
        "org",
        "serve",
        "--type",
        "production",
        "--state",
        str(work / "org"),
        "--json",
        "--fault",
        fault,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        text += process.stdout.readline()
    try:
        yield json.loads(text)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        process.stdout.close()


def machine(folder: Path, url: str, name: str) -> None:
    """A folder with the org's name and the package of one class."""
    shutil.rmtree(folder, ignore_errors=True)
    classes = folder / "src" / "classes"
    classes.mkdir(parents=True)
    (folder / "config").mkdir()
    target = f"{{kind: access_token, instanceUrl: '{url}', accessToken: '${{env:PLUG_TOKEN}}'}}"
    (folder / "config" / "orgs.yaml").write_text(f"orgs:\n  production: {target}\n")
    (folder / "src" / "package.xml").write_text(
        '<Package xmlns="http://soap.sforce.com/2006/04/metadata">'
        f"<types><members>{name}</members><name>ApexClass</name></types><version>62.0</version></Package>\n"
    )
    (classes / f"{name}.cls").write_text(f"public with sharing class {name} {{\n}}\n")
    (classes / f"{name}.cls-meta.xml").write_text(META)


class Plug:
    """Two machines and one production org."""

    def __init__(self, work: Path, org: dict[str, Any]) -> None:
        self.work = work
        self.url = org["url"]
        home = str(Path(__file__).resolve().parents[1])
        self.environment = {**os.environ, "PLUG_TOKEN": org["accessToken"], "PYTHONPATH": home}

    def run(self, folder: str, *line: str, killed_after: float | None = None) -> tuple[int, str]:
        """The exit code (-9: killed) and what was said."""
        process = subprocess.Popen(
            [*SFMETA, *line, "--org", "production"],
            cwd=self.work / folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            said, _ = process.communicate(timeout=killed_after)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        return process.returncode, said

    def jobs(self) -> list[dict[str, Any]]:
        _, said = self.run("second", "job", "list", "--json")
        listed: list[dict[str, Any]] = json.loads(said)["jobs"]
        return listed

    def pulled(self, name: str, after: float) -> tuple[str, bool, bool]:
        """A row of the table; whether it is as it should be; whether the deployment was done before the plug."""
        for folder in ("first", "second"):
            machine(self.work / folder, self.url, name)
        before = {job["id"] for job in self.jobs()}
        deploy = ("deploy", "src", "--yes", "--confirm", "production")
        code, _ = self.run("first", *deploy, killed_after=after)
        left = [job for job in self.jobs() if job["id"] not in before]
        resumed = "no job"
        for job in left:
            followed, said = self.run("second", "job", "resume", job["id"])
            resumed = f"exit {followed}: {said.strip().splitlines()[-1]}"
        again, said = self.run("second", *deploy)
        last = said.strip().splitlines()[-1]
        succeeded = [job for job in self.jobs() if job["id"] not in before and job["status"] == "Succeeded"]
        found = ", ".join(f"{job['id']} {job['status']}" for job in left) or "nothing"
        row = f"| {after:g} s | {found} | {resumed} | exit {again}: {last} | {len(succeeded)} |"
        return row, again == 0 and len(succeeded) == 1, code == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two moments")
    parser.add_argument("--job", type=float, default=3.0, help="seconds that a deploy job takes the org")
    options = parser.parse_args()
    right = True
    with tempfile.TemporaryDirectory() as folder, production(Path(folder), options.job) as org:
        (Path(folder) / "second").mkdir()
        machine(Path(folder) / "second", org["url"], "Nothing")
        plug = Plug(Path(folder), org)
        print("| plug pulled after | in the org then | `job resume` there | `deploy` there | successful jobs |")
        print("|---|---|---|---|---|")
        number, done = 0, False
        while not done:
            number += 1
            row, good, done = plug.pulled(f"Plug{number}", number * options.every)
            right = right and good
            print(row, flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
