"""App access by a connected app that the org has: read it, set its policy, read it back, and repair what did not take.

A new app is only made where the configuration says `create` and the org still allows it (salesforce-facts 3.6).
Profiles and permission sets that the app has already stay in its lists. A policy that comes out without
"Admin approved users are pre-authorized" is sent a second time, and access rows that are still missing are
created as SetupEntityAccess records (9.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.errors import Problem, ReleaseError
from toolkit.generate.app_policy import AppPolicy, app_policy
from toolkit.metadata import compare, merge
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey
from toolkit.metadata.node import Node, node_of
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.org.values import Json
from toolkit.release import jobs
from toolkit.release.people import Named, profiles
from toolkit.release.seen import Seen, SeenRow
from toolkit.release.step import Back, Change, Context, Detail, Evidence, Kind, Step
from toolkit.release.steps import left_rows
from toolkit.release.steps.assignments import is_duplicate
from toolkit.release.steps.external_client_app import PERMISSION_SETS, PERMITTED_USERS, PROFILES, WORDS
from toolkit.release.steps.left_rows import LeftRow
from toolkit.release.steps.restore_components import RestoreComponents
from toolkit.release.steps.restore_rows import RestoreRows

_TYPE = "ConnectedApp"
_ACCESS = "SetupEntityAccess"


@dataclass(frozen=True, slots=True)
class ConnectedAppState:
    """wanted is the app with the policy laid over what the org has; found is None where a new one is made.

    parents maps what shall have access ("permission set X", "profile Y") to its permission set's id, for those
    that the org has; holders are the ids that have access.
    """

    policy: AppPolicy
    wanted: Component
    found: Component | None
    app_id: str | None
    admin_approved: bool
    parents: Mapping[str, str]
    holders: frozenset[str]
    left: tuple[LeftRow, ...] = ()
    """Access that earlier releases gave and the configuration does not name any more; it goes."""

    def missing(self) -> dict[str, str]:
        return {name: parent for name, parent in self.parents.items() if parent not in self.holders}


@dataclass(frozen=True, slots=True)
class ConnectedAppStep:
    """left: what earlier releases made; of that goes what is not wanted any more."""

    name: str = "access"
    title: str = "App access"
    check_only: bool = False
    left: tuple[SeenRow, ...] = ()

    def read(self, ctx: Context) -> ConnectedAppState:
        project = ctx.need_project()
        policy = app_policy(project)
        problems: list[Problem] = []
        named = [Named(name, project.where(f"app.profiles.{i}")) for i, name in enumerate(project.package.app.profiles)]
        ids = profiles(ctx.org, named, problems)
        created = next(iter(ctx.bundle.only(_TYPE)), None)
        asked = created or Component(_TYPE, policy.name, (), (ComponentKey(_TYPE, policy.name),))
        found = jobs.retrieve(ctx, [asked]).get(asked.key)
        if found is None and created is None:
            problems.append(self._absent(ctx, policy))
        ReleaseError.raise_any(problems)
        app_id, approved = self._application(ctx, policy)
        parents = self._parents(ctx, policy, ids)
        holders = self._holders(ctx, app_id) if app_id else frozenset()
        rows = _rows(policy, app_id, parents, holders)
        going = [row for row in self.left if row.where not in {one.where for one in rows}]
        wanted = created if found is None else _with_policy(found, policy, [row.subject for row in going])
        assert wanted is not None  # noqa: S101  otherwise there is a problem
        left = left_rows.there(ctx, going, _ACCESS, ())
        return ConnectedAppState(policy, wanted, found, app_id, approved, parents, holders, left)

    def _absent(self, ctx: Context, policy: AppPolicy) -> Problem:
        rows = ctx.org.list_metadata((_TYPE, None))
        there = ", ".join(row.full_name for row in rows) or "none"
        return Problem(
            f"the org has no connected app {policy.name}",
            ctx.need_project().where("app.name"),
            f"it has {there}; most orgs make no new ones: use app.kind external_client_app, or set app.create to try",
        )

    def _application(self, ctx: Context, policy: AppPolicy) -> tuple[str | None, bool]:
        """The app's record; its Name is the label in some orgs and the API name in others."""
        fields = ("Id", "Name", "OptionsAllowAdminApprovedUsersOnly")
        where = soql.one_of("Name", list(dict.fromkeys((policy.name, policy.label))))
        rows = ctx.org.query(soql.select(*fields, source="ConnectedApplication", where=where))
        if not rows:
            return None, False
        return rows[0].id, rows[0].flag("OptionsAllowAdminApprovedUsersOnly")

    def _parents(self, ctx: Context, policy: AppPolicy, profile_ids: Mapping[str, str]) -> dict[str, str]:
        where = soql.all_of(soql.one_of("Name", policy.permission_sets), soql.equals("IsOwnedByProfile", value=False))
        rows = ctx.org.query(soql.select("Id", "Name", source="PermissionSet", where=where))
        ids = {row.need("Name"): row.id for row in rows}
        found = {f"permission set {name}": ids[name] for name in policy.permission_sets if name in ids}
        if profile_ids:
            where = soql.all_of(
                soql.one_of("ProfileId", list(profile_ids.values())), soql.equals("IsOwnedByProfile", value=True)
            )
            rows = ctx.org.query(soql.select("Id", "ProfileId", source="PermissionSet", where=where))
            shadows = {row.need("ProfileId"): row.id for row in rows}
            found |= {f"profile {name}": shadows[i] for name, i in profile_ids.items() if i in shadows}
        return found

    def _holders(self, ctx: Context, app_id: str) -> frozenset[str]:
        where = soql.equals("SetupEntityId", app_id)
        rows = ctx.org.query(soql.select("ParentId", source="SetupEntityAccess", where=where))
        return frozenset(row.need("ParentId") for row in rows)

    def diff(self, state: ConnectedAppState) -> tuple[Change, ...]:
        subject = f"{_TYPE} {state.policy.name}"
        if state.found is None:
            return (Change(Kind.CREATED, subject),)
        details = [Detail(d.path, d.theirs, d.ours) for d in self._differences(state)]
        if state.app_id is not None and state.admin_approved != state.policy.admin_approved and not details:
            flag = "OptionsAllowAdminApprovedUsersOnly"
            details.append(Detail(flag, str(state.admin_approved).lower(), str(state.policy.admin_approved).lower()))
        if state.policy.admin_approved:
            details += [Detail(f"access of {name}", None, "given") for name in state.missing()]
        details += [
            Detail(_holder(one.now.subject, state.policy.name), "given", None) for one in state.left if one.record_id
        ]
        return (Change(Kind.CHANGED if details else Kind.UNCHANGED, subject, tuple(details)),)

    def _differences(self, state: ConnectedAppState) -> list[compare.Difference]:
        """Where the app differs. Who has access is told by the access rows, where the app's record is known:
        some orgs write labels into its lists and others API names."""
        if state.found is None:
            return []
        found = compare.differences(state.wanted, state.found)
        lists = ("permissionSetName", "profileName") if state.app_id is not None else ()
        return [d for d in found if not d.path.startswith(lists)] if lists else list(found)

    def apply(self, ctx: Context, state: ConnectedAppState) -> tuple[DeployResult, ...]:
        done = [self._send(ctx, state.wanted)]
        now = self.read(ctx)
        wrong_flag = now.app_id is not None and now.admin_approved != now.policy.admin_approved
        if now.found is not None and (self._differences(now) or wrong_flag):
            ctx.talk.say(f"{self.title}: the policy did not take; sending it a second time")
            done.append(self._send(ctx, now.wanted))
            now = self.read(ctx)
        if now.policy.admin_approved and now.app_id and now.missing():
            self._give_access(ctx, now.app_id, now.missing())
        ReleaseError.raise_any(left_rows.removed(ctx, now.left))
        return tuple(done)

    def _send(self, ctx: Context, component: Component) -> DeployResult:
        return jobs.deploy(ctx, Bundle.of([component], api_version=ctx.bundle.api_version), self.title)

    def _give_access(self, ctx: Context, app_id: str, missing: Mapping[str, str]) -> None:
        rows: list[dict[str, Json]] = [{"ParentId": parent, "SetupEntityId": app_id} for parent in missing.values()]
        results = ctx.org.create_all(_ACCESS, rows)
        problems = [
            Problem(f"access of {name}: {ctx.org.redact(str(error))}", mend="add it under Manage Connected Apps")
            for name, result in zip(missing, results, strict=True)
            for error in result.errors
            if not is_duplicate(error)
        ]
        if problems:
            raise ReleaseError(*problems)

    def verify(self, ctx: Context, state: ConnectedAppState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        subject = f"{_TYPE} {state.policy.name}"
        if state.found is None:
            return (Evidence(self.name, subject, ok=False, text="the org does not return it"),)
        node = node_of(state.found.files[0].content, state.found.files[0].path)
        in_file = _child(node, "oauthConfig", "isAdminApproved") == "true"
        approved = in_file and state.admin_approved
        ok = approved == state.policy.admin_approved
        words = WORDS["AdminApprovedPreAuthorized" if approved else "AllSelfAuthorized"]
        missing = state.missing()
        found = [
            Evidence(self.name, subject, ok=True, text="in the org"),
            Evidence(self.name, PERMITTED_USERS, ok=ok, text=words),
        ]
        for title, kind in ((PROFILES, "profile "), (PERMISSION_SETS, "permission set ")):
            given = [name.removeprefix(kind) for name in state.parents if name.startswith(kind) and name not in missing]
            lacking = [name.removeprefix(kind) for name in missing if name.startswith(kind)]
            text = ", ".join(given) or "none"
            if lacking and state.policy.admin_approved:
                text += f"; missing: {', '.join(lacking)}"
            found.append(Evidence(self.name, title, ok=not (lacking and state.policy.admin_approved), text=text))
        return tuple(found)

    def seen(self, ctx: Context, state: ConnectedAppState) -> Seen:  # noqa: ARG002  the Protocol's
        if state.found is None:
            return Seen(absent=(state.wanted.key,))
        rows = _rows(state.policy, state.app_id, state.parents, state.holders)
        return Seen((state.found,), (), (*rows, *(one.now for one in state.left)))

    def revert(self, back: Back) -> tuple[Step[Any], ...]:
        """The app with its former policy, then the access rows that the policy has not taken along."""
        return (RestoreComponents(self.name, self.title, back), RestoreRows(self.name, f"{self.title} rows", back))


def _rows(policy: AppPolicy, app_id: str | None, parents: Mapping[str, str], holders: frozenset[str]) -> list[SeenRow]:
    """Access to the app as records; none where the app's own record is not known."""
    return [
        SeenRow(
            _ACCESS,
            f"access of {name} to {policy.name}",
            (_parent(name, parent), ("SetupEntityId", app_id)),
            {} if parent in holders else None,
        )
        for name, parent in parents.items()
        if app_id is not None
    ]


def _holder(subject: str, app: str) -> str:
    """What a record of access is told as: "access of profile X"."""
    return subject.removesuffix(f" to {app}")


def _parent(name: str, permission_set_id: str) -> tuple[str, str]:
    """What finds an access row again: the name of our permission set, whose id changes when it is made anew."""
    kind, _, own = name.partition(" set ")
    return ("Parent.Name", own) if kind == "permission" else ("ParentId", permission_set_id)


def _child(node: Node, *path: str) -> str | None:
    here: Node | None = node
    for name in path:
        here = next((child for child in here.children if child.name == name), None) if here else None
    return here.text if here else None


def _with_policy(found: Component, policy: AppPolicy, going: Iterable[str] = ()) -> Component:
    """The org's app with our policy; names that its lists hold already stay in them, but for access that goes."""
    gone = {_holder(subject, policy.name).removeprefix("access of ") for subject in going}
    file = found.files[0]
    node = node_of(file.content, file.path)

    def both(element: str, kind: str, names: tuple[str, ...]) -> list[str]:
        there = [child.text for child in node.children if child.name == element and child.text]
        stay = [name for name in there if f"{kind} {name}" not in gone]
        return list(dict.fromkeys((*stay, *names)))

    content = merge.connected_app(
        file.content,
        file.path,
        admin_approved=policy.admin_approved,
        permission_sets=both("permissionSetName", "permission set", policy.permission_sets)
        if policy.admin_approved
        else [],
        profiles=both("profileName", "profile", policy.profiles) if policy.admin_approved else [],
        ip_relaxation=policy.ip_relaxation,
        refresh_token=policy.refresh_token,
    )
    return replace(found, files=(ComponentFile(file.path, content, file.origin),))
