"""What retrieved files look like in their bytes, as those that public repositories hold do."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.localorg import tree
from toolkit.localorg.families import canonical
from toolkit.localorg.families.namespaces import namespace_of


def written(kit: Any, type_name: str, inner: str) -> str:
    root = canonical.in_order(tree.parse(kit.document(type_name, inner).encode()), type_name)
    written = tree.dump(root)
    assert tree.dump(tree.parse(written)) == written
    return written.decode().partition(">\n")[2].partition(">\n")[2].rpartition("</")[0]


@pytest.mark.parametrize(
    ("type_name", "inner", "shown"),
    [
        (
            "Layout",
            "<layoutSections><layoutColumns></layoutColumns><layoutColumns/><style>CustomLinks</style></layoutSections>",
            "<layoutSections><layoutColumns/><layoutColumns/><style>CustomLinks</style></layoutSections>",
        ),
        ("Queue", "<name>Q</name><email/>", "<email></email><name>Q</name>"),
        ("CustomObject", "<searchLayouts></searchLayouts>", "<searchLayouts/>"),
        ("SharedTo", "<allInternalUsers/>", "<allInternalUsers></allInternalUsers>"),
        (
            "CustomObjectTranslation",
            "<fields><name>A__c</name><label><!-- To be said --></label></fields>",
            "<fields><label><!-- To be said --></label><name>A__c</name></fields>",
        ),
        ("Queue", "<name>Q<!-- why --></name><email><!-- none --></email>", "<email></email><name>Q</name>"),
    ],
)
def test_empty_elements_and_comments(kit: Any, type_name: str, inner: str, shown: str) -> None:
    assert "".join(line.strip() for line in written(kit, type_name, inner).splitlines()) == shown


@pytest.mark.parametrize(
    ("type_name", "name", "namespace"),
    [
        ("WorkflowRule", "Contact.Contact%2EPhone%5F%5Fc of Household", ""),
        ("WorkflowRule", "Contact.npe01__Phone of Household", "npe01"),
        ("Layout", "npsp__Fund__c-Fund %28new%29", "npsp"),
        ("CustomField", "Account.Fund__c", ""),
    ],
)
def test_the_namespace_of_a_name_is_what_is_not_escaped(type_name: str, name: str, namespace: str) -> None:
    assert namespace_of(type_name, name) == namespace


def test_the_classes_that_come_with_sites_have_their_tests(client: Any, kit: Any) -> None:
    accesses = "".join(
        f"<classAccesses><apexClass>{name}</apexClass><enabled>true</enabled></classAccesses>"
        for name in ("SiteLoginController", "SiteLoginControllerTest")
    )
    members = {"PermissionSet": ["Sites"]}
    client.deployed({"package.xml": kit.manifest(members), **kit.permission_set("Sites", accesses)})
