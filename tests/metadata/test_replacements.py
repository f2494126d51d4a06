"""Replacements of sfdx-project.json; the Salesforce CLI makes the same of the first example
(SF_APPLY_REPLACEMENTS_ON_CONVERT=true sf project convert source)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.errors import MetadataError
from toolkit.metadata.read import read_bundle, read_lenient

META = b'<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>62.0</apiVersion></ApexClass>'
FIELD = b"""<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>F__c</fullName>
    <label>placeholder</label>
</CustomField>"""


def project(folder: Path, *entries: dict[str, object], code: bytes = b"// placeholder v1 v22\n") -> Path:
    classes = folder / "f" / "classes"
    fields = folder / "f" / "objects" / "O__c" / "fields"
    classes.mkdir(parents=True)
    fields.mkdir(parents=True)
    (classes / "A.cls").write_bytes(code)
    (classes / "A.cls-meta.xml").write_bytes(META)
    (fields / "F__c.field-meta.xml").write_bytes(FIELD)
    settings = {"packageDirectories": [{"path": "f"}], "replacements": list(entries)}
    (folder / "sfdx-project.json").write_text(json.dumps(settings))
    return folder


def contents(path: Path, **environment: str) -> dict[str, bytes]:
    return {file.path: file.content for file in read_bundle(path, environment=environment).files()}


def test_values_come_from_the_environment_and_from_files(tmp_path: Path) -> None:
    (tmp_path / "value.txt").write_text("  from a file \n")
    root = project(
        tmp_path,
        {"glob": "f/**/*", "stringToReplace": "placeholder", "replaceWithEnv": "NAME"},
        {"filename": "f/classes/A.cls", "regexToReplace": r"v(\d+)", "replaceWithFile": "value.txt"},
    )
    made = contents(root, NAME="[$&]")
    assert made["classes/A.cls"] == b"// [placeholder] from a file from a file\n"
    assert b"<label>[placeholder]</label>" in made["objects/O__c.object"]
    assert made["classes/A.cls-meta.xml"] == META


@pytest.mark.parametrize(("value", "made"), [("yes", b"X"), ("no", b"placeholder")])
def test_conditions_are_asked_of_the_environment(tmp_path: Path, value: str, made: bytes) -> None:
    when = [{"env": "ON", "value": "yes"}]
    entry = {"filename": "A.cls", "stringToReplace": "placeholder", "replaceWithEnv": "X", "replaceWhenEnv": when}
    assert contents(project(tmp_path, entry), ON=value, X="X")["classes/A.cls"].split()[1] == made


def test_a_missing_value_is_an_error_where_a_file_asks_for_it(tmp_path: Path) -> None:
    wanted = {"glob": "**/*", "stringToReplace": "a", "replaceWithEnv": "MISSING"}
    other = {"glob": "nowhere/*", "stringToReplace": "a", "replaceWithEnv": "ALSO_MISSING"}
    empty = {"glob": "**/*.cls", "stringToReplace": "v22", "replaceWithEnv": "UNSET", "allowUnsetEnvVariable": True}
    file = {"glob": "**/*.cls", "stringToReplace": "v1", "replaceWithFile": "no.txt"}
    with pytest.raises(MetadataError) as caught:
        contents(project(tmp_path, wanted, other, empty, file))
    assert [problem.message for problem in caught.value.problems] == [
        f"replaceWithFile {tmp_path / 'no.txt'} is no file, or one above 10 MB",
        "the environment variable MISSING is not set, and a replacement needs it",
    ]


def test_files_that_are_not_text_stay(tmp_path: Path) -> None:
    folder = (
        project(tmp_path, {"glob": "**/*", "stringToReplace": "a", "replaceWithEnv": "A"}) / "f" / "staticresources"
    )
    folder.mkdir()
    (folder / "R.png").write_bytes(b"\x89PNG\0a")
    (folder / "R.resource-meta.xml").write_bytes(
        b'<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata"><contentType>image/png</contentType>'
        b"<cacheControl>Public</cacheControl></StaticResource>"
    )
    assert contents(tmp_path, A="a")["staticresources/R.resource"] == b"\x89PNG\0a"


def test_a_text_that_a_named_file_has_not_is_a_note(tmp_path: Path) -> None:
    named = {"filename": "A.cls", "stringToReplace": "absent", "replaceWithEnv": "A"}
    everywhere = {"glob": "**/*", "stringToReplace": "absent", "replaceWithEnv": "A"}
    reading = read_lenient(project(tmp_path, named, everywhere), environment={"A": "b"})
    assert [str(note).removeprefix(f"{tmp_path}/") for note in reading.notes] == [
        "f/classes/A.cls: 'absent' was not found, which sfdx-project.json wants to be replaced here "
        "(mend the text or the replacement)"
    ]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("text", "is not an object"),
        ({"stringToReplace": "a", "replaceWithEnv": "B"}, "needs one of filename and glob"),
        ({"glob": "a", "filename": "a", "stringToReplace": "a"}, "needs one of filename and glob"),
        ({"glob": "a", "stringToReplace": "a"}, "needs one of replaceWithEnv and replaceWithFile"),
        ({"glob": "a", "stringToReplace": 1, "replaceWithEnv": "B"}, "stringToReplace is not a text"),
        (
            {"glob": "a", "regexToReplace": "(a)\\1", "replaceWithEnv": "B"},
            "sfmeta cannot apply regexToReplace '(a)\\\\1' as the Salesforce CLI does: \\1",
        ),
        (
            {"glob": "!a", "stringToReplace": "a", "replaceWithEnv": "B"},
            "sfmeta cannot apply glob '!a' as the Salesforce CLI does: patterns with !, # or (...) are not supported",
        ),
        (
            {"glob": "a", "stringToReplace": "a", "replaceWithEnv": "B", "replaceWhenEnv": [{}]},
            "replaceWhenEnv needs env and value",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, entry: dict[str, object], message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        contents(project(tmp_path, entry))
    assert [problem.message for problem in caught.value.problems] == [f"replacement 1: {message}"]


def test_the_commands_apply_them_or_say_that_they_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"glob": "**/*.cls", "stringToReplace": "placeholder", "replaceWithEnv": "N_1"}
    monkeypatch.chdir(project(tmp_path, entry))
    monkeypatch.setenv("N_1", "one")
    assert main(["package", "."]) == 0
    assert capsys.readouterr().err == ""
    assert b"// one v1" in Path("package.zip").read_bytes()
    convert = ["convert", "f", "--format", "mdapi", "--out", "out"]
    assert main(convert) == 0
    assert "replacements are not applied; files are taken as they stand" in capsys.readouterr().err
    assert Path("out/classes/A.cls").read_bytes().startswith(b"// placeholder")
    assert main([*convert, "--apply-replacements"]) == 0
    assert capsys.readouterr().err == ""
    assert Path("out/classes/A.cls").read_bytes().startswith(b"// one")
