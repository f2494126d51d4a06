"""Calls to the SOAP endpoint of the Metadata API: one envelope out, one reply in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from toolkit.errors import AuthError, MetadataError, RequestError
from toolkit.metadata.soap_envelope import Fault
from toolkit.org.faults import refused
from toolkit.org.http import Body, Http, Keep
from toolkit.org.signin import is_jwt
from toolkit.org.values import SaveError

T = TypeVar("T")

_JWT_MEND = (
    "the access token is in the JWT format, which SOAP calls such as retrieve do not take: switch off JWT-based access "
    "tokens for named users in the app's OAuth settings, then sign in again"
)

_UNSETTLED = frozenset({"UNKNOWN_EXCEPTION", "SERVER_UNAVAILABLE"})
"""Faults after which it is not known what the org has done; with any other it has refused, and done nothing."""


class SoapCalls:
    """The SOAP endpoint of one org at one API version."""

    def __init__(self, http: Http, api_version: str) -> None:
        self._http = http
        self._path = f"/services/Soap/m/{api_version}"

    def ask(
        self,
        envelope: Callable[[str], bytes | Body],
        doing: str,
        read: Callable[[bytes, str], T | Fault],
        *,
        again: bool = True,
        patience: float | None = None,
        keep: Keep | None = None,
    ) -> T:
        """Send the envelope for the token in use and read the reply; a session that has expired is renewed once.

        A fault or an unreadable reply raises an OrgError. again: it may arrive twice without harm. patience: seconds
        that the answer may take. keep: what of the reply `read` is given; all of it when nothing is said.
        """
        post = partial(self._once, doing=doing, read=read, again=again, patience=patience, keep=keep)
        token = self._http.token
        try:
            return post(envelope(token))
        except AuthError as error:
            if is_jwt(token):
                raise AuthError(*(replace(problem, mend=_JWT_MEND) for problem in error.problems)) from None
            if not self._http.renewed(token):
                raise
        return post(envelope(self._http.token))

    def _once(
        self,
        envelope: bytes | Body,
        *,
        doing: str,
        read: Callable[[bytes, str], T | Fault],
        again: bool,
        patience: float | None,
        keep: Keep | None,
    ) -> T:
        reply, status = self._post(envelope, doing, again=again, patience=patience, keep=keep)
        try:
            found = read(reply, self._http.host)
        except MetadataError as error:
            message = self._http.redact(error.problems[0].message)
            raise RequestError.of(
                f"{doing}: {message}", mend="run it again; check that the URL is the org's own address"
            ) from None
        if isinstance(found, Fault):
            entry = SaveError(found.code, found.message.removeprefix(f"{found.code}: "))
            known = status if found.code in _UNSETTLED else min(status, 400)
            raise refused([entry], doing=doing, redact=self._http.redact, status=known)
        return found

    def _post(
        self, envelope: bytes | Body, doing: str, *, again: bool, patience: float | None, keep: Keep | None
    ) -> tuple[bytes, int]:
        answer = self._http.call(
            "POST",
            self._path,
            doing=doing,
            body=envelope,
            headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'},
            authorized=False,
            again=again,
            patience=patience,
            keep=keep,
            ok=lambda status: status in (200, 500),  # a fault comes with 500
        )
        if answer.status == 500 and "xml" not in answer.content_type:
            errors = [SaveError("HTTP 500", f"the answer is not SOAP ({answer.content_type or 'no content type'})")]
            raise refused(errors, doing=doing, redact=self._http.redact, status=500)
        return answer.body, answer.status
