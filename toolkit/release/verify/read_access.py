"""Who has access to our pages, classes, permissions, app and tabs; the rows of the setting; the certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from toolkit.errors import RefusedError, ReleaseError
from toolkit.generate.names import Names
from toolkit.metadata.component import Component, ComponentKey
from toolkit.org import soql
from toolkit.org.org import Org
from toolkit.org.values import Record
from toolkit.release.publickey import public_key
from toolkit.release.verify.facts import CertificateFact, Entity, KeyFact, RowFact
from toolkit.release.verify.ids import short

_NAMED_BY = {"ApexPage": "Name", "ApexClass": "Name", "CustomPermission": "DeveloperName"}


def read_grants(org: Org, names: Names, apps: Mapping[str, str]) -> dict[Entity, frozenset[str]]:
    """Ids of the permission sets with access, by entity. apps: ids of Lightning apps, by name."""
    wanted = {
        "ApexPage": [*names.widget_pages.values(), names.dashboard_page, names.settings_page],
        "ApexClass": [
            names.class_named(suffix) for suffix in ("WidgetController", "DashboardController", "SettingsController")
        ],
        "CustomPermission": [names.agent_permission, names.admin_permission],
    }
    entities = {app_id: Entity("CustomApplication", name) for name, app_id in apps.items()}
    for type_name, listed in wanted.items():
        asked = {name.casefold(): name for name in listed}
        field = _NAMED_BY[type_name]
        for part in soql.parts(listed):
            where = soql.all_of(soql.one_of(field, part), soql.equals("NamespacePrefix", None))
            for row in org.query(soql.select("Id", field, source=type_name, where=where)):
                name = asked.get(row.need(field).casefold(), row.need(field))
                entities[row.id] = Entity(type_name, name)
    holders: dict[str, set[str]] = defaultdict(set)
    for part in soql.parts(entities):
        where = soql.one_of("SetupEntityId", part)
        for row in org.query(soql.select("ParentId", "SetupEntityId", source="SetupEntityAccess", where=where)):
            holders[short(row.need("SetupEntityId"))].add(row.need("ParentId"))
    return {entity: frozenset(holders[short(entity_id)]) for entity_id, entity in entities.items()}


def read_tabs(org: Org, tabs: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """permission set -> visibility (DefaultOn, DefaultOff), by the tab's name in lower case."""
    found: dict[str, dict[str, str]] = {tab.casefold(): {} for tab in tabs}
    query = soql.select(
        "ParentId", "Name", "Visibility", source="PermissionSetTabSetting", where=soql.one_of("Name", list(tabs))
    )
    for row in org.query(query):
        found[row.need("Name").casefold()][row.need("ParentId")] = row.need("Visibility")
    return dict(found)


def read_rows(org: Org, names: Names, owners: Iterable[str]) -> dict[str, RowFact]:
    """The rows of the setting by owner; none when the setting, or a field of it, is not in the org."""
    fields = names.fields
    asked = (fields.license_key, fields.service_url, fields.certificate, *fields.filter_parts)
    found: dict[str, RowFact] = {}
    for part in soql.parts(owners):
        where = soql.one_of("SetupOwnerId", part)
        try:
            rows = org.query(soql.select("SetupOwnerId", *asked, source=names.setting, where=where))
        except RefusedError as error:
            if not {"INVALID_TYPE", "INVALID_FIELD"}.intersection(error.codes):
                raise
            return {}
        found |= {row.need("SetupOwnerId"): _row(org, names, row) for row in rows}
    return found


def _row(org: Org, names: Names, row: Record) -> RowFact:
    fields = names.fields
    key = row.text(fields.license_key)
    org.redact.learn(key or "")
    told = KeyFact.INHERITED if not key else KeyFact.SET if key.strip() else KeyFact.BLANK
    text = "".join(row.need(name) for name in fields.filter_parts)
    return RowFact(told, row.text(fields.service_url), row.text(fields.certificate), text)


def certificate_facts(found: Mapping[ComponentKey, Component], wanted: Sequence[str]) -> Mapping[str, CertificateFact]:
    """The certificates that were retrieved, by name."""
    facts: dict[str, CertificateFact] = {}
    for name in wanted:
        component = found.get(ComponentKey("Certificate", name))
        for file in component.files if component else ():
            if not file.path.endswith(".crt"):
                continue
            try:
                facts[name] = CertificateFact(public_key(file.content, f"certificate {name}"))
            except ReleaseError as error:
                facts[name] = CertificateFact(None, "; ".join(problem.message for problem in error.problems))
    return facts
