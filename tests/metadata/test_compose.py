"""Children and parents put together: the exact bytes, and the file and line that each line came from."""

from __future__ import annotations

import pytest

from tests.metadata.bundle_samples import document
from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.component import ComponentKey
from toolkit.metadata.compose import ChildFile, SourceFile, compose, compose_labels
from toolkit.metadata.registry import standard

OBJECT = standard()["CustomObject"]
LABELS = standard()["CustomLabels"]


def child(suffix: str, name: str, content: bytes, folder: str = "f") -> ChildFile:
    info = OBJECT.child_by_suffix(suffix)
    assert info is not None
    return ChildFile(info, name, SourceFile(f"{folder}/{name}.{suffix}-meta.xml", content))


FIELD_B = child("field", "B__c", document("CustomField", "<fullName>B__c</fullName>\n<type>Text</type>"))
FIELD_A = child("field", "a__c", document("CustomField", "<fullName>a__c</fullName>"))
VIEW = child("listView", "All", b'<ListView xmlns:x="u"><fullName>All</fullName></ListView>')


def test_children_follow_the_parent_by_element_and_name() -> None:
    parent = SourceFile("p.xml", document("CustomObject", "<label>L</label>"))
    notes: list[Problem] = []
    file, members = compose(OBJECT, "O__c", "objects/O__c.object", [parent], [VIEW, FIELD_B, FIELD_A], notes=notes)
    assert file.content.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <label>L</label>\n"
        "    <fields>\n    <fullName>a__c</fullName>\n    </fields>\n"
        "    <fields>\n    <fullName>B__c</fullName>\n    <type>Text</type>\n    </fields>\n"
        '    <listViews xmlns:x="u"><fullName>All</fullName></listViews>\n'
        "</CustomObject>\n"
    )
    assert members == (
        ComponentKey("CustomObject", "O__c"),
        ComponentKey("CustomField", "O__c.a__c"),
        ComponentKey("CustomField", "O__c.B__c"),
        ComponentKey("ListView", "O__c.All"),
    )
    assert notes == []
    places = [file.locate(line, 5) for line in range(1, 13)]
    assert places == [
        Location("p.xml", 1, 5),
        Location("p.xml", 2, 5),
        Location("p.xml", 3, 5),
        Location("f/a__c.field-meta.xml", 2, 5),
        Location("f/a__c.field-meta.xml", 3, 5),
        Location("f/a__c.field-meta.xml", 4, 5),
        Location("f/B__c.field-meta.xml", 2, 5),
        Location("f/B__c.field-meta.xml", 3, 5),
        Location("f/B__c.field-meta.xml", 4, 5),
        Location("f/B__c.field-meta.xml", 5, 5),
        Location("f/All.listView-meta.xml", 1, 5),
        Location("p.xml", 4, 5),
    ]


def test_a_parent_that_says_nothing_is_not_listed() -> None:
    parent = SourceFile("p.xml", b"<CustomObject/>")
    file, members = compose(OBJECT, "Account", "objects/Account.object", [parent], [FIELD_A], notes=[])
    assert members == (ComponentKey("CustomField", "Account.a__c"),)
    assert file.content == (
        b'<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        b"    <fields>\n    <fullName>a__c</fullName>\n    </fields>\n</CustomObject>\n"
    )


def test_a_parent_that_repeats_its_child_is_listed() -> None:
    parent = SourceFile("p.xml", document("CustomObject", "<fields>\n<fullName>a__c</fullName>\n</fields>"))
    _, members = compose(OBJECT, "Account", "objects/Account.object", [parent], [FIELD_A], notes=[])
    assert members == (ComponentKey("CustomObject", "Account"), ComponentKey("CustomField", "Account.a__c"))


def test_children_need_no_parent() -> None:
    file, members = compose(OBJECT, "Account", "objects/Account.object", [], [FIELD_A], notes=[])
    assert members == (ComponentKey("CustomField", "Account.a__c"),)
    assert file.origin == "f/a__c.field-meta.xml"
    assert file.content.count(b"\n") == 6


def test_parents_of_several_directories_are_put_together() -> None:
    first = SourceFile(
        "one.xml",
        document(
            "CustomObject", "<label>Old</label>\n<actionOverrides>\n<actionName>New</actionName>\n</actionOverrides>"
        ),
    )
    second = SourceFile(
        "two.xml",
        document(
            "CustomObject",
            "<label>New</label>\n<actionOverrides>\n<actionName>View</actionName>\n</actionOverrides>\n<x>1</x>",
        ),
    )
    notes: list[Problem] = []
    file, _ = compose(OBJECT, "O", "objects/O.object", [first, second], [], notes=notes)
    assert file.content.decode().split("\n", 2)[2] == (
        "    <label>New</label>\n"
        "    <actionOverrides>\n    <actionName>View</actionName>\n    </actionOverrides>\n"
        "    <actionOverrides>\n    <actionName>New</actionName>\n    </actionOverrides>\n"
        "    <x>1</x>\n"
        "</CustomObject>\n"
    )
    assert [str(n) for n in notes] == [
        "one.xml:3: <label> is not taken from here, because two.xml:3 has another value (keep one of the two)"
    ]
    assert file.locate(4) == Location("two.xml", 4)
    assert file.locate(8) == Location("one.xml", 5)
    assert file.locate(10) == Location("two.xml", 7)


