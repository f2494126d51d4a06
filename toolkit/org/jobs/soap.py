"""Deploy jobs over SOAP, for an org or an API version that does not have the REST resource.

The zip travels as base64 inside the envelope, so that 39 MB is the most that fits into the platform's 50 MB.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import BinaryIO

from toolkit.errors import DeployError
from toolkit.metadata import soap_deploy as messages
from toolkit.org.jobs.options import DeployOptions
from toolkit.org.jobs.result import DeployResult, checked_id, deploy_result
from toolkit.org.jobs.upload import sent
from toolkit.org.soapcall import SoapCalls

MAX_ENVELOPE = 52_428_800
"""Bytes of a SOAP request. Source: the platform's own refusal, "Maximum size of request is 52428800 bytes"."""

_HEAD, _ZIP, _SENT = 0, 1, 2
"""What of an envelope is next; nothing is, in the end."""

_GROUP = 3 * 16 * 1024
"""Bytes of the zip that are encoded at a time; a multiple of three, so that no group but the last is padded."""


@dataclass(slots=True)
class _Envelope:
    """A SOAP envelope around the base64 of a zip, encoded piece by piece while it is sent."""

    head: bytes
    zip: BinaryIO
    zip_size: int
    tail: bytes
    _left: bytes = field(default=b"", init=False)
    _stage: int = field(default=_HEAD, init=False)

    def __len__(self) -> int:
        return len(self.head) + 4 * ((self.zip_size + 2) // 3) + len(self.tail)

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = len(self)
        while len(self._left) < size and self._stage != _SENT:
            self._left += self._next()
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    def _next(self) -> bytes:
        if self._stage == _HEAD:
            self._stage = _ZIP
            return self.head
        if self._stage == _ZIP:
            group = self.zip.read(min(_GROUP, self.zip_size - self.zip.tell()))
            if group:
                return base64.b64encode(group)
            if self.zip.tell() < self.zip_size:
                raise OSError("the zip became shorter while it was sent")
        self._stage = _SENT
        return self.tail

    @property
    def is_whole(self) -> bool:
        return self._stage == _SENT and not self._left

    def rewind(self) -> None:
        self._left, self._stage = b"", _HEAD
        self.zip.seek(0)

    def shown(self) -> str:
        return f"{self.head.decode()}({self.zip_size:,} bytes of a zip){self.tail.decode()}"


class SoapJobs:
    """The deploy calls of the Metadata API of one org at one API version."""

    def __init__(self, calls: SoapCalls) -> None:
        self._calls = calls

    def start(self, file: BinaryIO, size: int, options: DeployOptions) -> str:
        made: list[_Envelope] = []

        def envelope(token: str) -> _Envelope:
            file.seek(0)
            made.append(_Envelope(*_around(token, options, file, size)))
            return made[-1]

        _check_size(len(envelope("x" * 200)), size)
        return sent(
            lambda: self._calls.ask(envelope, "start the deployment", messages.job_of, again=False), lambda: made[-1]
        )

    def quick(self, validated: str) -> str:
        job = checked_id(validated)
        return self._calls.ask(
            lambda token: messages.deploy_recent_validation(token, job),
            f"quick-deploy {validated}",
            messages.job_of,
            again=False,
        )

    def status(self, job: str, *, details: bool, patience: float | None) -> DeployResult:
        checked_id(job)
        found = self._calls.ask(
            lambda token: messages.check_deploy_status(token, job, details=details),
            f"read the deployment {job}",
            messages.result_of,
            again=patience is None,
            patience=patience,
        )
        return deploy_result({"id": job, **found})

    def cancel(self, job: str) -> None:
        checked_id(job)
        self._calls.ask(
            lambda token: messages.cancel_deploy(token, job), f"cancel the deployment {job}", messages.result_of
        )


def _around(token: str, options: DeployOptions, file: BinaryIO, size: int) -> tuple[bytes, BinaryIO, int, bytes]:
    head, tail = messages.deploy(token, options.as_json())
    return head, file, size, tail


def _check_size(envelope: int, size: int) -> None:
    """DeployError, before anything is sent, for a zip that does not fit into a SOAP request."""
    if envelope > MAX_ENVELOPE:
        raise DeployError.of(
            f"the zip has {size:,} bytes, {envelope:,} as a SOAP request, and the platform takes {MAX_ENVELOPE:,} "
            "(about 39 MB of zip)",
            mend="deploy over REST (leave --api out), leave large static resources out, or deploy in parts",
        )
