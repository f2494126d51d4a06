"""SOAP messages of deploy jobs: envelopes out, replies in. No network here.

Source of the shapes: the Metadata API WSDL (deploy, checkDeployStatus, cancelDeploy, deployRecentValidation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lxml import etree

from toolkit.errors import MetadataError
from toolkit.metadata.soap_envelope import Fault, child, envelope, request, results
from toolkit.metadata.xml import local_name

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""What XML says, in the shape that the REST resource's JSON has: elements that repeat are lists."""

_PLACE = "0"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def deploy(token: str, options: Mapping[str, Value]) -> tuple[bytes, bytes]:
    """What stands before and after the base64 of the zip; options by their names, in the order of the WSDL."""
    asked = request("deploy")
    child(asked, "ZipFile", _PLACE)
    chosen = child(asked, "DeployOptions")
    for name, value in options.items():
        for one in value if isinstance(value, list) else [value]:
            child(chosen, name, _text_of(one))
    whole = envelope(token, asked)
    head, found, tail = whole.partition(f"<ZipFile>{_PLACE}</ZipFile>".encode())
    if not found:
        raise MetadataError.of("the deploy envelope has no place for its zip")
    return head + b"<ZipFile>", b"</ZipFile>" + tail


def _text_of(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def check_deploy_status(token: str, job: str, *, details: bool) -> bytes:
    asked = request("checkDeployStatus")
    child(asked, "asyncProcessId", job)
    child(asked, "includeDetails", "true" if details else "false")
    return envelope(token, asked)


def cancel_deploy(token: str, job: str) -> bytes:
    """The id's element is named as the platform's own clients do; the WSDL calls it String."""
    asked = request("cancelDeploy")
    child(asked, "id", job)
    return envelope(token, asked)


def deploy_recent_validation(token: str, validated: str) -> bytes:
    asked = request("deployRecentValidation")
    child(asked, "validationId", validated)
    return envelope(token, asked)


def job_of(reply: bytes, source: str) -> str | Fault:
    """The id of the job that a deploy or deployRecentValidation reply names. MetadataError when there is none."""
    found = results(reply, source)
    if isinstance(found, Fault):
        return found
    value = _value(found[0]) if len(found) == 1 else None
    named = value.get("id") if isinstance(value, dict) else value
    if not isinstance(named, str) or not named:
        raise MetadataError.of(f"{source}: the reply names no job", mend="look at Deployment Status in the org")
    return named


def result_of(reply: bytes, source: str) -> dict[str, Value] | Fault:
    """The result of a checkDeployStatus or cancelDeploy reply, in the shape of the REST resource's deployResult."""
    found = results(reply, source)
    if isinstance(found, Fault):
        return found
    value = _value(found[0]) if len(found) == 1 else None
    if not isinstance(value, dict):
        raise MetadataError.of(f"{source}: the reply holds no result", mend="run it again")
    return value


def _value(element: etree._Element) -> Value:
    if element.get(_NIL) == "true":
        return None
    found: dict[str, Value] = {}
    for part in element:
        name = local_name(part)
        if not name:
            continue
        value, before = _value(part), found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found if found else element.text or ""
