from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate import known
from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2021",
    severity=ERROR,
    title="A destructive manifest names a standard object, field or record type",
    why="Standard objects and fields cannot be deleted, and record types cannot be deleted through the Metadata API.",
    mend="remove the member; delete record types in Setup",
    source="Metadata API Developer Guide, deleting components",
    bad={
        "destructiveChanges.xml": (
            "<Package><types><members>Account</members><name>CustomObject</name></types></Package>"
        )
    },
    good={
        "destructiveChanges.xml": ("<Package><types><members>A__c</members><name>CustomObject</name></types></Package>")
    },
)


def check(document: Document) -> Iterator[Finding]:
    if not document.file.base.startswith("destructiveChanges"):
        return
    for types in document.all("types"):
        type_name = document.value(types, "name")
        for member in document.all("members", types):
            name = document.value(member)
            if type_name == "CustomObject" and name != "*" and not known.custom_object(name):
                yield document.finding(RULE, member, f"{name} is a standard object and cannot be deleted")
            elif type_name == "CustomField" and not known.custom_field(name.rpartition(".")[2]):
                yield document.finding(RULE, member, f"{name} is a standard field and cannot be deleted")
            elif type_name == "RecordType":
                yield document.finding(RULE, member, f"the record type {name} cannot be deleted through the API")
