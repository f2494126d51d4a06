"""Org: everything the other rooms may do to an org, typed.

Records are written through simple-salesforce. Queries are not: loading it takes longer than most of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolkit.errors import AuthError, RequestError
from toolkit.metadata.soap import DescribedType, FileProperties, RetrieveStatus
from toolkit.org import soql
from toolkit.org.faults import refused, translated
from toolkit.org.http import Http
from toolkit.org.jobs import RELEVANT_SINCE, DeployJobs, DeployOptions, DeployResult, TestLevel, Wire, page_of
from toolkit.org.net import Net
from toolkit.org.redact import Redactor
from toolkit.org.signin import Credentials
from toolkit.org.soap import MetadataSoap
from toolkit.org.soql import Soql
from toolkit.org.values import Json, Record, SaveResult, as_list, as_map, as_text, save_result

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

_COLLECTION = 200
"""Records in one call of the collections resource, the platform's limit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, and where (userinfo)."""

    user_id: str
    org_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Organization:
    """The org's own record; kind is Organization.OrganizationType ("Developer Edition")."""

    id: str
    name: str
    kind: str
    is_sandbox: bool
    instance: str
    namespace: str | None
    expires: str | None

    @property
    def is_production(self) -> bool:
        """Neither sandbox, trial, scratch org nor Developer Edition."""
        return not self.is_sandbox and self.expires is None and self.kind != "Developer Edition"


Say = Callable[[str], None]
"""Where it is told what a person should know and has not asked for."""


