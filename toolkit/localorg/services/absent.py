"""What a real org has and this one does not: each is refused in a sentence, not as an address that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolkit.localorg import soap
from toolkit.localorg.http import Call, Handler, Reply
from toolkit.localorg.refusals import Refusal

_CODE = "FUNCTIONALITY_NOT_ENABLED"


@dataclass(frozen=True, slots=True)
class Absent:
    """Addresses below an API version (or from the root) that are refused; anonymous where a SOAP client asks."""

    paths: tuple[str, ...]
    what: str
    handler: Handler
    anonymous: bool = False
    methods: tuple[str, ...] = ("DELETE", "GET", "PATCH", "POST", "PUT")


def _rest(sentence: str) -> Callable[[Call], Reply]:
    def refuse(_call: Call) -> Reply:
        raise Refusal(_CODE, sentence, status=403)

    return refuse


def _soap(sentence: str) -> Callable[[Call], Reply]:
    def refuse(_call: Call) -> Reply:
        return soap.fault(Refusal(_CODE, sentence))

    return refuse


_DATA = "/services/data/v{version}"
_NO_APEX = "The local org keeps Apex but does not run it: no anonymous Apex, no Apex tests, no Apex web services."
_NO_BULK = (
    "The local org has no Bulk API; its records are reached with sobjects, composite/sobjects and composite/tree."
)
_NO_SEARCH = "The local org has no search (SOSL); use query."
_NO_COMPOSITE = "Of the composite resources, the local org has composite/sobjects and composite/tree alone."
_NO_TOOLING = "The local org answers the Tooling API over REST alone, and only for reading; deploy metadata instead."
_NO_CHANGES = "The local org keeps no list of what was changed when; query by LastModifiedDate."
_NO_MORE = "The local org has no Chatter, no reports, no processes, no invocable actions and no streaming."
_NO_PAGES = "The local org has no user interface, and none of the resources that describe one."

ABSENT: tuple[Absent, ...] = (
    Absent((f"{_DATA}/tooling/executeAnonymous", f"{_DATA}/tooling/runTestsAsynchronous",
            f"{_DATA}/tooling/runTestsSynchronous", "/services/apexrest/{rest*}"), "Apex is not run", _rest(_NO_APEX)),
    Absent(("/services/Soap/s/{version}", "/services/Soap/s/{version}/{rest*}"), "Apex is not run", _soap(_NO_APEX),
           anonymous=True),
    Absent(("/services/Soap/T/{version}", "/services/Soap/T/{version}/{rest*}"), "no Tooling API over SOAP",
           _soap(_NO_TOOLING), anonymous=True),
    Absent((f"{_DATA}/tooling/sobjects/{{sobject}}", f"{_DATA}/tooling/sobjects/{{sobject}}/{{id}}"),
           "Tooling objects are read only", _rest(_NO_TOOLING), methods=("DELETE", "PATCH", "POST")),
    Absent((f"{_DATA}/jobs/{{rest*}}", "/services/async/{version}/{rest*}"), "no Bulk API", _rest(_NO_BULK)),
    Absent((f"{_DATA}/search", f"{_DATA}/parameterizedSearch"), "no search", _rest(_NO_SEARCH)),
    Absent((f"{_DATA}/composite", f"{_DATA}/composite/batch", f"{_DATA}/composite/graph"),
           "no other composite resources", _rest(_NO_COMPOSITE)),
    Absent((f"{_DATA}/sobjects/{{sobject}}/describe/{{rest*}}", f"{_DATA}/sobjects/{{sobject}}/listviews",
            f"{_DATA}/sobjects/{{sobject}}/listviews/{{rest*}}", f"{_DATA}/sobjects/{{sobject}}/quickActions",
            f"{_DATA}/sobjects/{{sobject}}/quickActions/{{rest*}}", f"{_DATA}/tabs", f"{_DATA}/theme",
            f"{_DATA}/quickActions", f"{_DATA}/ui-api/{{rest*}}", "/services/oauth2/singleaccess"),
           "no user interface", _rest(_NO_PAGES)),
    Absent((f"{_DATA}/sobjects/{{sobject}}/updated", f"{_DATA}/sobjects/{{sobject}}/deleted"),
           "no lists of what was changed when", _rest(_NO_CHANGES), methods=("GET",)),
    Absent((f"{_DATA}/chatter/{{rest*}}", f"{_DATA}/connect/{{rest*}}", f"{_DATA}/analytics/{{rest*}}",
            f"{_DATA}/process/{{rest*}}", f"{_DATA}/actions/{{rest*}}", f"{_DATA}/wave/{{rest*}}", "/cometd/{rest*}"),
           "no Chatter, reports, processes, actions, streaming", _rest(_NO_MORE)),
)  # fmt: skip
