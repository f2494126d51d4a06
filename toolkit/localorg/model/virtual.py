"""Objects whose rows are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.localorg.model.org import Work
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record, Value


def _dependencies(work: Work) -> Iterator[Record]:
    """Who refers to whom, of components that are in the org."""
    for from_type, from_name, to_type, to_name in work.components.all_references():
        user = work.components.get(from_type, from_name)
        kinds = ("LightningComponentBundle", "AuraDefinitionBundle") if to_type == "component" else (to_type,)
        used = next(filter(None, (work.components.get(kind, to_name) for kind in kinds)), None)
        if user is None or used is None:
            continue
        yield {
            "Id": None,
            "MetadataComponentId": user.id,
            "MetadataComponentName": user.full_name,
            "MetadataComponentType": user.type,
            "RefMetadataComponentId": used.id,
            "RefMetadataComponentName": used.full_name,
            "RefMetadataComponentType": used.type,
        }


def _entities(work: Work) -> Iterator[Record]:
    """Every sobject of the data API."""
    for name, sobject in sorted(work.schema.by_name.items()):
        if "data" not in sobject.apis:
            continue
        stored = work.components.get("CustomObject", name)
        yield {
            "Id": None,
            "DurableId": stored.id if stored is not None and sobject.custom else sobject.name,
            "QualifiedApiName": sobject.name,
            "DeveloperName": sobject.name.rpartition("__")[0] if sobject.custom else sobject.name,
            "MasterLabel": sobject.label,
            "Label": sobject.label,
            "PluralLabel": sobject.plural,
            "KeyPrefix": sobject.prefix,
            "IsCustomizable": sobject.open_fields or sobject.custom,
            "IsCustomSetting": bool(sobject.custom_setting),
            "IsQueryable": True,
        }


_FROM_REQUEST = ("allowMissingFiles", "autoUpdatePackage", "checkOnly", "ignoreWarnings", "purgeOnDelete",
                 "rollbackOnError", "testLevel")  # fmt: skip
_FROM_RESULT = (
    "completedDate", "errorMessage", "errorStatusCode", "numberComponentErrors", "numberComponentsDeployed",
    "numberComponentsTotal", "numberTestErrors", "numberTestsCompleted", "numberTestsTotal", "runTestsEnabled",
    "startDate", "stateDetail",
)  # fmt: skip


def _deploy_requests(work: Work) -> Iterator[Record]:
    """Every deploy that the org has taken in, its options and how it stands or ended."""
    for job in work.jobs.of_kind("deploy"):
        result = job.result or {}
        record: Record = {_capital(name): _plain(job.request.get(name)) for name in _FROM_REQUEST}
        record |= {_capital(name): _plain(result.get(name)) for name in _FROM_RESULT}
        touched = _plain(result.get("lastModifiedDate")) or job.created
        yield record | {
            "Id": job.id, "Status": job.status, "CanceledById": _plain(result.get("canceledBy")),
            "CreatedById": job.user_id, "CreatedDate": job.created,
            "LastModifiedById": job.user_id, "LastModifiedDate": touched, "SystemModstamp": touched,
        }  # fmt: skip


def _capital(name: str) -> str:
    """The name of the field that holds a member of DeployOptions or DeployResult."""
    return name[0].upper() + name[1:]


def _plain(value: Json) -> Value:
    return value if isinstance(value, str | int | float) else None


VIRTUAL: dict[str, Callable[[Work], Iterator[Record]]] = {
    "DeployRequest": _deploy_requests,
    "EntityDefinition": _entities,
    "MetadataComponentDependency": _dependencies,
}


def rows(work: Work, sobject: str) -> Iterator[Record]:
    """Every record of an sobject, kept or worked out."""
    made = VIRTUAL.get(sobject)
    return made(work) if made is not None else work.records.all(sobject)


def find(work: Work, sobject: str, record_id: str) -> Record | None:
    """The record of this 18-character id, kept or worked out."""
    if sobject not in VIRTUAL:
        return work.records.get(sobject, record_id)
    return next((record for record in rows(work, sobject) if record["Id"] == record_id), None)
