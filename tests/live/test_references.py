"""The words in which references that lead nowhere are refused; those that are not confirmed are here first of all.

Nothing of this comes into an org: every deploy is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

Case = tuple[dict[str, Sequence[str]], dict[str, str], list[str]]
META = "<apiVersion>62.0</apiVersion><isExposed>true</isExposed>"


def web(kit: Any, tag: str, script: str, template: str = "") -> tuple[str, dict[str, str]]:
    name = tag[0].lower() + tag[1:] + "Web"
    files = {f"lwc/{name}/{name}.js": script,
             f"lwc/{name}/{name}.js-meta.xml": kit.document("LightningComponentBundle", META)}  # fmt: skip
    return name, files | ({f"lwc/{name}/{name}.html": template} if template else {})


def imported(module: str, said: str) -> Callable[[Any, str], Case]:
    def case(kit: Any, tag: str) -> Case:
        script = f"import {{ LightningElement }} from 'lwc';\nimport it from '{module}';\n"
        name, files = web(kit, tag, script + "export default class X extends LightningElement { it = it; }\n")
        return {"LightningComponentBundle": [name]}, files, [said.format(file=f"{name}.js", name=name)]

    return case


def of_case(inner: str, member: str, *said: str) -> Callable[[Any, str], Case]:
    def case(kit: Any, tag: str) -> Case:
        kind, name = member.format(tag=tag).split(" ")
        files = {"objects/Case.object": kit.document("CustomObject", inner.format(tag=tag))}
        return {kind: [name]}, files, list(said)

    return case


def aura(kit: Any, tag: str) -> Case:
    name = f"{tag}Aura"
    files = {f"aura/{name}/{name}.cmp": '<aura:component controller="SfmNotThere"></aura:component>',
             f"aura/{name}/{name}.cmp-meta.xml": kit.document(
                 "AuraDefinitionBundle", "<apiVersion>62.0</apiVersion><description>x</description>")}  # fmt: skip
    said = f"No CONTROLLER named apex://SfmNotThere found : [markup://c:{name}]"
    return {"AuraDefinitionBundle": [name]}, files, [said]


def permission(kit: Any, tag: str) -> Case:
    inner = "<userPermissions><enabled>true</enabled><name>SfmNotThere</name></userPermissions>"
    name = f"{tag}Perm"
    return {"PermissionSet": [name]}, kit.permission_set(name, inner), ["Unknown user permission: SfmNotThere"]


def record(kit: Any, tag: str) -> Case:
    name = f"SfmNotThere.{tag}"
    inner = "<label>x</label><protected>false</protected>"
    files = {f"customMetadata/{name}.md": kit.document("CustomMetadata", inner)}
    return {"CustomMetadata": [name]}, files, ["In field: fullName - no CustomObject named SfmNotThere__mdt found"]


CASES: dict[str, Callable[[Any, str], Case]] = {
    "class": imported(
        "@salesforce/apex/SfmNotThere.run", "Unable to find Apex action class referenced as 'SfmNotThere'."),
    "object": imported("@salesforce/schema/Sfm__c", "Invalid reference Sfm__c of type sobjectClass in file {file}"),
    "field": imported(
        "@salesforce/schema/Case.Sfm__c", "Invalid reference Case.Sfm__c of type sobjectField in file {file}"),
    "label": imported("@salesforce/label/c.Sfm", "Invalid reference c.Sfm of type label in file {file}"),
    "resource": imported("@salesforce/resourceUrl/sfm", "Invalid reference sfm of type resourceUrl in file {file}"),
    "custom permission": imported(
        "@salesforce/customPermission/Sfm", "Invalid reference Sfm of type customPermission in file {file}"),
    "channel": imported(
        "@salesforce/messageChannel/Sfm__c", "Invalid reference Sfm__c of type messageChannel in file {file}"),
    "module": imported("c/sfmNotThere", "No MODULE named markup://c:sfmNotThere found : [markup://c:{name}]"),
    "Aura controller": aura,
    "user permission": permission,
    "custom metadata record": record,
    "list view": of_case(
        "<listViews><fullName>{tag}</fullName><columns>Sfm__c</columns><filterScope>Everything</filterScope>"
        "<label>x</label></listViews>", "ListView Case.{tag}", "Could not resolve list view column: Sfm__c"),
    "formula": of_case(
        "<validationRules><fullName>{tag}</fullName><active>true</active><errorConditionFormula>ISBLANK(Sfm__c)"
        "</errorConditionFormula><errorMessage>x</errorMessage></validationRules>", "ValidationRule Case.{tag}",
        "Field Sfm__c does not exist. Check spelling."),
    "compact layout of a record type": of_case(
        "<recordTypes><fullName>{tag}</fullName><active>true</active><compactLayoutAssignment>Sfm"
        "</compactLayoutAssignment><label>x</label></recordTypes>", "RecordType Case.{tag}",
        "In field: compactLayoutAssignment - no CompactLayout named Case.Sfm found"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_named_has_to_be_there(org: Any, kit: Any, name: str) -> None:
    members, files, said = CASES[name](kit, org.tag)
    assert org.refused(members, files) == said
