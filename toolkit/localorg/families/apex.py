"""Apex classes and triggers: kept and listed, not compiled (IMPLEMENTED.md says so)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import ClassVar

from toolkit.localorg.families import rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.model.org import Work
from toolkit.localorg.options import MAX_API_VERSION
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

MAX_LENGTH = 1_000_000
_COMMENT = re.compile(r"(?P<text>'(?:[^'\\\n]|\\.)*+'?)|/\*.*?(?:\*/|\Z)|//[^\n]*", re.S)
_TRIGGER = re.compile(r"\btrigger\s+\w+\s+on\s+(\w+)", re.I)


def without_comments(body: str) -> str:
    """The code, its texts left in."""
    return _COMMENT.sub(lambda match: match["text"] or "", body)


def body_without_comments(files: Mapping[str, bytes]) -> str | None:
    """The code of a class among its files; None when there is none."""
    body = next((data for path, data in files.items() if path.endswith(".cls")), None)
    return None if body is None else without_comments(body.decode("utf-8", "replace"))


def version_fault(root: Node) -> Iterable[Fault]:
    """The apiVersion of a content file must be one that the org speaks."""
    node = root.child("apiVersion")
    if node is None:
        return
    try:
        number = float(node.text)
    except ValueError:
        return  # the schema has said so
    if not 7 <= number <= MAX_API_VERSION:
        yield Fault(f'The apiVersion can\'t be "{node.text.strip()}".', node.line, node.column)


class _Source(Generic):
    suffix: ClassVar[str]

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from version_fault(incoming.root)
        body = self.body(incoming.files)
        if body is not None and len(body) > MAX_LENGTH:
            yield Fault(f"Class or trigger is longer than {MAX_LENGTH} characters", 1, 1)

    def body(self, files: Mapping[str, bytes]) -> str | None:
        found = next((content for path, content in files.items() if path.endswith(self.suffix)), None)
        return None if found is None else found.decode("utf-8", "replace")

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if root.child("status") is None:
            root.put("status", "Active")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        body = self.body(deploy.work.components.files(stored.type, stored.full_name)) or ""
        rows.put(
            deploy.work, self.type, stored.id,
            Name=stored.full_name, ApiVersion=float(root.value("apiVersion") or 0),
            Status=root.value("status") or "Active",
            IsValid=False, Body=body, BodyCrc=float(zlib.crc32(body.encode())),
            LengthWithoutComments=len(without_comments(body)),
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove(self.type, stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)


class ApexClass(_Source):
    suffix = ".cls"


class ApexTrigger(_Source):
    suffix = ".trigger"

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from super().check(incoming, deploy)
        match = _TRIGGER.search(without_comments(self.body(incoming.files) or ""))
        if match and not deploy.exists("CustomObject", match[1]):
            yield Fault(f"Invalid type: {match[1]}", 1, 1)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        super().settle(stored, root, deploy)
        body = self.body(deploy.work.components.files(stored.type, stored.full_name)) or ""
        if match := _TRIGGER.search(without_comments(body)):
            rows.put(deploy.work, self.type, stored.id, TableEnumOrId=match[1])
