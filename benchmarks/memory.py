"""How much more memory a large package takes than a small class, command by command.

    python benchmarks/memory.py [--megabytes 100] [--each 5]

Static resources of `--each` megabytes that cannot be compressed, as a project in source format, against one local org
in a process of its own. Peak resident memory of the command's process (getrusage), beside that of deploying one class.
Goal, and exit 1 when one misses it: at most 60 MiB more, however large the package is.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from deploy import META, commands, serving
from harness import Command, measure

MORE = 60.0
RESOURCE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<cacheControl>Private</cacheControl><contentType>application/octet-stream</contentType></StaticResource>\n"
)
SOAP_MEGABYTES = 20
"""A zip over SOAP may have 39."""


def project(folder: Path) -> Path:
    """An empty project in source format; where its files go."""
    inside = folder / "force-app" / "main" / "default"
    inside.mkdir(parents=True)
    entry = {"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"}
    (folder / "sfdx-project.json").write_text(json.dumps(entry))
    return inside


def small(folder: Path) -> None:
    classes = project(folder) / "classes"
    classes.mkdir()
    (classes / "Bench.cls").write_text("public with sharing class Bench {\n}\n")
    (classes / "Bench.cls-meta.xml").write_text(META)


def large(folder: Path, megabytes: int, each: int, seed: int) -> None:
    resources = project(folder) / "staticresources"
    resources.mkdir()
    noise = random.Random(seed)
    for number in range(-(-megabytes // each)):
        with (resources / f"Noise{seed}x{number:03}.bin").open("wb") as stream:
            stream.writelines(noise.randbytes(1_000_000) for _ in range(each))
        (resources / f"Noise{seed}x{number:03}.resource-meta.xml").write_text(RESOURCE)


def rows(work: Path, megabytes: int, each: int) -> dict[str, float]:
    """Peak memory in MiB by what was done, the first of them at rest."""
    small(work / "small")
    large(work / "large", megabytes, each, 1)
    large(work / "soap", SOAP_MEGABYTES, min(each, 5), 2)
    found: dict[str, float] = {}
    with serving(work, 0) as server:
        (deploy, *_) = commands(server, None, None)
        sfmeta = deploy.arguments[0]
        org = ("--org", "bench", "--yes")

        def run(name: str, *arguments: str) -> None:
            command = Command(name, [sfmeta, *arguments], work, deploy.environment)
            found[name] = measure(command).peak

        run("deploy of one class", "deploy", "small", *org)
        run("package", "package", "large", "-o", "large.zip", "--store")
        run("plan --out", "plan", "large", "--org", "bench", "--out", "large.plan")
        run("deploy", "deploy", "large", *org)
        run("deploy of the zip, nothing to change", "deploy", "large.zip", *org)
        run("rollback", "rollback", *org)
        run(f"deploy over SOAP, {SOAP_MEGABYTES} MB", "deploy", "soap", "--api", "soap", *org)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--each", type=int, default=5, help="megabytes of one resource; a platform org takes 5")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = rows(Path(folder), options.megabytes, options.each)
    rest = next(iter(found.values()))
    print(f"{options.megabytes} MB that cannot be compressed; peak memory of the process, MiB:\n")
    print("| command | peak | more than at rest | goal | met |\n| --- | --- | --- | --- | --- |")
    for name, peak in found.items():
        more = peak - rest
        print(f"| {name} | {peak:.0f} | {more:+.0f} | {MORE:.0f} | {'yes' if more <= MORE else 'NO'} |")
    return 0 if all(peak - rest <= MORE for peak in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
