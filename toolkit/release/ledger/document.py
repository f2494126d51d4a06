"""What a step saw, as documents that can be kept: one for each component, and one that lists them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.release.seen import Seen, SeenRow

# Any: JSON as it was read; every value is put into its typed place here.
Keep = Callable[[bytes], str]
Get = Callable[[str], bytes]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def dumped(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def kept(seen: Seen, keep: Keep) -> str:
    """Keep it by `keep`, which returns the name of what it kept; the name of the list is returned."""
    document = {
        "components": [keep(dumped(_component(component))) for component in seen.components],
        "absent": [[key.type, key.full_name] for key in seen.absent],
        "rows": [row(one) for one in seen.rows],
        "edited": [keep(dumped(_component(component))) for component in seen.edited],
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


def _component(component: Component) -> dict[str, Any]:
    members = component.members
    return {
        "type": component.type,
        "name": component.full_name,
        "files": [[file.path, base64.b64encode(file.content).decode()] for file in component.files],
        "members": None if members is None else [[key.type, key.full_name] for key in members],
    }


def read_back(name: str, get: Get) -> Seen:
    """What was kept under this name."""
    document: dict[str, Any] = json.loads(get(name))
    return Seen(
        tuple(_read_component(json.loads(get(part))) for part in document["components"]),
        tuple(ComponentKey(kind, full_name) for kind, full_name in document["absent"]),
        tuple(read_row(one) for one in document["rows"]),
        edited=tuple(_read_component(json.loads(get(part))) for part in document.get("edited", ())),
    )


def _read_component(value: dict[str, Any]) -> Component:
    members = value["members"]
    return Component(
        value["type"],
        value["name"],
        tuple(ComponentFile(path, base64.b64decode(content)) for path, content in value["files"]),
        None if members is None else tuple(ComponentKey(kind, name) for kind, name in members),
    )


def parts_of(name: str, get: Get) -> tuple[str, ...]:
    """The names of everything that a kept list needs."""
    document = json.loads(get(name))
    return (*document["components"], *document.get("edited", ()))
