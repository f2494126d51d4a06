from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.lookup import field_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3061",
    severity=ERROR,
    title="A layout shows a custom field that is not there",
    why=(
        "The deploy fails with `In field: field - no CustomField "
        "named O.F found`, unless the org has the field already."
    ),
    mend="add the field, correct its name, or remove the item",
    source="Metadata API Developer Guide, Layout",
    bad={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns><layoutItems><behavior>Edit</behavior><field>Gone__c</field></layoutItems></layoutColumns>
        <style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
    good={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns><layoutItems><behavior>Edit</behavior><field>Subject</field></layoutItems></layoutColumns>
        <style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
)


def _fields(document: Document) -> Iterator[tuple[Element, str]]:
    object_ = document.name.partition("-")[0]
    for item in document.deep("layoutItems"):
        for element in document.all("field", item):
            if name := document.value(element):
                yield element, f"{object_}.{name}"


REFERENCES = (Reference("Layout", "", ("CustomField",), by=_fields),)
check = unresolved(RULE, "custom field", known=field_is_known)
