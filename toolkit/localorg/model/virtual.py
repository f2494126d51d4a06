"""Objects whose rows are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.localorg.model.org import Work
from toolkit.localorg.store.records import Record


def _dependencies(work: Work) -> Iterator[Record]:
    """Who refers to whom, of components that are in the org."""
    for from_type, from_name, to_type, to_name in work.components.all_references():
        user, used = work.components.get(from_type, from_name), work.components.get(to_type, to_name)
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


VIRTUAL: dict[str, Callable[[Work], Iterator[Record]]] = {
    "EntityDefinition": _entities,
    "MetadataComponentDependency": _dependencies,
}


def rows(work: Work, sobject: str) -> Iterator[Record]:
    """Every record of an sobject, kept or worked out."""
    made = VIRTUAL.get(sobject)
    return made(work) if made is not None else work.records.all(sobject)
