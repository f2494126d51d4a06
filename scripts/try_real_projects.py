"""Take real projects through the whole life of a package in a fresh local org each, and report every difference.

    python scripts/try_real_projects.py FOLDER... [--plan] [--verbose] [--json FILE]

A FOLDER is a Salesforce DX project, a folder with package.xml, or one that holds such projects at any depth. Each
project is packaged, deployed whole, retrieved whole by its own manifest and compared in meaning (what the platform adds
by itself and the order of elements are no differences), deployed again (every component has to be unchanged), planned
(--plan; the plan has to be empty) and removed with a destructive manifest (the org has to be what it was before).

When the org refuses components, their messages are reported and the rest goes on without them. Exits 1 when anything
at all was reported. A refusal can be right: a project that needs a package or feature that is not there is refused by
Salesforce, too; this script shows the words, people judge.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lxml import etree

from toolkit.errors import SfmetaError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import read_zip_lenient, write_zip
from toolkit.metadata.compare import differences
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.metadata.manifest import PACKAGE_FILE, manifest_members
from toolkit.metadata.project import FILE_NAME
from toolkit.metadata.read import read_lenient
from toolkit.org.jobs import DeployOptions, DeployResult
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken

SKIPPED_FOLDERS = frozenset({"node_modules", ".git", ".sfdx", ".sf"})
WAIT = 600.0
# the platform deletes none of these by manifest: they are part of every org, or go with what holds them
NEVER_DELETED = frozenset(
    {"Settings", "StandardValueSet", "CustomLabels", "ManagedTopics", "StandardValueSetTranslation"}
)
# record types are not deleted by manifest, and keep what they rest on
_KEPT_BY_RECORD_TYPES = frozenset({"RecordType", "BusinessProcess", "CompactLayout"})
CALLS = "62.0"
"""The API version of the calls; that of the files is the project's own."""
_IN_PROFILES = {
    ("applicationVisibilities", "application"): "CustomApplication",
    ("classAccesses", "apexClass"): "ApexClass",
    ("customPermissions", "name"): "CustomPermission",
    ("fieldPermissions", "field"): "CustomObject",
    ("flowAccesses", "flow"): "Flow",
    ("layoutAssignments", "layout"): "Layout",
    ("objectPermissions", "object"): "CustomObject",
    ("pageAccesses", "apexPage"): "ApexPage",
    ("recordTypeVisibilities", "recordType"): "CustomObject",
    ("tabVisibilities", "tab"): "CustomTab",
}
_APP_ITSELF = frozenset({"brand", "description", "formFactors", "label", "navType", "tabs", "uiType"})
_NAME = re.compile(r"(named |called |'|: )[^\s,'].*$")


@dataclass(slots=True)
class Life:
    """What happened to one project; every list is empty when all went well."""

    project: str
    components: int = 0
    unreadable: list[str] = field(default_factory=list)
    """What cannot be read as metadata at all, before any org is asked."""
    refused: list[str] = field(default_factory=list)
    not_retrieved: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    changed_again: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    not_removed: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    error: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    """Processor time of each stage, client and org together."""

    @property
    def flaws(self) -> Iterator[tuple[str, list[str]]]:
        for name in (
            "unreadable", "refused", "not_retrieved", "differ", "changed_again", "planned", "not_removed", "left_over"
        ):  # fmt: skip
            if found := getattr(self, name):
                yield name, found
        if self.error:
            yield "error", [self.error]


def projects_in(folder: Path) -> Iterator[Path]:
    """Every project in a folder, the folder itself first; nothing inside a project is looked at again."""
    if (folder / FILE_NAME).is_file() or (folder / PACKAGE_FILE).is_file():
        yield folder
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.is_symlink() and inner.name not in SKIPPED_FOLDERS:
            yield from projects_in(inner)


