"""Call and Reply: what a handler gets and gives, without any web framework."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.localorg.refusals import RecordRefusal, Refusal
from toolkit.localorg.store.jobs import Json
from toolkit.metadata.content import Content

if TYPE_CHECKING:
    from toolkit.localorg.deploy.worker import Worker
    from toolkit.localorg.model.org import Org
    from toolkit.localorg.store.facts import Session

MAX_JSON_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body."""

    content_type: str
    content: Content


@dataclass(frozen=True, slots=True)
class Call:
    """One request. path has no doubled and no trailing slash; header names are lower case."""

    org: Org
    worker: Worker
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    parts: Mapping[str, Part]
    origin: str
    """http://host:port as the client named it."""
    session: Session | None = None

    def routed(self, params: Mapping[str, str], session: Session | None) -> Call:
        """This request, with the names in its path and its session."""
        return Call(  # dataclasses.replace costs several times as much
            self.org, self.worker, self.method, self.path, params, self.query, self.headers, self.body, self.parts,
            self.origin, session,
        )  # fmt: skip

    @property
    def user_id(self) -> str:
        return self.session.user_id if self.session else ""

    @property
    def version(self) -> str:
        return self.params.get("version", "")

    def json(self) -> dict[str, Json]:
        """The body as a JSON object, whatever its Content-Type says; Refusal when it is none."""
        return json_object(self.body)

    def form(self) -> dict[str, str]:
        """The body of a form; the query string counts as well."""
        from urllib.parse import parse_qsl

        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
        return {**self.query, **dict(pairs)}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Json | Mapping[str, Json], status: int = 200) -> Reply:
        """A JSON answer."""
        return cls(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


Handler = Callable[[Call], Reply]


def never(_call: Call) -> bool:
    return False


def always(_call: Call) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """Methods and a path such as /services/data/v{version}/query; {rest*} takes the rest of the path.

    Without authentication only where anonymous says so. about is one line for IMPLEMENTED.md.
    quick tells of a call that its answer takes less than a hop to another thread and waits for nothing (it may read,
    which no writer holds up, but not write): such a call is answered by the thread that reads requests.
    """

    methods: tuple[str, ...]
    path: str
    handler: Handler
    about: str
    anonymous: bool = False
    quick: Callable[[Call], bool] = never


def json_object(body: bytes) -> dict[str, Json]:
    """A JSON object; JSON_PARSER_ERROR when the text is none."""
    if body.count(b"[") + body.count(b"{") > 100_000:
        raise Refusal("JSON_PARSER_ERROR", "The document holds too many objects")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("JSON_PARSER_ERROR", "Unexpected character or end of input in the JSON document") from None
    if not isinstance(value, dict):
        raise Refusal("JSON_PARSER_ERROR", "The request body must be a JSON object")
    return value


def refusal_body(refusal: Refusal) -> Json:
    """What REST answers to a request that was refused."""
    entry: dict[str, Json] = {"message": refusal.message, "errorCode": refusal.code}
    if isinstance(refusal, RecordRefusal) and refusal.fields:
        entry["fields"] = list(refusal.fields)
    return [entry]
