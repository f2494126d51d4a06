"""Before an org is read: what became of the jobs that earlier runs, here or on another machine, have started."""

from __future__ import annotations

import contextlib

from toolkit.errors import DeployError, OrgError, RefusedError
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.release.journal import settle
from toolkit.release.journal.candidates import RUNNING
from toolkit.release.step import Context


def look_back(ctx: Context) -> None:
    """Write down, and say, how jobs ended whose end this folder's journal has not seen; then mark the journal.

    The org is asked only when there is such a job. One that still runs stays open.
    """
    journal = ctx.journal
    if journal is None:
        return
    for entry in settle.unended(journal, ctx.org):
        job = entry.job or ""
        try:
            result = ctx.org.deploy_status(job)
        except RefusedError as error:
            if error.status >= 500 or error.status in (420, 429):
                raise
            settle.over(journal, entry, "an end that the org does not know any more", job, ctx.talk.say)
            continue
        if result.done:
            settle.over(journal, entry, result.status_text, job, ctx.talk.say)
    journal.mark()


def clear_the_way(ctx: Context) -> None:
    """Before a deployment is planned: find out about lost starts, and wait for deployments of this user that run in
    the org, whichever folder has started them.

    What cannot be found out stays open until a job is to be started. The org runs one deployment at a time, so that
    ours would wait for them there, and would have been planned from what they are about to change: they may be of a
    run of the same release that died on another machine. A run that does not wait (wait 0), or that only checks, goes
    on at once. An org that does not list its jobs is no hindrance.
    """
    if ctx.journal is not None and not ctx.start_anew:
        with contextlib.suppress(DeployError), ctx.journal.alone(ctx.talk.say):
            settle.settle(ctx.journal, ctx.org, ctx.talk.say)
    if ctx.options.check_only or ctx.wait <= 0:
        return
    for job in _running(ctx):
        title = f"deployment {job}, of another run of this user"
        ctx.talk.say(f"{title}, is not over: waiting for it before the org is read")

        def seen(result: DeployResult, title: str = title) -> None:
            ctx.talk.job(title, result)

        ended = ctx.org.follow_deploy(job, wait=ctx.wait, seen=seen)
        ctx.talk.say(f"{title}, has ended with {ended.status_text}")


def _running(ctx: Context) -> tuple[str, ...]:
    query = soql.select(
        "Id",
        source="DeployRequest",
        where=soql.all_of(
            soql.equals("CreatedById", ctx.org.identity.user_id),
            soql.one_of("Status", RUNNING),
            soql.equals("CheckOnly", value=False),
        ),
        order_by="CreatedDate",
        limit=20,
    )
    try:
        rows = ctx.org.tooling_query(query)
    except OrgError as error:
        ctx.talk.say(f"whether other deployments run cannot be seen: {error.problems[0].message}")
        return ()
    return tuple(row.id for row in rows)