class Trial:
    """One project in one fresh org."""

    def __init__(self, path: Path, work: Path, *, plan: bool) -> None:
        self.path = path
        self.work = work
        self.plan = plan
        self.life = Life(str(path))
        self.before: set[ComponentKey] = set()
        self.whole = self.backup = Bundle(CALLS)
        self.local: EmbeddedOrg

    def run(self) -> Life:
        try:
            bundle = self._packaged()
            if not len(bundle):
                return self.life
            with EmbeddedOrg(self.work / ".sfmeta" / "org") as local:
                org = connect(AccessToken(local.url, local.access_token), api_version=CALLS)
                self.whole, self.before = bundle, _components(local)
                self.backup = self._held(org, bundle)
                bundle = self._timed("deploy", lambda: self._deployed(org, bundle))
                self._timed("retrieve", lambda: self._retrieved(org, bundle))
                self._timed("again", lambda: self._again(org, bundle))
            if self.plan and len(bundle):
                self._planned(bundle)
            with EmbeddedOrg(self.work / ".sfmeta" / "org") as local:
                self.local = local
                org = connect(AccessToken(local.url, local.access_token), api_version=CALLS)
                self._timed("remove", lambda: self._removed(org, bundle))
                left = _components(local) - self.before
                self.life.left_over = sorted(str(key) for key in left if not self._stays(key))
        except SfmetaError as error:
            self.life.error = str(error)
        return self.life

    def _timed(self, stage: str, action: Callable[[], Bundle | None]) -> Bundle:
        start = _cpu()
        result = action()
        self.life.seconds[stage] = round(_cpu() - start, 2)
        return result or Bundle.of((), api_version="62.0")

    def _packaged(self) -> Bundle:
        reading = read_lenient(self.path, check_manifest=False)
        self.life.unreadable = [str(problem) for problem in reading.problems]
        self.life.components = len(reading.bundle)
        bundle = reading.bundle
        return Bundle(bundle.api_version, bundle.components)

    def _deploy(self, org: Org, bundle: Bundle, *, rollback: bool) -> DeployResult:
        options = DeployOptions(ignore_warnings=True, rollback_on_error=rollback)
        return org.follow_deploy(org.start_deploy(write_zip(bundle), options), wait=WAIT)

    def _deployed(self, org: Org, bundle: Bundle) -> Bundle:
        """Deploy it whole; when that fails, note why and deploy the rest. What is in the org then."""
        result = self._deploy(org, bundle, rollback=True)
        if result.success:
            return bundle
        self.life.refused = [
            f"{message.type} {message.full_name} ({message.path}:{message.line}:{message.column}): {message.problem}"
            for message in result.failures
        ]
        if not result.failures:
            self.life.error = f"{result.status_text} {result.error_message}"
        failed = {message.path for message in result.failures}
        result = self._deploy(org, bundle, rollback=False)
        failed |= {message.path for message in result.failures}
        left = [c for c in bundle if not any(_belongs(c.files, path) for path in failed)]
        return Bundle.of(left, api_version=bundle.api_version)

    def _retrieved(self, org: Org, bundle: Bundle) -> None:
        if not len(bundle):
            return
        wanted = {kind: set(names) for kind, names in manifest_members(bundle).items()}
        named = _named_by_profiles(bundle)  # a profile comes with what it says of the components beside it, no more
        scope = {kind: wanted.get(kind, set()) | named.get(kind, set()) for kind in {*wanted, *named}}
        status = org.retrieve(scope, api_version=bundle.api_version, wait=WAIT)
        self.life.not_retrieved = [
            f"{message.path}: {message.problem}"
            for message in status.messages
            if not any(f"named '{name}'" in message.problem for names in named.values() for name in names)
        ]
        found = read_zip_lenient(status.zip or b"", "retrieved", check_manifest=False)
        self.life.not_retrieved += [str(problem) for problem in found.problems]
        there = {(found.type, found.full_name.lower()): found for found in found.bundle}
        for component in bundle:
            theirs = there.get((component.type, component.full_name.lower()))
            if theirs is None:
                self.life.not_retrieved.append(f"{component.key} did not come")
            else:
                self.life.differ += [f"{component.key} {d.file} {d}" for d in differences(component, theirs)]

    def _again(self, org: Org, bundle: Bundle) -> None:
        if not len(bundle):
            return
        result = self._deploy(org, bundle, rollback=True)
        self.life.changed_again = [
            f"{message.type} {message.full_name}" for message in result.successes if message.changed
        ]
        self.life.changed_again += [f"{message.full_name}: {message.problem}" for message in result.failures]

    def _planned(self, bundle: Bundle) -> None:
        """`sfmeta plan` of the zip, in a process of its own and against the same state."""
        package = self.work / "package.zip"
        package.write_bytes(write_zip(bundle))
        command = [str(Path(sys.executable).parent / "sfmeta"), "plan", str(package), "--org", "local", "--exit-code"]
        config = self.work / "config"
        config.mkdir(exist_ok=True)
        (config / "orgs.yaml").write_text("orgs:\n  local: {kind: local, state: .sfmeta/org}\n")
        start = _cpu()
        done = subprocess.run(command, cwd=self.work, capture_output=True, text=True, check=False, env=os.environ)
        self.life.seconds["plan"] = round(_cpu() - start, 2)
        if done.returncode != 0:
            self.life.planned = (done.stdout + done.stderr).splitlines()

    def _removed(self, org: Org, bundle: Bundle) -> None:
        """Take record pages out of use, then delete everything that the org did not have by itself."""
        had = {(key.type, key.full_name.lower()) for key in self.before}
        doomed = [
            key
            for key in sorted(_components(self.local))
            if (key.type, key.full_name.lower()) not in had and not self._stays(key)
        ]
        if not doomed:
            return
        for components in (list(_without_pages(self.whole)), list(self.backup)):
            there = [component for component in components if component.key in _components(self.local)]
            if there:
                result = self._deploy(org, Bundle.of(there, api_version=bundle.api_version), rollback=False)
                self.life.not_removed += [f"{message.full_name}: {message.problem}" for message in result.failures]
        empty = Bundle(bundle.api_version, destructive=Destructive(plain=tuple(doomed)))
        result = self._deploy(org, empty, rollback=True)
        self.life.not_removed += [f"{message.full_name}: {message.problem}" for message in result.failures]
        if result.failures:
            self._deploy(org, empty, rollback=False)

    def _held(self, org: Org, bundle: Bundle) -> Bundle:
        """What the org had of its own of that which the bundle changes."""
        had = {(key.type, key.full_name.lower()) for key in self.before}
        wanted = {
            kind: [name for name in names if (kind, name.lower()) in had and kind != "Profile"]
            for kind, names in manifest_members(bundle).items()
        }
        wanted = {kind: names for kind, names in wanted.items() if names}
        if not wanted:
            return Bundle(bundle.api_version)
        status = org.retrieve(wanted, api_version=bundle.api_version, wait=WAIT)
        return read_zip_lenient(status.zip or b"", "backup", check_manifest=False).bundle

    def _stays(self, key: ComponentKey) -> bool:
        """What a deploy can change and no manifest can delete; an object keeps its last layout."""
        if key.type in _KEPT_BY_RECORD_TYPES and "__" not in key.full_name.partition(".")[0]:
            return True
        if key.type != "Layout" or "__" in key.full_name.partition("-")[0]:
            return _is_of_the_org(key)
        owner = key.full_name.partition("-")[0] + "-"
        return not any(other.type == "Layout" and other.full_name.startswith(owner) for other in self.before)


