"""Deploy jobs over the REST resource deployRequest.

Source of the wire: Metadata API Developer Guide, "Deploying and Retrieving Metadata with REST".
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import BinaryIO

from toolkit.errors import RequestError
from toolkit.org.http import Http
from toolkit.org.jobs.options import DeployOptions
from toolkit.org.jobs.result import DeployResult, checked_id, deploy_result
from toolkit.org.jobs.upload import sent
from toolkit.org.values import Json, as_map, as_text


@dataclass(slots=True)
class _Multipart:
    """multipart/form-data of the options and a zip, read piece by piece so that the zip is never copied."""

    head: bytes
    zip: BinaryIO
    zip_size: int
    tail: bytes
    _at: int = field(default=0, init=False)

    def __len__(self) -> int:
        return len(self.head) + self.zip_size + len(self.tail)

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = len(self)
        end_of_zip = len(self.head) + self.zip_size
        if self._at < len(self.head):
            piece = self.head[self._at : self._at + size]
        elif self._at < end_of_zip:
            piece = self.zip.read(min(size, end_of_zip - self._at))
            if not piece:
                raise OSError("the zip became shorter while it was sent")
        else:
            piece = self.tail[self._at - end_of_zip :][:size]
        self._at += len(piece)
        return piece

    @property
    def is_whole(self) -> bool:
        return self._at >= len(self)

    def rewind(self) -> None:
        self._at = 0
        self.zip.seek(0)

    def shown(self) -> str:
        return f"{self.head.decode()}({self.zip_size:,} bytes of a zip){self.tail.decode()}"


def _multipart(options: DeployOptions, file: BinaryIO, size: int) -> tuple[str, _Multipart]:
    boundary = secrets.token_hex(16)
    body = json.dumps({"deployOptions": options.as_json()})
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="entity_content"\r\n'
        f"Content-Type: application/json; charset=UTF-8\r\n\r\n{body}\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="deploy.zip"\r\n'
        f"Content-Type: application/zip\r\n\r\n"
    ).encode()
    return boundary, _Multipart(head, file, size, f"\r\n--{boundary}--\r\n".encode())


class RestJobs:
    """The deployRequest resource of one org at one API version."""

    def __init__(self, http: Http, api_version: str) -> None:
        self._http = http
        self._path = f"/services/data/v{api_version}/metadata/deployRequest"

    def start(self, file: BinaryIO, size: int, options: DeployOptions) -> str:
        doing = "start the deployment"
        boundary, body = _multipart(options, file, size)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = sent(
            lambda: self._http.call("POST", self._path, doing=doing, body=body, headers=headers), lambda: body
        )
        return _job_in(answer.json(doing), doing)

    def quick(self, validated: str) -> str:
        doing = f"quick-deploy {validated}"
        payload: Json = {"validatedDeployRequestId": checked_id(validated)}
        return _job_in(self._http.call("POST", self._path, doing=doing, payload=payload).json(doing), doing)

    def status(self, job: str, *, details: bool, patience: float | None) -> DeployResult:
        doing = f"read the deployment {job}"
        answer = self._http.call(
            "GET",
            f"{self._path}/{checked_id(job)}?includeDetails={'true' if details else 'false'}",
            doing=doing,
            again=patience is None,
            patience=patience,
        )
        data = as_map(as_map(answer.json(doing)).get("deployResult"))
        if not data:
            raise RequestError.of(f"{doing}: the answer holds no result", mend="run it again")
        return deploy_result({"id": job, **data})

    def cancel(self, job: str) -> None:
        payload: Json = {"deployResult": {"status": "Canceling"}}
        path = f"{self._path}/{checked_id(job)}"
        self._http.call("PATCH", path, doing=f"cancel the deployment {job}", payload=payload, again=True)


def _job_in(answer: Json, doing: str) -> str:
    """The id of the job that an answer names."""
    job = as_text(as_map(answer).get("id"))
    if not job:
        raise RequestError.of(f"{doing}: the answer names no job", mend="look at Deployment Status in the org")
    return job
