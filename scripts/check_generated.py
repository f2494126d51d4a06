"""Shows generated projects to judges that are not ours, and says which of them this machine does not have.

    check_generated.py [--tools DIR] [--all]

Judges: Salesforce Code Analyzer (all PMD rules for Apex and Visualforce; its graph engine), apex-ls, the parser of the
Apex compiler (jorje), and the Salesforce CLI. Exit 1 when one complains, or with --all when one is missing.
`make tools` installs them into DIR (SFMETA_TOOLS, else ~/.cache/sfmeta-tools). The arguments for the exceptions below
are in docs/code-analyzer.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.config.load import load_project
from toolkit.generate.layout import write_generated
from toolkit.generate.names import Names, names_of
from toolkit.generate.project import generate
from toolkit.metadata.component import Bundle
from toolkit.metadata.manifest import Manifest, manifest_members, parse_package_xml

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = {"shipped": ROOT / "config", "variant": ROOT / "tests" / "fixtures" / "generate" / "variant"}
WORST_SEVERITY_ALLOWED = 4  # 1 critical, 2 high, 3 moderate, 4 low, 5 info


class MissingError(Exception):
    """A judge that this machine does not have; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A generated project in both formats."""

    name: str
    names: Names
    bundle: Bundle
    source: Path
    mdapi: Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said: its complaints, and a word on what it looked at."""

    complaints: tuple[str, ...]
    looked_at: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A violation that we argue against, by rule and file."""

    rule: str
    file: Callable[[Names], str]


EXCEPTIONS = (Allowed("VfUnescapeEl", lambda names: f"components/{names.frame_component}.component"),)


def main() -> int:
    parser = argparse.ArgumentParser(description="Show generated projects to judges that are not ours.")
    default = os.environ.get("SFMETA_TOOLS", Path.home() / ".cache" / "sfmeta-tools")
    parser.add_argument("--tools", type=Path, default=default, metavar="DIR", help="where `make tools` has put them")
    parser.add_argument("--all", action="store_true", help="a missing judge is a failure")
    arguments = parser.parse_args()
    failed, skipped = 0, set()
    with tempfile.TemporaryDirectory(prefix="sfmeta-check-") as folder:
        for name, config in SUBJECTS.items():
            subject = make_subject(name, config, Path(folder) / name)
            for title, judge in JUDGES.items():
                started = time.monotonic()
                try:
                    verdict = judge(subject, arguments.tools)
                except MissingError as error:
                    print(f"{name:8} {title:16} skipped: {error}")
                    skipped.add(title)
                    continue
                word = f"{len(verdict.complaints)} complaint(s)" if verdict.complaints else "ok"
                print(f"{name:8} {title:16} {word}: {verdict.looked_at} ({time.monotonic() - started:.1f} s)")
                for complaint in verdict.complaints:
                    print(f"    {complaint}")
                failed += len(verdict.complaints)
    if skipped:
        print(f"skipped: {', '.join(sorted(skipped))}; run `make tools`; Java 11 or newer is yours to add")
    return 1 if failed or (arguments.all and skipped) else 0


def make_subject(name: str, config: Path, folder: Path) -> Subject:
    """The project of a configuration, written to the folder in both formats."""
    project = load_project(config)
    bundle = generate(project)
    subject = Subject(name, names_of(project.package), bundle, folder / "source", folder / "mdapi")
    write_generated(bundle, subject.source, "source")
    write_generated(bundle, subject.mdapi, "mdapi")
    return subject


def judge_pmd(subject: Subject, tools: Path) -> Verdict:
    """All PMD rules; severities 1, 2 and 3 are complaints unless EXCEPTIONS argues against them."""
    result = _analyse(subject.mdapi, tools / "sca", "@salesforce/code-analyzer-pmd-engine", "pmd")
    return pmd_verdict(result, subject.names)


def pmd_verdict(result: dict[str, Any], names: Names) -> Verdict:
    allowed = {(exception.rule, exception.file(names)) for exception in EXCEPTIONS}
    found = result["violations"]
    argued = [v for v in found if (v["rule"], v["file"]) in allowed]
    serious = [v for v in found if v["severity"] < WORST_SEVERITY_ALLOWED and v not in argued]
    stale = allowed - {(v["rule"], v["file"]) for v in argued}
    complaints = [
        *(f"{v['file']}:{v['line']}: severity {v['severity']} {v['rule']}: {v['message']}" for v in serious),
        *(f"the exception of {rule} in {file} is no longer needed" for rule, file in sorted(stale)),
        *result["log"],
    ]
    minor = len(found) - len(argued) - len(serious)
    return Verdict(
        tuple(complaints), f"{result['rules']} rules, argued exceptions: {len(argued)}, minor findings: {minor}"
    )


def judge_graph_engine(subject: Subject, tools: Path) -> Verdict:
    """The graph engine follows data through the classes; every violation is a complaint."""
    result = _analyse(subject.source, tools / "sfge", "@salesforce/code-analyzer-sfge-engine", "sfge")
    complaints = [f"{v['file']}:{v['line']}: {v['rule']}: {v['message']}" for v in result["violations"]]
    return Verdict((*complaints, *result["log"]), f"{result['rules']} rules")


def _analyse(workspace: Path, modules: Path, engine: str, selector: str) -> dict[str, Any]:
    _need_file(modules / "node_modules" / engine / "package.json")
    _need_command("node")
    _need_command("java")
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        script = ROOT / "tools" / "analyse.cjs"
        _run(["node", str(script), str(modules), engine, selector, str(workspace), out.name])
        result: dict[str, Any] = json.load(out)
    return result


def judge_apex_ls(subject: Subject, tools: Path) -> Verdict:
    """apex-ls resolves every type, field and method; unused is not wrong, everything else it says is a complaint."""
    jars = tools / "sca" / "node_modules" / "@salesforce" / "code-analyzer-pmd-engine" / "dist" / "java-lib"
    _need_file(next(jars.glob("apex-ls_*.jar"), jars / "apex-ls.jar"))
    _need_command("java")
    with tempfile.TemporaryDirectory(prefix="sfmeta-apex-ls-") as cache:
        main_class = "io.github.apexdevtools.apexls.CheckForIssues"
        command = [
            "java",
            "-cp",
            f"{jars}/*",
            main_class,
            "-n",
            "-c",
            cache,
            "-d",
            "warnings",
            "-w",
            str(subject.source),
        ]
        told = _run(command, expected=(0, 4)).stdout
    lines = tuple(line for line in told.splitlines() if line.strip())
    return Verdict(lines, f"{len(subject.names.classes) + len(subject.names.test_classes)} classes")


def judge_jorje(subject: Subject, tools: Path) -> Verdict:
    """The parser of the Apex compiler: syntax."""
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), platform.system())
    machine = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    name = f"apex-ast-serializer-{system}-{machine}"
    parser = _need_file(tools / "sf" / "node_modules" / "@prettier-apex" / name / name)
    files = sorted(subject.mdapi.glob("classes/*.cls"))
    complaints: list[str] = []
    for file in files:
        told = subprocess.run([parser], input=file.read_bytes(), capture_output=True, check=True, timeout=60)
        complaints += (f"{file.name}: {error}" for error in jorje_errors(json.loads(told.stdout)))
    return Verdict(tuple(complaints), f"{len(files)} classes")


def jorje_errors(output: dict[str, Any]) -> Iterator[str]:
    for error in output["apex.jorje.semantic.compiler.parser.ParserOutput"]["parseErrors"]:
        yield json.dumps(error)


def judge_salesforce_cli(subject: Subject, tools: Path) -> Verdict:
    """Both conversions work, nothing is lost on the way, and its manifests name what ours names."""
    sf = _need_file(tools / "sf" / "node_modules" / ".bin" / "sf")
    _need_command("node")
    ours = {(type_name, name) for type_name, names in manifest_members(subject.bundle).items() for name in names}
    there, back, manifest = (subject.source / name for name in ("converted", "back", "manifest"))
    _sf(sf, subject.source, "convert", "source", "--root-dir", "force-app", "--output-dir", there.name)
    _sf(sf, subject.source, "convert", "mdapi", "--root-dir", str(subject.mdapi), "--output-dir", back.name)
    _sf(sf, subject.source, "generate", "manifest", "--source-dir", "force-app", "--output-dir", manifest.name)
    complaints = [
        *_differ("convert source", ours, _members(there / "package.xml")),
        *_differ("generate manifest", ours, _members(manifest / "package.xml")),
        *_differ("files of convert source", _files(subject.mdapi), _files(there)),
        *_differ("files of convert mdapi", _files(subject.source / "force-app"), _files(back)),
    ]
    for folder in (there, back, manifest):
        shutil.rmtree(folder)
    return Verdict(tuple(complaints), f"{len(ours)} members, both conversions")


def _members(file: Path) -> set[tuple[str, str]]:
    manifest: Manifest = parse_package_xml(file.read_bytes(), file.name)
    return {(member.type, member.name) for member in manifest.members}


def _files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _differ(what: str, ours: set[Any], theirs: set[Any]) -> Iterator[str]:
    if ours - theirs:
        yield f"{what}: sf does not know {sorted(ours - theirs)}"
    if theirs - ours:
        yield f"{what}: we do not know {sorted(theirs - ours)}"


def _sf(sf: Path, project: Path, *arguments: str) -> None:
    with tempfile.TemporaryDirectory(prefix="sfmeta-sf-home-") as home:
        environment = os.environ | {
            "HOME": home,
            "CI": "true",
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_DISABLE_LOG_FILE": "true",
            "SF_DISABLE_TELEMETRY": "true",
            "SF_SKIP_NEW_VERSION_CHECK": "true",
            "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        }
        _run([str(sf), "project", *arguments, "--json"], cwd=project, environment=environment)


def _run(
    command: list[str], *, cwd: Path = ROOT, environment: dict[str, str] | None = None, expected: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode not in expected:
        sys.exit(f"{' '.join(command)} failed with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def _need_file(path: Path) -> Path:
    if not path.exists():
        raise MissingError(f"{path.name} is not installed")
    return path


def _need_command(name: str) -> None:
    if shutil.which(name) is None:
        raise MissingError(f"there is no {name}")


Judge = Callable[[Subject, Path], Verdict]
JUDGES: dict[str, Judge] = {
    "jorje": judge_jorje,
    "apex-ls": judge_apex_ls,
    "Code Analyzer": judge_pmd,
    "graph engine": judge_graph_engine,
    "Salesforce CLI": judge_salesforce_cli,
}


if __name__ == "__main__":
    sys.exit(main())
