"""Fuzz the ways by which foreign bytes come in: XML, the schema check, and validate, package and convert.

    python scripts/fuzz_validate.py [--seconds 300] [CORPUS_DIR] [-- OPTIONS_OF_LIBFUZZER]

Needs `pip install atheris` (Linux, macOS), which is no dependency of the project; without it the program says so and
leaves with 2; `make fuzz` sees to it. The examples of all rules are the seeds. A finding is any exception that is not
one of toolkit.errors, any rule that reports that it failed itself (E/W/N ids with "the rule itself failed"), and any
package that is another one when it is read again; the input is written into the working folder as crash-<hash>.
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
    "toolkit.metadata.read",
    "toolkit.metadata.write",
    "toolkit.metadata.forceignore",
    "toolkit.metadata.replacements",
    "toolkit.validate.inspector",
    "toolkit.validate.discover",
    "toolkit.validate.zipped",
    "toolkit.validate.markup",
    "toolkit.validate.apex",
)
FAILED = "the rule itself failed"
MAX_LENGTH = 4096
# what an input of a fuzzer is called, beside what the examples of the rules are called
NAMES = (
    "sfdx-project.json",
    ".forceignore",
    "package.xml",
    "destructiveChanges.xml",
    "labels/CustomLabels.labels-meta.xml",
)
SEEDS = (
    ("sfdx-project.json", b'{"packageDirectories": [{"path": "a"}], "sourceApiVersion": "62.0", "replacements": []}'),
    (".forceignore", b"**/*.dup\n!a\n"),
    ("package.xml", b'<Package xmlns="http://soap.sforce.com/2006/04/metadata"><version>62.0</version></Package>'),
    (
        "labels/CustomLabels.labels-meta.xml",
        b'<CustomLabels xmlns="http://soap.sforce.com/2006/04/metadata"><labels><fullName>A</fullName></labels>'
        b"</CustomLabels>",
    ),
)


def seeds() -> list[tuple[str, bytes]]:
    """Names with contents to begin with: the examples of every rule."""
    from toolkit.validate.registry import RULES

    found = list(SEEDS)
    for entry in RULES:
        for example in (entry.rule.bad, entry.rule.good):
            found += [(name, content.encode()) for name, content in example.items() if len(content) < MAX_LENGTH]
    return found


def ways(found: list[tuple[str, bytes]]) -> list[str]:
    """One name of every kind of file; the last two bytes of an input choose among them."""
    by_kind = {(name.partition("/")[0], name.rpartition("/")[2].partition(".")[2]): name for name, _ in found}
    return [*NAMES, *sorted(set(by_kind.values()) - set(NAMES))]


class Target:
    """Runs one input; work is a folder for the files it makes, names are what the bytes may be called."""

    def __init__(self, work: Path, names: list[str]) -> None:
        self.work = work
        self.names = names

    def input(self, name: str, content: bytes, *, zipped: bool) -> bytes:
        """The input that stands for a file."""
        return content + bytes([self.names.index(name), 0x80 if zipped else 0])

    def __call__(self, data: bytes) -> None:
        if len(data) < 2:
            return
        content, name, zipped = data[:-2], self.names[data[-2] % len(self.names)], data[-1] & 0x80
        self.xml(content)
        self.schema(content)
        if zipped:
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
            self.package(Path(folder))

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
            self.package(file)

    def package(self, path: Path) -> None:
        """Read, written in both formats, and read again."""
        from toolkit.errors import SfmetaError
        from toolkit.metadata.read import read_bundle
        from toolkit.metadata.write import write_bundle

        with tempfile.TemporaryDirectory(dir=self.work) as made:
            try:
                bundle = read_bundle(path, check_manifest=False, environment={})
                write_bundle(bundle, Path(made) / "mdapi", "mdapi")
                write_bundle(bundle, Path(made) / "source", "source")
            except SfmetaError:
                return
            if len(bundle):
                again = read_bundle(Path(made) / "mdapi")
                assert again.components.keys() == bundle.components.keys(), "a package that is another one when read"

    def validate(self, path: str) -> None:
        from toolkit.errors import SfmetaError
        from toolkit.report.findings import FORMATS, render
        from toolkit.validate import discover, engine, plan
        from toolkit.validate.finding import Severity
        from toolkit.validate.outcome import Lines, outcome

        try:
            sources = discover.from_paths([path])
            result = engine.validate(sources, plan.Options(closed=True))
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
        found = seeds()
        target = Target(Path(work), ways(found))
        for number, (name, content) in enumerate(found):
            if name in target.names:
                for zipped in (False, True):
                    (corpus / f"seed{number}{'z' * zipped}").write_bytes(target.input(name, content, zipped=zipped))
        limits = [f"-max_total_time={options.seconds}", f"-max_len={MAX_LENGTH}", "-len_control=0"]
        atheris.Setup([sys.argv[0], *limits, *options.rest, str(corpus)], target)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
