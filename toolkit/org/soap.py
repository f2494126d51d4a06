"""The Metadata API calls that exist only over SOAP: retrieve, list, describe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from toolkit.errors import AuthError, MetadataError, RequestError
from toolkit.metadata import soap
from toolkit.org.faults import refused
from toolkit.org.http import Http
from toolkit.org.jobs import pause
from toolkit.org.signin import is_jwt
from toolkit.org.values import SaveError

T = TypeVar("T")

_JWT_MEND = (
    "the access token is in the JWT format, which SOAP calls such as retrieve do not take: switch off JWT-based access "
    "tokens for named users in the app's OAuth settings, then sign in again"
)

_LIST_QUERIES = 3
"""Types in one listMetadata call, the platform's limit."""


class MetadataSoap:
    """The SOAP endpoint of one org at one API version."""

    def __init__(self, http: Http, api_version: str) -> None:
        self._http = http
        self._version = api_version
        self._path = f"/services/Soap/m/{api_version}"

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

        The answer has its zip. A name that the org does not know stands in its messages.
        """
        doing = "retrieve metadata"
        wanted = {name: list(names) for name, names in members.items()}
        status = self._ask(
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
            reason = ": ".join(filter(None, (status.error_code, status.error_message))) or status.status
            raise RequestError.of(f"{doing}: {self._http.redact(reason)}", mend="see what the org says")
        if status.zip is None:
            raise RequestError.of(f"{doing}: the answer of job {status.id} holds no zip", mend="run it again")
        return status

    def _look(self, job: str, doing: str) -> soap.RetrieveStatus:
        return self._ask(lambda token: soap.check_retrieve_status(token, job), doing, soap.retrieve_status)

    def list(self, queries: Sequence[tuple[str, str | None]], *, api_version: str) -> tuple[soap.FileProperties, ...]:
        """The components of these types (each with its folder, if any), in calls of three."""
        found: list[soap.FileProperties] = []
        for start in range(0, len(queries), _LIST_QUERIES):
            part = queries[start : start + _LIST_QUERIES]
            envelope = partial(soap.list_metadata, api_version=api_version, queries=part)
            found += self._ask(envelope, f"list {', '.join(name for name, _ in part)}", soap.listed)
        return tuple(sorted(found, key=lambda row: (row.type, row.full_name)))

    def describe(self, *, api_version: str) -> tuple[soap.DescribedType, ...]:
        """The metadata types that the org has."""
        return self._ask(
            lambda token: soap.describe_metadata(token, api_version=api_version), "describe metadata", soap.described
        )

    def _ask(self, envelope: Callable[[str], bytes], doing: str, read: Callable[[bytes, str], T | soap.Fault]) -> T:
        """Send the envelope for the token in use and read the reply; a session that has expired is renewed once.

        A fault or an unreadable reply raises an OrgError. A retrieve may arrive twice: it changes nothing.
        """
        try:
            return self._ask_once(envelope(self._http.token), doing, read)
        except AuthError as error:
            if is_jwt(self._http.token):
                raise AuthError(*(replace(problem, mend=_JWT_MEND) for problem in error.problems)) from None
            if not self._http.renewed():
                raise
        return self._ask_once(envelope(self._http.token), doing, read)

    def _ask_once(self, envelope: bytes, doing: str, read: Callable[[bytes, str], T | soap.Fault]) -> T:
        reply, status = self._post(envelope, doing)
        try:
            found = read(reply, self._http.host)
        except MetadataError as error:
            message = self._http.redact(error.problems[0].message)
            raise RequestError.of(
                f"{doing}: {message}", mend="run it again; check that the URL is the org's own address"
            ) from None
        if isinstance(found, soap.Fault):
            entry = SaveError(found.code, found.message.removeprefix(f"{found.code}: "))
            raise refused([entry], doing=doing, redact=self._http.redact, status=status)
        return found

    def _post(self, envelope: bytes, doing: str) -> tuple[bytes, int]:
        answer = self._http.call(
            "POST",
            self._path,
            doing=doing,
            body=envelope,
            headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'},
            authorized=False,
            again=True,
            ok=lambda status: status in (200, 500),  # a fault comes with 500
        )
        if answer.status == 500 and "xml" not in answer.content_type:
            errors = [SaveError("HTTP 500", f"the answer is not SOAP ({answer.content_type or 'no content type'})")]
            raise refused(errors, doing=doing, redact=self._http.redact, status=500)
        return answer.body, answer.status
