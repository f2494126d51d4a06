"""How a deploy is judged: everything in one transaction, which stays only when the verdict lets it.

    read zip and manifests -> deletions (pre, plain)
    -> components in the order of their types: own rules, then into the org
    -> references, checked against what the org now holds -> side effects on records
    -> deletions (post) -> verdict

A deploy without rollbackOnError that fails in part is judged again without the components that failed, until what
is left stands; so a component that leans on a failed one fails with it, as on the platform.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.localorg.deploy import archive as archives
from toolkit.localorg.deploy import components, deletions, intake, manifest, results
from toolkit.localorg.deploy.attempt import Attempt, Package
from toolkit.localorg.deploy.manifest import Manifest
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.deploy.results import Message, Verdict
from toolkit.localorg.families.base import Fault
from toolkit.localorg.model.org import Org
from toolkit.localorg.store.jobs import Job
from toolkit.metadata.content import Content

if TYPE_CHECKING:
    from toolkit.localorg.deploy.worker import Worker

NO_TESTS = (
    "The local org does not compile Apex and runs no tests: the test level {} was accepted, but no test has been run "
    "and no coverage has been measured."
)


class CanceledError(Exception):
    """Someone has asked for the deploy to end."""


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


def _read(org: Org, payload: Content, options: DeployOptions) -> Package:
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

    components.put_in(attempt, watch)
    deletions.run(attempt, ("post",))


def _stop_if_canceled(org: Org, job: Job, worker: Worker) -> None:
    if worker.canceled_by(job.id) is not None:
        raise CanceledError
    with org.read() as work:
        if work.jobs.status(job.id) == "Canceling":
            raise CanceledError
