"""The steps of a release, read and proved but not applied."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.errors import ConfigError, RefusedError, ReleaseError
from toolkit.metadata.node import node_of
from toolkit.org import soql
from toolkit.release.step import Context
from toolkit.release.steps import AnyStep
from toolkit.release.steps.assignments import AssignmentsState
from toolkit.release.steps.components import ComponentsState
from toolkit.release.steps.connected_app import ConnectedAppState
from toolkit.release.steps.external_client_app import HEADER, OAUTH_POLICIES
from toolkit.release.verify.facts import AppFact, StepFact

States = dict[str, object]
"""What each step read, by the step's name; a step that could not read has none."""

_UNSUPPORTED = frozenset({"INVALID_TYPE", "INVALID_FIELD"})


def read_steps(ctx: Context, steps: Sequence[AnyStep]) -> tuple[tuple[StepFact, ...], States]:
    """Every step's proof. What stops a step is a fact about the org, not an end; OrgError still ends it all."""
    facts: list[StepFact] = []
    states: States = {}
    for step in steps:
        ctx.talk.say(f"{step.title}: reading")
        try:
            state = step.read(ctx)
        except ReleaseError as error:
            facts.append(StepFact(step.name, step.title, problems=error.problems))
            continue
        except ConfigError as error:
            facts.append(StepFact(step.name, step.title, secrets=error.problems))
            continue
        states[step.name] = state
        facts.append(StepFact(step.name, step.title, evidence=tuple(step.verify(ctx, state))))
    return tuple(facts), states


def wanted_users(states: States) -> frozenset[str] | None:
    """Ids of the users that the configuration gives a permission set to, None when that could not be read."""
    state = states.get("assignments")
    if not isinstance(state, AssignmentsState):
        return None
    return frozenset(user.id for grant in state.grants for user in grant.wanted)


def app_fact(ctx: Context, states: States) -> AppFact | None:
    """Who may use the OAuth app, from what the access step read; None when it read none."""
    state = states.get("access")
    if isinstance(state, ConnectedAppState):
        return AppFact(state.admin_approved, state.holders) if state.found is not None else None
    if isinstance(state, ComponentsState):
        return _client_app(ctx, state)
    return None


def _client_app(ctx: Context, state: ComponentsState) -> AppFact | None:
    """The lists of the policy, and the access rows where the org keeps such (salesforce-facts 9.4)."""
    found = {component.type: component for component in state.found.values()}
    policy, header = found.get(OAUTH_POLICIES), found.get(HEADER)
    if policy is None or header is None:
        return None
    node = node_of(policy.files[0].content, policy.files[0].path)
    lists = [node.child_text(element) for element in ("commaSeparatedPermissionSet", "commaSeparatedProfile")]
    sets, profiles = (
        frozenset(part.strip().casefold() for part in (text or "").split(",") if part.strip()) for text in lists
    )
    approved = node.child_text("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
    return AppFact(approved, _holders(ctx, header.full_name), sets, profiles)


def _holders(ctx: Context, app: str) -> frozenset[str]:
    try:
        apps = ctx.org.query(soql.select("Id", source=HEADER, where=soql.equals("DeveloperName", app)))
    except RefusedError as error:
        if not _UNSUPPORTED.intersection(error.codes):
            raise
        return frozenset()  # an API version without the object: the policy's lists say it
    if not apps:
        return frozenset()
    where = soql.one_of("SetupEntityId", [row.id for row in apps])
    rows = ctx.org.query(soql.select("ParentId", source="SetupEntityAccess", where=where))
    return frozenset(row.need("ParentId") for row in rows)
