"""All that verify reads from an org, in as few calls as there are kinds of things to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from toolkit.generate.names import names_of
from toolkit.release.step import Context
from toolkit.release.steps import integration_steps
from toolkit.release.verify import effective
from toolkit.release.verify.effective import Level
from toolkit.release.verify.facts import Facts, Person, RowFact
from toolkit.release.verify.judge import CERTIFICATE_STEP
from toolkit.release.verify.read_access import certificate_facts, read_grants, read_rows, read_tabs
from toolkit.release.verify.read_pages import profile_files, read_listing, read_pages, retrieve_overrides
from toolkit.release.verify.read_people import read_people
from toolkit.release.verify.read_steps import app_fact, read_steps, wanted_users


def gather(ctx: Context, usernames: Sequence[str], now: datetime) -> Facts:
    """The facts for these users, or for everybody who has a permission set of ours; now is in UTC.

    OrgError when the org cannot be reached or refuses a question; nothing is changed.
    """
    project = ctx.need_project()
    package = project.package
    names = names_of(package, sources=project.sources)
    steps, states = read_steps(ctx, [s for s in integration_steps(project) if s.name != CERTIFICATE_STEP])
    ctx.talk.say("Users and what they may open: reading")
    listing = read_listing(ctx, package)
    sets = (names.agent_permission_set, names.admin_permission_set)
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    people, strangers = read_people(ctx.org, usernames, sets, listing.profiles, moment)
    org_id = ctx.org.organization.id
    rows = read_rows(ctx.org, names, _owners(people, org_id))
    ctx.talk.say("Record pages: reading")
    certificates = _certificates(people, rows, org_id, package.certificate.name)
    files = profile_files(ctx, package, listing)
    profiles = sorted({*files.values(), *(person.profile_file for person in people if person.profile_file)})
    found = retrieve_overrides(ctx, package, listing, certificates, profiles)
    return Facts(
        now=now,
        org=ctx.org.organization.name,
        org_id=org_id,
        steps=steps,
        people=people,
        strangers=strangers,
        grants=read_grants(ctx.org, names, listing.app_ids),
        tabs=read_tabs(ctx.org, (names.dashboard_tab, names.settings_tab)),
        app=app_fact(ctx, states),
        rows=rows,
        certificates=certificate_facts(found, certificates),
        pages=read_pages(ctx, package, listing, found, files),
        wanted=wanted_users(states),
    )


def _owners(people: Iterable[Person], org_id: str) -> list[str]:
    return list(dict.fromkeys([org_id, *(owner for person in people for owner in (person.id, person.profile_id))]))


def _certificates(people: Iterable[Person], rows: dict[str, RowFact], org_id: str, configured: str) -> list[str]:
    """The configured certificate and every other one that some user's tokens are signed with."""
    names = {configured}
    for person in people:
        levels = [Level(owner, rows[owner]) for owner in (person.id, person.profile_id, org_id) if owner in rows]
        names.add(effective.certificate(levels, configured).text)
    return sorted(names)
