"""What the skeletons of clean documents accept, the walk finds clean, whatever bytes are put into a document."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.metadata.schema import skeleton
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.model import schema
from toolkit.metadata.schema.plan import Planner
from toolkit.metadata.schema.skeleton import Skeletons
from toolkit.metadata.xml import METADATA_NS

SLOW = Checker(schema(), fast=False)
PLANNER = Planner(schema(), 63, METADATA_NS)
PIECES = (
    *(
        b"<!-- a -->",
        b"<!--",
        b"-->",
        b"--",
        b"-",
        b"<![CDATA[x]]>",
        b"<![CDATA[",
        b"]]>",
        b"<?a b?>",
        b"?>",
        b">",
        b"<",
    ),
    *(b"&", b"&amp;", b"&lt;", b"&no;", b"&#1;", b"&#65;", b"]]", b'"', b"'", b"=", b" a='>'", b"\x00", b"\x01", b"\t"),
    *(
        b"\r\n",
        b"\x7f",
        "é".encode(),
        b"\xe9",
        b"\xff",
        b"\xef\xbf\xbe",
        b"\xef\xbf\xbf",
        b"\xef\xbf\xbd",
        b"\xed\xa0\x80",
    ),
    *(b"\xf0\x9f\x98\x80", b"\xc0\x80", b"text", b"<label>", b"</label>", b"<help/>", b"</help><help>", b"true"),
    *(b" xsi:nil='true'", b" xsi:type='a'", b"<!-- > -->", b"<!-- </label> -->", b"<!DOCTYPE a>", b"&quot;</name>"),
)
TEMPLATE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<CustomFieldTranslation xmlns="%b">\n    <help><!-- h --></help>\n'
    b"    <label>%b</label>\n    <name>N%d__c</name>\n</CustomFieldTranslation>\n"
)


def clean(number: int, label: bytes = b"a text") -> bytes:
    return TEMPLATE % (METADATA_NS.encode(), label, number)


def findings(checker: Checker, data: bytes) -> list[tuple[str, str, int]]:
    found = checker.check(data, source="f", type_name=None, api_version="63.0")
    return [(f.code, f.message, f.line) for f in found]


EDITS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=3)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """The document with pieces put into it, each in place of some bytes."""
    for place, length, piece in edits:
        at = place % (len(data) + 1)
        data = data[:at] + piece + data[at + length * (length < 6) :]
    return data


@settings(max_examples=1200, deadline=None)
@given(EDITS, EDITS)
def test_whatever_is_put_into_a_document_skeletons_change_no_finding(
    first: list[tuple[int, int, bytes]], second: list[tuple[int, int, bytes]]
) -> None:
    quick = Checker(schema())
    for number in range(8):
        assert findings(quick, clean(number)) == []
    for data in (edited(clean(1), first), edited(clean(1), second), edited(edited(clean(1), first), second)):
        assert findings(quick, data) == findings(SLOW, data), data


def test_documents_that_differ_in_their_texts_have_one_skeleton() -> None:
    known = Skeletons(*skeleton.free_texts(PLANNER, PLANNER.known("CustomFieldTranslation")))
    one = known.of(clean(1))
    assert one is not None
    known.keep(one)
    for label in (b"", b"other", "größer".encode(), b"a &amp; b - c", b"<!-- not translated -->", b"a<!-- b - c -->d"):
        other = known.of(clean(2, label))
        assert other is not None
        assert known.knows(other), label
    assert known.hits == 6


def test_what_is_not_text_has_another_skeleton_or_none() -> None:
    known = Skeletons(*skeleton.free_texts(PLANNER, PLANNER.known("CustomFieldTranslation")))
    one = known.of(clean(1))
    assert one is not None
    known.keep(one)
    for label in (
        b"a & b",
        b"&#1;",
        b"\x01",
        b"\xff",
        b"\xef\xbf\xbf",
        b"]]>",
        b"<!-- a -- b -->",
        b"<b/>",
        b"<!-- --->",
    ):
        other = known.of(clean(2, label))
        assert other is None or not known.knows(other), label


def test_skeletons_with_comments_or_instructions_left_are_not_kept() -> None:
    known = Skeletons(frozenset({"label"}))
    for text in (b"<!-- a > b -->", b"<?a b?>", b"<![CDATA[a]]>"):
        left = known.of(clean(1, text))
        assert left is not None
        known.keep(left)
        assert not known.knows(left)


def test_only_names_that_are_strings_wherever_they_stand_are_free() -> None:
    flow, _ = skeleton.free_texts(PLANNER, PLANNER.known("Flow"))
    assert "label" in flow
    assert not flow & {"processType", "locationX", "Flow", "value", "status", "type"}
    strings, typed = skeleton.free_texts(PLANNER, PLANNER.known("CustomMetadata"))
    assert "value" not in strings
    assert typed == {"value"}


RECORD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<CustomMetadata xmlns="%b" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="%b">\n    <label>%b</label>\n'
    b"    <protected>false</protected>\n    <values>\n        <field>A__c</field>\n        <value %b>%b</value>\n"
    b"    </values>\n</CustomMetadata>\n"
)
XSD = b"http://www.w3.org/2001/XMLSchema"


def record(
    text: bytes, *, attributes: bytes = b'xsi:type="xsd:string"', label: bytes = b"L", space: bytes = XSD
) -> bytes:
    return RECORD % (METADATA_NS.encode(), space, label, attributes, text)


def test_what_says_that_it_is_a_string_may_hold_any_text_and_nothing_else_may() -> None:
    quick = Checker(schema())
    for number in range(10):
        assert findings(quick, record(b"text %d" % number)) == []
        assert findings(quick, record(b"%d.0" % number, attributes=b'xsi:type="xsd:double"')) == []
    for data in (
        record(b"other &amp; more"),
        record(b"x", attributes=b'xsi:type="xsd:double"'),
        record(b"x", attributes=b'xsi:type="xsd:boolean"'),
        record(b"x", attributes=b'xsi:nil="true" xsi:type="xsd:string"'),
        record(b"x", space=METADATA_NS.encode()),
        record(b"<a/>"),
        record(b"\x01"),
    ):
        assert findings(quick, data) == findings(SLOW, data), data


def test_an_element_that_says_it_is_nil_must_stay_empty() -> None:
    quick = Checker(schema())
    nil = b'xsi:nil="true" xsi:type="xsd:string"'
    template = clean(1).replace(b'">', b'" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">', 1)
    for number in range(10):
        assert findings(quick, record(b"", attributes=nil, label=b"L%d" % number)) == []
        empty = template.replace(b"<label>a text", b'<label xsi:nil="true">').replace(b"N1", b"N%d" % number)
        assert findings(quick, empty) == []
    for data in (record(b"x", attributes=nil), template.replace(b"<label>", b'<label xsi:nil="true">')):
        assert findings(quick, data) == findings(SLOW, data) != [], data
