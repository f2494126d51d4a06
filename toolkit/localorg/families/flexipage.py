"""Lightning pages (facts 3.16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.localorg import tree
from toolkit.localorg.families import rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

VISUALFORCE = "flexipage:visualforcePage"
# templates whose regions are known (retrieved files); any other is taken as it comes
REGIONS = {
    "flexipage:recordHomeTemplateDesktop": {"header", "main", "sidebar"},
    "flexipage:recordHomeSingleColTemplateDesktop": {"header", "main"},
    "flexipage:recordHomeLeftSidebarTemplateDesktop": {"header", "main", "sidebar"},
    "flexipage:recordHomeTwoColEqualHeaderTemplateDesktop": {"header", "leftcol", "rightcol"},
    "flexipage:recordHomeWithSubheaderTemplateDesktop": {"header", "subheader", "main", "sidebar"},
    "flexipage:recordHomeSingleColNoHeaderTemplateDesktop": {"main"},
    "home:desktopTemplate": {"top", "bottomLeft", "bottomRight", "sidebar"},
    "one:utilityBarTemplateDesktop": {"utilityItems", "backgroundComponents"},
}
IDENTIFIERS_SINCE = 53.0


def components(root: Node) -> Iterator[Node]:
    """Every componentInstance of the page."""
    for region in root.all("flexiPageRegions"):
        yield from region.at("itemInstances/componentInstance")
        yield from region.all("componentInstances")


def properties(component: Node) -> dict[str, Node]:
    return {
        name: value
        for entry in component.all("componentInstanceProperties")
        if (name := entry.value("name")) and (value := entry.child("value")) is not None
    }


class FlexiPage(Generic):
    names = (Names("sobjectType", "CustomObject"),)

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        node = incoming.root.child("sobjectType")
        if node is not None and node.text.strip():
            yield Pointer("sobjectType", "CustomObject", node.text.strip(), node.line, node.column, holds=True)
            for item in incoming.root.at("flexiPageRegions/itemInstances/fieldInstance/fieldItem"):
                yield from self._field(node.text.strip(), item)
        for component in components(incoming.root):
            yield from self._component(component)

    @staticmethod
    def _field(sobject: str, item: Node) -> Iterator[Pointer]:
        """A field of the record itself; those of related records are not followed."""
        start, _, name = item.text.strip().partition(".")
        if start == "Record" and name.endswith("__c"):
            what = f"Something went wrong. We couldn't retrieve or load the information on the field: Record.{name}."
            field = f"{sobject}.{name}"
            yield Pointer("fieldItem", "CustomField", field, item.line, item.column, holds=True, missing=what)

    @staticmethod
    def _component(component: Node) -> Iterator[Pointer]:
        node = component.child("componentName")
        name = node.text.strip() if node else ""
        if node is None or not name:
            return
        if name == VISUALFORCE:
            page = properties(component).get("pageName")
            if page is not None and page.text.strip() and "__" not in page.text:
                text = page.text.strip()
                yield Pointer("pageName", "ApexPage", text, page.line, page.column, holds=True)
            return
        own = name.removeprefix("c:")
        if ":" not in own and "__" not in own:
            what = f"We couldn't retrieve the design time component information for component {name}."
            yield Pointer("componentName", "component", own, node.line, node.column, holds=True, missing=what)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        yield from self._identifiers(root, deploy.version)
        yield from self._regions(root)
        old = deploy.work.components.get("FlexiPage", incoming.full_name)
        node = root.child("sobjectType")
        if old is not None:
            held = tree.parse(old.xml).value("sobjectType") or ""
            now = node.text.strip() if node else ""
            if held != now:
                at = node or root
                yield Fault("You can't change the entity type of an existing Lightning page.", at.line, at.column)

    @staticmethod
    def _identifiers(root: Node, version: float) -> Iterator[Fault]:
        seen: set[str] = set()
        for region in root.all("flexiPageRegions"):
            for kind in ("componentInstance", "fieldInstance"):
                for item in region.at(f"itemInstances/{kind}"):
                    identifier = item.value("identifier")
                    if not identifier:
                        if version >= IDENTIFIERS_SINCE:
                            yield Fault("Required field is missing: identifier", item.line, item.column)
                        continue
                    if identifier in seen:
                        message = (
                            f"Duplicate identifier '{identifier}': each component and field needs a unique identifier."
                        )
                        yield Fault(message, item.line, item.column)
                    seen.add(identifier)

    @staticmethod
    def _regions(root: Node) -> Iterator[Fault]:
        template = root.value("name") or next((n.text.strip() for n in root.at("template/name")), "")
        known = REGIONS.get(template)
        seen: set[str] = set()
        for region in root.all("flexiPageRegions"):
            name = region.value("name") or ""
            if name in seen:
                yield Fault(f"Region '{name}' appears more than once", region.line, region.column)
            seen.add(name)
            if known is not None and region.value("type") == "Region" and name not in known:
                yield Fault(f"Region '{name}' doesn't exist in template '{template}'", region.line, region.column)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        sobject = root.value("sobjectType")
        rows.put(
            deploy.work, "FlexiPage", stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("masterLabel"), Type=root.value("type"),
            EntityDefinitionId=entity_id(deploy.work, sobject), Description=root.value("description"),
            ParentFlexiPage=root.value("parentFlexiPage"),
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("FlexiPage", stored.id)


def entity_id(work: Work, sobject: str | None) -> str | None:
    """EntityDefinitionId: the API name of a standard object, the id of a custom one."""
    if not sobject:
        return None
    stored = work.components.get("CustomObject", sobject)
    return stored.id if stored is not None and sobject.endswith("__c") else sobject