def test_what_can_be_there_once_is_taken_from_the_later_directory() -> None:
    def parent(origin: str, field: str) -> SourceFile:
        override = f"<actionOverrides>\n<actionName>View</actionName>\n<content>{field}</content>\n</actionOverrides>"
        search = (
            f"<searchLayouts>\n<customTabListAdditionalFields>{field}</customTabListAdditionalFields>\n</searchLayouts>"
        )
        listed = f"<fields>\n<fullName>F__c</fullName>\n<label>{field}</label>\n</fields>"
        return SourceFile(origin, document("CustomObject", f"{override}\n{listed}\n{search}"))

    notes: list[Problem] = []
    file, _ = compose(
        OBJECT, "O", "objects/O.object", [parent("one.xml", "A"), parent("two.xml", "B")], [], notes=notes
    )
    assert file.content.count(b"<searchLayouts>") == 1
    assert file.content.count(b"<fullName>F__c") == 1
    assert file.content.count(b"<actionOverrides>") == 1
    assert b">A<" not in file.content
    assert [str(n).partition(" (")[0] for n in notes] == [
        "one.xml:3: <actionOverrides View> is not taken from here, because two.xml:3 has another value",
        "one.xml:7: <fields F__c> is not taken from here, because two.xml:7 has another value",
        "one.xml:11: <searchLayouts> is not taken from here, because two.xml:11 has another value",
    ]


def test_a_child_with_a_file_of_its_own_wins() -> None:
    fields = [f"<fields>\n<fullName>{name}</fullName>\n</fields>" for name in ("a__c", "c__c")]
    inside = "\n".join(["<label>L</label>", *fields])
    parent = SourceFile("p.xml", document("CustomObject", inside))
    notes: list[Problem] = []
    file, members = compose(OBJECT, "O", "objects/O.object", [parent], [FIELD_A], notes=notes)
    assert file.content.count(b"a__c") == 1
    assert [k.full_name for k in members] == ["O", "O.a__c"]
    assert [str(n.where) for n in notes] == ["p.xml:4"]


def test_every_broken_file_is_named() -> None:
    bad = [
        child("field", "A__c", b"<CustomField><fullName>"),
        child("field", "B__c", document("ListView")),
        child("listView", "C", b""),
    ]
    with pytest.raises(MetadataError) as caught:
        compose(OBJECT, "O", "objects/O.object", [SourceFile("p.xml", b"<Wrong/>")], bad, notes=[])
    assert [str(p.where) for p in caught.value.problems] == [
        "f/A__c.field-meta.xml:1:24",
        "f/B__c.field-meta.xml:2:1",
        "f/C.listView-meta.xml:1:1",
        "p.xml:1:1",
    ]
    assert "the root element is <ListView>, not <CustomField>" in str(caught.value)


def test_two_children_of_one_name() -> None:
    other = child("field", "other__c", FIELD_A.file.content)
    with pytest.raises(MetadataError, match=r"CustomField O.a__c is there twice"):
        compose(OBJECT, "O", "objects/O.object", [], [FIELD_A, other], notes=[])


def label(name: str, value: str) -> str:
    return f"<labels>\n    <fullName>{name}</fullName>\n    <value>{value}</value>\n</labels>"


def test_labels_of_all_files_in_the_order_of_their_names() -> None:
    one = SourceFile("one.xml", document("CustomLabels", f"{label('b', '1')}\n<!-- about A -->\n{label('A', '2')}"))
    two = SourceFile("two.xml", document("CustomLabels", label("b", "3")))
    notes: list[Problem] = []
    file, members = compose_labels(LABELS, "labels/CustomLabels.labels", [one, two], [], notes)
    assert file.content.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CustomLabels xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <!-- about A -->\n    <labels>\n        <fullName>A</fullName>\n        <value>2</value>\n    </labels>\n"
        "    <labels>\n        <fullName>b</fullName>\n        <value>3</value>\n    </labels>\n</CustomLabels>\n"
    )
    assert members == (
        ComponentKey("CustomLabels", "CustomLabels"),
        ComponentKey("CustomLabel", "A"),
        ComponentKey("CustomLabel", "b"),
    )
    assert [str(n) for n in notes] == [
        "one.xml:3: CustomLabel b is not taken from here, because two.xml:3 has it too (keep one of the two)"
    ]
    assert file.locate(4) == Location("one.xml", 8)
    assert file.locate(9) == Location("two.xml", 4)


def test_a_label_without_a_name() -> None:
    one = SourceFile("one.xml", document("CustomLabels", "<labels>\n    <value>1</value>\n</labels>"))
    with pytest.raises(MetadataError, match=r"one.xml:3: a label without <fullName>"):
        compose_labels(LABELS, "labels/CustomLabels.labels", [one], [], [])
