"""Records put back: fields as they were, new records deleted, records that are gone made again.

A secret is not kept anywhere, so one that has changed can only be put back where the configuration still
knows it; otherwise that is said, and the field stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.config.secrets import SecretRef
from toolkit.errors import Problem, RefusedError, ReleaseError, SfmetaError
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.org.values import Json, Record
from toolkit.release.seen import Seen, SeenRow, Value, fingerprint
from toolkit.release.step import NOTHING, Back, Change, Context, Detail, Evidence, Kind

_MASK = "***"


@dataclass(frozen=True, slots=True)
class Returning:
    """A record as it was and is. values are what it lacks of its former values, secrets included."""

    row: SeenRow
    record_id: str | None
    details: tuple[Detail, ...]
    values: Mapping[str, Json]
    now: SeenRow
    """The record as the org has it."""
    stays: bool = False
    """Others have changed it since."""

    @property
    def kind(self) -> Kind:
        if self.stays:
            return Kind.UNCHANGED
        if self.row.values is None:
            return Kind.DELETED if self.record_id else Kind.UNCHANGED
        if self.record_id is None:
            return Kind.CREATED
        return Kind.CHANGED if self.details else Kind.UNCHANGED


@dataclass(frozen=True, slots=True)
class RestoreRows:
    name: str
    title: str
    back: Back = NOTHING
    check_only: bool = False

    def read(self, ctx: Context) -> tuple[Returning, ...]:
        after = {row.name: row for row in self.back.after.rows} if self.back.after else {}
        touched = [
            row
            for row in self.back.before.rows
            if self.back.after is None or row.name not in after or _differ(row, after[row.name])
        ]
        return tuple(self._row(ctx, row, after.get(row.name)) for row in touched)

    def _row(self, ctx: Context, row: SeenRow, after: SeenRow | None) -> Returning:
        record = record_of(ctx, row, after)
        now = seen_again(ctx, row, after, record)
        if self.back.theirs_stay and after is not None and row.values is not None and _differ(now, after):
            ctx.talk.say(f"{row.subject}: others have changed it since; it stays as it is")
            return Returning(row, record.id if record else None, (), {}, now, stays=True)
        if row.values is None:
            return Returning(row, record.id if record else None, (), {}, now)
        details: list[Detail] = []
        changed: dict[str, Json] = {}
        for name, value in row.values.items():
            there = (now.values or {}).get(name)
            if not _same(value, there):
                details.append(Detail(name, _shown(there), _shown(value)))
                changed[name] = value
        for name, print_of in row.secrets.items():
            if print_of == now.secrets.get(name, ""):
                continue
            found, secret = _secret(ctx, name, print_of)
            if not found:
                ctx.talk.say(f"{row.subject}: {name} was another secret; secrets are not kept, so it stays as it is")
                continue
            details.append(Detail(name, _MASK if now.secrets.get(name) else None, _MASK if secret else None))
            changed[name] = secret
        if record is None:
            return Returning(row, None, (), {**row.values, **changed}, now)
        return Returning(row, record.id, tuple(details), changed, now)

    def seen(self, ctx: Context, state: tuple[Returning, ...]) -> Seen:  # noqa: ARG002  the Protocol's
        return Seen(rows=tuple(one.now for one in state))

    def revert(self, back: Back) -> tuple[RestoreRows, ...]:
        return (RestoreRows(self.name, self.title, back),)

    def diff(self, state: tuple[Returning, ...]) -> tuple[Change, ...]:
        return tuple(Change(one.kind, one.row.subject, one.details) for one in state)

    def apply(self, ctx: Context, state: tuple[Returning, ...]) -> tuple[DeployResult, ...]:
        problems: list[Problem] = []
        for one in state:
            try:
                self._put_back(ctx, one)
            except RefusedError as error:
                problems += [Problem(f"{one.row.subject}: {p.message}", mend=p.mend) for p in error.problems]
            except ReleaseError as error:
                problems += error.problems
        if problems:
            raise ReleaseError(*problems)
        return ()

    def _put_back(self, ctx: Context, one: Returning) -> None:
        if one.kind is Kind.DELETED and one.record_id:
            ctx.org.delete(one.row.sobject, one.record_id)
        elif one.kind is Kind.CREATED:
            ctx.org.create(one.row.sobject, {**_owners(ctx, one.row), **one.values})
        elif one.kind is Kind.CHANGED and one.record_id:
            ctx.org.update(one.row.sobject, one.record_id, one.values)

    def verify(self, ctx: Context, state: tuple[Returning, ...]) -> tuple[Evidence, ...]:  # noqa: ARG002
        return tuple(self._evidence(one) for one in state)

    def _evidence(self, one: Returning) -> Evidence:
        if one.stays:
            return Evidence(self.name, one.row.subject, ok=True, text="changed by others since; left as it is")
        if one.kind is not Kind.UNCHANGED:
            return Evidence(self.name, one.row.subject, ok=False, text="not as it was before")
        text = "not in the org, as before" if one.row.values is None else "as it was before"
        return Evidence(self.name, one.row.subject, ok=True, text=text)


def record_of(ctx: Context, row: SeenRow, after: SeenRow | None) -> Record | None:
    """The record that the org has now; None too when it has no such object any more."""
    names = _fields(row, after)
    where = soql.all_of(*(soql.equals(field, value) for field, value in row.where))
    try:
        rows = ctx.org.query(soql.select("Id", *names, source=row.sobject, where=where))
    except RefusedError as error:
        if "INVALID_TYPE" in error.codes:
            return None
        if "INVALID_FIELD" not in error.codes:
            raise
        rows = ctx.org.query(soql.select("Id", source=row.sobject, where=where))
    return rows[0] if rows else None


_BY_NAME = {
    # what a record is found by, where ids do not outlive an uninstallation: the field that holds it, and of what
    "PermissionSet.Name": ("PermissionSetId", "PermissionSet"),
    "Parent.Name": ("ParentId", "PermissionSet"),
}


def _owners(ctx: Context, row: SeenRow) -> dict[str, Json]:
    """What a record belongs to, as fields of a new one. ReleaseError when the org does not have it."""
    found: dict[str, Json] = {}
    for field, value in row.where:
        if field not in _BY_NAME:
            found[field] = value
            continue
        field_of_id, sobject = _BY_NAME[field]
        where = soql.all_of(
            soql.equals("Name", value),
            soql.equals("IsOwnedByProfile", value=False),
            soql.equals("NamespacePrefix", None),
        )
        there = ctx.org.query(soql.select("Id", source=sobject, where=where))
        if not there:
            raise ReleaseError.of(f"{row.subject}: the org has no {sobject} {value}", mend="put that back first")
        found[field_of_id] = there[0].id
    return found


def _fields(row: SeenRow, after: SeenRow | None) -> list[str]:
    known = row if row.values is not None else after
    return [*(known.values or {}), *known.secrets] if known is not None else []


def seen_again(ctx: Context, row: SeenRow, after: SeenRow | None, record: Record | None) -> SeenRow:
    """The record as it is now, in the same form."""
    if record is None:
        return SeenRow(row.sobject, row.subject, row.where, None)
    known = row if row.values is not None else after
    plain = list(known.values or {}) if known else []
    secret = list(known.secrets) if known else []
    for name in secret:
        ctx.org.redact.learn(str(record.value(name) or ""))
    return SeenRow(
        row.sobject,
        row.subject,
        row.where,
        {name: scalar(record.value(name)) for name in plain},
        {name: fingerprint(salt(ctx, name), scalar(record.value(name))) for name in secret},
    )


def salt(ctx: Context, field: str) -> str:
    return f"{ctx.org.identity.org_id}.{field}"


def scalar(value: Json) -> Value:
    return None if isinstance(value, (list, dict)) else value


def _differ(one: SeenRow, other: SeenRow) -> bool:
    if (one.values is None) != (other.values is None):
        return True
    if one.values is None or other.values is None:
        return False
    names = one.values.keys() | other.values.keys()
    if not all(_same(one.values.get(name), other.values.get(name)) for name in names):
        return True
    return dict(one.secrets) != dict(other.secrets)


def _same(one: Value, other: Value) -> bool:
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _shown(value: Value) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _secret(ctx: Context, field: str, wanted: str) -> tuple[bool, str | None]:
    """Whether the former secret can be had, and it: no secret at all, or one that the configuration refers to."""
    if not wanted:
        return True, None
    for ref in _references(ctx):
        try:
            secret = ctx.reveal(ref, None)
        except SfmetaError:
            continue  # a reference that cannot be resolved here is no way to the former secret
        if fingerprint(salt(ctx, field), secret) == wanted:
            return True, secret
    return False, None


def _references(ctx: Context) -> list[SecretRef]:
    if ctx.project is None:
        return []
    package = ctx.project.package
    found = [package.service.license_key, *(row.license_key for row in package.settings)]
    return [ref for ref in dict.fromkeys(found) if ref is not None]
