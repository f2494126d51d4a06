"""What counts as a difference between our component and the org's."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from toolkit.metadata.compare import Difference, differences
from toolkit.metadata.component import Component, ComponentFile

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def doc(type_name: str, body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{type_name} {NS}>{body}</{type_name}>\n'.encode()


def one(type_name: str, body: str, path: str = "f/X-meta.xml") -> Component:
    return Component(type_name, "X", (ComponentFile(path, doc(type_name, body)),))


def told(type_name: str, ours: str, theirs: str) -> list[str]:
    return [str(d) for d in differences(one(type_name, ours), one(type_name, theirs))]


SET = (
    "<classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>"
    "<classAccesses><apexClass>B</apexClass><enabled>true</enabled></classAccesses>"
    "<label>L</label><tabSettings><tab>T</tab><visibility>Visible</visibility></tabSettings>"
)


@pytest.mark.parametrize(
    ("type_name", "ours", "theirs"),
    [
        ("PermissionSet", SET, SET),
        (
            "PermissionSet",
            SET,
            "<label>\n  L\n</label><!-- c --><tabSettings><visibility>Visible</visibility><tab>T</tab></tabSettings>"
            "<classAccesses><enabled>true</enabled><apexClass>B</apexClass></classAccesses>"
            "<classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>"
            "<hasActivationRequired>false</hasActivationRequired>",
        ),
        (
            "PermissionSet",
            "<label>L</label><pageAccesses><apexPage>P</apexPage><enabled>false</enabled></pageAccesses>",
            "<label>L</label>",
        ),
        ("ApexClass", "<apiVersion>62</apiVersion>", "<apiVersion>62.0</apiVersion><status>Active</status>"),
        (
            "FlexiPage",
            "<flexiPageRegions><itemInstances><componentInstance><identifier>a</identifier><n>1</n></componentInstance>"
            "</itemInstances><itemInstances><componentInstance><n>1</n></componentInstance></itemInstances>"
            "<itemInstances><componentInstance><n>1</n></componentInstance></itemInstances></flexiPageRegions>",
            "<flexiPageRegions><itemInstances><componentInstance><n>1</n><identifier>a</identifier></componentInstance>"
            "</itemInstances><itemInstances><componentInstance><n>1</n></componentInstance></itemInstances>"
            "<itemInstances><componentInstance><n>1</n></componentInstance></itemInstances></flexiPageRegions>",
        ),
        ("CustomTab", "<label>&#xE4;</label>", "<label>\u00e4</label>"),
        ("CustomTab", "<label>a</label>", '<label xmlns:y="u" y:z="1">a</label>'),
        (
            "ExtlClntAppOauthSettings",
            "<commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes>",
            "<commaSeparatedOauthScopes>RefreshToken,Api</commaSeparatedOauthScopes><oauthLink>00D:888</oauthLink>",
        ),
        (
            "CustomMetadata",
            '<values><field>F</field><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="xsd:double">1.0</value></values>',
            "<values><field>F</field><value>1.0</value></values>",
        ),
        (
            "ExternalClientApplication",
            "<label>X</label>",
            "<label>X</label><orgScopedExternalApp>00D:X</orgScopedExternalApp>",
        ),
        (
            "CustomObject",
            "<fields><fullName>A__c</fullName><type>Text</type></fields>",
            "<fields><externalId>false</externalId><fullName>A__c</fullName><type>Text</type></fields>"
            "<fields><fullName>Theirs__c</fullName><type>Text</type></fields><label>Theirs</label>",
        ),
        (
            "CustomObject",
            "<fields><fullName>A__c</fullName></fields>",
            "<fields><fullName>A__c</fullName></fields><fields><fullName>B__c</fullName></fields>",
        ),
    ],
)
def test_the_same(type_name: str, ours: str, theirs: str) -> None:
    assert told(type_name, ours, theirs) == []


@pytest.mark.parametrize(
    ("type_name", "ours", "theirs", "said"),
    [
        ("PermissionSet", SET, SET.replace("<label>L", "<label>M"), ["label: M -> L"]),
        (
            "PermissionSet",
            SET,
            SET.replace("<apexClass>B", "<apexClass>C"),
            [
                "classAccesses[B]: {apexClass: B, enabled: true} is new",
                "classAccesses[C]: {apexClass: C, enabled: true} would go",
            ],
        ),
        (
            "PermissionSet",
            SET,
            SET.replace("<enabled>true", "<enabled>false", 1),
            ["classAccesses[A]/enabled: false -> true"],
        ),
        (
            "PermissionSet",
            "<label>L</label>",
            "<label>L</label><userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>",
            ["userPermissions: {enabled: true, name: ModifyAllData} would go"],
        ),
        (
            "CustomApplication",
            "<tabs>A</tabs><tabs>B</tabs>",
            "<tabs>B</tabs><tabs>A</tabs>",
            ["tabs (order): B, A -> A, B"],
        ),
        (
            "FlexiPage",
            "<flexiPageRegions><itemInstances><componentInstance><identifier>a</identifier></componentInstance>"
            "</itemInstances><itemInstances><fieldInstance><identifier>b</identifier><x>1</x></fieldInstance>"
            "</itemInstances><name>main</name></flexiPageRegions>",
            "<flexiPageRegions><name>main</name><itemInstances><fieldInstance><x>2</x><identifier>b</identifier>"
            "</fieldInstance></itemInstances><itemInstances><componentInstance><identifier>a</identifier>"
            "</componentInstance></itemInstances></flexiPageRegions>",
            [
                "flexiPageRegions/itemInstances[b]/fieldInstance/x: 2 -> 1",
                "flexiPageRegions/itemInstances (order): b, a -> a, b",
            ],
        ),
        ("CustomTab", "<label>a b</label>", "<label>a  b</label>", ["label: a  b -> a b"]),
        ("CustomTab", "<page>P</page>", "", ["page: P is new"]),
        ("CustomTab", "<label>a</label>", "<label><x>a</x></label>", ["label: {x: a} -> a"]),
        (
            "CustomObject",
            "<fields><fullName>A__c</fullName><length>80</length></fields><fields><fullName>B__c</fullName></fields>",
            "<fields><fullName>A__c</fullName><length>40</length></fields>",
            ["fields[A__c]/length: 40 -> 80", "fields[B__c]: {fullName: B__c} is new"],
        ),
        (
            "CustomObject",
            "<fields><fullName>A__c</fullName></fields>",
            "<fields><fullName>B__c</fullName></fields>",
            ["fields[A__c]: {fullName: A__c} is new"],
        ),
        (
            "CustomMetadata",
            '<values><field>F</field><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="xsd:double">1</value></values>',
            '<values><field>F</field><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="xsd:string">1</value></values>',
            ["values/value: string 1 -> double 1"],
        ),
    ],
)
def test_different(type_name: str, ours: str, theirs: str, said: list[str]) -> None:
    assert told(type_name, ours, theirs) == said


def files(**content: bytes) -> Component:
    made = tuple(ComponentFile(f"classes/{k.replace('_', '.', 1).replace('_', '-')}", v) for k, v in content.items())
    return Component("ApexClass", "X", made)


def test_content_is_compared_by_its_lines() -> None:
    ours = files(X_cls=b"a\nb\n")
    assert differences(ours, files(X_cls=b"a\r\nb")) == ()
    assert differences(ours, files(X_cls=b"a\n b\n")) == (Difference("classes/X.cls", "line 2", "b", "b"),)
    assert differences(ours, files(X_cls=b"a")) == (Difference("classes/X.cls", "line 2", "b", None),)
    assert differences(ours, files(X_cls=b"a\nb\nc")) == (Difference("classes/X.cls", "line 3", None, "c"),)


def test_a_file_on_one_side_alone() -> None:
    assert differences(files(X_cls=b"ab"), files()) == (Difference("classes/X.cls", "", "2 bytes", None),)
    assert differences(files(), files(X_cls=b"ab")) == (Difference("classes/X.cls", "", None, "2 bytes"),)


def test_the_certificate_that_the_org_made_is_no_difference_to_the_empty_one_that_asked_for_it() -> None:
    ours = Component("Certificate", "C", (ComponentFile("certs/C.crt", b""),))
    theirs = Component("Certificate", "C", (ComponentFile("certs/C.crt", b"-----BEGIN CERTIFICATE-----"),))
    assert differences(ours, theirs) == ()
    assert differences(theirs, ours) != ()


names = st.sampled_from(["a", "b", "label", "fullName", "name", "items"])
texts = st.sampled_from(["", "true", "false", "x", "y", "0"])


@st.composite
def trees(draw, depth: int = 3) -> etree._Element:
    def element(left: int) -> etree._Element:
        made = etree.Element(draw(names))
        if left == 0 or draw(st.booleans()):
            made.text = draw(texts)
        else:
            made.extend(element(left - 1) for _ in range(draw(st.integers(1, 4))))
        return made

    root = etree.Element("Made")
    root.extend(element(depth) for _ in range(draw(st.integers(0, 5))))
    return root


def shuffled(root: etree._Element, seed: int) -> bytes:
    copy = etree.fromstring(etree.tostring(root))
    chance = random.Random(seed)
    for element in list(copy.iter()):
        children = list(element)
        chance.shuffle(children)
        for child in children:
            element.remove(child)
        element.extend(children)
    etree.indent(copy, " " * chance.randrange(1, 5))
    return etree.tostring(copy)


def component(data: bytes) -> Component:
    return Component("CustomTab", "X", (ComponentFile("tabs/X.tab", data),))


@given(trees(), st.integers(0, 1000))
def test_order_and_whitespace_never_matter_where_no_order_is_known_to(root: etree._Element, seed: int) -> None:
    mine, other = etree.tostring(root), shuffled(root, seed)
    assert differences(component(mine), component(other)) == ()


@given(trees(), trees())
def test_documents_that_mean_different_things_differ_both_ways_or_in_idle_parts_alone(
    one_tree: etree._Element, other_tree: etree._Element
) -> None:
    mine, other = etree.tostring(one_tree), etree.tostring(other_tree)
    forth = differences(component(mine), component(other))
    back = differences(component(other), component(mine))
    assert bool(forth) == bool(back)


def test_of_a_long_line_the_part_that_differs_is_shown() -> None:
    start = "    String text = 'a long line that goes on and on and on before it says what is different: "
    (found,) = differences(
        files(X_cls=(start + "new end of it';\n").encode()), files(X_cls=(start + "old';\n").encode())
    )
    assert str(found) == (
        "line 1: ...nd on before it says what is different: old'; -> "
        "...nd on before it says what is different: new end of it';"
    )
