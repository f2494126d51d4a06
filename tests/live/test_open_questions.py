"""What nobody could look up without an org: each test holds what the local org supposes against a real one.

The numbers and the questions themselves are those of docs/local-org.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toolkit.localorg.faults import parse_all

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "local-org.md"
SETTLES = {
    2: "test_a_certificate_that_comes_again_is_left_alone",
    3: "test_a_record_page_takes_a_page_without_standard_controller",
    4: "test_a_default_override_deactivates_the_page",
    5: "test_the_policy_of_a_new_app_is_made_and_named_by_the_org",
    7: "test_access_rows_of_an_external_client_app_can_be_made",
    8: "test_a_connected_app_names_permission_sets",
    9: "test_a_connected_app_that_comes_without_lists_loses_them",
    12: "test_the_header_of_an_app_takes_its_parts_along",
    13: "test_a_deploy_is_cancelled_over_rest",
    14: "test_elements_may_come_in_any_order",
}


def test_the_document_names_every_test() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for number, name in SETTLES.items():
        assert callable(globals()[name])
        assert [line for line in text.splitlines() if line.startswith(f"| {number} |") and f"`{name}`" in line], number


def certificate(kit: Any, name: str) -> dict[str, str]:
    meta = f"<caSigned>false</caSigned><keySize>2048</keySize><masterLabel>{name}</masterLabel>"
    return {f"certs/{name}.crt": "", f"certs/{name}.crt-meta.xml": kit.document("Certificate", meta)}


def test_a_certificate_that_comes_again_is_left_alone(org: Any, kit: Any) -> None:
    name = f"{org.tag}Cert"
    types, files = {"Certificate": [name]}, certificate(kit, name)
    org.deployed(types, files)
    before, _ = org.retrieve(types)
    org.deployed(types, files)
    after, _ = org.retrieve(types)
    assert "BEGIN CERTIFICATE" in before[f"certs/{name}.crt"]
    assert after == before


def record_page(kit: Any, name: str, page: str) -> dict[str, str]:
    values = {"height": "300", "label": "x", "pageName": page, "showLabel": "true"}
    properties = "".join(
        f"<componentInstanceProperties><name>{key}</name><value>{value}</value></componentInstanceProperties>"
        for key, value in values.items()
    )
    item = (
        f"<itemInstances><componentInstance>{properties}<componentName>flexipage:visualforcePage</componentName>"
        "<identifier>one</identifier></componentInstance></itemInstances>"
    )
    inner = (
        f"<flexiPageRegions>{item}<name>main</name><type>Region</type></flexiPageRegions>"
        f"<masterLabel>{name}</masterLabel><sobjectType>Contact</sobjectType>"
        "<template><name>flexipage:recordHomeTemplateDesktop</name></template><type>RecordPage</type>"
    )
    return {f"flexipages/{name}.flexipage": kit.document("FlexiPage", inner)}


def test_a_record_page_takes_a_page_without_standard_controller(org: Any, kit: Any) -> None:
    page, name = f"{org.tag}Plain", f"{org.tag}Rec"
    bare = {key: text.replace("<availableInTouch>true</availableInTouch>", "")
            for key, text in kit.page(page, "<apex:page/>").items()}  # fmt: skip
    org.deployed({"ApexPage": [page]}, bare)
    org.deployed({"FlexiPage": [name]}, record_page(kit, name, page))


def override(kit: Any, content: str) -> dict[str, str]:
    kind = (
        f"<content>{content}</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect>"
    )
    kind += "<type>Flexipage</type>"
    if not content:
        kind = "<formFactor>Large</formFactor><type>Default</type>"
    inner = f"<actionOverrides><actionName>View</actionName>{kind}</actionOverrides>"
    return {"objects/Contact.object": kit.document("CustomObject", inner)}


def test_a_default_override_deactivates_the_page(org: Any, kit: Any) -> None:
    page, name = f"{org.tag}Shown", f"{org.tag}Active"
    org.deployed({"ApexPage": [page]}, kit.page(page, '<apex:page standardController="Contact"/>'))
    org.deployed({"FlexiPage": [name]}, record_page(kit, name, page))
    held = {"CustomObject": ["Contact"]}
    assert org.finished(org.start(held, override(kit, name)))["success"]
    (problem,) = kit.problems(org.remove({"FlexiPage": [name]}))
    assert "active Lightning page" in problem
    assert org.finished(org.start(held, override(kit, "")))["success"]
    assert org.remove({"FlexiPage": [name]})["success"]


POLICY = "ExtlClntAppOauthConfigurablePolicies"


def app(kit: Any, name: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    belongs = f"<externalClientApplication>{name}</externalClientApplication>"
    types = {
        "ExternalClientApplication": [name], "ExtlClntAppGlobalOauthSettings": [f"{name}_g"],
        "ExtlClntAppOauthSettings": [f"{name}_o"],
    }  # fmt: skip
    header = "<contactEmail>a@x.example</contactEmail><distributionState>Local</distributionState>"
    globe = f"<callbackUrl>https://x.example</callbackUrl>{belongs}<isConsumerSecretOptional>false</isConsumerSecretOptional>"
    globe += "<isIntrospectAllTokens>false</isIntrospectAllTokens><isPkceRequired>false</isPkceRequired>"
    globe += f"<isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken><label>{name}_g</label>"
    globe += "<shouldRotateConsumerKey>false</shouldRotateConsumerKey><shouldRotateConsumerSecret>false"
    globe += "</shouldRotateConsumerSecret>"
    scopes = "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>"
    files = {
        f"externalClientApps/{name}.eca": kit.document("ExternalClientApplication", f"{header}<label>{name}</label>"),
        f"extlClntAppGlobalOauthSets/{name}_g.ecaGlblOauth": kit.document("ExtlClntAppGlobalOauthSettings", globe),
        f"extlClntAppOauthSettings/{name}_o.ecaOauth": kit.document(
            "ExtlClntAppOauthSettings", f"{scopes}{belongs}<label>{name}_o</label>"
        ),
    }
    return types, files


def test_the_policy_of_a_new_app_is_made_and_named_by_the_org(org: Any, kit: Any) -> None:
    name = f"{org.tag}Pol"
    types, files = app(kit, name)
    org.deployed(types, files)
    back, _ = org.retrieve({POLICY: ["*"]})
    assert f"extlClntAppOauthPolicies/{name}_o_defaultPolicy.ecaOauthPlcy" in back


def test_access_rows_of_an_external_client_app_can_be_made(org: Any, kit: Any) -> None:
    name, held = f"{org.tag}Acc", f"{org.tag}AccSet"
    types, files = app(kit, name)
    org.deployed(types, files)
    org.deployed({"PermissionSet": [held]}, kit.permission_set(held))
    (application,) = org.query(f"SELECT Id FROM ExternalClientApplication WHERE DeveloperName = '{name}'")
    (parent,) = org.query(f"SELECT Id FROM PermissionSet WHERE Name = '{held}'")
    row = {"ParentId": parent["Id"], "SetupEntityId": application["Id"]}
    status, answer = org.post("sobjects/SetupEntityAccess", row)
    assert status == 201, answer


def connected(kit: Any, name: str, lists: str) -> dict[str, str]:
    oauth = "<callbackUrl>https://x.example</callbackUrl><isAdminApproved>true</isAdminApproved><scopes>Api</scopes>"
    inner = f"<contactEmail>a@x.example</contactEmail><label>{name}</label><oauthConfig>{oauth}</oauthConfig>{lists}"
    return {f"connectedApps/{name}.connectedApp": kit.document("ConnectedApp", inner)}


@pytest.fixture
def old_days(org: Any, kit: Any) -> Any:
    """An org in which ConnectedApps can be created; orgs since Spring '26 refuse it unless Support allows it."""
    if org.local is not None:
        from dataclasses import replace

        running = org.local.org
        before = running.options
        running.options = replace(before, connected_app_creation=True)
        yield org
        running.options = before
        return
    name = f"{org.tag}Probe"
    if not org.deploy({"ConnectedApp": [name]}, connected(kit, name, ""), checkOnly=True)["success"]:
        pytest.skip("this org does not create ConnectedApps")
    yield org


