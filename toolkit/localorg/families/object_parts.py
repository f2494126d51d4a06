"""Record types, rules, lists and sets that stand in an object: what they name of it.

Messages point behind the start tag of the part, as those of real deploys do. The platform's own fields are not judged.
"""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar
from urllib.parse import unquote

from toolkit.localorg import tree
from toolkit.localorg.families import formulas
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic, drop_entries
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node


class OfObject(Generic):
    """A part that names fields of its own object."""

    fields: ClassVar[tuple[str, ...]] = ()
    """Paths of elements whose text is the name of a field; the entry goes when the field does."""
    absent: ClassVar[str] = ""
    """What is said of a field that is not there, with {} for its name."""

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root, owner = incoming.root, incoming.owner
        for path in self.fields:
            element = path.rpartition("/")[2]
            for node in root.at(path):
                name = node.text.strip()
                if name and "." not in name and formulas.is_custom(name):
                    full, said = f"{owner}.{name}", self.absent.format(name)
                    yield Pointer(element, "CustomField", full, root.line, root.column, holds=False, missing=said)

    def forget(self, root: Node, gone: Reference) -> None:
        if gone.type == "CustomField":
            for path in self.fields:
                drop_entries(root, path, gone.name.rpartition(".")[2])


class CompactLayout(OfObject):
    fields = ("fields",)


class FieldSet(OfObject):
    fields = ("displayedFields/field", "availableFields/field")


class ListView(OfObject):
    fields = ("columns",)
    absent = "Could not resolve list view column: {}"


class ValidationRule(OfObject):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root, owner = incoming.root, incoming.owner
        shown = root.value("errorDisplayField") or ""
        if formulas.is_custom(shown) and "." not in shown:
            yield Pointer(
                "errorDisplayField", "CustomField", f"{owner}.{shown}", root.line, root.column, holds=True
            )  # fmt: skip
        formula = root.value("errorConditionFormula") or ""
        yield from formulas.pointers(formula, owner, root, "errorConditionFormula")


class WebLink(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root = incoming.root
        if (page := root.value("page")) and "__" not in page:
            yield Pointer("page", "ApexPage", page, root.line, root.column, holds=True)


_OF_RECORD_TYPE = {"compactLayoutAssignment": "CompactLayout", "businessProcess": "BusinessProcess"}


class RecordType(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root, owner = incoming.root, incoming.owner
        for element, kind in _OF_RECORD_TYPE.items():
            name = root.value(element) or ""
            if name and name.upper() != "SYSTEM":
                full = name if "." in name else f"{owner}.{name}"
                yield Pointer(element, kind, full, root.line, root.column, holds=True)
        for entry in root.all("picklistValues"):
            name = entry.value("picklist") or ""
            if formulas.is_custom(name):
                yield Pointer("picklist", "CustomField", f"{owner}.{name}", root.line, root.column, holds=False)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        for entry in root.all("picklistValues"):
            name = entry.value("picklist") or ""
            allowed = _values(f"{incoming.owner}.{name}", deploy) if formulas.is_custom(name) else None
            if allowed is None:
                continue
            for value in entry.all("values"):
                text = value.value("fullName") or ""
                if _plain(text) not in allowed:
                    yield Fault(f"Picklist value: {text} in picklist: {name} not found", root.line, root.column)

    def forget(self, root: Node, gone: Reference) -> None:
        name = gone.name.rpartition(".")[2].lower()
        root.children = [
            node for node in root.children
            if node.name != "picklistValues" or (node.value("picklist") or "").lower() != name
        ]  # fmt: skip

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        return [Fault("Cannot delete record type through API")]


def _values(field: str, deploy: Deploy) -> frozenset[str] | None:
    """The values of a picklist, case-folded; None when the field is not there or takes its values from elsewhere."""
    incoming = deploy.incoming("CustomField", field)
    stored = deploy.work.components.get("CustomField", field)
    root = incoming.root if incoming is not None else tree.parse(stored.xml) if stored is not None else None
    definition = next(root.at("valueSet/valueSetDefinition"), None) if root is not None else None
    if definition is None:
        return None
    return frozenset(_plain(value.value("fullName") or "") for value in definition.all("value"))


def _plain(value: str) -> str:
    """A picklist value as it is compared: record types write it percent-encoded."""
    return unquote(value).strip("\ufeff ").casefold()