def _named_by_profiles(bundle: Bundle) -> dict[str, set[str]]:
    """The components that the profiles of a bundle name, by type."""
    found: dict[str, set[str]] = {}
    for component in bundle.only("Profile"):
        for entry in etree.fromstring(component.files[0].content):
            for leaf in entry if isinstance(entry.tag, str) else ():
                kind = _IN_PROFILES.get((etree.QName(entry).localname, etree.QName(leaf).localname))
                if kind and leaf.text:
                    name = leaf.text.strip()
                    found.setdefault(kind, set()).add(name.partition(".")[0] if kind == "CustomObject" else name)
    return found


def _without_pages(bundle: Bundle) -> Iterator[Component]:
    """What is of the org and shows pages of the bundle, with the standard pages in their place."""
    for component in bundle.only("CustomObject", "CustomTab", "CustomApplication"):
        if not _is_of_the_org(component.key):
            continue
        root = etree.fromstring(component.files[0].content)
        name = etree.QName(root)
        kept = [node for node in root if isinstance(node.tag, str) and etree.QName(node).localname == "actionOverrides"]
        if component.type == "CustomApplication":  # the file of an app is the whole of it
            kept = [node for node in root if isinstance(node.tag, str) and etree.QName(node).localname in _APP_ITSELF]
        for override in kept:
            for element in list(override):
                local = etree.QName(element).localname
                if local == "type":
                    element.text = "Default"
                elif local not in ("actionName", "formFactor") and etree.QName(override).localname == "actionOverrides":
                    override.remove(element)
        if kept:
            fresh = etree.Element(name)
            fresh.extend(kept)
            file = ComponentFile(component.files[0].path, etree.tostring(fresh))
            yield Component(component.type, component.full_name, (file,), members=(component.key,))


