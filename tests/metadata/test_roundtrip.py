"""Source format and Metadata API format hold the same: every type, and generated projects, there and back."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.metadata.bundle_samples import document, read_tree, sample, whole_document, write_tree
from toolkit.errors import MetadataError
from toolkit.metadata import output
from toolkit.metadata.archive import read_zip, write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.metadata.mdapi import read_mdapi, write_mdapi
from toolkit.metadata.read import read_bundle
from toolkit.metadata.registry import TypeInfo, standard
from toolkit.metadata.source import write_source
from toolkit.metadata.staticresource import pack, unpack

# EmailTemplateFolder is another name of EmailFolder; of the folder types one file in Metadata API format is alike
TYPES = [info for info in standard() if not info.alias_of]


def contents(bundle: Bundle) -> dict[str, bytes]:
    return {file.path: file.content for file in bundle.files()}


@pytest.mark.parametrize("info", TYPES, ids=lambda info: info.name)
def test_every_type_goes_to_source_format_and_back(info: TypeInfo, tmp_path: Path) -> None:
    bundle = Bundle.of([sample(info)], api_version="62.0")
    write_source(bundle, tmp_path)
    back = read_bundle(tmp_path)
    assert contents(back) == contents(bundle)
    assert list(back.components) == list(bundle.components)
    assert back.api_version == "62.0"


@pytest.mark.parametrize("info", TYPES, ids=lambda info: info.name)
def test_every_type_goes_through_a_zip_and_a_folder(info: TypeInfo, tmp_path: Path) -> None:
    bundle = Bundle.of([sample(info)], api_version="62.0")
    data = write_zip(bundle)
    back = read_zip(data)
    assert contents(back) == contents(bundle)
    assert list(back.components) == list(bundle.components)
    assert write_zip(back) == data
    write_mdapi(bundle, tmp_path)
    assert contents(read_mdapi(tmp_path).checked()) == contents(bundle)


def test_the_layout_of_source_format(tmp_path: Path) -> None:
    names = ("CustomObject", "StaticResource", "Document", "DocumentFolder", "CustomLabels", "CustomObjectTranslation")
    write_source(Bundle.of([sample(standard()[n]) for n in names], api_version="62.0"), tmp_path)
    base = "force-app/main/default"
    children = {
        "businessProcesses": "businessProcess",
        "compactLayouts": "compactLayout",
        "fieldSets": "fieldSet",
        "fields": "field",
        "indexes": "index",
        "listViews": "listView",
        "recordTypes": "recordType",
        "sharingReasons": "sharingReason",
        "validationRules": "validationRule",
        "webLinks": "webLink",
    }
    found = read_tree(tmp_path)
    assert sorted(found) == sorted([
        f"{base}/documents/Some/Sample.document-meta.xml",
        f"{base}/documents/Some/Sample.pdf",
        f"{base}/documents/SampleFolder.documentFolder-meta.xml",
        f"{base}/labels/CustomLabels.labels-meta.xml",
        f"{base}/objectTranslations/Sample/One.fieldTranslation-meta.xml",
        f"{base}/objectTranslations/Sample/Sample.objectTranslation-meta.xml",
        f"{base}/objects/Sample/Sample.object-meta.xml",
        *(f"{base}/objects/Sample/{d}/One.{s}-meta.xml" for d, s in children.items()),
        f"{base}/staticresources/Sample.resource-meta.xml",
        f"{base}/staticresources/Sample/a/b.js",
        f"{base}/staticresources/Sample/lwc/x.css",
        "sfdx-project.json",
    ])  # fmt: skip
    assert found[f"{base}/objects/Sample/fields/One.field-meta.xml"].decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "        <fullName>One</fullName>\n        <label>L</label>\n</CustomField>\n"
    )
    assert found[f"{base}/objects/Sample/Sample.object-meta.xml"].decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <label>A &amp; B</label>\n</CustomObject>\n"
    )


def test_an_existing_project_is_added_to(tmp_path: Path) -> None:
    project = (
        '{"packageDirectories": [{"path": "a"}, {"path": "b", "default": true}],'
        ' "sourceBehaviorOptions": ["decomposeWorkflowBeta"]}'
    )
    write_tree(tmp_path, {"sfdx-project.json": project, "a/x": "", "b/y": ""})
    bundle = Bundle.of([sample(standard()["Workflow"])], api_version="62.0")
    write_source(bundle, tmp_path)
    assert (tmp_path / "b/main/default/workflows/Sample/workflowAlerts/One.workflowAlert-meta.xml").is_file()
    assert (tmp_path / "sfdx-project.json").read_text() == project
    assert contents(read_bundle(tmp_path)) == contents(bundle)


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    write_source(Bundle.of([sample(standard()["CustomTab"])], api_version="62.0"), tmp_path, project=False)
    assert list(read_tree(tmp_path)) == ["main/default/tabs/Sample.tab-meta.xml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("../../evil", "cannot be a file name"), ("a/b", "cannot be a file name"), ("x" * 300, "cannot be a file name")],
)
def test_a_child_that_cannot_be_a_file(name: str, message: str, tmp_path: Path) -> None:
    content = whole_document(standard()["CustomObject"]).replace(b"<fullName>One", b"<fullName>" + name.encode())
    bundle = Bundle.of(
        [Component("CustomObject", "O", (ComponentFile("objects/O.object", content),))], api_version="62.0"
    )
    with pytest.raises(MetadataError) as caught:
        write_source(bundle, tmp_path / "out")
    assert message in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_link_leads_no_write_outside(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tabs").symlink_to(tmp_path / "outside")
    bundle = Bundle.of([sample(standard()["CustomTab"])], api_version="62.0")
    with pytest.raises(MetadataError, match="a symbolic link stands where a folder would be made"):
        write_mdapi(bundle, tmp_path / "out")
    (tmp_path / "out" / "tabs").unlink()
    (tmp_path / "out" / "tabs").mkdir()
    (tmp_path / "out" / "tabs" / "Sample.tab").symlink_to(tmp_path / "outside" / "x")
    with pytest.raises(MetadataError, match="cannot be written"):
        write_mdapi(bundle, tmp_path / "out")
    assert list((tmp_path / "outside").iterdir()) == []


def test_names_that_differ_in_case_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lightning web components are told apart by case in an org; only some file systems cannot hold both."""
    bundle = Bundle.of([sample(standard()["CustomTab"], n) for n in ("Tab", "TAB")], api_version="62.0")
    if not output.folds_case(tmp_path / "new"):
        write_mdapi(bundle, tmp_path / "new")
        assert contents(read_mdapi(tmp_path / "new").checked()) == contents(bundle)
    monkeypatch.setattr(output, "folds_case", lambda _: True)
    with pytest.raises(MetadataError, match=r"tabs/Tab\.tab: the path differs from tabs/TAB\.tab only in case"):
        write_mdapi(bundle, tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "entries",
    [
        {"../a": b"x"},
        {"a": b"1", "a/b": b"2"},
        {},
    ],
)
def test_an_archive_that_no_folder_can_hold_stays_a_file(entries: dict[str, bytes], tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    assert unpack(buffer.getvalue(), "r") is None
    meta = document("StaticResource", "<contentType>application/zip</contentType>")
    files = (
        ComponentFile("staticresources/R.resource", buffer.getvalue()),
        ComponentFile("staticresources/R.resource-meta.xml", meta),
    )
    bundle = Bundle.of([Component("StaticResource", "R", files)], api_version="62.0")
    write_source(bundle, tmp_path)
    assert (tmp_path / "force-app/main/default/staticresources/R.zip").read_bytes() == buffer.getvalue()
    assert contents(read_bundle(tmp_path)) == contents(bundle)


def test_large_archives_are_deflated() -> None:
    small, large = pack([("a", b"x" * 1000)]), pack([("a", b"x" * 6_000_000)])
    assert (len(small) > 1000, len(large) < 100_000) == (True, True)


names = st.from_regex(r"[A-Za-z](_?[A-Za-z0-9]){0,6}", fullmatch=True)
values = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from("<&>\"'\n"), max_size=12)


