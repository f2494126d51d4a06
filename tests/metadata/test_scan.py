"""Documents cut by byte: places, lines, names, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import MetadataError
from toolkit.metadata import collate
from toolkit.metadata.scan import no_document, scan

TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<!-- head -->
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
    <fields><fullName>A__c</fullName><x/></fields>
    <label a="&gt;>">L &amp; M</label><e/>
    <!-- z --><fields>
       <fullName><![CDATA[B]]>C</fullName></fields>
</CustomObject>
"""


def test_elements_are_cut_whole() -> None:
    found = scan(TEXT.encode(), "x")
    assert found.root == "CustomObject"
    assert found.attributes == ((b"xmlns", b'"http://soap.sforce.com/2006/04/metadata"'),)
    assert [(e.tag, e.line, e.names) for e in found.elements] == [
        ("fields", 4, {"fullName": "A__c"}),
        ("label", 5, {}),
        ("e", 5, {}),
        ("fields", 6, {"fullName": "BC"}),
    ]
    assert [found.data[e.start : e.end] for e in found.elements] == [
        b"<fields><fullName>A__c</fullName><x/></fields>",
        b'<label a="&gt;>">L &amp; M</label>',
        b"<e/>",
        b"<fields>\n       <fullName><![CDATA[B]]>C</fullName></fields>",
    ]
    assert found.data[found.elements[1].body_start : found.elements[1].body_end] == b"L &amp; M"
    assert found.body_line == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f:1:1: not well-formed XML: no element found"),
        (b"\x00\x01", "f:1:1: not well-formed XML: not well-formed (invalid token)"),
        (b"<a>", "f:1:4: not well-formed XML: no element found"),
        (b"<a><b></a>", "f:1:9: not well-formed XML: mismatched tag"),
        (b"<a>&nbsp;</a>", "f:1:4: not well-formed XML: undefined entity"),
        (b"<a>\xff</a>", "f:1:4: not well-formed XML: not well-formed (invalid token)"),
        (b"<!DOCTYPE a><a/>", "f:1:1: a document type declaration is not allowed in metadata"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "f:1:1: a document type declaration is not allowed"),
        (b"<!-- -->\n  <!DOCTYPE a><a/>", "f:2:3: a document type declaration is not allowed in metadata"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "f: cannot be read as nonsense"),
        (b"\xff\xfe<\x00a", "f: cannot be read as utf-16"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        scan(data, "f")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("cut", [True, False])
def test_names_below_the_root(cut: bool) -> None:
    data = (
        b"<f><fullName>A<!-- -->B</fullName><fullName>C</fullName><name><x/>D</name><y><fullName>E</fullName></y></f>"
    )
    found = scan(data, "f", frozenset({"fullName", "name"}), cut=cut)
    assert found.names == {"fullName": "AB"}
    assert found.body == data[3:-4]
    assert [e.names for e in found.elements] == (
        [{"fullName": "AB"}, {"fullName": "C"}, {}, {"fullName": "E"}] if cut else []
    )


def test_depth_costs_nothing_but_bytes() -> None:
    depth = 100_000
    found = scan(b"<a>" * depth + b"</a>" * depth, "f")
    assert [e.tag for e in found.elements] == ["a"]


def test_encodings_become_utf8() -> None:
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><a><b>é</b></a>'
    assert scan(latin.encode("latin-1"), "f").data.endswith("<a><b>é</b></a>".encode())
    wide = '<?xml version="1.0" encoding="UTF-16"?><a><b>é</b></a>'
    assert scan(wide.encode("utf-16"), "f").elements[0].tag == "b"
    assert scan(b"\xef\xbb\xbf<a/>", "f").data == b"<a/>"


def test_a_blank_line_before_the_declaration_is_taken_and_counted() -> None:
    found = scan(b'\n<?xml version="1.0" encoding="UTF-8"?>\n<a>\n<b/></a>', "f")
    assert (found.body_line, found.elements[0].line) == (3, 4)


names = st.text("abcXYZ_", min_size=1, max_size=5)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.tuples(names, texts), max_size=8), st.sampled_from(["", "\n", "\n  ", "<!-- > -->"]))
def test_the_cuts_are_the_elements(items: list[tuple[str, str]], between: str) -> None:
    parts = [f"<{n}>{t.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</{n}>" for n, t in items]
    data = f"<r>{between}{between.join(parts)}{between}</r>".encode()
    found = scan(data, "f", frozenset(n for n, _ in items))
    assert [found.data[e.start : e.end].decode() for e in found.elements] == parts
    assert [e.names.get(e.tag, "") for e in found.elements] == [t for _, t in items]


def test_names_are_ordered_as_the_salesforce_cli_orders_them() -> None:
    mixed = ["b", "B", "A_b", "Ab", "a", "A1", "_x", "É", "a-b", "A b"]
    assert sorted(mixed, key=collate.key) == ["_x", "a", "A b", "A_b", "a-b", "A1", "Ab", "b", "B", "É"]


@given(st.lists(st.text(max_size=6), unique=True))
def test_the_order_is_total(found: list[str]) -> None:
    assert len({collate.key(name) for name in found}) == len(found)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b" \n\0\0", "the file is empty"),
        (b"\x89PNG\r\n", "the file is no XML"),
        ("<A/>".encode("utf-16-le"), "the file is no XML"),
        (
            b'<?xml version="1.0"?><!-- a --><!DOCTYPE A [<!ENTITY a "b">]><A/>',
            "a document type declaration is not allowed",
        ),
        ("<A/>".encode("utf-16"), None),
        ("\n<A/>".encode("utf-32"), None),
        (b"\xff\xfe\x00\x01\x02\x03", "the file is no XML"),
        (b"\xef\xbb\xbf\n<A/>", None),
        (b"<A><![CDATA[<!DOCTYPE html>]]></A>", None),
        (b"<A", None),
        (b"\n" * 300 + b"<A/>", None),
        (b"<!-- " + b" " * 100_000 + b"<!DOCTYPE", None),
    ],
)
def test_what_is_no_document_is_told_from_its_beginning(content: bytes, why: str | None) -> None:
    found = no_document(content)
    assert (found or "").startswith(why) if why else found is None
