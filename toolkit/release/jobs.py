"""Deploying a bundle as one job, and reading components of an org as a bundle."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from toolkit.errors import DeployError, MetadataError, Problem, ReleaseError, RequestError
from toolkit.metadata.archive import bundle_files, read_zip, write_zip_file
from toolkit.metadata.compare import is_xml
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey
from toolkit.metadata.content import LARGE, size_of
from toolkit.metadata.content import Content as Held
from toolkit.metadata.manifest import members_of
from toolkit.org.jobs import DeployOptions, DeployResult
from toolkit.release.apextests import chosen
from toolkit.release.atonce import at_once
from toolkit.release.companions import PROFILE, companions
from toolkit.release.failures import check
from toolkit.release.following import follow, interruptible
from toolkit.release.journal.candidates import components_of
from toolkit.release.journal.entry import Content, content_of
from toolkit.release.journal.start import Started, Starting, noted, start_once
from toolkit.release.step import Context

_RETRIEVED_AT_ONCE = 2000
"""Components in one retrieve; the platform takes 10,000 files and a component has up to several."""

_TOGETHER = 30_000_000
"""Bytes of large contents up to which one retrieve brings all. The zip of an answer may have 39 MB (Metadata API
Developer Guide, limits), and nobody knows how well what the org has can be compressed."""

_BYTES_AT_ONCE = 10_000_000
"""Bytes of them in one retrieve when there are more: an answer that breaks off is soon there again."""

_PROFILES_AT_ONCE = 10
"""Profiles in one retrieve; what they name comes with them."""

_RETRIEVES = 3
"""Retrieve jobs at the same time."""

MAX_FILES = 10_000
MAX_SIZE = 629_145_600
"""Files and uncompressed bytes of one deployment. Source: Metadata API Developer Guide, limits."""


def deploy(ctx: Context, bundle: Bundle, title: str, *, check_only: bool = False) -> DeployResult:
    """Send a bundle, follow the job to its end and return what the platform called a success.

    DeployError with every failed component otherwise; StillRunningError with the job's id at the deadline.
    """
    check_limits(bundle)
    options = replace(ctx.options, check_only=check_only)
    options = chosen(options, bundle, ctx.bundle, production=ctx.org.organization.is_production)
    with _folder() as folder:
        package = write_zip_file(bundle, Path(folder) / "deploy.zip", compress=True).path
        job = _Job(ctx, title, package, content_of(bundle), options)
        result = job.done(anew=ctx.start_anew)
    check(result, bundle, ctx.org.redact)
    for message in result.warnings:
        ctx.talk.say(f"warning: {message.type} {message.full_name}: {ctx.org.redact(message.problem or '')}")
    return result


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """A folder for the package, which goes with it."""
    try:
        folder = tempfile.mkdtemp(prefix="sfmeta-")
    except OSError as error:
        raise ReleaseError.of(
            f"there is no place for the package: {error.strerror}", mend="make room, or point TMPDIR elsewhere"
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Job:
    """A package on its way to its end in an org."""

    ctx: Context
    title: str
    package: Path
    content: Content
    options: DeployOptions

    def done(self, *, anew: bool) -> DeployResult:
        """Start it, or find it started, and follow it.

        A job that was only inferred to be ours, and turns out to be of another package, was not: once more, then.
        """
        ctx = self.ctx
        here = Starting(ctx.org, ctx.journal, ctx.talk.say)
        while True:
            with interruptible(ctx.org, ctx.talk, self.title) as under_way:
                started = start_once(here, self.package, self.content, self.options, anew=anew)
                under_way.job = started.job
                self._say(started)
                result = follow(ctx.org, ctx.talk, started.job, self.title, wait=ctx.wait)
            if ctx.journal is None or started.entry is None:
                return result
            journal, key = ctx.journal, started.entry.key
            if not started.inferred or self.content.may_be(components_of(result)):
                noted(ctx.talk.say, partial(journal.ended, key, result.status_text))
                return result
            ctx.talk.say(f"deployment {started.job} was of another package: the one whose answer was lost is not it")
            journal.mistaken(key, started.job)

    def _say(self, started: Started) -> None:
        note = " (check only)" if self.options.check_only else ""
        self.ctx.talk.say(f"{self.title}: deployment {started.job} {'goes on' if started.found else 'started'}{note}")
        self.ctx.talk.say(f"{self.title}: {self.ctx.org.deploy_page(started.job)}")
        if self.options.run_tests and not self.ctx.options.run_tests:
            self.ctx.talk.say(f"tests of the package, because this is production: {', '.join(self.options.run_tests)}")


def check_limits(bundle: Bundle) -> None:
    """DeployError, before anything is sent, for a package that the platform would refuse for its size."""
    sizes = [size_of(content) for _, content in bundle_files(bundle)]
    problems: list[Problem] = []
    if len(sizes) > MAX_FILES:
        problems.append(
            Problem(
                f"the package has {len(sizes):,} files, and the platform takes {MAX_FILES:,} in one deployment",
                mend="deploy it in parts: shared objects and fields first, then what uses them",
            )
        )
    if sum(sizes) > MAX_SIZE:
        problems.append(
            Problem(
                f"the package has {sum(sizes):,} bytes before compression, and the platform takes {MAX_SIZE:,}",
                mend="leave large static resources out of it, or deploy it in parts",
            )
        )
    DeployError.raise_any(problems)


def retrieve(ctx: Context, components: Iterable[Component]) -> Mapping[ComponentKey, Component]:
    """What the org has of these components, by key; those that it does not have are not in the answer.

    A profile is asked for together with what its file names, because the org tells nothing else of it; one without a
    file (of which only the name is known) together with the other components that are asked for.
    """
    plain: list[Component] = []
    profiles: list[Component] = []
    for component in components:
        (profiles if component.type == PROFILE and component.files else plain).append(component)
    plain, heavy = _by_weight(plain)
    parts = [*_parts(plain, _RETRIEVED_AT_ONCE), *heavy, *_parts(profiles, _PROFILES_AT_ONCE)]
    found: dict[ComponentKey, Component] = {}
    for answer in at_once([partial(_part, ctx, part) for part in parts], most=_RETRIEVES):
        found |= answer.result()
    return found


def _by_weight(components: list[Component]) -> tuple[list[Component], list[list[Component]]]:
    """The components that may all be in one request, and in parts of their own those that are too large together.

    Only large contents are set apart: of documents the org may tell less without the others beside them.
    """
    weights = [sum(_weight(component.type, file) for file in component.files) for component in components]
    if sum(weights) <= _TOGETHER:
        return components, []
    light: list[Component] = []
    parts: list[list[Component]] = []
    room = 0
    for component, weight in zip(components, weights, strict=True):
        if not weight:
            light.append(component)
            continue
        if weight > room:
            parts.append([])
            room = _BYTES_AT_ONCE
        parts[-1].append(component)
        room -= weight
    return light, parts


def _weight(type_name: str, file: ComponentFile) -> int:
    """The bytes of a large content, 0 of anything else."""
    return 0 if file.size < LARGE or is_xml(type_name, file.path) else file.size


def _parts(components: Sequence[Component], size: int) -> Iterator[Sequence[Component]]:
    return (components[first : first + size] for first in range(0, len(components), size))


def _part(ctx: Context, components: Sequence[Component]) -> Mapping[ComponentKey, Component]:
    members = {key for component in components for key in members_of(component)}
    beside = {key for component in components for key in companions(component)} - members
    asked: dict[str, list[str]] = {}
    for key in sorted(members | beside):
        asked.setdefault(key.type, []).append(key.full_name.rstrip("/"))  # folders: "Name/" in manifests
    answer = ctx.org.retrieve(asked, api_version=ctx.bundle.api_version)
    found = _read(answer.zip or b"").components
    return {key: component for key, component in found.items() if key not in beside}


def _read(archive: Held) -> Bundle:
    try:
        return read_zip(archive, "the org's answer", check_manifest=False)
    except MetadataError as error:
        problems = [Problem(f"retrieve metadata: {problem.message}", problem.where) for problem in error.problems]
        raise RequestError(*problems) from None
