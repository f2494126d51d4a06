"""Assignments: who has the Agent and Admin permission sets (salesforce-facts 9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.config.model import PermissionSetConfig
from toolkit.errors import Problem, ReleaseError
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.org.values import Json, SaveError
from toolkit.release.people import Named, User, profiles, users
from toolkit.release.seen import Seen, SeenRow
from toolkit.release.step import Back, Change, Context, Evidence, Kind
from toolkit.release.steps import left_rows
from toolkit.release.steps.left_rows import LeftRow
from toolkit.release.steps.restore_rows import RestoreRows

_SHOWN = 10
ASSIGNMENT = "PermissionSetAssignment"

MENDS = {
    "FIELD_INTEGRITY_EXCEPTION": "the user's licence does not allow what the permission set grants",
    "LICENSE_LIMIT_EXCEEDED": "the org has no licence left that the permission set needs",
    "INACTIVE_OWNER_OR_USER": "activate the user, or leave it out",
    "INSUFFICIENT_ACCESS_OR_READONLY": "sign in as a user who may assign permission sets",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission set: its id (None when it is not in the org yet), who shall have it and who has it."""

    permission_set: str
    permission_set_id: str | None
    wanted: tuple[User, ...]
    holders: frozenset[str]
    inactive: tuple[str, ...] = ()
    """Usernames that a query chose and that cannot be given anything, because they are inactive."""

    def missing(self) -> tuple[User, ...]:
        return tuple(user for user in self.wanted if user.id not in self.holders)


@dataclass(frozen=True, slots=True)
class AssignmentsState:
    grants: tuple[Grant, ...]
    left: tuple[LeftRow, ...] = ()
    """Assignments to people whom the configuration does not name any more; they go."""


