"""What a step saw, as documents that can be kept: one for each component, and one that lists them.

The content of a file stands in its component's document; a large one is kept in parts, which that document names.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.metadata.content import Content, Shelf, bytes_of, chunks_of, size_of
from toolkit.release.seen import Seen, SeenRow

# Any: JSON as it was read; every value is put into its typed place here.
Keep = Callable[[bytes], str]
Get = Callable[[str], bytes]

_PART = 1024 * 1024
"""Bytes of a part; a content up to this size is kept whole."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def dumped(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def kept(seen: Seen, keep: Keep) -> str:
    """Keep it by `keep`, which returns the name of what it kept; the name of the list is returned."""
    document = {
        "components": [keep(dumped(_component(component, keep))) for component in seen.components],
        "absent": [[key.type, key.full_name] for key in seen.absent],
        "rows": [row(one) for one in seen.rows],
        "edited": [keep(dumped(_component(component, keep))) for component in seen.edited],
    }
    return keep(dumped(document))


def row(seen: SeenRow) -> dict[str, Any]:
    return {
        "sobject": seen.sobject,
        "subject": seen.subject,
        "where": [list(pair) for pair in seen.where],
        "values": None if seen.values is None else dict(seen.values),
        "secrets": dict(seen.secrets),
    }


def read_row(value: dict[str, Any]) -> SeenRow:
    where = tuple((field, found) for field, found in value["where"])
    return SeenRow(value["sobject"], value["subject"], where, value["values"], value["secrets"])


def _component(component: Component, keep: Keep) -> dict[str, Any]:
    members = component.members
    return {
        "type": component.type,
        "name": component.full_name,
        "files": [[file.path, _body(file.body, keep)] for file in component.files],
        "members": None if members is None else [[key.type, key.full_name] for key in members],
    }


def _body(content: Content, keep: Keep) -> str | list[str]:
    """The content as base64, or the names of its parts."""
    if size_of(content) > _PART:
        return [keep(part) for part in _parts(content)]
    return base64.b64encode(bytes_of(content)).decode()


def _parts(content: Content) -> Iterator[bytes]:
    """The content in parts of the same size, so that the same content has the same parts wherever it stands."""
    part = bytearray()
    for piece in chunks_of(content):
        part += piece
        while len(part) >= _PART:
            yield bytes(part[:_PART])
            del part[:_PART]
    if part:
        yield bytes(part)


def read_back(name: str, get: Get) -> Seen:
    """What was kept under this name."""
    document: dict[str, Any] = json.loads(get(name))
    shelf = Shelf()

    def component(part: str) -> Component:
        return _read_component(json.loads(get(part)), get, shelf)

    return Seen(
        tuple(map(component, document["components"])),
        tuple(ComponentKey(kind, full_name) for kind, full_name in document["absent"]),
        tuple(read_row(one) for one in document["rows"]),
        edited=tuple(map(component, document.get("edited", ()))),
    )


def _read_component(value: dict[str, Any], get: Get, shelf: Shelf) -> Component:
    members = value["members"]
    return Component(
        value["type"],
        value["name"],
        tuple(ComponentFile(path, _read_body(path, body, get, shelf)) for path, body in value["files"]),
        None if members is None else tuple(ComponentKey(kind, name) for kind, name in members),
    )


def _read_body(path: str, body: str | list[str], get: Get, shelf: Shelf) -> Content:
    """A content that was kept; one in parts is on disk, as all are that there is no room for."""
    parts = [base64.b64decode(body)] if isinstance(body, str) else map(get, body)
    return shelf.put(parts, f"the snapshot of {path}")


def parts_of(name: str, get: Get) -> tuple[str, ...]:
    """The names of everything that a kept list needs."""
    document = json.loads(get(name))
    components = (*document["components"], *document.get("edited", ()))
    bodies = (body for component in components for _, body in json.loads(get(component))["files"])
    return (*components, *(part for body in bodies if not isinstance(body, str) for part in body))
