"""metadata/deployRequest: deploys over REST (facts 5.1)."""

from __future__ import annotations

from toolkit.localorg.deploy import requests
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.http import Call, Part, Reply, json_object
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.services import versions
from toolkit.localorg.store.jobs import Json
from toolkit.metadata.content import bytes_of


def _shown(call: Call, job_id: str, *, details: bool) -> dict[str, Json]:
    with call.org.read(call.user_id) as work:
        job = requests.find(work, job_id, "deploy")
        result = requests.deploy_result(work, job, details=details, progress=call.worker.progress)
        options = DeployOptions.read(job.request).shown()
    body: dict[str, Json] = {"id": job.id, "deployResult": result, "deployOptions": options}
    if validated := job.request.get("validatedDeployRequestId"):
        body["validatedDeployRequestId"] = validated
    return body


def start(call: Call) -> Reply:
    """A zip and its options as multipart in either order, or JSON that names a validation."""
    versions.check(call.version)
    multipart = call.headers.get("content-type", "").lower().startswith("multipart/")
    if not multipart:
        validated = call.json().get("validatedDeployRequestId")
        if not isinstance(validated, str):
            raise Refusal("INVALID_MULTIPART_REQUEST", "the request needs the parts entity_content and file")
        job_id = requests.start_quick(call.org, call.user_id, validated)
    else:
        job_id = _from_parts(call)
    call.worker.wake()
    return Reply.of(_shown(call, job_id, details=False), 201)


def _from_parts(call: Call) -> str:
    entity = call.parts.get("entity_content") or call.parts.get("json") or Part("", b"{}")
    archive = call.parts.get("file")
    if archive is None:
        raise Refusal("INVALID_MULTIPART_REQUEST", "the request needs the part file with the zip")
    wanted = json_object(bytes_of(entity.content)).get("deployOptions") or {}
    if not isinstance(wanted, dict):
        raise Refusal("JSON_PARSER_ERROR", "deployOptions must be an object")
    return requests.start_deploy(call.org, call.user_id, archive.content, DeployOptions.read(wanted))


def status(call: Call) -> Reply:
    versions.check(call.version)
    details = call.query.get("includeDetails", "").lower() == "true"
    return Reply.of(_shown(call, call.params["id"], details=details))


def change(call: Call) -> Reply:
    """PATCH with the status Canceling is the only change there is."""
    versions.check(call.version)
    wanted = call.json().get("deployResult")
    if not isinstance(wanted, dict) or wanted.get("status") != "Canceling":
        raise Refusal("INVALID_FIELD", "deployResult.status can only be set to Canceling")
    requests.cancel(call.org, call.user_id, call.params["id"], call.worker.interrupt)
    call.worker.wake()
    return Reply.of(_shown(call, call.params["id"], details=False), 202)
