"""Manifests: what a bundle lists, what is read, and how files and entries are compared."""

from __future__ import annotations

import pytest

from tests.metadata.bundle_samples import document, sample
from toolkit.errors import MetadataError
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.metadata.manifest import (
    differences,
    manifest_files,
    manifest_members,
    package_xml,
    parse_package_xml,
)
from toolkit.metadata.registry import standard

TYPES = ("CustomObject", "CustomLabels", "ReportFolder", "ApexClass", "Workflow", "Bot", "CustomObjectTranslation")
BUNDLE = Bundle.of([sample(standard()[name]) for name in TYPES], api_version="62.0")


def test_members_are_those_the_salesforce_cli_lists() -> None:
    members = manifest_members(BUNDLE)
    assert dict(members) == {
        "ApexClass": ("Sample",),
        "Bot": ("Sample",),
        "BotVersion": ("Sample.One",),
        "BusinessProcess": ("Sample.One",),
        "CompactLayout": ("Sample.One",),
        "CustomField": ("Sample.One",),
        "CustomLabel": ("One",),
        "CustomLabels": ("CustomLabels",),
        "CustomObject": ("Sample",),
        "CustomObjectTranslation": ("Sample",),
        "FieldSet": ("Sample.One",),
        "Index": ("Sample.One",),
        "ListView": ("Sample.One",),
        "RecordType": ("Sample.One",),
        "Report": ("SampleFolder/",),
        "SharingReason": ("Sample.One",),
        "ValidationRule": ("Sample.One",),
        "WebLink": ("Sample.One",),
        "Workflow": ("Sample",),
        "WorkflowAlert": ("Sample.One",),
        "WorkflowFieldUpdate": ("Sample.One",),
        "WorkflowFlowAction": ("Sample.One",),
        "WorkflowKnowledgePublish": ("Sample.One",),
        "WorkflowOutboundMessage": ("Sample.One",),
        "WorkflowRule": ("Sample.One",),
        "WorkflowSend": ("Sample.One",),
        "WorkflowTask": ("Sample.One",),
    }


def test_package_xml() -> None:
    bundle = BUNDLE.only("ApexClass", "ReportFolder")
    assert package_xml(bundle).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <types>\n        <members>Sample</members>\n        <name>ApexClass</name>\n    </types>\n"
        "    <types>\n        <members>SampleFolder/</members>\n        <name>Report</name>\n    </types>\n"
        "    <version>62.0</version>\n</Package>\n"
    )
    parsed = parse_package_xml(package_xml(bundle), "package.xml")
    assert parsed.version == "62.0"
    assert parsed.keys() == (ComponentKey("ApexClass", "Sample"), ComponentKey("Report", "SampleFolder/"))
    assert [m.line for m in parsed.members] == [4, 8]


def test_destructive_manifests_stand_beside() -> None:
    gone = Destructive(pre=(ComponentKey("ApexClass", "A"),), post=(ComponentKey("ApexPage", "B"),))
    files = dict(manifest_files(Bundle.of([], api_version="62.0", destructive=gone)))
    assert sorted(files) == ["destructiveChangesPost.xml", "destructiveChangesPre.xml", "package.xml"]
    assert b"<version>" not in files["destructiveChangesPre.xml"]
    wild = Bundle.of([], api_version="62.0", destructive=Destructive(plain=(ComponentKey("ApexClass", "*"),)))
    with pytest.raises(MetadataError, match=r"ApexClass .*: a wildcard cannot be deleted"):
        dict(manifest_files(wild))


def test_what_cannot_be_listed_is_named() -> None:
    unknown = Component("Nonsense", "X", (ComponentFile("x", b""),))
    broken = Component("CustomObject", "O", (ComponentFile("objects/O.object", b"<CustomObject>", "o.xml"),))
    with pytest.raises(MetadataError) as caught:
        manifest_members(Bundle.of([unknown, broken], api_version="62.0"))
    assert "Nonsense X: no such metadata type" in str(caught.value)
    assert "o.xml:1:15: not well-formed XML" in str(caught.value)


def test_every_mistake_of_a_manifest_at_once() -> None:
    text = document("Package", "<types>\n<members></members>\n<wrong/>\n</types>\n<types>\n<name></name>\n</types>")
    with pytest.raises(MetadataError) as caught:
        parse_package_xml(text, "package.xml")
    assert [str(p.where) for p in caught.value.problems] == [
        "package.xml:3",
        "package.xml:4",
        "package.xml:5",
        "package.xml:7",
        "package.xml:8",
    ]
    with pytest.raises(MetadataError, match="the root element is <Packages>, not <Package>"):
        parse_package_xml(document("Packages"), "package.xml")


def manifest(body: str) -> bytes:
    types = [line.split() for line in body.splitlines()]
    return document("Package", "\n".join(f"<types><members>{m}</members><name>{t}</name></types>" for t, m in types))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ApexClass Sample", []),
        ("ApexClass *", []),
        ("ApexClass Sample\nApexPage *", []),
        ("ApexClass Other", ["ApexClass Sample has no entry in the manifest", "ApexClass Other is in the manifest"]),
        ("ApexPage *", ["ApexClass Sample has no entry in the manifest"]),
    ],
)
def test_files_and_entries(body: str, expected: list[str]) -> None:
    found = differences(parse_package_xml(manifest(body), "package.xml"), BUNDLE.only("ApexClass"))
    assert [p.message.partition(",")[0] for p in found] == expected


def test_names_meet_however_they_are_escaped() -> None:
    layout = Component("Layout", "A-B %28C%29", (ComponentFile("layouts/A-B %28C%29.layout", b""),))
    bundle = Bundle.of([layout], api_version="62.0")
    data = document("Package", "<types><members>A-B (C)</members><name>Layout</name></types>")
    assert differences(parse_package_xml(data, "p"), bundle) == []


def test_children_count_on_both_sides() -> None:
    objects = BUNDLE.only("CustomObject")
    assert differences(parse_package_xml(manifest("CustomField Sample.One"), "p"), objects) == []
    missing = differences(parse_package_xml(manifest("CustomObject Sample\nCustomField Sample.Two"), "p"), objects)
    assert [p.message for p in missing] == ["CustomField Sample.Two is in the manifest, but there is no file for it"]


def test_a_wildcard_covers_custom_objects_only() -> None:
    standard_object = sample(standard()["CustomObject"], "Account")
    custom = sample(standard()["CustomObject"], "My__c")
    found = differences(
        parse_package_xml(manifest("CustomObject *"), "p"), Bundle.of([standard_object, custom], api_version="62.0")
    )
    assert [p.message for p in found] == ["CustomObject Account has no entry in the manifest"]


def test_documents_are_listed_with_their_extension() -> None:
    bundle = Bundle.of([sample(standard()["Document"])], api_version="62.0")
    assert differences(parse_package_xml(manifest("Document Some/Sample.pdf"), "p"), bundle) == []
    assert differences(parse_package_xml(manifest("Document Some/Sample.pdf\nDocument Some"), "p"), bundle) == []