def _belongs(files: tuple[object, ...], path: str) -> bool:
    paths = [getattr(file, "path", "") for file in files]
    return any(p == path or p.startswith(path + "/") or p == f"{path}-meta.xml" for p in paths)


def _is_of_the_org(key: ComponentKey) -> bool:
    """What a deploy can change and no manifest can delete."""
    kind, name = key.type, key.full_name
    if kind == "CustomObject":
        return "__" not in name
    if kind == "CustomField":
        return "__" not in name.partition(".")[2]
    if kind in ("CustomTab", "CustomApplication"):
        return name.startswith("standard")
    return kind in NEVER_DELETED


def _components(local: EmbeddedOrg) -> set[ComponentKey]:
    with local.org.read() as work:
        rows = work.connection.execute("SELECT type, full_name FROM component").fetchall()
    return {ComponentKey(kind, name) for kind, name in rows}


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _shape(line: str) -> str:
    """A message without its names, to count messages of one kind."""
    head, _, problem = line.partition("): ")
    return _NAME.sub(r"\1...", problem or head)


def report(life: Life, *, verbose: bool) -> None:
    flaws = list(life.flaws)
    times = " ".join(f"{stage} {seconds}" for stage, seconds in life.seconds.items())
    print(f"{'FLAWS' if flaws else 'ok   '} {life.project}: {life.components} components; {times}")
    for name, lines in flaws:
        print(f"  {name}: {len(lines)}")
        if verbose:
            for line in lines:
                print(f"    {line}")
        else:
            for shape, count in Counter(map(_shape, lines)).most_common(8):
                example = next(line for line in lines if _shape(line) == shape)
                print(f"    {count:5} x {example[:300]}")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--plan", action="store_true", help="run `sfmeta plan`, too")
    parser.add_argument("--verbose", action="store_true", help="every line, not kinds of lines")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything as JSON, too")
    chosen = parser.parse_args(arguments)
    if absent := [str(folder) for folder in chosen.folders if not folder.is_dir()]:
        parser.error(f"no such folder: {', '.join(absent)}")
    lives: list[Life] = []
    for folder in chosen.folders:
        for project in projects_in(folder):
            start = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="sfmeta-trial-") as work:
                life = Trial(project, Path(work), plan=chosen.plan).run()
            life.seconds["wall"] = round(time.monotonic() - start, 1)
            report(life, verbose=chosen.verbose)
            lives.append(life)
    flawed = sum(any(True for _ in life.flaws) for life in lives)
    print(f"{len(lives)} projects, {flawed} with something to look at")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(life) for life in lives], indent=1))
    return 1 if flawed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
