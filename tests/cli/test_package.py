"""`sfmeta package` and `sfmeta convert`, as a user meets them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tests.metadata.bundle_samples import document, read_tree, write_tree
from toolkit.cli.main import main

ROOT = Path(__file__).parents[2]
FILES: dict[str, str | bytes] = {
    "p/sfdx-project.json": '{"packageDirectories": [{"path": "f"}], "sourceApiVersion": "61.0"}',
    "p/f/classes/A.cls": "class A {}",
    "p/f/classes/A.cls-meta.xml": document("ApexClass"),
    "p/f/objects/O__c/fields/F__c.field-meta.xml": document("CustomField", "<fullName>F__c</fullName>"),
    "p/f/README.md": "x",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(write_tree(tmp_path, FILES))
    return tmp_path


def test_package_prints_path_and_sum(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["package", "p", "-o", "out/p.zip"]) == 0
    data = (here / "out" / "p.zip").read_bytes()
    out, err = capsys.readouterr()
    assert out == (
        f"out/p.zip: 2 components, 3 files, {len(data):,} bytes, API version 61.0\n"
        f"sha256 {hashlib.sha256(data).hexdigest()}\n"
    )
    assert err == "1 files belong to no component and were left out\n"
    with zipfile.ZipFile(here / "out" / "p.zip") as opened:
        assert opened.namelist() == ["classes/A.cls", "classes/A.cls-meta.xml", "objects/O__c.object", "package.xml"]


def test_package_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["package", "p", "--json", "--api-version", "62.0"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sha256"] == hashlib.sha256((here / "package.zip").read_bytes()).hexdigest()
    del found["sha256"], found["bytes"]
    assert found == {
        "status": "ok",
        "path": "package.zip",
        "compressed": False,
        "apiVersion": "62.0",
        "components": 2,
        "files": 3,
        "members": {"ApexClass": ["A"], "CustomField": ["O__c.F__c"]},
        "leftOut": ["p/f/README.md"],
        "notes": [],
    }


def test_without_a_path_the_integration_is_packaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.zip", "b.zip"):
        assert main(["package", "--config", str(ROOT / "config"), "-o", str(tmp_path / name)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1] == out[3]
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        assert "package.xml" in opened.namelist()


def test_every_problem_is_told_and_nothing_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(here, {"p/f/classes/B.cls": "x", "p/f/tabs/T.tabb-meta.xml": "x"})
    assert main(["package", "p"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "error: p/f/classes/B.cls: ApexClass B has no B.cls-meta.xml beside it (add the file, or leave out both)",
        "error: p/f/tabs/T.tabb-meta.xml: no metadata type has files of this name here "
        "(did you mean .tab-meta.xml? Otherwise leave it out with .forceignore, or mend its name or folder)",
    ]
    assert not (here / "package.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["package", "nowhere"], 1),
        (["package", "p", "--api-version", "x"], 2),
        (["package", "p", "--set", "a=b"], 2),
        (["package", "--config", "nowhere"], 2),
        (["convert", "p"], 2),
        (["convert", "p", "--format", "zip", "--out", "x"], 2),
    ],
)
def test_wrong_usage(here: Path, arguments: list[str], code: int) -> None:
    assert main(arguments) == code


def test_convert_there_and_back(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "p", "--format", "mdapi", "--out", "m"]) == 0
    assert capsys.readouterr().out == "m: 2 components, 4 files written, API version 61.0\n"
    assert main(["convert", "m", "--format", "source", "--out", "s", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["components"] == [
        {"type": "ApexClass", "fullName": "A"},
        {"type": "CustomObject", "fullName": "O__c"},
    ]
    base = "force-app/main/default"
    assert (
        [Path(p).relative_to("s").as_posix() for p in found["written"]]
        == sorted(read_tree(here / "s"))
        == [
            f"{base}/classes/A.cls",
            f"{base}/classes/A.cls-meta.xml",
            f"{base}/objects/O__c/O__c.object-meta.xml",
            f"{base}/objects/O__c/fields/F__c.field-meta.xml",
            "sfdx-project.json",
        ]
    )
    main(["package", "m", "-o", "one.zip"])
    main(["package", "s", "-o", "two.zip"])
    assert (here / "one.zip").read_bytes() == (here / "two.zip").read_bytes()


def test_a_manifest_that_does_not_fit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["convert", "p", "--format", "mdapi", "--out", "m"])
    write_tree(here, {"m/tabs/T.tab": document("CustomTab")})
    capsys.readouterr()
    assert main(["convert", "m", "--format", "source", "--out", "s"]) == 1
    assert capsys.readouterr().err == (
        "error: m/tabs/T.tab: CustomTab T has no entry in the manifest (add it to m/package.xml, or remove the file)\n"
    )
    assert main(["convert", "m", "--format", "source", "--out", "s", "--ignore-manifest"]) == 0
    assert (here / "s/force-app/main/default/tabs/T.tab-meta.xml").is_file()


def test_what_was_decided_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(here, {
        "p/sfdx-project.json": '{"packageDirectories": [{"path": "f"}, {"path": "g"}]}',
        "p/g/classes/A.cls": "class A { }",
        "p/g/classes/A.cls-meta.xml": document("ApexClass"),
    })  # fmt: skip
    assert main(["package", "p"]) == 0
    assert (
        "note: p/f/classes/A.cls: ApexClass A is not taken from here, because p/g/classes/A.cls has it too "
        "(keep one of the two)\n"
    ) in capsys.readouterr().err
