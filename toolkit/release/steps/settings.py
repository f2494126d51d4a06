"""Settings: the rows of the hierarchy custom setting, one an owner (salesforce-facts 9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef
from toolkit.errors import Location, Problem, RefusedError, ReleaseError
from toolkit.generate.names import names_of
from toolkit.generate.rows import FieldValue, RowOwner, SettingRowPlan, setting_rows
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.org.values import Json, Record
from toolkit.release.people import Named, profiles, users
from toolkit.release.seen import Seen, SeenRow, fingerprint
from toolkit.release.step import Back, Change, Context, Detail, Evidence, Kind
from toolkit.release.steps import left_rows
from toolkit.release.steps.left_rows import LeftRow
from toolkit.release.steps.restore_rows import RestoreRows, salt

Value = str | bool | int | float | None
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Row:
    """A wanted row with its secrets resolved, and the record that the org has for this owner."""

    owner: RowOwner
    owner_id: str
    values: Mapping[str, Value]
    secret: frozenset[str]
    """Fields whose values no output may show."""
    record_id: str | None = None
    found: Mapping[str, Value] | None = None

    def details(self) -> tuple[Detail, ...]:
        """The fields that differ."""
        found = self.found or {}
        return tuple(
            Detail(name, self._shown(name, found.get(name)), self._shown(name, value))
            for name, value in self.values.items()
            if not same(value, found.get(name))
        )

    def _shown(self, name: str, value: Value) -> str | None:
        if value is None or value == "":
            return None
        return _MASK if name in self.secret else shown(value)


def same(ours: Value, theirs: Value) -> bool:
    """Whether two field values are one; an empty text and a field without value are, and 600 is 600.0."""
    if ours in (None, "") or theirs in (None, ""):
        return ours in (None, "") and theirs in (None, "")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    return ours == theirs


def shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class SettingsState:
    sobject: str
    rows: tuple[Row, ...]
    left: tuple[LeftRow, ...] = ()
    """Rows of owners that the configuration does not name any more; they go."""
    in_org: bool = True
    """Whether the org has the custom setting already."""


@dataclass(frozen=True, slots=True)
class SettingsStep:
    """left: what earlier releases made; of that goes what is not wanted any more."""

    name: str = "settings"
    title: str = "Settings"
    check_only: bool = False
    left: tuple[SeenRow, ...] = ()

    def read(self, ctx: Context) -> SettingsState:
        project = ctx.need_project()
        plans = setting_rows(project)
        sobject = names_of(project.package, sources=project.sources).setting
        owners = self._owners(ctx, plans)
        fields = list(dict.fromkeys(name for plan in plans for name in plan.fields))
        there = self._records(ctx, sobject, fields, list(owners.values()))
        rows = tuple(self._row(ctx, plan, owners[plan.owner], (there or {}).get(owners[plan.owner])) for plan in plans)
        wanted = [self._seen(ctx, sobject, row) for row in rows]
        left = left_rows.there(ctx, self.left, sobject, wanted)
        return SettingsState(sobject, rows, left, in_org=there is not None)

    def _owners(self, ctx: Context, plans: tuple[SettingRowPlan, ...]) -> dict[RowOwner, str]:
        """Ids of the owners. ReleaseError names every profile and user that the org does not have."""
        project = ctx.need_project()
        problems: list[Problem] = []
        named: dict[str, list[Named]] = {"profile": [], "user": []}
        for number, row in enumerate(project.package.settings):
            for kind, name in (("profile", row.owner.profile), ("user", row.owner.user)):
                if name is not None:
                    named[kind].append(Named(name, project.where(f"settings.{number}.owner.{kind}")))
        found_profiles = profiles(ctx.org, named["profile"], problems)
        found_users = users(ctx.org, named["user"], problems)
        ReleaseError.raise_any(problems)
        ids: dict[RowOwner, str] = {}
        for plan in plans:
            owner = plan.owner
            if owner.name is None:
                ids[owner] = ctx.org.identity.org_id
            elif owner.kind == "profile":
                ids[owner] = found_profiles[owner.name]
            else:
                ids[owner] = found_users[owner.name].id
        return ids

    def _records(self, ctx: Context, sobject: str, fields: list[str], owners: list[str]) -> dict[str, Record] | None:
        """The rows there are, by owner; None when the setting is not in the org yet. A field may not be there yet."""
        found: dict[str, Record] = {}
        for part in soql.parts(owners):
            where = soql.one_of("SetupOwnerId", part)
            try:
                rows = ctx.org.query(soql.select("Id", "SetupOwnerId", *fields, source=sobject, where=where))
            except RefusedError as error:
                if "INVALID_TYPE" in error.codes:
                    return None
                if "INVALID_FIELD" not in error.codes:
                    raise
                rows = ctx.org.query(soql.select("Id", "SetupOwnerId", source=sobject, where=where))
            found |= {row.need("SetupOwnerId"): row for row in rows}
        return found

    def _row(self, ctx: Context, plan: SettingRowPlan, owner_id: str, record: Record | None) -> Row:
        secret = {name for name, value in plan.fields.items() if isinstance(value, SecretRef)}
        project = ctx.need_project()
        secret |= {names_of(project.package).fields.license_key}
        values = {name: _resolved(ctx, value, _where(project, plan.owner)) for name, value in plan.fields.items()}
        found = {name: _scalar(record.value(name)) for name in values} if record else None
        if found is not None:
            for name in secret:
                ctx.org.redact.learn(str(found.get(name) or ""))
        return Row(plan.owner, owner_id, values, frozenset(secret), record.id if record else None, found)

    def diff(self, state: SettingsState) -> tuple[Change, ...]:
        return (*(self._change(state.sobject, row) for row in state.rows), *left_rows.changes(state.left))

    def _change(self, sobject: str, row: Row) -> Change:
        details = row.details()
        kind = Kind.CREATED if row.record_id is None else Kind.CHANGED if details else Kind.UNCHANGED
        return Change(kind, f"{sobject} {row.owner}", details)

    def apply(self, ctx: Context, state: SettingsState) -> tuple[DeployResult, ...]:
        if not state.in_org:
            raise ReleaseError.of(
                f"the org has no custom setting {state.sobject}", mend="it comes with the components: `sfmeta deploy`"
            )
        problems: list[Problem] = []
        new = [row for row in state.rows if row.record_id is None]
        records: list[dict[str, Json]] = [{"SetupOwnerId": row.owner_id, **row.values} for row in new]
        for row, result in zip(new, ctx.org.create_all(state.sobject, records), strict=True):
            problems += [
                Problem(f"{state.sobject} {row.owner}: {ctx.org.redact(str(error))}") for error in result.errors
            ]
        for row in state.rows:
            changed = row.details()
            if row.record_id is None or not changed:
                continue
            values: dict[str, Json] = {detail.path: row.values[detail.path] for detail in changed}
            try:
                ctx.org.update(state.sobject, row.record_id, values)
            except RefusedError as error:
                problems += [Problem(f"{row.owner}: {p.message}", mend=p.mend) for p in error.problems]
        problems += left_rows.removed(ctx, state.left)
        ReleaseError.raise_any(problems)
        return ()

    def verify(self, ctx: Context, state: SettingsState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        return tuple(self._evidence(state.sobject, row) for row in state.rows)

    def seen(self, ctx: Context, state: SettingsState) -> Seen:
        rows = (self._seen(ctx, state.sobject, row) for row in state.rows)
        return Seen(rows=(*rows, *(one.now for one in state.left)))

    def _seen(self, ctx: Context, sobject: str, row: Row) -> SeenRow:
        subject, where = f"{sobject} {row.owner}", (("SetupOwnerId", row.owner_id),)
        if row.found is None:
            return SeenRow(sobject, subject, where, None)
        plain = {name: value for name, value in row.found.items() if name not in row.secret}
        secret = {name: fingerprint(salt(ctx, name), row.found.get(name)) for name in sorted(row.secret)}
        return SeenRow(sobject, subject, where, plain, secret)

    def revert(self, back: Back) -> tuple[RestoreRows, ...]:
        return (RestoreRows(self.name, self.title, back),)

    def _evidence(self, sobject: str, row: Row) -> Evidence:
        subject = f"{sobject} {row.owner}"
        if row.found is None:
            return Evidence(self.name, subject, ok=False, text="the org has no row for this owner")
        wrong = row.details()
        if wrong:
            return Evidence(self.name, subject, ok=False, text=f"differs in {', '.join(d.path for d in wrong)}")
        parts: list[str] = []
        for name, value in row.found.items():
            if value is None or value == "":
                continue
            length = len(str(value))
            parts.append(f"{name} {f'set ({length} characters)' if name in row.secret else shown(value)}")
        return Evidence(self.name, subject, ok=True, text=", ".join(parts) or "nothing of its own")


def _resolved(ctx: Context, value: FieldValue, where: Location | None) -> Value:
    return ctx.reveal(value, where) if isinstance(value, SecretRef) else value


def _where(project: Project, owner: RowOwner) -> Location | None:
    """Where the licence key of this owner is configured."""
    for number, row in enumerate(project.package.settings):
        named = row.owner.user if owner.kind == "user" else row.owner.profile if owner.kind == "profile" else None
        if named == owner.name and row.license_key is not None:
            return project.where(f"settings.{number}.licenseKey")
    return project.where("service.licenseKey")


def _scalar(value: Json) -> Value:
    return None if isinstance(value, (list, dict)) else value
