"""`sfmeta validate` as it is run: exit codes, formats, baseline, changed files, configuration."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolkit.cli.validate import validate
from toolkit.errors import ConfigError, UsageError

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
GRANT = "<userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>"
WARNS = f"<PermissionSet {NS}>\n<label>A</label>\n{GRANT}\n</PermissionSet>\n"
FAILS = WARNS.replace("<label>A</label>", "<label>A</label>\n<lable>B</lable>")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src" / "permissionsets").mkdir(parents=True)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "src" / "permissionsets" / f"{name}.permissionset").write_text(text)


def call(*args: str) -> Result:
    """One run; the command's return value is its exit code."""
    result = CliRunner().invoke(validate, list(args), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_the_exit_code_says_whether_there_is_an_error(folder: Path) -> None:
    write(folder, "A", WARNS)
    assert call("src").return_value == 0
    assert call("src", "--strict").return_value == 1
    write(folder, "A", FAILS)
    result = call("src")
    assert result.return_value == 1
    assert "did you mean" in result.stdout
    assert "src/permissionsets/A.permissionset:3:1" in result.stdout


@pytest.mark.parametrize("args", [["--json"], ["--format", "json"]])
def test_json_is_one_document(folder: Path, args: list[str]) -> None:
    write(folder, "A", FAILS)
    document = json.loads(call("src", *args).stdout)
    assert [finding["rule"] for finding in document["findings"]] == ["E1113", "W5005"]


def test_a_report_can_go_to_a_file(folder: Path) -> None:
    write(folder, "A", WARNS)
    result = call("src", "--format", "sarif", "--output", "out.sarif")
    assert result.stdout == ""
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_a_baseline_lets_a_project_start_clean(folder: Path) -> None:
    write(folder, "A", FAILS)
    assert call("src", "--baseline", "base", "--write-baseline").return_value == 0
    clean = call("src", "--baseline", "base", "--strict")
    assert (clean.return_value, clean.stdout.count("\n")) == (0, 1)
    write(folder, "A", "\n\n".join(["<!-- moved down -->", FAILS]))
    assert call("src", "--baseline", "base", "--strict").return_value == 0
    write(folder, "B", FAILS)
    result = call("src", "--baseline", "base")
    assert result.return_value == 1
    assert "A.permissionset" not in result.stdout


def git(folder: Path, *args: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", *args],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_only_changed_files_are_reported(folder: Path) -> None:
    write(folder, "Old", FAILS)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    assert call("src", "--changed-since", "HEAD").return_value == 0
    write(folder, "New", FAILS)
    result = call("src", "--changed-since", "HEAD")
    assert result.return_value == 1
    assert "New.permissionset" in result.stdout
    assert "Old.permissionset" not in result.stdout


def committed(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")


def planted(folder: Path) -> Path:
    """A permission set that grants a class, and a finding that was there before; all of it is committed."""
    classes = folder / "src" / "classes"
    classes.mkdir()
    (classes / "A.cls").write_text("public with sharing class A {}")
    (classes / "A.cls-meta.xml").write_text(
        f"<ApexClass {NS}><apiVersion>60.0</apiVersion><status>Active</status></ApexClass>"
    )
    grants = "".join(
        f"<classAccesses>\n<apexClass>{name}</apexClass><enabled>true</enabled></classAccesses>\n" for name in "AX"
    )
    write(folder, "P", f"<PermissionSet {NS}>\n{grants}<label>P</label>\n<lable>B</lable></PermissionSet>")
    committed(folder)
    return classes


@pytest.mark.parametrize("where", ["src", ".", "absolute"])
def test_a_class_that_a_change_deletes_is_missed_by_files_that_it_leaves_alone(folder: Path, where: str) -> None:
    classes = planted(folder)
    path = str(folder / "src") if where == "absolute" else where
    assert json.loads(call(path, "--changed-since", "HEAD", "--json").stdout)["findings"] == []
    for file in classes.iterdir():
        file.unlink()
    result = call(path, "--changed-since", "HEAD", "--json")
    assert result.return_value == 1
    assert [
        (finding["rule"], finding["severity"], finding["line"], finding["message"])
        for finding in json.loads(result.stdout)["findings"]
    ] == [("E3001", "error", 3, "the Apex class A is not among the files any more")]


def test_a_severity_of_the_configuration_stays_what_it_is(folder: Path) -> None:
    classes = planted(folder)
    (folder / "config").mkdir()
    (folder / "config" / "validate.yaml").write_text("rules:\n  E3001: note\n")
    for file in classes.iterdir():
        file.unlink()
    assert call("src", "--changed-since", "HEAD").return_value == 0


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", " "])
def test_a_revision_that_git_does_not_know_is_wrong_usage(folder: Path, revision: str) -> None:
    git(folder, "init", "-q")
    with pytest.raises(UsageError):
        call("src", f"--changed-since={revision}")


def test_rules_are_tuned_in_validate_yaml(folder: Path) -> None:
    write(folder, "A", WARNS)
    (folder / "config").mkdir()
    config = folder / "config" / "validate.yaml"
    config.write_text("rules:\n  W5005: error\n")
    assert call("src").return_value == 1
    config.write_text("rules:\n  W5005: off\n")
    assert call("src", "--strict").return_value == 0
    config.write_text("rules:\n  W5005:\n    severity: error\n    permissions: ViewAllData\n")
    assert call("src", "--strict").return_value == 0
    config.write_text('ignore:\n  - path: "src/*"\n    rules: [W5005]\n    reason: old\n')
    assert call("src", "--strict").return_value == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules:\n  W5006: off\n", "config/validate.yaml:2:3: there is no rule W5006 (did you mean N5006?"),
        ("rules:\n  W5005: loud\n", "config/validate.yaml:2:10: `loud` is no way to set a rule"),
        ("rules:\n  W5005: {colour: red}\n", "W5005 has no parameter `colour` (its parameters are permissions)"),
        ("rules: 3\n", "`rules` is not a map"),
        ("rule: {}\n", "unknown key `rule`"),
        ("ignore:\n  - rules: [W5005]\n", "`path` is missing"),
        ("- 1\n", "not a map"),
        ("rules:\n  E2030: {files: many}\n", "`files` of E2030 is not a number"),
    ],
)
def test_mistakes_in_validate_yaml_have_a_place_and_a_mend(folder: Path, text: str, message: str) -> None:
    write(folder, "A", WARNS)
    (folder / "config").mkdir()
    (folder / "config" / "validate.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        call("src")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "args",
    [
        ["--write-baseline"],
        ["src", "--set", "a=b"],
        ["src", "--org", "x"],
        ["src", "--api-version", "new"],
        ["nowhere"],
    ],
)
def test_a_command_line_that_cannot_be_meant_is_wrong_usage(folder: Path, args: list[str]) -> None:
    with pytest.raises(UsageError):
        call(*args)


def test_the_api_version_decides_what_a_file_may_hold(folder: Path) -> None:
    page = folder / "src" / "flexipages" / "P.flexipage"
    page.parent.mkdir()
    item = "<componentName>force:detailPanel</componentName>"
    page.write_text(
        f"<FlexiPage {NS}>\n<flexiPageRegions>\n<componentInstances>{item}</componentInstances>\n<name>main</name>\n"
        "<type>Region</type>\n</flexiPageRegions>\n<masterLabel>P</masterLabel>\n"
        "<template><name>flexipage:defaultAppHomeTemplate</name></template>\n<type>AppPage</type>\n</FlexiPage>\n"
    )
    assert call("src", "--api-version", "48").return_value == 0
    assert call("src", "--api-version", "49.0").return_value == 1
