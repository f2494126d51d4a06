"""Clean documents made from the type model, and the fixtures."""

from __future__ import annotations

import random
from pathlib import Path

from lxml import etree

from toolkit.metadata.schema.model import schema
from toolkit.metadata.schema.plan import Plan, Planner
from toolkit.metadata.xml import METADATA_NS

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.xml"))
VERSION = "63.0"
VALUES = {
    "string": "Some text",
    "boolean": "true",
    "int": "7",
    "double": "62.0",
    "number": "3",
    "date": "2026-01-31",
    "time": "08:00:00.000Z",
    "dateTime": "2026-01-31T08:00:00.000Z",
    "moment": "2026-01-31",
    "base64": "QUJD",
    "any": "anything",
}
PLANNER = Planner(schema(), 63, METADATA_NS)


def fill(parent: etree._Element, plan: Plan, rng: random.Random, depth: int) -> None:
    """Give the element what its type requires and some of the rest, in WSDL order."""
    for tag, slot in plan.slots.items():
        if slot.newer or slot.removed or (slot.enum and not slot.ok):
            continue
        if not slot.required and rng.random() > (0.5 if depth == 0 else 0.25):
            continue
        if slot.kind == "complex" and depth > 3 and not slot.required:
            continue
        for _ in range(rng.choice((1, 1, 2, 3)) if slot.repeated else 1):
            child = etree.SubElement(parent, tag)
            if slot.kind == "complex":
                if depth < 12:
                    fill(child, PLANNER.inner(slot), rng, depth + 1)
            else:
                child.text = rng.choice(sorted(slot.ok)) if slot.enum and slot.ok else VALUES[slot.kind]


def document(name: str, rng: random.Random) -> etree._Element:
    root = etree.Element(f"{{{METADATA_NS}}}{name}", nsmap={None: METADATA_NS})
    fill(root, PLANNER.known(name), rng, 0)
    etree.indent(root, "    ")
    return root


def text_of(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


COMMON = [
    *(
        "ApexClass",
        "ApexPage",
        "AuraDefinitionBundle",
        "ConnectedApp",
        "CustomApplication",
        "CustomField",
        "CustomLabels",
    ),
    *("CustomMetadata", "CustomObject", "CustomObjectTranslation", "CustomPermission", "CustomSite", "CustomTab"),
    *("Dashboard", "EmailTemplate", "ExternalClientApplication", "FlexiPage", "Flow", "GlobalValueSet", "Layout"),
    *("LightningComponentBundle", "ListView", "NamedCredential", "Network", "Package", "PermissionSet", "Profile"),
    *("QuickAction", "RecordType", "RemoteSiteSetting", "Report", "ReportType", "SecuritySettings", "SharingRules"),
    *("StaticResource", "Translations", "ValidationRule", "WebLink", "Workflow", "AssignmentRules", "ApprovalProcess"),
]
