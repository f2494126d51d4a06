"""Quick deploy: putting into the org what a check-only job has validated, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from toolkit.errors import DeployError, Problem
from toolkit.metadata.component import Bundle
from toolkit.org.jobs import DeployOptions, DeployResult, Status
from toolkit.release.journal import settle
from toolkit.release.journal.entry import Content, digest_of
from toolkit.release.journal.file import Journal
from toolkit.release.journal.start import Started, Starting, send

GOOD_FOR = timedelta(days=10)
"""How long the platform keeps a validation for this. Source: Metadata API Developer Guide, deployRecentValidation."""


def quick_deploy(
    here: Starting,
    journal: Journal,
    validated: str,
    *,
    package: Bundle | None,
    digest: str | None = None,
) -> Started:
    """Start the job. DeployError, before anything is sent, when the validation is not fit for it.

    package: what is meant to be deployed; its content must be what was validated, as this machine's journal has it,
    or as digest says, which the validation told on another machine.
    """
    with journal.alone(here.say):
        settle.settle(journal, here.org, here.say, here.sleep)
        known = journal.of_job(validated)
        result = here.org.deploy_status(validated)
        problems = [*unfit(result, here.org.now())]
        if package is not None:
            problems += _differs(digest or (known.content.digest if known else None), digest_of(package), validated)
        DeployError.raise_any(problems)
        content = known.content if known else Content(f"validated as {validated[:15]}")
        return send(here, journal, content, DeployOptions(), lambda: here.org.quick_deploy(validated))


def unfit(result: DeployResult, now: datetime | None) -> list[Problem]:
    """Why a job cannot be quick-deployed; nothing when it can.

    now is the time by the org's clock, as is the job's end: this machine's may be days off. When the org has not told
    the time, the age is the org's to judge.
    """
    mend = "validate again with `sfmeta deploy --check-only`"
    if not result.check_only:
        return [Problem(f"deployment {result.id} was no check-only job: it is in the org already", mend=mend)]
    if not result.done:
        return [Problem(f"validation {result.id} is still running", mend=f"wait: `sfmeta job resume {result.id}`")]
    if result.status is not Status.SUCCEEDED or not result.success:
        return [Problem(f"validation {result.id} ended with {result.status_text}", mend=mend)]
    ended = _moment(result.completed)
    if ended is not None and now is not None and now - ended > GOOD_FOR:
        age = f"{(now - ended).days} days old by the org's clock ({ended:%Y-%m-%d %H:%M} UTC)"
        return [Problem(f"validation {result.id} is {age}, and the org keeps it for 10", mend=mend)]
    return []


def _differs(validated: str | None, meant: str, job: str) -> list[Problem]:
    if validated is None:
        return [
            Problem(
                f"this machine's journal does not know what {job} validated, so it cannot be compared",
                mend="give the content that the validation told (--content), leave the path out when you are sure, or "
                "validate again from here",
            )
        ]
    if validated != meant:
        return [
            Problem(f"the package differs from what {job} validated", mend="validate it again, then quick-deploy that")
        ]
    return []


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("+0000", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
