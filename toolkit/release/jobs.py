"""Deploying a bundle as one job, and reading components of an org as a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from toolkit.errors import MetadataError, Problem, RequestError
from toolkit.metadata.archive import read_zip, write_zip
from toolkit.metadata.component import Bundle, Component, ComponentKey
from toolkit.metadata.manifest import members_of
from toolkit.org.jobs import DeployResult
from toolkit.release.failures import check
from toolkit.release.step import Context

_RETRIEVED_AT_ONCE = 2000
"""Components in one retrieve; the platform takes 10,000 files and a component has up to several."""


def deploy(ctx: Context, bundle: Bundle, title: str, *, check_only: bool = False) -> DeployResult:
    """Send a bundle, follow the job to its end and return what the platform called a success.

    DeployError with every failed component otherwise; StillRunningError with the job's id at the deadline.
    """
    options = replace(ctx.options, check_only=check_only)
    job = ctx.org.start_deploy(write_zip(bundle), options)
    ctx.talk.say(f"{title}: deployment {job} started{' (check only)' if check_only else ''}")
    try:
        result = ctx.org.follow_deploy(job, wait=ctx.wait, seen=lambda seen: ctx.talk.job(title, seen))
    except KeyboardInterrupt:
        ctx.talk.say(f"deployment {job} goes on in the org; see Setup, Deployment Status")
        raise
    check(result, bundle, ctx.org.redact)
    for message in result.warnings:
        ctx.talk.say(f"warning: {message.type} {message.full_name}: {ctx.org.redact(message.problem or '')}")
    return result


def retrieve(ctx: Context, components: Iterable[Component]) -> Mapping[ComponentKey, Component]:
    """What the org has of these components, by key; those that it does not have are not in the answer."""
    wanted = list(components)
    found: dict[ComponentKey, Component] = {}
    for start in range(0, len(wanted), _RETRIEVED_AT_ONCE):
        part = wanted[start : start + _RETRIEVED_AT_ONCE]
        members: dict[str, list[str]] = {}
        for component in part:
            for key in members_of(component):
                members.setdefault(key.type, []).append(key.full_name.rstrip("/"))  # folders: "Name/" in manifests
        answer = ctx.org.retrieve(members, api_version=ctx.bundle.api_version)
        found |= _read(answer.zip or b"").components
    return found


def _read(archive: bytes) -> Bundle:
    try:
        return read_zip(archive, "the org's answer", check_manifest=False)
    except MetadataError as error:
        problems = [Problem(f"retrieve metadata: {problem.message}", problem.where) for problem in error.problems]
        raise RequestError(*problems) from None
