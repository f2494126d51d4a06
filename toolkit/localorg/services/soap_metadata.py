"""The Metadata API over SOAP: one dispatch on the operation in the body, whatever the URL ends with."""

from __future__ import annotations

import logging

from toolkit.localorg import soap
from toolkit.localorg.app_session import session_of
from toolkit.localorg.faults import operation_name
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.services import soap_crud, soap_deploy, soap_list, soap_retrieve, soap_value_type
from toolkit.localorg.services.soap_operation import Operation

log = logging.getLogger("toolkit.localorg")

OPERATIONS: dict[str, Operation] = {
    "cancelDeploy": soap_deploy.cancel,
    "checkDeployStatus": soap_deploy.check_deploy_status,
    "checkRetrieveStatus": soap_retrieve.check_retrieve_status,
    "checkStatus": soap_retrieve.check_status,
    "createMetadata": soap_crud.create,
    "deleteMetadata": soap_crud.delete,
    "deploy": soap_deploy.deploy,
    "deployRecentValidation": soap_deploy.deploy_recent_validation,
    "describeMetadata": soap_list.describe_metadata,
    "describeValueType": soap_value_type.describe_value_type,
    "listMetadata": soap_list.list_metadata,
    "readMetadata": soap_crud.read,
    "renameMetadata": soap_crud.rename,
    "retrieve": soap_retrieve.retrieve,
    "updateMetadata": soap_crud.update,
    "upsertMetadata": soap_crud.upsert,
}
_QUICK = frozenset({"describeMetadata", "listMetadata"})
_SMALL = 4096


def quick(call: Call) -> bool:
    """Small questions about what there is; clients ask hundreds of them at once."""
    return len(call.body) <= _SMALL and operation_name(call.body) in _QUICK


def _operation(name: str) -> Operation:
    operation = OPERATIONS.get(name)
    if operation is None:
        raise Refusal("INVALID_OPERATION", f"No operation available for request {{{soap.METADATA}}}{name}")
    return operation


def handle(call: Call) -> Reply:
    try:
        envelope = soap.Envelope(call.body)
        scheme, _, bearer = call.headers.get("authorization", "").partition(" ")
        token = envelope.session or (bearer.strip() if scheme.lower() == "bearer" else None)
        session = session_of(call.org, token)
        operation = _operation(envelope.operation.name)
        return operation(call.routed(call.params, session), envelope)
    except Refusal as refusal:
        return soap.fault(refusal)
    except Exception:
        log.exception("SOAP %s failed", call.path)
        message = "An unexpected error occurred. It is a fault of the local org; its log tells more."
        return soap.fault(Refusal("UNKNOWN_EXCEPTION", message))
