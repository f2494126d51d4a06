"""The deploy jobs of one org, whichever way they travel."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from toolkit.errors import RefusedError
from toolkit.org.http import Http
from toolkit.org.jobs.following import Looks, Seen, follow
from toolkit.org.jobs.options import DeployOptions
from toolkit.org.jobs.rest import RestJobs
from toolkit.org.jobs.result import DeployResult, page_of
from toolkit.org.jobs.soap import SoapJobs
from toolkit.org.soapcall import SoapCalls

T = TypeVar("T")

_NO_RESOURCE = frozenset({404, 405, 501})
"""HTTP statuses that say: there is no such resource here, or not for this method. Nothing was done for the request."""


class Wire(StrEnum):
    """How jobs travel; AUTO is REST, and SOAP where the org does not have the REST resource."""

    AUTO = "auto"
    REST = "rest"
    SOAP = "soap"


class Jobs(Protocol):
    """The calls of one way."""

    def start(self, file: BinaryIO, size: int, options: DeployOptions) -> str:
        """Send the zip in a file, from its beginning, and return the job's id. Never sent twice by itself."""

    def quick(self, validated: str) -> str:
        """Deploy what a check-only job has validated, and return the new job's id. Never sent twice by itself."""

    def status(self, job: str, *, details: bool, patience: float | None) -> DeployResult:
        """How a job stands. patience: seconds that one look may take; it is not repeated then."""

    def cancel(self, job: str) -> None:
        """Ask for the end of a job. Asking twice does no harm."""


class DeployJobs:
    """The deploy jobs of one org at one API version. say is told when REST is not there and SOAP is taken."""

    def __init__(
        self, http: Http, api_version: str, *, wire: Wire = Wire.AUTO, say: Callable[[str], None] | None = None
    ) -> None:
        self._origin = http.origin
        self._version = api_version
        self._rest = RestJobs(http, api_version)
        self._soap = SoapJobs(SoapCalls(http, api_version))
        self._settled: Jobs | None = {Wire.AUTO: None, Wire.REST: self._rest, Wire.SOAP: self._soap}[wire]
        self._say = say

    def start(self, package: bytes | Path, options: DeployOptions) -> str:
        """Send a zip, streamed when it is a file, and return the job's id. Never sent twice by itself.

        DeployError, before anything is sent, when the zip is too large for the way that it would take.
        """
        if isinstance(package, Path):
            with package.open("rb") as file:
                return self._start(file, package.stat().st_size, options)
        return self._start(io.BytesIO(package), len(package), options)

    def _start(self, file: BinaryIO, size: int, options: DeployOptions) -> str:
        def begin(jobs: Jobs) -> str:
            file.seek(0)
            return jobs.start(file, size, options)

        return self._either(begin)

    def quick(self, validated: str) -> str:
        """Deploy what a check-only job has validated, without its tests, and return the new job's id. Never sent
        twice by itself."""
        return self._either(lambda jobs: jobs.quick(validated))

    def status(self, job: str, *, details: bool = True, patience: float | None = None) -> DeployResult:
        """How a job stands. patience: seconds that one look may take; it is not repeated then."""
        found = self._either(lambda jobs: jobs.status(job, details=details, patience=patience))
        return replace(found, page=page_of(self._origin, job))

    def cancel(self, job: str) -> None:
        """Ask for the end of a job. The org ends it in its own time: follow it to see how it ended."""
        self._either(lambda jobs: jobs.cancel(job))

    def follow(
        self,
        job: str,
        *,
        wait: float,
        seen: Seen | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> DeployResult:
        """Look at a job until it is done, at most `wait` seconds (StillRunningError), and return it with its details.

        seen is told of every look.
        """
        looks = Looks(
            lambda patience: self.status(job, details=False, patience=patience),
            lambda patience: self.status(job, patience=patience),
        )
        return follow(looks, job=job, wait=wait, seen=seen, clock=clock, sleep=sleep)

    def _either(self, call: Callable[[Jobs], T]) -> T:
        """The call over the way that is settled; else over REST, and over SOAP when REST is not there.

        A resource that is not there has done nothing, so that the call may be made once more.
        """
        if self._settled is not None:
            return call(self._settled)
        try:
            found = call(self._rest)
        except RefusedError as error:
            if error.status not in _NO_RESOURCE:
                raise
            return self._over_soap(partial(call, self._soap), error)
        self._settled = self._rest
        return found

    def _over_soap(self, call: Callable[[], T], refused: RefusedError) -> T:
        """A job that neither way knows is the REST resource's to report."""
        try:
            found = call()
        except RefusedError as error:
            if "INVALID_CROSS_REFERENCE_KEY" in error.codes or "MALFORMED_ID" in error.codes:
                raise refused from None
            raise
        self._settled = self._soap
        if self._say is not None:
            self._say(f"the org has no REST deployments in API version {self._version}: SOAP is used")
        return found
