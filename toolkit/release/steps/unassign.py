"""Assignments that others made of our permission sets: they go before the sets can (salesforce-facts 11, step 3)."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import Problem, RefusedError, ReleaseError
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.release.seen import Seen, SeenRow
from toolkit.release.step import Back, Change, Context, Evidence, Kind
from toolkit.release.steps.restore_rows import RestoreRows

_ASSIGNMENT = "PermissionSetAssignment"


@dataclass(frozen=True, slots=True)
class Assigned:
    """One assignment: its id, the permission set's name, who has it."""

    record_id: str
    permission_set: str
    user_id: str
    username: str

    @property
    def subject(self) -> str:
        return f"{self.permission_set} for {self.username}"


@dataclass(frozen=True, slots=True)
class Unassign:
    """Takes these permission sets from everybody who has them."""

    name: str
    title: str
    permission_sets: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    """Subjects of assignments that another step answers for."""
    check_only: bool = False

    def read(self, ctx: Context) -> tuple[Assigned, ...]:
        found: list[Assigned] = []
        for part in soql.parts(self.permission_sets):
            where = soql.all_of(
                soql.one_of("PermissionSet.Name", part), soql.equals("PermissionSet.NamespacePrefix", None)
            )
            fields = ("Id", "PermissionSet.Name", "AssigneeId", "Assignee.Username")
            for row in ctx.org.query(soql.select(*fields, source=_ASSIGNMENT, where=where)):
                names = (row.need("PermissionSet.Name"), row.need("AssigneeId"), row.need("Assignee.Username"))
                found.append(Assigned(row.id, *names))
        return tuple(sorted((one for one in found if one.subject not in self.kept), key=lambda one: one.subject))

    def diff(self, state: tuple[Assigned, ...]) -> tuple[Change, ...]:
        return tuple(Change(Kind.DELETED, one.subject) for one in state)

    def apply(self, ctx: Context, state: tuple[Assigned, ...]) -> tuple[DeployResult, ...]:
        problems: list[Problem] = []
        for one in state:
            try:
                ctx.org.delete(_ASSIGNMENT, one.record_id)
            except RefusedError as error:
                problems += [Problem(f"{one.subject}: {p.message}", mend=p.mend) for p in error.problems]
        ReleaseError.raise_any(problems)
        return ()

    def verify(self, ctx: Context, state: tuple[Assigned, ...]) -> tuple[Evidence, ...]:  # noqa: ARG002
        return tuple(Evidence(self.name, one.subject, ok=False, text="still assigned") for one in state)

    def seen(self, ctx: Context, state: tuple[Assigned, ...]) -> Seen:  # noqa: ARG002  the Protocol's
        where = ((one, (("AssigneeId", one.user_id), ("PermissionSet.Name", one.permission_set))) for one in state)
        return Seen(rows=tuple(SeenRow(_ASSIGNMENT, one.subject, found, {}) for one, found in where))

    def revert(self, back: Back) -> tuple[RestoreRows, ...]:
        return (RestoreRows(self.name, self.title, back),)
