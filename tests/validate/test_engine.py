"""Runs over whole trees: order, places, closed projects, crashes, workers, tuning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from toolkit.errors import Location
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.metadata.schema.finding import CODES
from toolkit.validate import apex, registry, schema
from toolkit.validate.discover import from_bundle, from_paths
from toolkit.validate.engine import Result, validate
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.plan import Options
from toolkit.validate.rule import Tuning

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
Run = Callable[..., Result]

AGENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet {NS}>
    <classAccesses>
        <apexClass>Gone</apexClass>
        <enabled>true</enabled>
    </classAccesses>
    <label>Agent</label>
    <userPermissions>
        <enabled>true</enabled>
        <name>ModifyAllData</name>
    </userPermissions>
</PermissionSet>
"""
PATH = "force-app/main/default/permissionsets/Agent.permissionset-meta.xml"
PROJECT = '{"packageDirectories": [{"path": "force-app"}], "sourceApiVersion": "62.0"}'


def rows(result: Result) -> list[tuple[str, str, str, int, int]]:
    return [(f.rule, f.severity.value, f.where.file, f.where.line, f.where.column) for f in result.findings]


def test_findings_have_file_line_and_column_and_stand_in_order(run: Run) -> None:
    result = run({"sfdx-project.json": PROJECT, PATH: AGENT})
    assert rows(result) == [("E3001", "note", PATH, 4, 20), ("W5005", "warning", PATH, 10, 15)]
    assert result.files == 1
    assert result.findings[0].message == "the Apex class Gone is not among the files"


def test_a_closed_project_makes_an_outside_reference_an_error(run: Run) -> None:
    result = run({"sfdx-project.json": PROJECT, PATH: AGENT}, options=Options(closed=True))
    assert rows(result)[0][:2] == ("E3001", "error")


def test_a_name_of_another_package_stays_a_note_in_a_closed_project(run: Run) -> None:
    result = run(
        {"sfdx-project.json": PROJECT, PATH: AGENT.replace("Gone", "npsp__Gone")}, options=Options(closed=True)
    )
    assert rows(result)[0][:2] == ("E3001", "note")


def test_a_name_with_the_projects_own_namespace_is_found(run: Run) -> None:
    project = PROJECT.replace("{", '{"namespace": "acme", ', 1)
    tree = {"sfdx-project.json": project, PATH: AGENT.replace("Gone", "acme__Here")}
    tree["force-app/main/default/classes/Here.cls"] = "public with sharing class Here {}"
    tree["force-app/main/default/classes/Here.cls-meta.xml"] = (
        f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
    )
    assert "E3001" not in {finding.rule for finding in run(tree).findings}


def test_without_notes_references_are_not_looked_for(run: Run) -> None:
    result = run({"sfdx-project.json": PROJECT, PATH: AGENT}, options=Options(notes=False))
    assert [finding.rule for finding in result.findings] == ["W5005"]


def test_a_single_file_says_nothing_about_what_is_missing(run: Run) -> None:
    tree = {
        "classes/A.cls-meta.xml": f"<ApexClass {NS}><apiVersion>60.0</apiVersion><status>Active</status></ApexClass>"
    }
    assert rows(run(tree, "classes/A.cls-meta.xml")) == []
    assert [finding.rule for finding in run(tree, ".").findings] == ["E2001"]


def test_children_inside_an_object_file_are_judged_as_those_with_their_own(run: Run) -> None:
    field = "<fullName>F__c</fullName><label>F</label><length>300</length><type>Text</type>"
    inside = f"<CustomObject {NS}>\n  <fields>{field}</fields>\n</CustomObject>"
    alone = f"<CustomField {NS}>\n  {field}\n</CustomField>"
    tree = {"a/objects/Case.object": inside, "b/objects/Case/fields/F__c.field-meta.xml": alone}
    found = [row for row in rows(run(tree)) if row[0] == "E4012"]
    assert found == [
        ("E4012", "error", "a/objects/Case.object", 2, 60),
        ("E4012", "error", "b/objects/Case/fields/F__c.field-meta.xml", 2, 52),
    ]


def test_a_rule_that_crashes_is_a_finding_with_its_id_and_the_others_go_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = next(entry for entry in registry.RULES if entry.id == "W5005")
    module = entry.load()

    def broken(_document: object) -> Iterator[Finding]:
        raise KeyError("secret text")
        yield Finding("", Severity.ERROR, "", Location(""), "")

    monkeypatch.setattr(module, "check", broken)
    result = run(
        {"sfdx-project.json": PROJECT, PATH: AGENT.replace("Agent</label>", "Agent</label><license>x</license>")}
    )
    crashed = [finding for finding in result.findings if finding.rule == "W5005"]
    assert [finding.severity for finding in crashed] == [Severity.ERROR]
    assert crashed[0].message.startswith("the rule itself failed (KeyError at broken:")
    assert "secret text" not in crashed[0].message
    assert {"E3001", "N5004"} <= {finding.rule for finding in result.findings}


def test_two_processes_say_what_one_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "permissionsets"
    folder.mkdir()
    for number in range(420):
        (folder / f"P{number}.permissionset").write_text(AGENT.replace("Gone", f"Gone{number}"))
    sources = from_paths(["."])
    one, two = validate(sources, Options(workers=1)), validate(sources, Options(workers=2))
    assert len(one.findings) == 840
    assert one == two


def test_what_was_generated_is_validated_from_memory() -> None:
    file = ComponentFile("permissionsets/Agent.permissionset", AGENT.encode())
    bundle = Bundle.of([Component("PermissionSet", "Agent", (file,))], api_version="62.0")
    result = validate(from_bundle(bundle), Options(closed=True))
    assert rows(result) == [
        ("E3001", "error", "permissionsets/Agent.permissionset", 4, 20),
        ("W5005", "warning", "permissionsets/Agent.permissionset", 10, 15),
    ]


def test_tuning_switches_rules_off_on_and_changes_what_they_say(run: Run) -> None:
    tree = {"sfdx-project.json": PROJECT, PATH: AGENT}
    assert rows(run(tree, options=Options(tuning=Tuning(off=frozenset({"W5005", "E3001"}))))) == []
    graver = Options(tuning=Tuning(severities={"W5005": Severity.ERROR}, off=frozenset({"E3001"})))
    assert [row[1] for row in rows(run(tree, options=graver))] == ["error"]
    other = Tuning(parameters={"W5005": {"permissions": "ManageUsers"}}, off=frozenset({"E3001"}))
    assert rows(run(tree, options=Options(tuning=other))) == []
    here = Tuning(paths_off=(("force-app/*", frozenset({"W5005", "E3001"})),))
    assert rows(run(tree, options=Options(tuning=here))) == []


def test_without_the_grammar_apex_rules_are_not_run_and_that_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apex, "available", lambda: False)
    result = run({"classes/A.cls": "public without sharing class A { @AuraEnabled public static void go() {} }"})
    assert {rule for rule, _ in result.not_run} == {"W8001", "W8007", "N8009", "N8012"}
    assert {reason for _, reason in result.not_run} == {"needs the Apex grammar: pip install 'sfmeta[apex]'"}
    assert "W8002" in {finding.rule for finding in result.findings}


def test_findings_are_frozen() -> None:
    finding = Finding("E3001", Severity.ERROR, "x", Location("a"), "y")
    with pytest.raises(AttributeError):
        finding.message = "z"


def test_every_code_of_the_schema_has_its_id() -> None:
    assert set(schema.IDS) == set(CODES)
    assert len(set(schema.IDS.values())) == len(CODES)
