"""The Metadata API calls that exist only over SOAP: retrieve, list, describe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from toolkit.errors import RequestError
from toolkit.metadata import soap
from toolkit.metadata.soap_zip import ZipSieve
from toolkit.org.http import Http
from toolkit.org.jobs.following import pause
from toolkit.org.soapcall import SoapCalls

_LIST_QUERIES = 3
"""Types in one listMetadata call, the platform's limit."""


class MetadataSoap:
    """The SOAP endpoint of one org at one API version."""

    def __init__(self, http: Http, api_version: str) -> None:
        self._http = http
        self._calls = SoapCalls(http, api_version)

    def retrieve(
        self,
        members: Mapping[str, Iterable[str]],
        *,
        api_version: str,
        wait: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> soap.RetrieveStatus:
        """Retrieve these members by type, in the shape of api_version; waits for at most `wait` seconds.

        The answer has its zip; it is decoded while it arrives, and a large one is on disk. A name that the org does
        not know stands in its messages.
        """
        doing = "retrieve metadata"
        wanted = {name: list(names) for name, names in members.items()}
        status = self._calls.ask(
            lambda token: soap.retrieve(token, api_version=api_version, members=wanted), doing, soap.retrieve_status
        )
        started = clock()
        while not status.done:
            elapsed = clock() - started
            if elapsed >= wait:
                raise RequestError.of(
                    f"{doing}: job {status.id} is still running after {wait:g} s", mend="run it again, or wait longer"
                )
            status = self._look(status.id, doing)
            if not status.done:
                sleep(min(pause(elapsed), max(wait - elapsed, 0.0)))
        if status.zip is None and status.success:
            status = self._look(status.id, doing)
        if not status.success:
            code, message = status.error_code or "", status.error_message or ""
            told = message.startswith(code) or not message  # messages of the platform begin with the code
            reason = (message or code or status.status) if told else f"{code}: {message}"
            raise RequestError.of(f"{doing}: {self._http.redact(reason)}", mend="see what the org says")
        if status.zip is None:
            raise RequestError.of(f"{doing}: the answer of job {status.id} holds no zip", mend="run it again")
        return status

    def _look(self, job: str, doing: str) -> soap.RetrieveStatus:
        sieve = ZipSieve()
        return self._calls.ask(
            lambda token: soap.check_retrieve_status(token, job),
            doing,
            partial(soap.retrieve_status, sieve=sieve),
            keep=sieve,
        )

    def list(self, queries: Sequence[tuple[str, str | None]], *, api_version: str) -> tuple[soap.FileProperties, ...]:
        """The components of these types (each with its folder, if any), in calls of three."""
        found: list[soap.FileProperties] = []
        for start in range(0, len(queries), _LIST_QUERIES):
            part = queries[start : start + _LIST_QUERIES]
            envelope = partial(soap.list_metadata, api_version=api_version, queries=part)
            found += self._calls.ask(envelope, f"list {', '.join(name for name, _ in part)}", soap.listed)
        return tuple(sorted(found, key=lambda row: (row.type, row.full_name)))

    def describe(self, *, api_version: str) -> tuple[soap.DescribedType, ...]:
        """The metadata types that the org has."""
        return self._calls.ask(
            lambda token: soap.describe_metadata(token, api_version=api_version), "describe metadata", soap.described
        )