def granted(org: Any, app_name: str) -> set[str]:
    (found,) = org.query(f"SELECT Id FROM ConnectedApplication WHERE Name = '{app_name}'")
    rows = org.query(f"SELECT Parent.Name FROM SetupEntityAccess WHERE SetupEntityId = '{found['Id']}'")
    return {row["Parent"]["Name"] for row in rows}


@pytest.mark.parametrize("by", ["name", "label"])
def test_a_connected_app_names_permission_sets(old_days: Any, kit: Any, by: str) -> None:
    org = old_days
    held, name = f"{org.tag}By{by}", f"{org.tag}App{by}"
    label = f"{held} label"
    org.deployed({"PermissionSet": [held]}, {
        f"permissionsets/{held}.permissionset": kit.document("PermissionSet", f"<label>{label}</label>"),
    })  # fmt: skip
    chosen = held if by == "name" else label
    lists = f"<permissionSetName>{chosen}</permissionSetName>"
    org.deployed({"ConnectedApp": [name]}, connected(kit, name, lists))
    assert granted(org, name) == {held}


def test_a_connected_app_that_comes_without_lists_loses_them(old_days: Any, kit: Any) -> None:
    org = old_days
    held, name = f"{org.tag}Lost", f"{org.tag}Loses"
    org.deployed({"PermissionSet": [held]}, kit.permission_set(held))
    lists = f"<permissionSetName>{held}</permissionSetName>"
    org.deployed({"ConnectedApp": [name]}, connected(kit, name, lists))
    assert granted(org, name) == {held}
    org.deployed({"ConnectedApp": [name]}, connected(kit, name, ""))
    assert granted(org, name) == set()


def test_the_header_of_an_app_takes_its_parts_along(org: Any, kit: Any) -> None:
    name = f"{org.tag}Head"
    types, files = app(kit, name)
    org.deployed(types, files)
    assert org.remove({"ExternalClientApplication": [name]})["success"]
    back, messages = org.retrieve(types)
    assert set(back) == {"package.xml"}
    assert len(messages) == 3


def test_a_deploy_is_cancelled_over_rest(org: Any, kit: Any) -> None:
    if org.local is not None:
        org.local.org.faults.arm(parse_all(["slow-job:seconds=60,times=1"]))
    names = [f"{org.tag}Slow{number}" for number in range(1 if org.local else 300)]
    files: dict[str, str] = {}
    for name in names:
        files |= kit.apex(name)
    job = org.start({"ApexClass": names}, files, checkOnly=True)
    address = f"{org.data}/metadata/deployRequest/{job}"
    answer = org.http.patch(address, json={"deployResult": {"status": "Canceling"}}, timeout=60)
    assert answer.status_code == 202, answer.text
    assert answer.json()["deployResult"]["status"] in ("Canceling", "Canceled")
    assert org.finished(job)["status"] == "Canceled"


def test_elements_may_come_in_any_order(org: Any, kit: Any) -> None:
    name = f"{org.tag}Order"
    fields = ["<description>d</description>", "<hasActivationRequired>false</hasActivationRequired>",
              f"<label>{name}</label>"]  # fmt: skip
    document = kit.document("PermissionSet", "".join(reversed(fields)))
    org.deployed({"PermissionSet": [name]}, {f"permissionsets/{name}.permissionset": document})