class Org:
    """An open session with one org at one API version. Made by `connect`."""

    def __init__(
        self, http: Http, *, api_version: str, versions: Sequence[str], wire: Wire = Wire.AUTO, say: Say | None = None
    ) -> None:
        self._http = http
        self.api_version = api_version
        self.versions = tuple(versions)
        self._jobs_at = partial(DeployJobs, http, wire=wire, say=say)
        self._jobs = self._jobs_at(api_version)
        self._soap = MetadataSoap(http, api_version)

    @property
    def url(self) -> str:
        return self._http.origin

    @property
    def token(self) -> str:
        """The access token in use."""
        return self._http.token

    @property
    def redact(self) -> Redactor:
        """The redactor of this session; tell it of every secret before that is sent."""
        return self._http.redact

    def now(self) -> datetime | None:
        """The time by the org's clock, as its answers tell it; None when none did."""
        return self._http.session.time.now()

    @cached_property
    def identity(self) -> Identity:
        doing = "ask who is signed in"
        data = as_map(self._http.call("GET", "/services/oauth2/userinfo", doing=doing).json(doing))
        user, org = as_text(data.get("user_id")), as_text(data.get("organization_id"))
        if not user or not org:
            raise AuthError.of(f"{doing}: the answer names no user or org", mend="sign in again")
        return Identity(user, org, as_text(data.get("preferred_username")) or "")

    @cached_property
    def organization(self) -> Organization:
        fields = ("Id", "Name", "OrganizationType", "IsSandbox", "InstanceName", "NamespacePrefix")
        rows = self.query(soql.select(*fields, "TrialExpirationDate", source="Organization", limit=1))
        if not rows:
            raise RequestError.of("read the org's own record: there is none", mend="give the user View Setup")
        row = rows[0]
        return Organization(
            id=row.id,
            name=row.need("Name"),
            kind=row.need("OrganizationType"),
            is_sandbox=row.flag("IsSandbox"),
            instance=row.need("InstanceName"),
            namespace=row.text("NamespacePrefix"),
            expires=row.text("TrialExpirationDate"),
        )

    # queries and records

    def query(self, query: Soql) -> tuple[Record, ...]:
        """All rows of a query, over as many pages as it takes."""
        return tuple(self.query_iter(query))

    def query_iter(self, query: Soql) -> Iterator[Record]:
        """The rows of a query, page by page."""
        yield from self._pages(query, "query", "query")

    def tooling_query(self, query: Soql) -> tuple[Record, ...]:
        """All rows of a query to the Tooling API."""
        return tuple(self._pages(query, "tooling query", "tooling/query"))

    def _pages(self, query: Soql, what: str, resource: str) -> Iterator[Record]:
        doing = f"{what} {_object_of(query)}"
        answer = self._data("GET", f"{resource}/?q={quote(query, safe='')}", doing=doing)
        while True:
            if not isinstance(answer, dict):
                raise RequestError.of(f"{doing}: the answer is not a JSON object", mend="check the org's URL")
            page = as_map(answer)
            for row in as_list(page.get("records")):
                yield Record({k: v for k, v in as_map(row).items() if k != "attributes"})
            following = as_text(page.get("nextRecordsUrl"))
            if not following:
                return
            if not following.startswith("/services/data/"):
                raise RequestError.of(f"{doing}: the next page is not a path of the org", mend="run it again")
            answer = self._http.call("GET", following, doing=doing).json(doing)

    def create(self, sobject: str, values: Mapping[str, Json]) -> str:
        """Insert one record and return its id."""
        doing = f"create a {sobject}"
        answer = self._json(
            doing, lambda: self._simple.restful(f"sobjects/{sobject}/", method="POST", json=dict(values))
        )
        result = save_result(dict(answer))
        if not result.success or not result.id:
            self._raise_unsaved(doing, [result])
        return result.id or ""

    def update(self, sobject: str, record_id: str, values: Mapping[str, Json]) -> None:
        with self._translated(f"update {sobject} {record_id}"):
            self._simple.restful(f"sobjects/{sobject}/{record_id}", method="PATCH", json=dict(values))

    def delete(self, sobject: str, record_id: str) -> None:
        with self._translated(f"delete {sobject} {record_id}"):
            self._simple.restful(f"sobjects/{sobject}/{record_id}", method="DELETE")

    def create_all(self, sobject: str, rows: Sequence[Mapping[str, Json]]) -> tuple[SaveResult, ...]:
        """Insert records in calls of 200, each on its own merits; one result for each row, in order.

        Rows that a lock of somebody else's has stopped are sent again, as often as the session's Retries allow.
        """
        found: dict[int, SaveResult] = {}
        left = list(range(len(rows)))
        attempt = self._http.session.retries.attempt()
        while left:
            for start in range(0, len(left), _COLLECTION):
                part = left[start : start + _COLLECTION]
                found |= zip(part, self._create_part(sobject, [rows[index] for index in part]), strict=True)
            left = [index for index in left if found[index].locked]
            if left and not attempt.goes_on():
                break
        return tuple(found[index] for index in range(len(rows)))

    def _create_part(self, sobject: str, rows: Sequence[Mapping[str, Json]]) -> list[SaveResult]:
        doing = f"create {len(rows)} {sobject}"
        records: list[Json] = [{"attributes": {"type": sobject}, **row} for row in rows]
        payload: Json = {"allOrNone": False, "records": records}
        answer = self._data("POST", "composite/sobjects", doing=doing, payload=payload)
        results = [save_result(value) for value in as_list(answer)]
        if len(results) != len(rows):
            raise RequestError.of(
                f"{doing}: the org answered for {len(results)} of {len(rows)} records", mend="run it again"
            )
        return results

    def _raise_unsaved(self, doing: str, results: Iterable[SaveResult]) -> None:
        errors = [error for result in results for error in result.errors]
        raise refused(errors, doing=doing, redact=self.redact, status=400)

    # metadata

    def start_deploy(self, package: bytes | Path, options: DeployOptions) -> str:
        """Send a zip and return the job's id. RunRelevantTests takes a newer API version when it needs one."""
        jobs = self._jobs
        if options.test_level is TestLevel.RUN_RELEVANT_TESTS and float(self.api_version) < RELEVANT_SINCE:
            jobs = self._jobs_at(self.versions[-1])
        return jobs.start(package, options)

    def deploy_status(self, job: str) -> DeployResult:
        return self._jobs.status(job)

    def deploy_page(self, job: str) -> str:
        """The address in the org's Setup that shows a job to a person."""
        return page_of(self.url, job)

    def quick_deploy(self, validated: str) -> str:
        """Deploy what a check-only job has validated and return the new job's id."""
        return self._jobs.quick(validated)

    def cancel_deploy(self, job: str) -> None:
        """Ask for the end of a job; follow it to see how it ended."""
        self._jobs.cancel(job)

    def follow_deploy(
        self, job: str, *, wait: float, seen: Callable[[DeployResult], None] | None = None
    ) -> DeployResult:
        """Follow a job to its end, at most `wait` seconds (StillRunningError)."""
        return self._jobs.follow(job, wait=wait, seen=seen)

    def retrieve(
        self, members: Mapping[str, Iterable[str]], *, api_version: str, wait: float = 600.0
    ) -> RetrieveStatus:
        """The zip of these members by type; names that the org does not have stand in its messages."""
        return self._soap.retrieve(members, api_version=api_version, wait=wait)

    def list_metadata(
        self, *queries: tuple[str, str | None], api_version: str | None = None
    ) -> tuple[FileProperties, ...]:
        return self._soap.list(queries, api_version=api_version or self.api_version)

    def describe_metadata(self) -> tuple[DescribedType, ...]:
        return self._soap.describe(api_version=self.api_version)

    # below

    @cached_property
    def _simple(self) -> Salesforce:
        """simple-salesforce over our own session, which knows limits and plain http on loopback."""
        from simple_salesforce.api import Salesforce

        return Salesforce(
            session_id=self._http.token,
            instance_url=self._http.origin,
            version=self.api_version,
            session=self._http.session,
            object_pairs_hook=dict,
        )

    def _translated(self, doing: str) -> Any:
        return translated(doing, host=self._http.host, redact=self.redact)

    def _json(self, doing: str, call: Callable[[], object]) -> dict[str, Json]:
        with self._translated(doing):
            value = call()
        if not isinstance(value, dict):
            raise RequestError.of(f"{doing}: the answer is not a JSON object", mend="check the org's URL")
        return value

    def _data(self, method: str, path: str, *, doing: str, payload: Json = None) -> Json:
        """A call to a path below /services/data/vXX.0/."""
        answer = self._http.call(method, f"/services/data/v{self.api_version}/{path}", doing=doing, payload=payload)
        return answer.json(doing)


