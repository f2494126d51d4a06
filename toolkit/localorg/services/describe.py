"""What sobjects and their fields are, over REST."""

from __future__ import annotations

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model.fields import Field, SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import not_found
from toolkit.localorg.services import versions
from toolkit.localorg.store.jobs import Json

_SOAP_TYPES = {"boolean": "xsd:boolean", "int": "xsd:int", "double": "xsd:double", "currency": "xsd:double",
               "percent": "xsd:double", "date": "xsd:date", "datetime": "xsd:dateTime", "id": "tns:ID",
               "reference": "tns:ID",
               "base64": "xsd:base64Binary"}  # fmt: skip


def _field(field: Field) -> dict[str, Json]:
    return {
        "name": field.name, "label": field.label, "type": field.type, "soapType": _SOAP_TYPES.get(field.type,
                                                                                                  "xsd:string"),
        "length": field.length, "byteLength": field.length * 3, "precision": field.precision, "scale": field.scale,
        "digits": 0, "nillable": not field.required and field.type not in ("boolean", "id"),
        "createable": field.createable, "updateable": field.updateable, "custom": field.custom,
        "calculated": False, "autoNumber": False, "unique": field.unique, "externalId": field.external_id,
        "idLookup": field.name == "Id" or field.external_id, "caseSensitive": False,
        "filterable": field.filterable,
        "sortable": field.filterable, "groupable": field.type not in ("base64", "textarea"),
        "defaultedOnCreate": field.default is not None or field.type == "boolean", "defaultValue": field.default,
        "referenceTo": list(field.references), "relationshipName": field.relationship if field.references else None,
        "relationshipOrder": 0 if field.cascade else None, "cascadeDelete": field.cascade,
        "restrictedDelete": False, "deprecatedAndHidden": False, "nameField": field.name == "Name",
        "namePointing": len(field.references) > 1,
        "permissionable": field.custom, "picklistValues": [], "restrictedPicklist": False, "dependentPicklist": False,
        "htmlFormatted": False, "encrypted": field.type == "encryptedstring", "inlineHelpText": None,
        "calculatedFormula": None, "compoundFieldName": None, "controllerName": None, "defaultValueFormula": None,
        "extraTypeInfo": None, "mask": None, "maskType": None,
    }  # fmt: skip


def _head(sobject: SObject, version: str) -> dict[str, Json]:
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    return {
        "name": sobject.name, "label": sobject.label, "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix or None,
        "custom": sobject.custom, "customSetting": bool(sobject.custom_setting), "createable": sobject.createable,
        "updateable": sobject.updateable, "deletable": sobject.deletable, "undeletable": False, "queryable": True,
        "retrieveable": True, "searchable": False, "replicateable": True, "mergeable": False, "triggerable": False,
        "layoutable": sobject.open_fields, "activateable": False, "deprecatedAndHidden": False, "feedEnabled": False,
        "mruEnabled": False, "isSubtype": False, "isInterface": False, "hasSubtypes": False, "deepCloneable": False,
        "dataTranslationEnabled": False, "associateEntityType": None, "associateParentEntity": None,
        "extendedBy": None, "extendsInterfaces": None, "implementedBy": None, "implementsInterfaces": None,
        "defaultImplementation": None,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }  # fmt: skip


def _children(work: Work, sobject: SObject) -> list[Json]:
    found: list[Json] = []
    for child in work.schema.by_name.values():
        for field in child.fields.values():
            if sobject.name in field.references:
                found.append({
                    "childSObject": child.name, "field": field.name, "relationshipName": field.child_relationship,
                    "cascadeDelete": field.cascade, "restrictedDelete": False, "deprecatedAndHidden": False,
                    "junctionIdListNames": [], "junctionReferenceTo": [],
                })  # fmt: skip
    return found


def every(call: Call) -> Reply:
    """GET sobjects: all of them."""
    versions.check(call.version)
    api = "tooling" if "/tooling/" in call.path else "data"
    with call.org.read(call.user_id) as work:
        found: list[Json] = [
            _head(sobject, call.version) for _, sobject in sorted(work.schema.by_name.items()) if api in sobject.apis
        ]
    return Reply.of({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


def _named(work: Work, call: Call) -> SObject:
    api = "tooling" if "/tooling/" in call.path else "data"
    found = work.schema.get(call.params["sobject"])
    if found is None or api not in found.apis:
        raise not_found()
    return found


def describe(call: Call) -> Reply:
    """GET sobjects/X/describe."""
    versions.check(call.version)
    with call.org.read(call.user_id) as work:
        sobject = _named(work, call)
        body = _head(sobject, call.version)
        body["fields"] = [_field(field) for field in sobject.fields.values()]
        body["childRelationships"] = _children(work, sobject)
        body["recordTypeInfos"] = [
            {"active": True, "available": True, "defaultRecordTypeMapping": True, "developerName": "Master",
             "master": True,
             "name": "Master", "recordTypeId": "012000000000000AAA", "urls": {}}
        ]  # fmt: skip
        body["supportedScopes"] = [{"label": f"All {sobject.plural.lower()}", "name": "everything"}]
        body["actionOverrides"] = []
    return Reply.of(body)


def basic(call: Call) -> Reply:
    """GET sobjects/X: the head of a description."""
    versions.check(call.version)
    with call.org.read(call.user_id) as work:
        return Reply.of({"objectDescribe": _head(_named(work, call), call.version), "recentItems": []})


def recent(call: Call) -> Reply:
    """GET recent: no record is ever viewed here."""
    versions.check(call.version)
    return Reply.of([])
