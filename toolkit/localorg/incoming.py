"""From an ASGI request to a Call: tolerant of what real clients send, bounded in what it reads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from toolkit.localorg.bodies import Body, TooLargeError
from toolkit.localorg.http import Call, Part
from toolkit.metadata.content import CHUNK, Spool

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from toolkit.localorg.deploy.worker import Worker
    from toolkit.localorg.model.org import Org

_SLASHES = re.compile(r"/{2,}")


def _headers(scope: Scope) -> dict[str, str]:
    """By lower-case name; the first of several counts."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}


def _origin(scope: Scope, headers: Mapping[str, str]) -> str:
    host = headers.get("host")
    if not host:
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{scope['scheme']}://{host}"


async def read(scope: Scope, receive: Receive, body: Body, *, org: Org, worker: Worker) -> Call:
    """The request as a Call.

    TooLargeError, BusyError, GoneError, starlette's MultiPartException, and TimeoutError when the body takes too long.
    """
    headers = _headers(scope)
    declared = headers.get("content-length", "")
    in_parts = headers.get("content-type", "").lower().startswith("multipart/form-data")
    body.most = org.options.max_upload if in_parts else org.options.max_body
    if declared.isdigit() and int(declared) > body.most:
        raise TooLargeError
    parts: dict[str, Part] = {}
    content = b""
    if declared or "transfer-encoding" in headers:
        async with asyncio.timeout(org.options.body_seconds):
            if in_parts:
                parts = await _parts(scope, receive, body)
            else:
                content = b"".join([chunk async for chunk in body.of(receive)])
    path = _SLASHES.sub("/", scope["path"])
    return Call(
        org=org,
        worker=worker,
        method=scope["method"],
        path=path.rstrip("/") or "/",
        params={},
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers=headers,
        body=content,
        parts=parts,
        origin=_origin(scope, headers),
    )


async def _parts(scope: Scope, receive: Receive, body: Body) -> dict[str, Part]:
    from starlette.datastructures import Headers
    from starlette.formparsers import MultiPartParser

    stream = body.of(receive)
    parser = MultiPartParser(Headers(scope=scope), stream, max_files=4, max_fields=20, max_part_size=body.most)
    form = await parser.parse()
    try:
        found: dict[str, Part] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                found[name] = Part("text/plain", value.encode())
            else:
                spool = Spool("a part of a request")
                while piece := await value.read(CHUNK):
                    spool.write(piece)
                found[name] = Part(value.content_type or "", spool.content())
        return found
    finally:
        await form.close()
