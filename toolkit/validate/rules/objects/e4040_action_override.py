from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4040",
    severity=ERROR,
    title="An action override that lacks its content, or is there twice",
    why=(
        "An override of type Flexipage, Visualforce or "
        "LightningComponent shows its content; two for one action and form"
        " factor contradict each other, and the deploy fails."
    ),
    mend="name the page in <content>, set the type to Default, or remove the second override",
    source="Metadata API Developer Guide, ActionOverride",
    bad={
        "objects/Case.object": """<CustomObject>
    <actionOverrides><actionName>View</actionName><formFactor>Large</formFactor><type>Flexipage</type></actionOverrides>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides>
    <actionOverrides>
        <actionName>View</actionName><content>Case_Page</content><formFactor>Large</formFactor><type>Flexipage</type>
    </actionOverrides>
</CustomObject>""",
    },
)
_WITH_CONTENT = frozenset({"Flexipage", "Visualforce", "LightningComponent", "Scontrol"})


def check(document: Document) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for entry in document.entries("actionOverrides"):
        kind, action = entry["type"], entry["actionName"]
        if kind in _WITH_CONTENT and not entry["content"]:
            message = f"the override of {action} is of type {kind} and has no content"
            yield document.finding(RULE, entry.element, message)
        key = (action, entry["formFactor"], entry["pageOrSobjectType"])
        if key in seen:
            form = f" for {entry['formFactor']}" if entry["formFactor"] else ""
            object_ = f" of {entry['pageOrSobjectType']}" if entry["pageOrSobjectType"] else ""
            yield document.finding(RULE, entry.element, f"the override of {action}{object_}{form} is there twice")
        seen.add(key)
