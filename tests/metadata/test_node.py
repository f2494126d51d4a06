"""Reading by a regular expression and reading by the parser give the same, or the expression gives up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.errors import MetadataError
from toolkit.metadata import node, xml

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def plain(one: node.Node) -> Any:
    return one.name, one.text, one.kind, [plain(child) for child in one.children]


def both(data: bytes) -> tuple[Any, Any]:
    """What the expression and the parser read; None where one of them refuses."""
    quick = node._quick(data)
    try:
        parsed = node._node(xml.parse(data, "x"))
    except MetadataError:
        parsed = None
    return quick and plain(quick), parsed and plain(parsed)


def test_a_document_with_everything_that_files_of_projects_have() -> None:
    data = (
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a licence - of lines -->\n'
        f"<CustomMetadata {NS} {XSI}>\r\n"
        "  <label> A &amp; B &lt;c&gt; &quot;&#233;&#x41;&amp;lt; </label>\n  <empty/><blank  />\n"
        '  <values>\n<field>F</field><!-- why --><value xsi:type="xsd:double">1.0</value></values>\n'
        '  <values><field>G</field><value xsi:nil="true"/></values><text>two\r\nlines</text>\n</CustomMetadata>\n\n'
    ).encode()
    quick, parsed = both(data)
    assert quick == parsed
    assert quick == (
        "CustomMetadata",
        "",
        "",
        [
            ("label", 'A & B <c> "\u00e9A&lt;', "", []),
            ("empty", "", "", []),
            ("blank", "", "", []),
            ("values", "", "", [("field", "F", "", []), ("value", "1.0", "double", [])]),
            ("values", "", "", [("field", "G", "", []), ("value", "", "", [])]),
            ("text", "two\nlines", "", []),
        ],
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<a><b>x</b></c>",
        b"<a><b>x</b></a><a/>",
        b"<a><b>x</b></a> text",
        b"<a><b>x</b>",
        b"<a><b>x</a></b>",
        b"<a><b>&unknown;</b></a>",
        b"<a><b>x & y</b></a>",
        b"<a><b>&#0;</b></a>",
        b"<a><b>&#xFFFFFF;</b></a>",
        b"<a><b>]]></b></a>",
        b"<a><b>\x01</b></a>",
        b"<a><b>\xff</b></a>",
        b"<a><b>\xef\xbf\xbf</b></a>",
        b"<a><!-- -- --><b>x</b></a>",
        b"<!-- x --><?xml version='1.0'?><a><b>x</b></a>",
        b"<!DOCTYPE a><a><b>x</b></a>",
        b'<a xmlns="x" xmlns="x"><b>x</b></a>',
        b'<a><b xsi:type="t">x</b></a>',
        b"<a>" * 300 + b"</a>" * 300,
        b"",
    ],
)
def test_what_the_parser_refuses_is_never_read(data: bytes) -> None:
    assert both(data) == (None, None)
    with pytest.raises(MetadataError):
        node.node_of(data, "x")


@pytest.mark.parametrize(
    "data",
    [
        b"<a><b><![CDATA[x]]></b></a>",
        b"<p:a xmlns:p='u'><p:b>x</p:b></p:a>",
        b"<a><b k='v'>x</b></a>",
        b"<a><?pi?><b >x</b></a>",
        b"<a>text</a>",
        b"<a/>",
    ],
)
def test_what_the_expression_does_not_know_the_parser_reads(data: bytes) -> None:
    quick, parsed = both(data)
    assert parsed is not None
    assert quick is None
    assert plain(node.node_of(data, "x")) == parsed


TAGS = """<a> </a> <b>
</b> <b/> <c>x</c> <a><a> <!-- <!-c --> <![CDATA[<b>]]> <?p?> /> < > = -- ]] ]]> " &amp; &lt; &gt;
&#65; &#x26; & text"""
pieces = st.sampled_from(
    [
        *TAGS.split(),
        *("<!-- c -->", "<c> </c>", "<a >", "<d xsi:type='t'>1</d>", '<d xsi:type="x:t">1</d>'),
        *(" ", "\n", "\r\n", "\u00a0", "\u00e9", "\ufffe", "\x0b"),
    ]
)


@given(st.lists(pieces, max_size=12), st.sampled_from(["", f" {NS}", f" {NS} {XSI}"]), st.booleans())
@example(["<c>x</c>", "\u00a0"], "", False)
def test_both_ways_agree_on_any_text(inside: list[str], namespaces: str, closed: bool) -> None:
    data = f"<r{namespaces}>{''.join(inside)}{'</r>' if closed else ''}".encode()
    quick, parsed = both(data)
    assert quick is None or quick == parsed
