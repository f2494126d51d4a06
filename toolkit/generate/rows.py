"""The rows of the hierarchy setting that a project wants; the release step writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from toolkit.config.model import Package, SettingsRow
from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef
from toolkit.errors import GenerateError, Problem
from toolkit.generate import filters
from toolkit.generate.names import FILTER_PARTS, PART_LENGTH, Names, names_of

FieldValue = str | bool | int | float | SecretRef | None
"""None clears the field, so that its value is inherited."""


@dataclass(frozen=True, slots=True)
class RowOwner:
    """Whose row it is; name is a profile's name or a username, None for the org."""

    kind: Literal["org", "profile", "user"]
    name: str | None = None

    def __str__(self) -> str:
        return "org default" if self.name is None else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class SettingRowPlan:
    """One row of the setting with a value for every one of its fields; a SecretRef is resolved by who writes it."""

    owner: RowOwner
    fields: Mapping[str, FieldValue]


def setting_rows(project: Project) -> tuple[SettingRowPlan, ...]:
    """The rows of the project, the org's first, then as configured.

    The org's row is complete. A profile's or user's row holds what differs and clears the rest. Its filters
    replace those of the objects they name and no others: the generated Apex looks an object up in the user's, the
    profile's and the org's filters in turn. GenerateError names the place of a value that does not fit and says
    by how many characters.
    """
    package = project.package
    names = names_of(package, sources=project.sources)
    owners = [_owner(row) for row in package.settings]
    problems = _repeated(project, owners)
    wanted = [
        _Wanted(owner, row, f"settings.{index}")
        for index, (owner, row) in enumerate(zip(owners, package.settings, strict=True))
    ]
    if RowOwner("org") not in owners:
        wanted.append(_Wanted(RowOwner("org"), None, "widget.objects"))
    wanted.sort(key=lambda row: row.owner.kind != "org")
    plans = tuple(_plan(project, names, row, problems) for row in wanted)
    GenerateError.raise_any(problems)
    return plans


@dataclass(frozen=True, slots=True)
class _Wanted:
    owner: RowOwner
    row: SettingsRow | None
    path: str
    """Where it is configured, in the project's sources."""


def _owner(row: SettingsRow) -> RowOwner:
    if row.owner.user is not None:
        return RowOwner("user", row.owner.user)
    if row.owner.profile is not None:
        return RowOwner("profile", row.owner.profile)
    return RowOwner("org")


def _repeated(project: Project, owners: list[RowOwner]) -> list[Problem]:
    seen: set[RowOwner] = set()
    problems = []
    for index, owner in enumerate(owners):
        if owner in seen:
            where = project.where(f"settings.{index}")
            problems.append(Problem(f"there is a second row for {owner}", where, "put both rows into one"))
        seen.add(owner)
    return problems


def _plan(project: Project, names: Names, wanted: _Wanted, problems: list[Problem]) -> SettingRowPlan:
    of_org = wanted.owner.kind == "org"
    values = _org_values(project.package, names) if of_org else {}
    mapping = filters.configured(project.package) if of_org else {}
    if wanted.row is not None:
        values.update({name: value for name, value in _row_values(wanted.row, names).items() if value is not None})
        mapping = _laid_over(mapping, wanted.row.filters or {})
    # A row is written as a whole: a field that is not configured is cleared, whatever it held.
    fields = names.fields
    complete: dict[str, FieldValue] = {
        name: values.get(name)
        for name in (
            fields.license_key,
            fields.service_url,
            fields.audience,
            fields.token_lifetime,
            fields.certificate,
        )
    }
    problems += _too_long(project, complete, wanted.path)
    complete.update(_parts(project, names, mapping, wanted.path, problems))
    return SettingRowPlan(wanted.owner, MappingProxyType(complete))


def _laid_over(below: filters.FilterMap, above: filters.FilterMap) -> dict[str, dict[str, str]]:
    """Objects of above replace those of below, whatever the case of their names."""
    replaced = {name.casefold(): dict(fields) for name, fields in above.items()}
    known = {name.casefold() for name in below}
    result = {name: replaced.get(name.casefold(), dict(fields)) for name, fields in below.items()}
    return {**result, **{name: dict(fields) for name, fields in above.items() if name.casefold() not in known}}


def _org_values(package: Package, names: Names) -> dict[str, FieldValue]:
    fields = names.fields
    return {
        fields.license_key: package.service.license_key,
        fields.service_url: package.service.url,
        fields.audience: package.service.audience,
        fields.token_lifetime: package.service.token_lifetime,
        fields.certificate: package.certificate.name,
    }


def _row_values(row: SettingsRow, names: Names) -> dict[str, FieldValue]:
    fields = names.fields
    return {
        fields.license_key: row.license_key,
        fields.service_url: row.service_url,
        fields.token_lifetime: row.token_lifetime,
        fields.certificate: row.certificate,
    }


def _too_long(project: Project, values: Mapping[str, FieldValue], path: str) -> list[Problem]:
    return [
        Problem(
            f"{name} holds {PART_LENGTH} characters; this value has {filters.units(value) - PART_LENGTH} too many",
            project.where(path),
            "shorten it",
        )
        for name, value in values.items()
        if isinstance(value, str) and filters.units(value) > PART_LENGTH
    ]


def _parts(
    project: Project, names: Names, mapping: filters.FilterMap, path: str, problems: list[Problem]
) -> dict[str, FieldValue]:
    """All filter fields of one row: the platform inherits field by field, and half a text must never be inherited."""
    fields = names.fields.filter_parts
    text = filters.as_json(mapping) if mapping else ""
    where = project.where(f"{path}.filters" if path.startswith("settings.") else path)
    try:
        excess = filters.overflow(text)
    except ValueError as error:
        problems.append(Problem(f"the filter configuration cannot be stored: {error}", where, "shorten the key"))
        return {}
    if excess:
        problems.append(
            Problem(
                f"the filter configuration is {excess} characters too long for the "
                f"{FILTER_PARTS} fields of {PART_LENGTH} characters that hold it",
                where,
                "shorten custom-data keys, or configure fewer fields or objects",
            )
        )
        return {}
    pieces = filters.split(text)
    return {name: (pieces[index] if index < len(pieces) else None) or None for index, name in enumerate(fields)}
