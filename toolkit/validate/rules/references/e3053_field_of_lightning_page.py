from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.lookup import field_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3053",
    severity=ERROR,
    title="A Lightning page shows a custom field that is not there",
    why="The deploy fails: the field of a dynamic form must exist on the page's object.",
    mend="add the field, correct its name, or remove the item",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><fieldInstance><fieldItem>Record.Gone__c</fieldItem></fieldInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><fieldInstance><fieldItem>Record.Subject</fieldItem></fieldInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType>
</FlexiPage>""",
    },
)


def _fields(document: Document) -> Iterator[tuple[Element, str]]:
    object_ = document.text("sobjectType")
    for element in document.deep("fieldItem"):
        name = document.value(element)
        if object_ and name.startswith("Record.") and name.count(".") == 1:
            yield element, f"{object_}.{name[7:]}"


REFERENCES = (Reference("FlexiPage", "", ("CustomField",), by=_fields),)
check = unresolved(RULE, "custom field", known=field_is_known)
