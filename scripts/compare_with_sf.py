"""Compare what sfmeta and the Salesforce CLI make of real projects.

    python scripts/compare_with_sf.py --sf PATH_OF_SF FOLDER...

For a project (a folder with sfdx-project.json): `sf project convert source` against write_mdapi, and
`sf project convert mdapi` of that result against write_source. For a package (a folder with package.xml) the other
way round. XML is compared in canonical form without comments, archives by their files, everything else by bytes.
Prints one line a difference; exits 1 when there was one that is not a known class of differences (docs/formats.md).
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from lxml import etree

from toolkit.errors import SfmetaError
from toolkit.metadata.mdapi import read_mdapi, write_mdapi
from toolkit.metadata.project import load_project
from toolkit.metadata.read import read_lenient
from toolkit.metadata.source import write_source


def run_sf(sf: str, arguments: list[str], folder: Path) -> tuple[str, float]:
    """The error message, "" when it went well, and the seconds it took; nothing leaves this machine's HOME."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "CI": "true",
            "SF_DISABLE_TELEMETRY": "true",
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_SKIP_NEW_VERSION_CHECK": "true",
            "SF_DISABLE_LOG_FILE": "true",
            "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        }
        start = time.perf_counter()
        command = [sf, *arguments, "--json"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
    if done.returncode == 0:
        return "", seconds
    try:
        return json.loads(done.stdout).get("message", done.stdout), seconds
    except json.JSONDecodeError:
        return done.stdout + done.stderr, seconds


def canonical(data: bytes, *, trim: bool = False, ordered: bool = True) -> bytes:
    """Canonical XML without comments and without blanks between elements."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
    for element in root.iter():
        if len(element):
            element.text = None
        elif trim and element.text is not None:
            element.text = element.text.strip() or None
        element.tail = None
    if not ordered:
        sort(root)
    return etree.tostring(root, method="c14n")


def sort(element: etree._Element) -> None:
    for inner in element:
        sort(inner)
    element[:] = sorted(element, key=lambda e: etree.tostring(e, method="c14n"))


def listing(data: bytes) -> dict[str, bytes] | None:
    """The files of a zip; None when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except zipfile.BadZipFile:
        return None


def difference(name: str, ours: bytes, theirs: bytes) -> str:
    """How two files differ; "" when they do not."""
    if ours == theirs:
        return ""
    if name.endswith(".resource") and (mine := listing(ours)) is not None:
        return "" if mine == listing(theirs) else "archive content"
    try:
        canonical(ours)
    except etree.XMLSyntaxError:
        return "bytes"
    for label, options in (
        ("", {}),
        ("order", {"ordered": False}),
        ("blanks at the ends of values", {"trim": True}),
        ("order, blanks at the ends of values", {"trim": True, "ordered": False}),
    ):
        if canonical(ours, **options) == canonical(theirs, **options):
            return label
    return "content"


def files(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def compare(title: str, ours: Path, theirs: Path, report: collections.Counter[str]) -> None:
    mine, other = files(ours), files(theirs)
    for name in sorted(mine.keys() - other.keys()):
        print(f"  {title}: only ours: {name}")
        report["only ours"] += 1
    for name in sorted(other.keys() - mine.keys()):
        print(f"  {title}: only theirs: {name}")
        report["only theirs"] += 1
    for name in sorted(mine.keys() & other.keys()):
        if what := difference(name, mine[name].read_bytes(), other[name].read_bytes()):
            print(f"  {title}: {what}: {name}")
            report[what] += 1
        else:
            report["equal"] += 1


def to_mdapi(sf: str, root: Path, scratch: Path, report: collections.Counter[str]) -> tuple[Path, str] | None:
    """A project as a package, both ways of it compared; theirs with its API version, None when sf has made none."""
    directories = load_project(root).directories
    arguments = [a for d in directories for a in ("--source-dir", str(d.resolve()))]
    theirs, ours = scratch / "sf-mdapi", scratch / "our-mdapi"
    error, seconds = run_sf(sf, ["project", "convert", "source", *arguments, "--output-dir", str(theirs)], root)
    start = time.perf_counter()
    reading = read_lenient(root)
    write_mdapi(reading.bundle, ours)
    print(
        f"{root.name}: sf {seconds:.1f} s, ours {time.perf_counter() - start:.2f} s, {len(reading.bundle)} components"
    )
    for problem in reading.problems:
        print(f"  problem: {problem}")
        report["problem"] += 1
    if error:
        print(f"  sf failed: {error}")
        report["sf failed"] += 1
        return None
    compare("mdapi", ours, theirs, report)
    return theirs, reading.bundle.api_version


def to_source(sf: str, package: Path, version: str, scratch: Path, report: collections.Counter[str]) -> Path | None:
    """A package as a project, both ways of it compared; theirs, None when sf has made none."""
    outside = scratch / "sf-source"
    (outside / "force-app").mkdir(parents=True)
    (outside / "sfdx-project.json").write_text(
        json.dumps({"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": version})
    )
    error, _ = run_sf(
        sf, ["project", "convert", "mdapi", "--root-dir", str(package.resolve()), "--output-dir", "force-app"], outside
    )
    reading = read_mdapi(package, check_manifest=False)
    for problem in reading.problems:
        print(f"  problem: {problem}")
        report["problem"] += 1
    again = scratch / "our-source"
    write_source(reading.bundle, again)
    if error:
        print(f"  sf failed at convert mdapi: {error}")
        report["sf failed"] += 1
        return None
    compare("source", again / "force-app", outside / "force-app", report)
    return outside


def project(sf: str, root: Path, scratch: Path) -> collections.Counter[str]:
    """Both directions for one project or package."""
    report: collections.Counter[str] = collections.Counter()
    if (root / "sfdx-project.json").is_file():
        if made := to_mdapi(sf, root, scratch, report):
            to_source(sf, *made, scratch, report)
        return report
    version = read_mdapi(root, check_manifest=False).bundle.api_version
    if back := to_source(sf, root, version, scratch, report):
        to_mdapi(sf, back, scratch, report)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sf", required=True)
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    total: collections.Counter[str] = collections.Counter()
    for root in options.folders:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                report = project(options.sf, root, Path(scratch))
            except SfmetaError as error:
                print(f"{root.name}: {error}")
                report = collections.Counter({"error": 1})
        print(f"  {dict(report)}")
        total += report
    print(dict(total))
    return int(any(count for what, count in total.items() if what not in ("equal", "blanks at the ends of values")))


if __name__ == "__main__":
    sys.exit(main())