def _object_of(query: Soql) -> str:
    words = query.split()
    return next((words[i + 1].rstrip(",)") for i, word in enumerate(words[:-1]) if word.upper() == "FROM"), "records")


def offered_versions(http: Http) -> tuple[str, ...]:
    """The API versions that the org offers, oldest first ("62.0")."""
    doing = "ask for API versions"
    answer = http.call("GET", "/services/data", doing=doing, authorized=False).json(doing)
    found = [as_text(as_map(row).get("version")) or "" for row in as_list(answer)]
    versions = sorted({v for v in found if v.replace(".", "", 1).isdecimal()}, key=float)
    if not versions:
        raise RequestError.of(f"{doing}: the answer names none", mend="check that the URL is the org's own address")
    return tuple(versions)


def connect(
    credentials: Credentials,
    *,
    api_version: str | None = None,
    net: Net | None = None,
    wire: Wire = Wire.AUTO,
    say: Say | None = None,
) -> Org:
    """Sign in and agree on an API version: the one asked for, or the org's newest when it is older or none is asked.

    A version that the org has retired (below 31.0 today; old packages name such) becomes the oldest that it has.
    Org.api_version says which, and say is told when it is not the one asked for. wire: how deploy jobs travel.
    AuthError when the org refuses, RequestError when there is no way to it.
    """
    net = net or Net()
    signed = credentials.sign_in(net)
    if signed.note is not None and say is not None:
        say(signed.note)

    def renew() -> str:
        return credentials.sign_in(net).token

    http = Http(signed.url, signed.token, redact=net.redact, limits=net.limits, renew=renew, trace=net.trace)
    versions = offered_versions(http)
    oldest, newest = versions[0], versions[-1]
    chosen = api_version or newest
    if float(chosen) < float(oldest):
        chosen = oldest
    elif float(chosen) > float(newest):
        if say is not None:
            say(f"API version {newest} is used instead of {chosen}: {http.host} does not have a newer one")
        chosen = newest
    return Org(http, api_version=chosen, versions=versions, wire=wire, say=say)
