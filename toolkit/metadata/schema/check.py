"""check: what is wrong in one metadata file, by the type model that Salesforce publishes."""

from __future__ import annotations

import functools

from lxml import etree

from toolkit.metadata.schema import fast, reading, roots
from toolkit.metadata.schema.fast import FastTier, Record, Tools
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import Schema, major, schema
from toolkit.metadata.schema.plan import Planner
from toolkit.metadata.schema.walker import Behind, Raw, Walker
from toolkit.metadata.xml import local_name

MAX_FINDINGS = 500
"""Findings of one file; a note says when there are more."""


class Checker:
    """Checks documents against a schema and keeps what it compiled; one checker belongs to one thread.

    fast=False leaves out the fast tier; the findings are the same.
    """

    def __init__(self, table: Schema, *, fast: bool = True) -> None:
        self._schema = table
        self._fast = fast
        self._tiers: dict[int, FastTier] = {}
        self._walkers: dict[tuple[int, str], Tools] = {}

    def check(self, data: bytes, *, source: str, type_name: str | None, api_version: str) -> list[SchemaFinding]:
        """The findings of one file in the order of their places; [] when all is well."""
        version = major(api_version)
        record = self._record(data, type_name, version) if self._fast else None
        if record is not None and record.accepts(data):
            return []
        try:
            root = reading.parse(data, source=source)
        except reading.Unreadable as unreadable:
            return [unreadable.finding]
        kind, raws = self._document(root, type_name, version, attributes=_may_have_attributes(data))
        if raws:
            return _placed(raws, data, root, source)
        if record is not None and record.root == kind:
            record.learn(data)
        return []

    def _record(self, data: bytes, type_name: str | None, version: int) -> Record | None:
        tier = self._tiers.get(version)
        if tier is None:
            tier = self._tiers[version] = FastTier(functools.partial(self._tools, version))
        return tier.record(data, type_name)

    def _document(
        self, root: etree._Element, type_name: str | None, version: int, *, attributes: bool
    ) -> tuple[str | None, list[Raw]]:
        """The type that the document is checked against, None for one that is not known, and what is wrong."""
        found = roots.judge(root, self._schema, type_name)
        raws = list(found.raws)
        if found.type is None or found.stops:
            return found.type, raws
        planner, walker = self._tools(version, found.namespace)
        raws += walker.walk(root, planner.known(found.type), limit=MAX_FINDINGS, attributes=attributes)
        return found.type, raws

    def _tools(self, version: int, space: str) -> Tools:
        key = (version, space)
        if key not in self._walkers:
            planner = Planner(self._schema, version, space)
            self._walkers[key] = Tools(planner, Walker(planner))
        return self._walkers[key]


def _may_have_attributes(data: bytes) -> bool:
    head = fast.head(data)
    return head is None or data.find(b"=", head.end()) >= 0


def _placed(raws: list[Raw], data: bytes, root: etree._Element, source: str) -> list[SchemaFinding]:
    from toolkit.metadata.schema import position

    places = position.places(data, root, raws)
    findings = [
        SchemaFinding(
            raw.code,
            raw.severity,
            raw.message,
            source,
            *places[raw.element, raw.behind],
            raw.mend,
            _path(raw.element, raw.behind),
            raw.subject,
            raw.type,
            raw.value,
        )
        for raw in raws[:MAX_FINDINGS]
    ]
    findings.sort(key=lambda f: (f.line, f.column))
    if len(raws) > MAX_FINDINGS:
        message = f"the file has more findings; the first {MAX_FINDINGS} are shown"
        findings.append(SchemaFinding("more", "note", message, source, mend="mend these first"))
    return findings


def _path(element: etree._Element, behind: Behind) -> str:
    """The names from the root to the element (to its parent, for text behind its end), with indexes among twins."""
    parts: list[str] = []
    node = element.getparent() if behind == "end" else element
    while node is not None:
        name, parent = local_name(node), node.getparent()
        if parent is not None:
            twins = parent.findall(node.tag)
            if len(twins) > 1:
                name += f"[{twins.index(node) + 1}]"
        parts.append(name)
        node = parent
    return "/".join(reversed(parts))


@functools.cache
def _shared() -> Checker:
    return Checker(schema())


def check(data: bytes, *, source: str, type_name: str | None = None, api_version: str) -> list[SchemaFinding]:
    """The findings of one metadata file, in the order of their places.

    source is the file as the user named it. type_name is the metadata type that its path stands for (None: trust the
    root element). api_version is the project's ("62.0"). A type that the schema does not know gives one note with the
    code not-checked. Never raises for bad input.
    """
    return _shared().check(data, source=source, type_name=type_name, api_version=api_version)