@st.composite
def objects(draw: st.DrawFn) -> Component:
    """A CustomObject with own elements, comments and children in any order, as someone may have written it."""
    info = standard()["CustomObject"]
    name = draw(names)
    lines: list[str] = []
    seen: set[tuple[str, str]] = set()
    for _ in range(draw(st.integers(0, 6))):
        text = draw(values).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        child = draw(st.sampled_from([None, *info.children]))
        if child is None:
            lines.append(f"<description>{text}</description>")
            continue
        own = draw(names)
        if (child.name, own.lower()) not in seen:
            seen.add((child.name, own.lower()))
            lines.append(f"<{child.element}><fullName>{own}</fullName><label>{text}</label></{child.element}>")
    body = draw(st.sampled_from(["\n", "\n    ", "", "<!-- between -->"])).join(["", *lines, ""])
    content = f"<CustomObject xmlns='http://soap.sforce.com/2006/04/metadata'>{body}</CustomObject>".encode()
    return Component(info.name, name, (ComponentFile(f"objects/{name}.object", content),))


def elements(data: bytes) -> list[bytes]:
    """What stands below the root, without blanks between elements, in the order of its bytes."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for element in root.iter():
        element.tail = None
    return sorted(etree.tostring(child, method="c14n") for child in root)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(objects(), min_size=1, max_size=3, unique_by=lambda c: c.full_name.lower()))
def test_objects_keep_every_element(found: list[Component]) -> None:
    bundle = Bundle.of(found, api_version="62.0")
    with tempfile.TemporaryDirectory() as folder:
        once = _through_source(bundle, Path(folder) / "once")
        twice = _through_source(once, Path(folder) / "twice")
    assert {p: elements(c) for p, c in contents(once).items()} == {p: elements(c) for p, c in contents(bundle).items()}
    assert contents(twice) == contents(once)


def _through_source(bundle: Bundle, folder: Path) -> Bundle:
    write_source(bundle, folder)
    return read_bundle(folder)


PLAIN = [info for info in TYPES if not info.folder_of and not info.own_name]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(PLAIN), names), max_size=8, unique_by=lambda p: (p[0].directory, p[1].lower()))
)
def test_generated_projects_go_there_and_back(chosen: list[tuple[TypeInfo, str]]) -> None:
    bundle = Bundle.of([sample(info, name) for info, name in chosen], api_version="62.0")
    data = write_zip(bundle)
    assert write_zip(read_zip(data)) == data
    if chosen:
        with tempfile.TemporaryDirectory() as folder:
            back = _through_source(bundle, Path(folder))
        assert write_zip(back) == data


PRESETS = {
    "decomposeCustomLabelsBeta2": ("CustomLabels", "labels/CustomLabels.labels", [
        "labels/A.label-meta.xml", "labels/B.label-meta.xml",
    ]),
    "decomposePermissionSetBeta2": ("PermissionSet", "permissionsets/P.permissionset", [
        "permissionsets/P/P.classAccess-meta.xml",
        "permissionsets/P/P.permissionset-meta.xml",
        "permissionsets/P/objectSettings/Account.objectSettings-meta.xml",
    ]),
    "decomposeExternalServiceRegistrationBeta": (
        "ExternalServiceRegistration", "externalServiceRegistrations/E.externalServiceRegistration", [
            "externalServiceRegistrations/E.externalServiceRegistration-meta.xml",
            "externalServiceRegistrations/E.yaml",
        ],
    ),
}  # fmt: skip
PRESET_BODIES = {
    "CustomLabels": "".join(f"<labels>\n<fullName>{n}</fullName>\n</labels>\n" for n in "AB"),
    "PermissionSet": (
        "<classAccesses>\n<apexClass>C</apexClass>\n</classAccesses>\n"
        "<fieldPermissions>\n<field>Account.F__c</field>\n</fieldPermissions>\n"
        "<label>P</label>\n<tabSettings>\n<tab>standard-Account</tab>\n</tabSettings>"
    ),
    "ExternalServiceRegistration": (
        "<label>E</label>\n<schemaUploadFileExtension>json</schemaUploadFileExtension>\n"
        "<schema>{&quot;a&quot;: &quot;&lt;&amp;&quot;}</schema>"
    ),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_layouts_that_a_project_has_switched_on(preset: str, tmp_path: Path) -> None:
    type_name, path, expected = PRESETS[preset]
    full_name = type_name if type_name == "CustomLabels" else path.rpartition("/")[2].partition(".")[0]
    content = document(type_name, PRESET_BODIES[type_name])
    bundle = Bundle.of([Component(type_name, full_name, (ComponentFile(path, content),))], api_version="62.0")
    project = f'{{"packageDirectories": [{{"path": "f"}}], "sourceBehaviorOptions": ["{preset}"]}}'
    write_tree(tmp_path, {"sfdx-project.json": project, "f/x": ""})
    write_source(bundle, tmp_path)
    assert [p.removeprefix("f/main/default/") for p in read_tree(tmp_path) if "main" in p] == expected
    back = read_bundle(tmp_path)
    assert {p: elements(c) for p, c in contents(back).items()} == {path: elements(content)}
    assert list(back.components) == list(bundle.components)
    assert back.left_out == (f"{tmp_path.as_posix()}/f/x",)


def test_a_yaml_schema_that_would_have_to_become_json(tmp_path: Path) -> None:
    body = "<schemaUploadFileExtension>json</schemaUploadFileExtension>"
    base = "f/externalServiceRegistrations/E"
    write_tree(tmp_path, {
        "sfdx-project.json": '{"packageDirectories": [{"path": "f"}],'
        ' "sourceBehaviorOptions": ["decomposeExternalServiceRegistrationBeta"]}',
        f"{base}.externalServiceRegistration-meta.xml": document("ExternalServiceRegistration", body),
        f"{base}.yaml": "a: b",
    })  # fmt: skip
    with pytest.raises(MetadataError, match=r"E\.yaml would have to become JSON again"):
        read_bundle(tmp_path)
    (tmp_path / f"{base}.yaml").unlink()
    with pytest.raises(MetadataError, match=r"E\.yaml: cannot be read: No such file"):
        read_bundle(tmp_path)


def test_children_of_one_name_stay_with_their_parent(tmp_path: Path) -> None:
    """As an org with several zones gives the list views of Idea."""
    views = "".join(
        f"<listViews><fullName>{name}</fullName><label>{label}</label></listViews>\n"
        for name, label in (("All", "One"), ("All", "Two"), ("Mine", "Mine"))
    )
    write_tree(tmp_path / "p", {
        "package.xml": document(
            "Package", "<types><members>Idea</members><name>CustomObject</name></types><version>62.0</version>"
        ),
        "objects/Idea.object": document("CustomObject", views),
    })  # fmt: skip
    write_source(read_bundle(tmp_path / "p"), tmp_path / "s")
    base = tmp_path / "s" / "force-app" / "main" / "default" / "objects" / "Idea"
    assert sorted(file.name for file in base.rglob("*-meta.xml")) == ["Idea.object-meta.xml", "Mine.listView-meta.xml"]
    (again,) = read_bundle(tmp_path / "s").files()
    assert again.content.count(b"<listViews>") == 3
    assert all(f"<label>{label}</label>".encode() in again.content for label in ("One", "Two", "Mine"))


def test_a_child_with_namespaces_of_its_own_has_each_of_them_once(tmp_path: Path) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    write_tree(
        tmp_path / "package",
        {
            "package.xml": '<Package xmlns="http://soap.sforce.com/2006/04/metadata">'
            "<types><members>Item__c</members><name>CustomObject</name></types><version>62.0</version></Package>",
            "objects/Item__c.object": f'<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata" {xsi}>'
            f"<fields {xsi}><fullName>A__c</fullName></fields>"
            '<fields><fullName>B__c</fullName><defaultValue xsi:nil="true"/></fields>'
            "<fields><fullName>C__c</fullName></fields></CustomObject>",
        },
    )
    write_source(read_mdapi(tmp_path / "package").bundle, tmp_path / "project")
    roots = {}
    for file in (tmp_path / "project").rglob("*.field-meta.xml"):
        roots[file.name[:1]] = etree.parse(file).getroot().nsmap
    space = {None: "http://soap.sforce.com/2006/04/metadata"}
    declared = space | {"xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    assert roots == {"A": declared, "B": declared, "C": space}
