from __future__ import annotations

from lxml import etree

from toolkit.metadata.schema.model import Span, root_type, schema
from toolkit.metadata.schema.order import order_children


def test_a_root_type_has_its_members_in_wsdl_order() -> None:
    kind = root_type("CustomTab")
    assert kind is not None
    names = [m.name for m in kind.members]
    assert names[0] == "fullName"
    assert names.index("label") < names.index("motif") < names.index("page")
    encoding = kind.member("urlEncodingKey")
    assert encoding is not None
    assert encoding.type == "Encoding"


def test_parts_of_types_and_unknown_names_are_no_roots() -> None:
    assert root_type("FlowDecision") is None
    assert root_type("NoSuchType") is None
    assert root_type("Cust\nomTab") is None
    assert schema().complex_type("FlowDecision") is not None


def test_members_know_when_they_came_and_went() -> None:
    bundle = root_type("LightningComponentBundle")
    assert bundle is not None
    capabilities = bundle.member("capabilities")
    assert capabilities is not None
    assert capabilities.since == Span(47, 51)
    assert capabilities.newer_than(47)
    assert not capabilities.newer_than(48)


def test_every_line_of_the_data_file_parses_and_every_type_it_names_is_there() -> None:
    table = schema()
    known = set(table.names)
    for name in table.names:
        assert table.type(name) is not None
        kind = table.complex_type(name)
        for member in kind.members if kind else ():
            assert member.type[0].islower() or member.type in known, (name, member)


def test_children_are_put_into_wsdl_order_with_their_comments() -> None:
    text = "<CustomTab><page>P</page><!-- why --><label>L</label><zzz/><fullName>F</fullName></CustomTab>"
    root = etree.fromstring(text)
    order_children(root)
    ordered = "<CustomTab><fullName>F</fullName><!-- why --><label>L</label><page>P</page><zzz/></CustomTab>"
    assert etree.tostring(root).decode() == ordered