@dataclass(frozen=True, slots=True)
class AssignmentsStep:
    """left: what earlier releases made; of that goes what is not wanted any more."""

    name: str = "assignments"
    title: str = "Assignments"
    check_only: bool = False
    left: tuple[SeenRow, ...] = ()

    def read(self, ctx: Context) -> AssignmentsState:
        project = ctx.need_project()
        sets = project.package.permission_sets
        ids = self._permission_sets(ctx, [sets.agent.name, sets.admin.name])
        problems: list[Problem] = []
        grants: list[Grant] = []
        for path, config in (("agent", sets.agent), ("admin", sets.admin)):
            wanted, inactive = self._users(ctx, f"permissionSets.{path}.assign", config, problems)
            set_id = ids.get(config.name.casefold())
            holders = self._holders(ctx, set_id, wanted) if set_id else frozenset()
            grants.append(Grant(config.name, set_id, wanted, holders, inactive))
        ReleaseError.raise_any(problems)
        rows = [row for grant in grants for row in _rows(grant)]
        return AssignmentsState(tuple(grants), left_rows.there(ctx, self.left, ASSIGNMENT, rows))

    def _permission_sets(self, ctx: Context, names: list[str]) -> Mapping[str, str]:
        where = soql.all_of(
            soql.one_of("Name", names),
            soql.equals("IsOwnedByProfile", value=False),
            soql.equals("NamespacePrefix", None),
        )
        rows = ctx.org.query(soql.select("Id", "Name", source="PermissionSet", where=where))
        return {row.need("Name").casefold(): row.id for row in rows}

    def _users(
        self, ctx: Context, path: str, config: PermissionSetConfig, problems: list[Problem]
    ) -> tuple[tuple[User, ...], tuple[str, ...]]:
        """The users who shall have it, by username, and the inactive ones that the query chose."""
        project, assign = ctx.need_project(), config.assign
        named = [Named(name, project.where(f"{path}.users.{i}")) for i, name in enumerate(assign.users)]
        found = {user.id: user for user in users(ctx.org, named, problems).values()}
        of_profiles = [Named(name, project.where(f"{path}.profiles.{i}")) for i, name in enumerate(assign.profiles)]
        ids = list(profiles(ctx.org, of_profiles, problems).values())
        if ids:
            where = soql.all_of(
                soql.one_of("ProfileId", ids), soql.equals("IsActive", value=True), soql.equals("UserType", "Standard")
            )
            rows = ctx.org.query(soql.select("Id", "Username", "IsActive", source="User", where=where))
            found |= {row.id: User(row.id, row.need("Username"), active=True) for row in rows}
        inactive: list[str] = []
        if assign.query:
            for user in self._selected(ctx, assign.query):
                if user.active:
                    found[user.id] = user
                else:
                    inactive.append(user.username)
        return tuple(sorted(found.values(), key=lambda user: user.username)), tuple(sorted(inactive))

    def _selected(self, ctx: Context, query: str) -> list[User]:
        """The users whose ids a configured query gives."""
        ids = [row.id for row in ctx.org.query(soql.written(query)) if row.id]
        found: list[User] = []
        for part in soql.parts(ids):
            where = soql.one_of("Id", part)
            rows = ctx.org.query(soql.select("Id", "Username", "IsActive", source="User", where=where))
            found += [User(row.id, row.need("Username"), row.flag("IsActive")) for row in rows]
        return found

    def _holders(self, ctx: Context, set_id: str, wanted: tuple[User, ...]) -> frozenset[str]:
        found: set[str] = set()
        for part in soql.parts(user.id for user in wanted):
            where = soql.all_of(soql.equals("PermissionSetId", set_id), soql.one_of("AssigneeId", part))
            rows = ctx.org.query(soql.select("AssigneeId", source="PermissionSetAssignment", where=where))
            found |= {row.need("AssigneeId") for row in rows}
        return frozenset(found)

    def diff(self, state: AssignmentsState) -> tuple[Change, ...]:
        wanted = (
            Change(
                Kind.UNCHANGED if user.id in grant.holders else Kind.CREATED,
                f"{grant.permission_set} for {user.username}",
            )
            for grant in state.grants
            for user in grant.wanted
        )
        return (*wanted, *left_rows.changes(state.left))

    def apply(self, ctx: Context, state: AssignmentsState) -> tuple[DeployResult, ...]:
        rows: list[dict[str, Json]] = []
        told: list[tuple[Grant, User]] = []
        problems: list[Problem] = []
        for grant in state.grants:
            missing = grant.missing()
            if missing and grant.permission_set_id is None:
                mend = "it comes with the components: `sfmeta deploy`"
                problems.append(Problem(f"the org has no permission set {grant.permission_set}", mend=mend))
                continue
            for user in missing:
                rows.append({"AssigneeId": user.id, "PermissionSetId": grant.permission_set_id})
                told.append((grant, user))
        results = ctx.org.create_all(ASSIGNMENT, rows)
        for (grant, user), result in zip(told, results, strict=True):
            problems += [
                Problem(
                    f"{grant.permission_set} for {user.username}: {ctx.org.redact(str(error))}",
                    mend=MENDS.get(error.code),
                )
                for error in result.errors
                if not is_duplicate(error)
            ]
        problems += left_rows.removed(ctx, state.left)
        ReleaseError.raise_any(problems)
        return ()

    def verify(self, ctx: Context, state: AssignmentsState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        return tuple(self._evidence(grant) for grant in state.grants)

    def seen(self, ctx: Context, state: AssignmentsState) -> Seen:  # noqa: ARG002  the Protocol's
        rows = (row for grant in state.grants for row in _rows(grant))
        return Seen(rows=(*rows, *(one.now for one in state.left)))

    def revert(self, back: Back) -> tuple[RestoreRows, ...]:
        return (RestoreRows(self.name, self.title, back),)

    def _evidence(self, grant: Grant) -> Evidence:
        subject = f"PermissionSet {grant.permission_set}"
        if grant.permission_set_id is None:
            return Evidence(self.name, subject, ok=False, text="the org does not have it")
        missing = grant.missing()
        if missing:
            return Evidence(self.name, subject, ok=False, text=f"not assigned to {_people(missing)}")
        text = f"assigned to {_people(grant.wanted)}" if grant.wanted else "in the org; the configuration names nobody"
        if grant.inactive:
            text += f"; left out because inactive: {', '.join(grant.inactive[:_SHOWN])}"
        return Evidence(self.name, subject, ok=True, text=text)


def _rows(grant: Grant) -> list[SeenRow]:
    return [
        SeenRow(
            ASSIGNMENT,
            f"{grant.permission_set} for {user.username}",
            (("AssigneeId", user.id), ("PermissionSet.Name", grant.permission_set)),
            {} if user.id in grant.holders else None,
        )
        for user in grant.wanted
    ]


def is_duplicate(error: SaveError) -> bool:
    """Whether the user has it already: somebody else was faster."""
    return error.code == "DUPLICATE_VALUE" or "Duplicate PermissionSetAssignment" in error.message


def _people(found: tuple[User, ...]) -> str:
    names = ", ".join(user.username for user in found[:_SHOWN])
    return f"{names} and {len(found) - _SHOWN} more" if len(found) > _SHOWN else names
