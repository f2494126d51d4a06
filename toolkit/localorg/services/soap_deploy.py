"""SOAP: deploy, checkDeployStatus, cancelDeploy, deployRecentValidation."""

from __future__ import annotations

import base64
import binascii

from toolkit.localorg import soap
from toolkit.localorg.deploy import requests
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.tree import Node


def _needed(node: Node, *names: str) -> str:
    """The first of these elements that has a text; clients do not agree on the name."""
    for name in names:
        if value := node.value(name):
            return value
    raise Refusal("INVALID_ID_FIELD", f"Missing value for {names[0]}")


def _options(node: Node | None) -> DeployOptions:
    if node is None:
        return DeployOptions()
    raw: dict[str, Json] = {child.name: child.text.strip() for child in node.children if child.name != "runTests"}
    raw["runTests"] = list(node.values("runTests"))
    return DeployOptions.read(raw)


def deploy(call: Call, envelope: soap.Envelope) -> Reply:
    coded = envelope.operation.value("ZipFile") or ""
    try:
        archive = base64.b64decode(coded)
    except binascii.Error:
        raise Refusal("INVALID_TYPE", "ZipFile is not base64") from None
    options = _options(envelope.operation.child("DeployOptions"))
    job_id = requests.start_deploy(call.org, call.user_id, archive, options)
    call.worker.wake()
    return soap.reply("deploy", {"done": False, "id": job_id, "state": "Queued"})


def check_deploy_status(call: Call, envelope: soap.Envelope) -> Reply:
    job_id = _needed(envelope.operation, "asyncProcessId", "id")
    details = envelope.operation.flag("includeDetails")
    with call.org.read(call.user_id) as work:
        job = requests.find(work, job_id, "deploy")
        result = requests.deploy_result(work, job, details=details, progress=call.worker.progress)
    if not details:
        result["details"] = {}
    return soap.reply("checkDeployStatus", result)


def cancel(call: Call, envelope: soap.Envelope) -> Reply:
    job_id = _needed(envelope.operation, "String", "id", "asyncProcessId")
    done = requests.cancel(call.org, call.user_id, job_id, call.worker.interrupt)
    call.worker.wake()
    return soap.reply("cancelDeploy", {"done": done, "id": job_id})


def deploy_recent_validation(call: Call, envelope: soap.Envelope) -> Reply:
    job_id = requests.start_quick(call.org, call.user_id, _needed(envelope.operation, "validationId", "id"))
    call.worker.wake()
    return soap.reply("deployRecentValidation", job_id)
