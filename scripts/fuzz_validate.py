"""Fuzz the ways by which foreign bytes come in: XML, the schema check, validate on files and on zips.

    python scripts/fuzz_validate.py [--seconds 300] [CORPUS_DIR] [-- OPTIONS_OF_LIBFUZZER]

Needs `pip install atheris` (Linux, macOS), which is no dependency of the project; without it the program says so and
leaves with 2. A finding is any exception that is not one of toolkit.errors, and any rule that reports that it failed
itself (E/W/N ids with "the rule itself failed"); the input is written into the working folder as crash-<hash>.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

INSTRUMENTED = (
    "toolkit.metadata.xml",
    "toolkit.metadata.schema.check",
    "toolkit.validate.engine",
    "toolkit.validate.discover",
    "toolkit.validate.zipped",
    "toolkit.validate.markup",
    "toolkit.validate.apex",
)
FAILED = "the rule itself failed"
# the last byte of an input picks the way in; these are the names that the bytes get
NAMES = (
    "permissionsets/A.permissionset-meta.xml",
    "objects/A__c/A__c.object-meta.xml",
    "objects/A__c/fields/B__c.field-meta.xml",
    "flexipages/A.flexipage-meta.xml",
    "layouts/A-B.layout-meta.xml",
    "applications/A.app-meta.xml",
    "connectedApps/A.connectedApp-meta.xml",
    "certs/A.crt-meta.xml",
    "pages/A.page",
    "classes/A.cls",
    "package.xml",
    "destructiveChanges.xml",
    "sfdx-project.json",
    ".forceignore",
)
SEEDS = (
    b'<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>A</label></PermissionSet>\x00',
    b'<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><label>A</label></CustomObject>\x01',
    b'<FlexiPage xmlns="http://soap.sforce.com/2006/04/metadata"><type>AppPage</type></FlexiPage>\x03',
    b'<apex:page controller="A"><script>var a = "{!b}";</script></apex:page>\x08',
    b"public class A { void go() { for (A a : b) { update a; } } }\x09",
    b'<Package xmlns="http://soap.sforce.com/2006/04/metadata"><version>62.0</version></Package>\x0a',
    b'{"packageDirectories": [{"path": "a"}], "sourceApiVersion": "62.0"}\x0c',
)


class Target:
    """Runs one input; work is a folder for the files it makes."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def __call__(self, data: bytes) -> None:
        if not data:
            return
        content, way = data[:-1], data[-1]
        self.xml(content)
        name = NAMES[way % len(NAMES)]
        self.schema(content)
        if way & 0x80:
            self.zip(content, name)
        else:
            self.folder(content, name)

    def xml(self, content: bytes) -> None:
        from toolkit.errors import MetadataError
        from toolkit.metadata.xml import parse, serialise

        try:
            root = parse(content, "f.xml")
        except MetadataError:
            return
        parse(serialise(root), "again.xml")  # what was written must be readable

    def schema(self, content: bytes) -> None:
        from toolkit.metadata.schema.check import check

        for found in check(content, source="f.xml", api_version="62.0"):
            assert found.message, "a finding without words"

    def folder(self, content: bytes, name: str) -> None:
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            self.validate(folder)

    def zip(self, content: bytes, name: str) -> None:
        """The bytes as an archive, and as a member of a sound one."""
        broken, sound = self.work / "broken.zip", self.work / "sound.zip"
        broken.write_bytes(content)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, content)
        sound.write_bytes(packed.getvalue())
        for file in (broken, sound):
            self.validate(str(file))

    def validate(self, path: str) -> None:
        from toolkit.errors import SfmetaError
        from toolkit.report.findings import FORMATS, render
        from toolkit.validate import discover, engine
        from toolkit.validate.finding import Severity
        from toolkit.validate.outcome import Lines, outcome

        try:
            sources = discover.from_paths([path])
            result = engine.validate(sources, engine.Options(closed=True))
        except SfmetaError:
            return
        for finding in result.findings:
            if FAILED in finding.message:
                raise AssertionError(f"{finding.rule}: {finding.message}")
        shown = outcome(result, sources, level=Severity.NOTE)
        for format_ in FORMATS:
            render(format_, shown, Lines(sources)).encode("utf-8", "backslashreplace")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, help="kept between runs; a temporary one without it")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("rest", nargs="*", help="passed to libFuzzer")
    options = parser.parse_args()
    try:
        atheris: Any = import_module("atheris")
    except ImportError:
        print("fuzzing needs atheris, which is not installed: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["toolkit"]):
        for module in INSTRUMENTED:
            import_module(module)
    with tempfile.TemporaryDirectory() as work:
        corpus = options.corpus or Path(work) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(SEEDS):
            (corpus / f"seed{number}").write_bytes(seed)
            (corpus / f"zip{number}").write_bytes(seed[:-1] + bytes([seed[-1] | 0x80]))
        arguments = [sys.argv[0], f"-max_total_time={options.seconds}", "-max_len=4096", *options.rest, str(corpus)]
        atheris.Setup(arguments, Target(Path(work)))
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
