"""Page layouts (facts 3.18)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from toolkit.localorg import tree
from toolkit.localorg.families import formulas, rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.flexipage import entity_id
from toolkit.localorg.families.generic import Generic, drop_entries
from toolkit.localorg.families.markup import Markup
from toolkit.localorg.families.namespaces import installed
from toolkit.localorg.families.prefixes import prefix_of
from toolkit.localorg.model import layouts
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node

_PAGES = (
    "layoutSections/layoutColumns/layoutItems/page", "feedLayout/leftComponents/page",
    "feedLayout/rightComponents/page",
    "relatedContent/relatedContentItems/layoutItem/page",
)  # fmt: skip


_ACTION_ITEMS = (
    ("quickActionList", "quickActionListItems/quickActionName"),
    ("platformActionList", "platformActionListItems/actionName"),
)
PARENT_FAILED = "Parent entity failed to deploy"
"""Said without a place of what belongs to an object that is not there (deploy results in public repositories)."""


def object_of(full_name: str) -> str:
    """The object a layout belongs to: what stands before the first hyphen."""
    return unquote(full_name).partition("-")[0]


class Layout(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        owner = object_of(incoming.full_name)
        root, entity = incoming.root, _entity(owner)
        yield Pointer("object", "CustomObject", entity, 0, 0, holds=False, missing=PARENT_FAILED, alone=True)
        for path in _PAGES:
            for node in root.at(path):
                if name := node.text.strip():
                    yield Pointer("page", "ApexPage", name, node.line, node.column, holds=True)
        for node in root.at("layoutSections/layoutColumns/layoutItems/field"):
            if name := node.text.strip():
                yield Pointer("field", "CustomField", f"{entity}.{name}", node.line, node.column, holds=False)
        yield from self._quick_actions(root)
        yield from self._related(root)
        for node in root.at("layoutSections/layoutColumns/layoutItems/customLink"):
            if name := node.text.strip():
                yield Pointer("customLink", "WebLink", f"{entity}.{name}", node.line, node.column, holds=True)

    @staticmethod
    def _quick_actions(root: Node) -> Iterator[Pointer]:
        """The actions of objects; which of them standard objects have by themselves is not known."""
        items = [*root.at("quickActionList/quickActionListItems/quickActionName")]
        for entry in root.at("platformActionList/platformActionListItems"):
            if entry.value("actionType") == "QuickAction":
                items += entry.all("actionName")
        for node in items:
            if "." in (name := node.text.strip()):
                said = f"In field: QuickAction - no QuickAction named {name} found"
                own = name.partition(".")[0].endswith("__c")
                yield Pointer(
                    "QuickAction", "QuickAction", name, node.line, node.column, holds=False, missing=said, required=own
                )

    @staticmethod
    def _related(root: Node) -> Iterator[Pointer]:
        """Lists of custom lookups (Child__c.Parent__c), and the custom fields they show."""
        for entry in root.all("relatedLists"):
            node = entry.child("relatedList")
            child, _, field = (node.text.strip() if node is not None else "").partition(".")
            if node is None or not formulas.is_custom(field):
                continue
            missing = f"Cannot find related list:{child}.{field}"
            yield Pointer(
                "relatedList", "CustomField", f"{child}.{field}", node.line, node.column, holds=False, missing=missing
            )
            for shown in entry.all("fields"):
                if formulas.is_custom(name := shown.text.strip()) and "." not in name:
                    what = f"Invalid field:{name} in related list:{child}.{field}"
                    yield Pointer(
                        "fields", "CustomField", f"{child}.{name}", shown.line, shown.column, holds=False, missing=what
                    )

    def forget(self, root: Node, gone: Reference) -> None:
        name = gone.name.rpartition(".")[2]
        if gone.element == "QuickAction":
            for holder, item in _ACTION_ITEMS:
                for actions in root.all(holder):
                    drop_entries(actions, item, gone.name)
        elif gone.element == "relatedList":
            drop_entries(root, "relatedLists/relatedList", gone.name)
        elif gone.element == "fields":
            for entry in root.all("relatedLists"):
                if (entry.value("relatedList") or "").partition(".")[0].lower() == gone.name.partition(".")[0].lower():
                    drop_entries(entry, "fields", name)
        elif gone.element == "field":
            for column in root.at("layoutSections/layoutColumns"):
                drop_entries(column, "layoutItems/field", name)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        seen: set[str] = set()
        for node in incoming.root.at("layoutSections/layoutColumns/layoutItems/field"):
            name = node.text.strip()
            if name in seen:
                yield Fault(f"Field: field, value: {name} appears more than once", node.line, node.column)
            seen.add(name)
        owner = _entity(object_of(incoming.full_name))
        for path in _PAGES:
            for node in incoming.root.at(path):
                yield from self._controller(owner, node, deploy)

    @staticmethod
    def _controller(owner: str, node: Node, deploy: Deploy) -> Iterator[Fault]:
        """A page on a layout must use the standard controller of the layout's object."""
        name = node.text.strip()
        incoming = deploy.incoming("ApexPage", name)
        files = incoming.files if incoming is not None else deploy.work.components.files("ApexPage", name)
        text = next((content for path, content in files.items() if path.endswith(".page")), None)
        if text is None:
            return
        tag = Markup(text.decode("utf-8", "replace")).root()
        if tag is None or tag.attributes.get("standardcontroller", "").lower() != owner.lower():
            yield Fault(f"Page {name} can't be used on this layout: it must use the standard controller for {owner}",
                        node.line, node.column)  # fmt: skip

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        _register(stored, deploy.work)

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        owner = object_of(stored.full_name)
        if installed(work, "CustomObject", owner):
            return []  # the package has layouts of its own, which are not known here
        others = [
            other for other in work.components.of_type("Layout")
            if object_of(other.full_name) == owner and other.full_name != stored.full_name
        ]  # fmt: skip
        return [] if others else [Fault("Can't delete the last layout of an object")]

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("Layout", stored.id)


def _register(stored: Stored, work: Work) -> None:
    owner, _, label = unquote(stored.full_name).partition("-")
    rows.put(
        work, "Layout", stored.id,
        Name=label, TableEnumOrId=owner, EntityDefinitionId=entity_id(work, owner), LayoutType="Standard",
    )  # fmt: skip


def make_automatic(object_name: str, root: Node, work: Work) -> None:
    """Put in the layout that comes with a new object: its file in the same deploy is a change and no creation."""
    owned = root.value("sharingModel") != "ControlledByParent"
    name, node = layouts.automatic(object_name, root.value("label") or object_name, owned=owned)
    if work.components.has("Layout", name):
        return
    xml, by, at = tree.dump(node), work.user_id, work.now
    digest = hashlib.sha256(xml).digest()
    stored = Stored("Layout", name, work.facts.next_id(prefix_of("Layout")), "", xml, digest, by, at, by, at)
    work.components.put(stored, {})
    _register(stored, work)


def _entity(owner: str) -> str:
    """The object whose fields a layout shows: some have layouts under a second prefix."""
    return {"CaseClose": "Case", "CaseInteraction": "Case", "UserAlt": "User"}.get(owner, owner)
