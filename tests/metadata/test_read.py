"""Reading: what is recognised at a path, and that nothing is left out in silence."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.metadata.bundle_samples import document, write_tree
from toolkit.errors import MetadataError, UsageError
from toolkit.metadata.archive import write_zip
from toolkit.metadata.mdapi import read_mdapi, write_mdapi
from toolkit.metadata.read import read_bundle, read_lenient
from toolkit.metadata.staticresource import extension

PROJECT = '{"packageDirectories": [{"path": "one"}, {"path": "two", "default": true}], "sourceApiVersion": "61.0"}'
FILES: dict[str, str | bytes] = {
    "sfdx-project.json": PROJECT,
    "one/main/default/classes/sub/A.cls": "class A {}",
    "one/main/default/classes/sub/A.cls-meta.xml": document("ApexClass"),
    "one/main/default/objects/O__c/O__c.object-meta.xml": document("CustomObject", "<label>O</label>"),
    "one/main/default/objects/O__c/fields/F__c.field-meta.xml": document("CustomField", "<fullName>F__c</fullName>"),
    "two/objects/O__c/fields/G__c.field-meta.xml": document("CustomField", "<fullName>G__c</fullName>"),
    "two/lwc/x/x.js": "export {}",
    "two/lwc/x/x.js-meta.xml": document("LightningComponentBundle"),
    "two/tabs/T.tab-meta.xml": document("CustomTab"),
    "two/README.md": "read me",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_tree(tmp_path / "p", FILES)


def keys(path: Path) -> list[str]:
    return [str(c.key) for c in read_bundle(path)]


ALL = ["ApexClass A", "CustomObject O__c", "CustomTab T", "LightningComponentBundle x"]


def test_a_project_is_all_its_package_directories(project: Path) -> None:
    bundle = read_bundle(Path("p"))
    assert [str(c.key) for c in bundle] == ALL
    assert bundle.api_version == "61.0"
    assert [f.path for f in bundle.files()] == [
        "classes/A.cls",
        "classes/A.cls-meta.xml",
        "objects/O__c.object",
        "tabs/T.tab",
        "lwc/x/x.js",
        "lwc/x/x.js-meta.xml",
    ]
    assert [f.origin for f in bundle.files()] == [
        "p/one/main/default/classes/sub/A.cls",
        "p/one/main/default/classes/sub/A.cls-meta.xml",
        "p/one/main/default/objects/O__c/O__c.object-meta.xml",
        "p/two/tabs/T.tab-meta.xml",
        "p/two/lwc/x/x.js",
        "p/two/lwc/x/x.js-meta.xml",
    ]
    assert bundle.left_out == ("p/two/README.md",)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("p/two", ["CustomObject O__c", "CustomTab T", "LightningComponentBundle x"]),
        ("p/one/main/default/objects/O__c", ["CustomObject O__c"]),
        ("p/one/main/default/objects/O__c/fields", ["CustomObject O__c"]),
        ("p/two/lwc/x", ["LightningComponentBundle x"]),
        ("p/two/lwc/x/x.js", ["LightningComponentBundle x"]),
        ("p/one/main/default/classes/sub/A.cls", ["ApexClass A"]),
        ("p/one/main/default/classes/sub/A.cls-meta.xml", ["ApexClass A"]),
        ("p/two/tabs/T.tab-meta.xml", ["CustomTab T"]),
    ],
)
def test_parts_of_a_project(project: Path, path: str, expected: list[str]) -> None:
    assert keys(Path(path)) == expected


def test_in_the_folder_itself(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert keys(Path()) == ALL
    assert keys(Path("two/../one")) == ["ApexClass A", "CustomObject O__c"]
    assert next(read_bundle(Path()).files()).origin == "one/main/default/classes/sub/A.cls"


def test_a_loose_folder(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {k.removeprefix("two/"): v for k, v in FILES.items() if k.startswith("two/")})
    assert keys(root) == ["CustomObject O__c", "CustomTab T", "LightningComponentBundle x"]
    assert keys(root / "lwc" / "x") == ["LightningComponentBundle x"]


def test_metadata_api_format_in_a_folder_and_in_a_zip(project: Path, tmp_path: Path) -> None:
    bundle = read_bundle(project)
    written = write_mdapi(bundle, tmp_path / "m" / "unpackaged")
    assert [p.relative_to(tmp_path / "m" / "unpackaged").as_posix() for p in written] == [
        "classes/A.cls",
        "classes/A.cls-meta.xml",
        "lwc/x/x.js",
        "lwc/x/x.js-meta.xml",
        "objects/O__c.object",
        "package.xml",
        "tabs/T.tab",
    ]
    (tmp_path / "m.dat").write_bytes(write_zip(bundle))
    for path in ("m", "m/unpackaged", "m/unpackaged/package.xml", "m.dat"):
        found = read_bundle(tmp_path / path)
        assert [f.content for f in found.files()] == [f.content for f in bundle.files()]
        assert found.api_version == "61.0"


def test_another_api_version(project: Path) -> None:
    assert read_bundle(project, api_version="65.0").api_version == "65.0"
    with pytest.raises(UsageError, match="'65' is no API version"):
        read_bundle(project, api_version="65")


def test_the_manifest_is_checked_unless_not_asked_for(project: Path, tmp_path: Path) -> None:
    write_mdapi(read_bundle(project), tmp_path / "m")
    (tmp_path / "m/tabs/T.tab").unlink()
    write_tree(tmp_path / "m", {"tabs/U.tab": document("CustomTab")})
    with pytest.raises(MetadataError) as caught:
        read_bundle(tmp_path / "m")
    assert [p.message for p in caught.value.problems] == [
        "CustomTab T is in the manifest, but there is no file for it",
        "CustomTab U has no entry in the manifest",
    ]
    assert read_mdapi(tmp_path / "m", check_manifest=False).problems == ()


@pytest.mark.parametrize("path", ["nowhere", "empty", "README.md", "fifo"])
def test_where_there_is_no_metadata(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.md").write_text("x")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(MetadataError):
        read_bundle(tmp_path / path)


BROKEN: list[tuple[dict[str, str | bytes], list[str]]] = [
    ({"classes/A.cls": "x"}, ["classes/A.cls: ApexClass A has no A.cls-meta.xml beside it"]),
    ({"classes/A.cls-meta.xml": "x"}, ["classes/A.cls-meta.xml: ApexClass A has no content file A.cls"]),
    ({"lwc/x/x.js": "x"}, ["lwc/x/x.js: LightningComponentBundle x has no x.js-meta.xml"]),
    ({"staticresources/R/a.js": "x"}, ["staticresources/R/a.js: StaticResource R has no meta file beside its folder"]),
    (
        {"staticresources/R.resource-meta.xml": document("StaticResource")},
        ["staticresources/R.resource-meta.xml: StaticResource R has no content beside its meta file"],
    ),
    (
        {"staticresources/R.resource-meta.xml": document("StaticResource"), "staticresources/R/a.js": "x"},
        ["staticresources/R.resource-meta.xml: StaticResource R is a folder, but its content type is None"],
    ),
    (
        {
            "staticresources/R.resource-meta.xml": document("StaticResource"),
            "staticresources/R/a.js": "x",
            "staticresources/R.zip": "x",
        },
        ["staticresources/R.zip: StaticResource R has both a folder and a file as its content"],
    ),
    ({"tabs/T.tabb-meta.xml": "x"}, ["tabs/T.tabb-meta.xml: no metadata type has files of this name here"]),
    ({"classes/A\nB.cls-meta.xml": "x"}, ["classes/A\\nB.cls-meta.xml: the file name has a character that is no text"]),
    (
        {"objects/O/O.object-meta.xml": "<a", "objects/O/fields/F.field-meta.xml": "<CustomField/>"},
        ["objects/O/O.object-meta.xml:1:1: not well-formed XML: unclosed token"],
    ),
    (
        {"classes/A.cls": "x", "pages/P.page": "x"},
        [
            "classes/A.cls: ApexClass A has no A.cls-meta.xml beside it",
            "pages/P.page: ApexPage P has no P.page-meta.xml beside it",
        ],
    ),
]


@pytest.mark.parametrize(("files", "expected"), BROKEN, ids=[next(iter(f)) for f, _ in BROKEN])
def test_what_cannot_be_read_is_named(
    files: dict[str, str | bytes], expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_tree(tmp_path, {**files, "tabs/Good.tab-meta.xml": document("CustomTab")}))
    reading = read_lenient(Path())
    assert [str(p).partition(" (")[0] for p in reading.problems] == expected
    assert [str(c.key) for c in reading.bundle] == ["CustomTab Good"]
    with pytest.raises(MetadataError):
        reading.checked()


def test_a_suffix_that_is_nearly_right(tmp_path: Path) -> None:
    write_tree(tmp_path, {"tabs/T.tabb-meta.xml": "x"})
    with pytest.raises(MetadataError, match=r"did you mean \.tab-meta\.xml\?"):
        read_bundle(tmp_path)


def test_of_several_package_directories_the_later_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pair = {"classes/A.cls": "{0}", "classes/A.cls-meta.xml": document("ApexClass")}
    files: dict[str, str | bytes] = {"p/sfdx-project.json": PROJECT}
    for name in ("one", "two"):
        files |= {f"p/{name}/{k}": v.replace("{0}", name) if isinstance(v, str) else v for k, v in pair.items()}
        files[f"p/{name}/tabs/T.tab-meta.xml"] = document("CustomTab")
        files[f"p/{name}/objects/O/fields/F.field-meta.xml"] = document(
            "CustomField", f"<fullName>F</fullName>\n<{name}/>"
        )
    reading = read_lenient(write_tree(tmp_path, files) / "p")
    assert reading.problems == ()
    contents = {f.path: f.content for f in reading.bundle.files()}
    assert contents["classes/A.cls"] == b"two"
    assert b"<two/>" in contents["objects/O.object"]
    assert b"<one/>" not in contents["objects/O.object"]
    assert [n.message.partition(" is not")[0] for n in reading.notes] == ["ApexClass A", "CustomField O.F"]


IGNORE = "# comment\n**/__tests__/**\n**/settings/**\n!Kept.settings-meta.xml\n*.PROFILE-meta.xml\n/one/gone/\n"


def test_forceignore(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sfdx-project.json": '{"packageDirectories": [{"path": "one"}]}',
        ".forceignore": IGNORE,
        "one/lwc/x/x.js-meta.xml": document("LightningComponentBundle"),
        "one/lwc/x/__tests__/x.test.js": "x",
        "one/lwc/x/.eslintrc.json": "x",
        "one/settings/Gone.settings-meta.xml": "x",
        "one/settings/Kept.settings-meta.xml": document("SecuritySettings"),
        "one/profiles/Admin.profile-meta.xml": "x",
        "one/gone/tabs/T.tab-meta.xml": "x",
    }
    bundle = read_bundle(write_tree(tmp_path, files))
    assert [f.path for f in bundle.files()] == ["lwc/x/x.js-meta.xml", "settings/Kept.settings"]
    shown = tmp_path.as_posix()
    assert bundle.left_out == tuple(
        f"{shown}/one/{p}"
        for p in (
            "gone/",
            "lwc/x/.eslintrc.json",
            "lwc/x/__tests__/x.test.js",
            "profiles/Admin.profile-meta.xml",
            "settings/Gone.settings-meta.xml",
        )
    )
    assert keys(tmp_path / "one" / "settings") == ["Settings Kept"]
    with pytest.raises(MetadataError, match="no metadata here"):
        read_bundle(tmp_path / "one" / "gone")


@pytest.mark.parametrize(
    ("pattern", "problems", "components"),
    [("*.cls", 1, []), ("*.cls-meta.xml", 0, ["CustomTab T"]), ("A.*", 0, ["CustomTab T"])],
)
def test_forceignore_that_splits_a_pair(tmp_path: Path, pattern: str, problems: int, components: list[str]) -> None:
    files: dict[str, str | bytes] = {
        ".forceignore": pattern,
        "classes/A.cls": "x",
        "classes/A.cls-meta.xml": document("ApexClass"),
        "tabs/T.tab-meta.xml": document("CustomTab"),
    }
    reading = read_lenient(write_tree(tmp_path, files))
    assert len(reading.problems) == problems
    if not problems:
        assert [str(c.key) for c in reading.bundle] == components


def test_dot_files_stay_without_a_forceignore(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"lwc/x/x.js-meta.xml": document("L"), "lwc/x/.hidden": "x"}
    assert [f.path for f in read_bundle(write_tree(tmp_path, files)).files()] == [
        "lwc/x/.hidden",
        "lwc/x/x.js-meta.xml",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "sfdx-project.json:1:2: not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "packageDirectories is missing or empty"),
        ('{"packageDirectories": [{}]}', "a package directory without a path"),
        ('{"packageDirectories": [{"path": "../x"}]}', "package directory '../x' is outside the project"),
        ('{"packageDirectories": [{"path": "x"}]}', "package directory 'x' is missing"),
        ('{"packageDirectories": [{"path": "."}], "sourceApiVersion": 61}', "sourceApiVersion 61 is no API version"),
        ('{"packageDirectories": [{"path": "."}], "registryCustomizations": {"a": 1}}', "are not supported"),
        ('{"packageDirectories": [{"path": "."}], "sourceBehaviorOptions": "a"}', "is not a list of names"),
        ('{"packageDirectories": [{"path": "."}], "sourceBehaviorOptions": ["a"]}', "unknown registry preset 'a'"),
        ("[" * 100_000, "sfdx-project.json"),
    ],
)
def test_projects_that_cannot_be_meant(tmp_path: Path, text: str, message: str) -> None:
    write_tree(tmp_path, {"sfdx-project.json": text, "tabs/T.tab-meta.xml": document("CustomTab")})
    with pytest.raises(MetadataError) as caught:
        read_bundle(tmp_path)
    assert message in str(caught.value)


def test_a_package_directory_written_the_windows_way(tmp_path: Path) -> None:
    project = '{"packageDirectories": [{"path": "a\\\\b"}]}'
    write_tree(tmp_path, {"sfdx-project.json": project, "a/b/tabs/T.tab-meta.xml": document("CustomTab")})
    assert keys(tmp_path) == ["CustomTab T"]


def test_hostile_trees_are_named_and_cost_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    meta = document("StaticResource", "<contentType>text/plain</contentType>")
    write_tree(tmp_path, {
        "p/staticresources/Big.resource-meta.xml": meta,
        "p/classes/F.cls-meta.xml": document("ApexClass"),
        "p/classes/Z.cls-meta.xml": document("ApexClass"),
        "p/objects/D/D.object-meta.xml": b"<CustomObject>" * 100_000,
        "p/objects/D/fields/F.field-meta.xml": b"\x00\xff",
    })  # fmt: skip
    with Path("p/staticresources/Big.txt").open("wb") as stream:
        stream.truncate(1 << 30)
    Path("p/loop").symlink_to("..")
    Path("p/self").symlink_to("self")
    Path("p/classes/Z.cls").symlink_to("nowhere")
    os.mkfifo("p/classes/F.cls")
    start = time.perf_counter()
    problems = read_lenient(Path("p")).problems
    assert time.perf_counter() - start < 5
    assert [str(p).partition(" (")[0] for p in problems] == [
        "p/classes/F.cls: is not a regular file",
        "p/classes/Z.cls: cannot be read: No such file or directory",
        "p/loop: a symbolic link that leads back to a folder above it",
        "p/objects/D/D.object-meta.xml:1:1400001: not well-formed XML: no element found",
        "p/objects/D/fields/F.field-meta.xml:1:1: not well-formed XML: syntax error",
        "p/self: a symbolic link that leads to itself",
        "p/staticresources/Big.txt: is 1,073,741,824 bytes, more than 104,857,600",
    ]


def test_a_folder_reached_by_a_link_is_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"real/T.tab-meta.xml": document("CustomTab")})
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "tabs").symlink_to(tmp_path / "real")
    assert keys(tmp_path / "p") == ["CustomTab T"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"tabs/T.tab-meta.xml": document("CustomTab")})
    (tmp_path / "tabs/T.tab-meta.xml").chmod(0)
    with pytest.raises(MetadataError, match="cannot be read: Permission denied"):
        read_bundle(tmp_path)


def test_extensions_of_content() -> None:
    kinds = ("text/css", "application/javascript", "text/javascript", "image/x-png", "text/plain; charset=x", "", "a/b")
    assert [extension(kind) for kind in kinds] == ["css", "js", "js", "png", "txt", "bin", "bin"]


def test_beside_the_form_of_source_format_the_other_one_does_not_count(tmp_path: Path) -> None:
    meta = document("StaticResource", "<contentType>text/css</contentType>")
    files: dict[str, str | bytes] = {
        "tabs/T.tab": document("CustomTab", "<label>Old</label>"),
        "tabs/T.tab-meta.xml": document("CustomTab", "<label>New</label>"),
        "staticresources/R.resource": "old",
        "staticresources/R.css": "new",
        "staticresources/R.resource-meta.xml": meta,
    }
    reading = read_lenient(write_tree(tmp_path, files))
    assert reading.problems == ()
    contents = {f.path: f.content for f in reading.bundle.files()}
    assert contents["staticresources/R.resource"] == b"new"
    assert b"New" in contents["tabs/T.tab"]
    assert [n.message.partition(" is not")[0] for n in reading.notes] == ["StaticResource R", "CustomTab T"]


def test_a_missing_package_directory_matters_to_the_whole_project_alone(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "sfdx-project.json": '{"packageDirectories": [{"path": "here"}, {"path": "gone"}]}',
            "here/classes/A.cls": "class A {}",
            "here/classes/A.cls-meta.xml": document("ApexClass", "<apiVersion>62.0</apiVersion>"),
        },
    )
    assert [str(key) for key in read_bundle(tmp_path / "here").components] == ["ApexClass A"]
    with pytest.raises(MetadataError, match="package directory 'gone' is missing"):
        read_bundle(tmp_path)
