"""How a deploy is judged: everything in one transaction, which stays only when the verdict lets it.

    read zip and manifests -> deletions (pre, plain)
    -> components in the order of their types: own rules, then into the org
    -> references, checked against what the org now holds -> side effects on records
    -> deletions (post) -> verdict

A deploy without rollbackOnError that fails in part is judged again without the components that failed, until what
is left stands; so a component that leans on a failed one fails with it, as on the platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.localorg import tree
from toolkit.localorg.deploy import archive as archives
from toolkit.localorg.deploy import deletions, intake, manifest, results
from toolkit.localorg.deploy.manifest import Manifest
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.deploy.results import Message, Verdict
from toolkit.localorg.families import namespaces
from toolkit.localorg.families.base import Family, Fault, Incoming, Pointer
from toolkit.localorg.families.prefixes import prefix_of
from toolkit.localorg.families.provided import provided
from toolkit.localorg.families.registry import family_of, rank
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.store.jobs import Job
from toolkit.localorg.tree import Node
from toolkit.metadata.registry import standard

if TYPE_CHECKING:
    from toolkit.localorg.deploy.worker import Worker

_LOOK_FOR_CANCEL_EVERY = 50
NO_TESTS = (
    "The local org does not compile Apex and runs no tests: the test level {} was accepted, but no test has been run "
    "and no coverage has been measured."
)


class CanceledError(Exception):
    """Someone has asked for the deploy to end."""


@dataclass(slots=True)
class Package:
    """What a job brings, read once."""

    prefix: str
    manifest: Manifest
    deletions: dict[str, Manifest]
    groups: dict[tuple[str, str], intake.Group]
    strangers: list[str]


@dataclass(slots=True)
class Attempt:
    """One judging of a package within one transaction; it is what families know as Deploy."""

    work: Work
    options: DeployOptions
    package: Package
    left_out: set[tuple[str, str]]
    components: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    stored: list[Stored] = field(default_factory=list)
    pointers: dict[tuple[str, str], list[Pointer]] = field(default_factory=dict)
    roots: dict[tuple[str, str], Node] = field(default_factory=dict)
    """What came into the org or was there already, as read: its XML is not parsed twice."""

    @property
    def version(self) -> float:
        return self.package.manifest.version

    def incoming(self, type_name: str, full_name: str) -> Incoming | None:
        return self.components.get((type_name, full_name.lower()))

    def exists(self, type_name: str, full_name: str) -> bool:
        if type_name == "component":
            return any(self.exists(kind, full_name) for kind in ("LightningComponentBundle", "AuraDefinitionBundle"))
        if (type_name, full_name.lower()) in self.components:
            return True
        return self.work.components.has(type_name, full_name) or provided(self.work, type_name, full_name)

    def being_deleted(self, type_name: str, full_name: str) -> bool:
        return (type_name, full_name.lower()) in self.deleted


def run(org: Org, job: Job, worker: Worker) -> None:
    """Judge a deploy and leave its result with the job."""
    options = DeployOptions.read(job.request)
    with org.read(job.user_id) as work:
        started = work.now
        payload = work.jobs.payload(job.id)
    verdict = Verdict()
    try:
        package = _read(org, payload, options)
    except archives.BadArchiveError as bad:
        verdict.error = (bad.code, f"{bad.code}: {bad.message}")
        _finish(org, job, verdict, started)
        return
    verdict.prefix = package.prefix
    verdict.messages = _manifest_messages(package)
    verdict.test_level = _test_level(org, package, options)
    if verdict.tested:
        verdict.coverage_warnings.append(NO_TESTS.format(verdict.test_level))
    if any(message.failed for message in verdict.messages):
        _finish(org, job, verdict, started)
        return
    refusal = _production_refusal(org, package, options)
    if refusal is not None:
        verdict.error = refusal
        _finish(org, job, verdict, started)
        return
    judge = Judge(org, job, worker, package, options, verdict, started)
    try:
        while not judge.judged():
            pass
    except CanceledError:
        verdict.canceled = True
        verdict.messages = _manifest_messages(package)
        if (user := worker.canceled_by(job.id)) is not None:
            with org.write(job.user_id) as work:
                work.facts.put(f"canceled_by:{job.id}", user)
        _finish(org, job, verdict, started)


@dataclass(slots=True)
class Judge:
    """Judges one package, again and again without what has failed when a part of it may stay."""

    org: Org
    job: Job
    worker: Worker
    package: Package
    options: DeployOptions
    verdict: Verdict
    started: str
    left_out: dict[tuple[str, str], Message] = field(default_factory=dict)

    def judged(self) -> bool:
        """Judge once; True when the result is final: it is written in the transaction that keeps or undoes all."""
        with self.org.write(self.job.user_id) as work:
            attempt = Attempt(work, self.options, self.package, set(self.left_out))
            with work.savepoint() as abandon:
                _attempt(attempt, self.job, self.worker)
                self.verdict.messages = _manifest_messages(self.package) + _sorted(attempt, self.left_out)
                failed = {key: message for key, message in attempt.messages.items() if message.failed}
                again = bool(failed and attempt.stored) and not (
                    self.options.rollback_on_error or self.options.check_only
                )
                status = results.status_of(self.verdict, self.options)
                if again or self.options.check_only or status not in ("Succeeded", "SucceededPartial"):
                    abandon()
            if again:
                self.left_out |= failed
                return False
            status, shown = results.result(work, self.job, self.verdict, self.started)
            work.jobs.finish(self.job.id, status, shown)
        return True


def _has_apex(package: Package) -> bool:
    """Whether classes or triggers come or go."""
    named = {member.type for plan in package.deletions.values() for member in plan.members}
    return bool({"ApexClass", "ApexTrigger"} & ({kind for kind, _ in package.groups} | named))


def _test_level(org: Org, package: Package, options: DeployOptions) -> str | None:
    """The level in force: production runs local tests for Apex unless another level is given (facts 5.3)."""
    if options.test_level is None and org.is_production and _has_apex(package):
        return "RunLocalTests"
    return options.test_level


def _production_refusal(org: Org, package: Package, options: DeployOptions) -> tuple[str, str] | None:
    """Production runs tests for every deploy with Apex in it."""
    if not org.is_production or not _has_apex(package) or options.test_level != "NoTestRun":
        return None
    message = "testLevel of NoTestRun cannot be used in production organizations"
    return "INVALID_OPERATION", f"INVALID_OPERATION: {message}"


def _finish(org: Org, job: Job, verdict: Verdict, started: str) -> None:
    with org.write(job.user_id) as work:
        status, shown = results.result(work, job, verdict, started)
        work.jobs.finish(job.id, status, shown)


def _read(org: Org, payload: bytes, options: DeployOptions) -> Package:
    found = archives.read(payload, org.options, single_package=options.single_package)
    if archives.PACKAGE not in found.files:
        empty = Manifest(67.0, (), (Fault("No package.xml found"),))
        return Package(found.prefix, empty, {}, {}, [])
    deleting = {
        when: manifest.read(found.files[name], destructive=True)
        for name, when in intake.DESTRUCTIVE.items()
        if name in found.files
    }
    groups, strangers = intake.groups(found)
    return Package(found.prefix, manifest.read(found.files[archives.PACKAGE]), deleting, groups, strangers)


def _manifest_messages(package: Package) -> list[Message]:
    """package.xml and the destructive manifests as messages of their own."""
    own = Message("", "package.xml", archives.PACKAGE, faults=list(package.manifest.faults))
    messages = [own]
    for name, when in intake.DESTRUCTIVE.items():
        if when in package.deletions:
            messages.append(Message("", name, name, faults=list(package.deletions[when].faults)))
    return messages


def _sorted(attempt: Attempt, left_out: dict[tuple[str, str], Message]) -> list[Message]:
    found = {**left_out, **attempt.messages}
    return [found[key] for key in sorted(found, key=lambda key: (found[key].file, key[0], key[1]))]


def _attempt(attempt: Attempt, job: Job, worker: Worker) -> None:
    """Do everything the package asks for within the transaction of the attempt."""
    package = attempt.package
    for plan in package.deletions.values():
        attempt.deleted |= {(member.type, member.name.lower()) for member in plan.members}
    deletions.run(attempt, ("pre", "plain"))

    def watch(place: int, total: int, kind: str) -> None:
        worker.report(job.id, place, total, f"Processing Type: {kind}")
        _stop_if_canceled(attempt.work.org, job, worker)

    put_in(attempt, watch)
    deletions.run(attempt, ("post",))


def put_in(attempt: Attempt, watch: Callable[[int, int, str], None] | None = None) -> None:
    """Judge the components of the package and put those that pass into the org; watch is called now and then."""
    _take_in(attempt)
    ordered = sorted(attempt.components.values(), key=lambda c: (rank(c.type), c.type, c.full_name.lower()))
    for place, incoming in enumerate(ordered):
        if watch is not None and place % _LOOK_FOR_CANCEL_EVERY == 0:
            watch(place, len(ordered), incoming.type)
        _store(attempt, incoming)
    _check_references(attempt, ordered)
    for stored in attempt.stored:
        if not attempt.messages[stored.type, stored.full_name.lower()].failed:
            key = stored.type, stored.full_name.lower()
            family_of(stored.type).settle(stored, attempt.roots.pop(key), attempt)


def _stop_if_canceled(org: Org, job: Job, worker: Worker) -> None:
    if worker.canceled_by(job.id) is not None:
        raise CanceledError
    with org.read() as work:
        if work.jobs.status(job.id) == "Canceling":
            raise CanceledError


def _take_in(attempt: Attempt) -> None:
    """Read the components of the zip that the manifest names; say what does not fit together."""
    package = attempt.package
    reader = intake.Intake(package.manifest)
    wanted = package.manifest
    found: dict[tuple[str, str], Incoming] = {}
    for group in package.groups.values():
        for incoming in reader.read(group):
            owner_named = incoming.owner and wanted.wants(group.info.name, incoming.owner)
            if owner_named or wanted.wants(_manifest_type(group.info.manifest_type, incoming), incoming.full_name):
                found[incoming.key] = incoming
            elif incoming.named:
                found[incoming.key] = incoming  # it cannot be read, and something in it is named
            elif not incoming.owner:
                _unnamed(attempt, incoming)
    attempt.components = {key: incoming for key, incoming in found.items() if key not in attempt.left_out}
    present = {_as_listed(key): incoming for key, incoming in found.items()}
    for kind, name, fault in intake.absent_members(wanted, present):
        if (kind, name.lower()) in attempt.left_out:
            continue
        given = Fault(fault.message, warning=attempt.options.allow_missing_files)
        attempt.messages[kind, name.lower()] = Message(kind, name, archives.PACKAGE, faults=[given])


def _manifest_type(listed: str, incoming: Incoming) -> str:
    return incoming.type if incoming.owner else listed


def _as_listed(key: tuple[str, str]) -> tuple[str, str]:
    info = standard().get(key[0])
    return (info.manifest_type, key[1]) if info is not None else key


def _unnamed(attempt: Attempt, incoming: Incoming) -> None:
    """A file that package.xml does not name is left out, with a warning."""
    if attempt.options.auto_update_package:
        return
    message = (
        f"An object '{incoming.full_name}' of type {incoming.type} was found in zipped directory, but was not named in "
        "package.xml"
    )
    shown = Message(incoming.type, incoming.full_name, incoming.file, faults=[Fault(message, warning=True)])
    attempt.messages[incoming.key] = shown


def _store(attempt: Attempt, incoming: Incoming) -> None:
    """Judge one component by itself and put it into the org when it passes."""
    work, family = attempt.work, family_of(incoming.type)
    message = Message(incoming.type, incoming.full_name, incoming.file)
    attempt.messages[incoming.key] = message
    message.faults += incoming.faults
    if (wished := work.org.faults.component(incoming.type, incoming.full_name)) is not None:
        message.faults.append(Fault(wished))
    if not message.failed:
        message.faults += _refusals(attempt, incoming, family)
    if message.failed:
        return
    old = work.components.get(incoming.type, incoming.full_name)
    attempt.pointers[incoming.key] = [*_to_owner(incoming), *family.pointers(incoming)]
    root = family.canonical(incoming, old, attempt)
    files = family.content(incoming, old, attempt)
    xml = tree.dump(root)
    digest = _digest(xml, files)
    message.created = old is None
    message.changed = old is None or old.digest != digest
    if old is not None and not message.changed:
        stored = old
    else:
        by, at = (old.created_by, old.created) if old else (work.user_id, work.now)
        record_id = old.id if old else work.facts.next_id(prefix_of(incoming.type))
        # the name of a layout is its label, in which the case can be mended
        name = old.full_name if old is not None and incoming.type != "Layout" else incoming.full_name
        stored = Stored(incoming.type, name, record_id, incoming.owner, xml, digest, by, at, work.user_id, work.now)
        work.components.put(stored, files)
        kept = replace(incoming, root=root, files=files)  # a merge brings references of what was there before
        work.components.refer(stored.type, stored.full_name, _references(family.pointers(kept)))
    message.id = stored.id
    attempt.roots[incoming.key] = root
    attempt.stored.append(stored)


def _refusals(attempt: Attempt, incoming: Incoming, family: Family) -> list[Fault]:
    """What is wrong with a component by itself."""
    new = not attempt.work.components.has(incoming.type, incoming.full_name)
    if new and not namespaces.installed(attempt.work, incoming.type, incoming.full_name):
        said = namespaces.refusal(incoming.type, incoming.full_name)
        if said:
            return [Fault(said, incoming.root.line, incoming.root.column)]
    return list(family.check(incoming, attempt))


def _to_owner(incoming: Incoming) -> Iterator[Pointer]:
    """A part of an object needs the object: in the org, or in this deploy and sound."""
    child = standard().child(incoming.type) if incoming.owner else None
    if child is not None and child[0].name == "CustomObject":
        owner, root = incoming.owner, incoming.root
        missing = f"Entity '{owner}' not found."
        yield Pointer(
            "fullName", "CustomObject", owner, root.line, root.column, holds=False, missing=missing, alone=True
        )


def _digest(xml: bytes, files: object) -> bytes:
    digest = hashlib.sha256(xml)
    if isinstance(files, dict):
        for path in sorted(files):
            digest.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return digest.digest()


def _references(pointers: Iterable[Pointer]) -> list[Reference]:
    return [Reference(p.element, p.type, p.name, p.holds) for p in pointers]


def _check_references(attempt: Attempt, ordered: list[Incoming]) -> None:
    """Every component that another names must be there; one that failed is not, so its users fail as well."""
    waiting = {c.key: attempt.pointers[c.key] for c in ordered if not attempt.messages[c.key].failed}
    for incoming in ordered:
        if attempt.messages[incoming.key].failed:
            _take_out(attempt, incoming)
    known: dict[tuple[str, str], bool] = {}
    again = True
    while again:
        again = False
        for key, pointers in list(waiting.items()):
            missing = [p for p in pointers if not _there(attempt, p, known)]
            if missing:
                message = attempt.messages[key]
                said = [p for p in missing if p.alone][:1] or missing
                message.faults += [Fault(p.complaint, p.line, p.column) for p in said]
                _take_out(attempt, attempt.components[key])
                known.clear()
                del waiting[key]
                again = True


def _there(attempt: Attempt, pointer: Pointer, known: dict[tuple[str, str], bool]) -> bool:
    key = pointer.type, pointer.name.lower()
    if key not in known:
        known[key] = attempt.exists(pointer.type, pointer.name)
    return known[key]


def _take_out(attempt: Attempt, incoming: Incoming) -> None:
    """A failed component counts as absent, unless the org had it before."""
    attempt.components.pop(incoming.key, None)
    if attempt.messages[incoming.key].created:
        attempt.work.components.remove(incoming.type, incoming.full_name)
