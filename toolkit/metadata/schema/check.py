"""check: what is wrong in one metadata file, by the type model that Salesforce publishes."""

from __future__ import annotations

import functools

from lxml import etree

from toolkit.metadata.schema import position, reading
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import Schema, major, schema
from toolkit.metadata.schema.plan import Planner
from toolkit.metadata.schema.suggest import nearest
from toolkit.metadata.schema.walker import Raw, Walker
from toolkit.metadata.xml import METADATA_NS, local_name

TOOLING_NS = "urn:metadata.tooling.soap.sforce.com"
MAX_FINDINGS = 500
"""Findings of one file; a note says when there are more."""

# Roots that real files have in the namespace of the Tooling API, where their parts are the same.
TOOLING_ROOTS = frozenset(
    {
        "ApexClass",
        "ApexComponent",
        "ApexPage",
        "ApexTrigger",
        "AuraDefinitionBundle",
        "LightningComponentBundle",
        "StaticResource",
    }
)


class Checker:
    """Checks documents against a schema and keeps what it compiled; one checker belongs to one thread."""

    def __init__(self, table: Schema) -> None:
        self._schema = table
        self._walkers: dict[tuple[int, str], tuple[Planner, Walker]] = {}

    def check(self, data: bytes, *, source: str, type_name: str | None, api_version: str) -> list[SchemaFinding]:
        """The findings of one file in the order of their places; [] when all is well."""
        try:
            root = reading.parse(data, source=source)
        except reading.Unreadable as unreadable:
            return [unreadable.finding]
        raws = self._document(root, type_name, major(api_version))
        return _placed(raws, data, root, source) if raws else []

    def _document(self, root: etree._Element, type_name: str | None, version: int) -> list[Raw]:
        name, space = local_name(root), etree.QName(root).namespace or ""
        raws = self._root(root, name, type_name)
        raws += _namespace(root, name, space)
        if any(raw.code == "namespace" and raw.severity == "error" for raw in raws):
            return raws
        planner, walker = self._tools(version, space)
        plan = planner.plan(name)
        if plan is None and type_name:
            plan = planner.plan(type_name)
        if plan is None:
            return raws or [_unchecked(root, name)]
        return raws + walker.walk(root, plan, limit=MAX_FINDINGS)

    def _root(self, root: etree._Element, name: str, type_name: str | None) -> list[Raw]:
        """The finding of a root that its path contradicts, or that looks like a slip of a metadata type."""
        if type_name is None or name == type_name:
            if self._schema.complex_type(name) is not None:
                return []
            near = nearest(name, self._schema.roots) if type_name is None else None
            if near is None:
                return []
            message = f"<{name}> is no metadata type that is known"
            return [Raw("root", "warning", message, root, f"did you mean <{near}>?", name, near)]
        message = f"the root is <{name}>, but the path is one of {type_name}"
        mend = f"write <{type_name}>, or move the file to the folder and suffix of {name}"
        return [Raw("root", "error", message, root, mend, name, type_name)]

    def _tools(self, version: int, space: str) -> tuple[Planner, Walker]:
        key = (version, space)
        if key not in self._walkers:
            planner = Planner(self._schema, version, space)
            self._walkers[key] = (planner, Walker(planner))
        return self._walkers[key]


def _namespace(root: etree._Element, name: str, space: str) -> list[Raw]:
    if space == METADATA_NS or (space == TOOLING_NS and name in TOOLING_ROOTS):
        return []
    mend = f'write <{name} xmlns="{METADATA_NS}">'
    if not space:
        return [Raw("namespace", "warning", f"<{name}> has no namespace", root, mend, name)]
    message = f"<{name}> is in the namespace {space!r}, which is not the one of metadata"
    return [Raw("namespace", "error", message, root, mend, name, "", space)]


def _unchecked(root: etree._Element, name: str) -> Raw:
    return Raw("not-checked", "note", f"the schema does not know the type {name}", root, None, name, name)


def _placed(raws: list[Raw], data: bytes, root: etree._Element, source: str) -> list[SchemaFinding]:
    places = position.places(data, root, (raw.element for raw in raws))
    findings = [
        SchemaFinding(
            raw.code,
            raw.severity,
            raw.message,
            source,
            *places[raw.element],
            raw.mend,
            _path(raw.element),
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


def _path(element: etree._Element) -> str:
    parts: list[str] = []
    node: etree._Element | None = element
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
