"""SOAP: retrieve, checkRetrieveStatus, and checkStatus, which old clients still call."""

from __future__ import annotations

import base64
from dataclasses import replace

from toolkit.localorg import soap
from toolkit.localorg.deploy import requests
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.tree import Node


def _job_id(node: Node) -> str:
    value = node.value("asyncProcessId") or node.value("id")
    if not value:
        raise Refusal("INVALID_ID_FIELD", "Missing value for asyncProcessId")
    return value


def retrieve(call: Call, envelope: soap.Envelope) -> Reply:
    node = envelope.operation.child("retrieveRequest") or envelope.operation.child("request")
    if node is None:
        raise Refusal("UNKNOWN_EXCEPTION", "retrieve needs a retrieveRequest")
    unpackaged = node.child("unpackaged")
    types: list[Json] = [
        {"name": entry.value("name") or "", "members": list(entry.values("members"))}
        for entry in (unpackaged.all("types") if unpackaged else ())
    ]
    version = (unpackaged.value("version") if unpackaged else None) or node.value("apiVersion") or call.version
    request: dict[str, Json] = {
        "types": types, "version": version, "singlePackage": node.flag("singlePackage"),
        "packageNames": list(node.values("packageNames")), "specificFiles": list(node.values("specificFiles")),
        "unpackaged": unpackaged is not None,
    }  # fmt: skip
    job_id = requests.start_retrieve(call.org, call.user_id, request)
    call.worker.wake()
    return soap.reply("retrieve", {"done": False, "id": job_id, "state": "Queued"})


def check_retrieve_status(call: Call, envelope: soap.Envelope) -> Reply:
    node = envelope.operation
    with call.org.read(call.user_id) as work:
        job = requests.find(work, _job_id(node), "retrieve")
        result: dict[str, soap.Content] = {**requests.retrieve_result(job)}
        product = work.jobs.product(job.id) if node.flag("includeZip", default=True) else None
    result["zipFile"] = soap.NIL if product is None else ""
    reply = soap.reply("checkRetrieveStatus", result)
    if product is None:
        return reply
    before, tags, after = reply.body.partition(b"<zipFile></zipFile>")
    coded = base64.b64encode(call.org.faults.product(product))  # it may be large, and is not made into text and back
    return replace(reply, body=b"".join((before, tags[:9], coded, tags[9:], after)))


def check_status(call: Call, envelope: soap.Envelope) -> Reply:
    """The AsyncResult of a job of either kind, as before API 31."""
    with call.org.read(call.user_id) as work:
        job = requests.find(work, _job_id(envelope.operation))
    done = requests.is_done(job.status)
    state = {"Pending": "Queued", "InProgress": "InProgress", "Canceling": "InProgress"}.get(job.status, "Completed")
    if job.status == "Failed":
        state = "Error"
    return soap.reply("checkStatus", {"done": done, "id": job.id, "state": state})
