"""Exact positions in any XML that the secure parser accepts, and edits that touch nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from toolkit.errors import MetadataError
from toolkit.metadata.edit import Document, Element, Markup, Splice, read, write
from toolkit.metadata.xml import METADATA_NS

NS = f'xmlns="{METADATA_NS}"'
TRICKY = (
    f"""\ufeff<?xml version="1.0"?><!-- a > b --><?pi <x> ?>
<r {NS} a = "1 > 0" b='"/>'><!-- <c/> --><c/><c /><d x='/'></d ><e
  y="<![CDATA["
  >text ]] &gt; &#65;&#x42;<![CDATA[<c/>&amp;]]><!-- no --></e>a>b/></r>
""".replace('y="<![CDATA["', 'y="![CDATA["')
).encode()


def test_positions_are_exact_where_a_naive_scan_fails() -> None:
    document = read(TRICKY, "t", "r")
    assert [document.raw(e).decode() for e in document.root.children] == [
        "<c/>",
        "<c />",
        "<d x='/'></d >",
        TRICKY.decode()[TRICKY.decode().index("<e\n") : TRICKY.decode().index("a>b/>")],
    ]
    assert [document.self_closed(e) for e in document.root.children] == [True, True, False, False]
    assert document.text(document.root.first("e")) == "text ]] > AB<c/>&amp;"
    assert document.text(document.root.first("c")) == ""
    assert document.text(None) is None
    assert str(document.where(document.root.children[3])) == "t:2:108"


def test_an_element_of_another_namespace_is_not_taken_for_ours() -> None:
    document = read(
        f'<r {NS} xmlns:o="urn:o"><o:name>x</o:name><name xmlns="urn:o"/><name>y</name></r>'.encode(), "t", "r"
    )
    assert [e.name for e in document.root.children] == ["urn:o name", "urn:o name", "name"]
    assert document.child_text(document.root, "name") == "y"


INSERTIONS = [
    # name, before, index of the child to insert behind (None: first), after
    ("own lines", "<r {}>\n  <a/>\n</r>\n", 0, "<r {}>\n  <a/>\n  <n>1</n>\n</r>\n"),
    ("first", "<r {}>\n  <a/>\n</r>", None, "<r {}>\n  <n>1</n>\n  <a/>\n</r>"),
    ("CRLF and tabs", "<r {}>\r\n\t<a/>\r\n</r>", 0, "<r {}>\r\n\t<a/>\r\n\t<n>1</n>\r\n</r>"),
    ("old Mac", "<r {}>\r <a/>\r</r>", 0, "<r {}>\r <a/>\r <n>1</n>\r</r>"),
    ("one line", "<r {}><a/><b/></r>", 0, "<r {}><a/><n>1</n><b/></r>"),
    ("one line with blanks", "<r {}> <a/> <b/> </r>", 0, "<r {}> <a/><n>1</n> <b/> </r>"),
    ("comment behind", "<r {}>\n  <a/> <!-- a - a --> \n</r>", 0, "<r {}>\n  <a/> <!-- a - a --> \n  <n>1</n>\n</r>"),
    ("comment over lines", "<r {}>\n  <a/><!-- a\n a -->\n</r>", 0, "<r {}>\n  <a/><!-- a\n a -->\n  <n>1</n>\n</r>"),
    ("two on a line", "<r {}>\n  <a/><!-- x --><b/>\n</r>", 0, "<r {}>\n  <a/><n>1</n><!-- x --><b/>\n</r>"),
    ("no indentation", "<r {}>\n<a/>\n</r>", 0, "<r {}>\n<a/>\n<n>1</n>\n</r>"),
    ("nothing inside", "<r {}>\n</r>", None, "<r {}>\n    <n>1</n>\n</r>"),
    ("nothing at all", "<r {}></r>", None, "<r {}><n>1</n></r>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "index", "after"), [case[1:] for case in INSERTIONS], ids=[c[0] for c in INSERTIONS]
)
def test_inserting_and_removing(before: str, index: int | None, after: str) -> None:
    old = before.format(NS).encode()
    document = read(old, "t", "r")
    behind = None if index is None else document.root.children[index]
    new = document.apply([document.insert(document.root, behind, Markup("n", "1"))])
    assert new == after.format(NS).encode()
    again = read(new, "t", "r")
    inserted = again.root.first("n")
    assert inserted is not None
    assert again.apply([again.remove(inserted)]) == old


def test_nested_markup_takes_the_step_of_the_file() -> None:
    data = f"<r {NS}>\n\t<a>\n\t\t<b/>\n\t</a>\n</r>".encode()
    document = read(data, "t", "r")
    markup = Markup("n", ("note", Markup("m", (Markup("o"),))))
    new = document.apply([document.insert(document.root, None, markup)])
    assert new.decode() == (
        f"<r {NS}>\n\t<n>\n\t\t<!-- note -->\n\t\t<m>\n\t\t\t<o/>\n\t\t</m>\n\t</n>\n\t<a>\n\t\t<b/>\n\t</a>\n</r>"
    )


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_self_closed_parent_is_opened_and_closed_as_it_was(blank: str) -> None:
    for frame, inner in (("\n  {}\n", "\n    <n>1</n>\n  "), ("{}", "<n>1</n>")):
        old = (f"<r {NS}>" + frame.format(f"<a x='/>'{blank}/>") + "</r>").encode()
        document = read(old, "t", "r")
        new = document.apply([document.insert(document.root.children[0], None, Markup("n", "1"))])
        assert new.decode() == f"<r {NS}>" + frame.format(f"<a x='/>'{blank}>{inner}</a>") + "</r>"
        again = read(new, "t", "r")
        assert again.apply([again.close(again.root.children[0])]) == old


def test_an_element_that_moves_keeps_its_text_when_lines_of_it_are_text() -> None:
    data = f"<r {NS}>\n  <a>\n    <t>one\ntwo</t>\n  </a>\n  <b>\n    <c>\n      <d/>\n    </c>\n  </b>\n</r>".encode()
    document = read(data, "t", "r")
    a, b = document.root.children
    c = b.children[0]
    moved = document.apply([document.insert(c, None, document.raw(a)), document.remove(a)])
    assert b"<t>one\ntwo</t>" in moved
    plain = read(data.replace(b"one\ntwo", b"one"), "t", "r")
    a, b = plain.root.children
    new = plain.apply([plain.insert(b.children[0], None, plain.raw(a)), plain.remove(a)])
    assert b"    <c>\n      <a>\n        <t>one</t>\n      </a>\n      <d/>" in new


def test_splices_must_not_overlap() -> None:
    document = read(f"<r {NS}/>".encode(), "t", "r")
    with pytest.raises(ValueError, match="overlap"):
        document.apply([Splice(0, 3, b""), Splice(2, 4, b"")])


def test_a_new_file_is_written_as_salesforce_writes_it() -> None:
    assert write(Markup("R", (Markup("a", "<&>"), Markup("b", (Markup("c"),))))).decode() == (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<R {NS}>\n    <a>&lt;&amp;&gt;</a>\n'
        "    <b>\n        <c/>\n    </b>\n</R>\n"
    )


# Any document

names = st.sampled_from(["a", "b", "name", "c.d", "x-y", "_z", "äö"])
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12
)
spaces = st.sampled_from(["", " ", "\n", "\n  ", "\r\n\t", "\r", "  \n"])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")


noise = st.one_of(
    spaces,
    texts.map(escaped),
    texts.map(lambda t: f"<!--{t.replace('-', '')}-->"),
    texts.map(lambda t: f"<![CDATA[{t.replace(']', '')}]]>"),
    texts.map(lambda t: f"<?p {t.replace('?', '')}?>"),
)
attributes = st.dictionaries(names, texts, max_size=2).map(
    lambda found: "".join(
        f" {name} = '{escaped(t)}'" if "'" not in t else f''' {name}="{escaped(t).replace('"', "&quot;")}"'''
        for name, t in found.items()
    )
)


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda n, a, s: f"<{n}{a}{s}/>", names, attributes, st.sampled_from(["", " ", "\n"])),
        st.builds(
            lambda n, a, parts, s: f"<{n}{a}{s}>{''.join(parts)}</{n}{s}>",
            names,
            attributes,
            st.lists(inner, max_size=4),
            st.sampled_from(["", " ", "\n"]),
        ),
    )


documents = st.builds(
    lambda head, parts: f"{head}<r {NS}>{''.join(parts)}</r>\n".encode(),
    st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- x -->", "\ufeff"]),
    st.lists(st.recursive(noise, lambda inner: element(st.one_of(inner, noise)), max_leaves=20), max_size=5),
)


def same_tree(ours: Element, theirs: etree._Element, document: Document) -> None:
    children = [child for child in theirs if isinstance(child.tag, str)]
    assert ours.name == theirs.tag.removeprefix(f"{{{METADATA_NS}}}")
    assert document.data[ours.start :].startswith(b"<" + ours.name.encode())
    assert len(ours.children) == len(children)
    if not children:
        assert document.text(ours) == _texts(theirs)
    for mine, other in zip(ours.children, children, strict=True):
        same_tree(mine, other, document)


def _texts(element: etree._Element) -> str:
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(parts).strip()


@given(documents)
def test_the_positions_agree_with_the_parser_in_any_document(data: bytes) -> None:
    document = read(data, "t", "r")
    same_tree(document.root, etree.fromstring(data), document)


@given(documents, st.data())
def test_inserting_then_removing_is_nothing_in_any_document(data: bytes, draw: st.DataObject) -> None:
    document = read(data, "t", "r")
    parents = [e for e in document.root.walk() if not document.self_closed(e)]
    parent = draw.draw(st.sampled_from(parents))
    behind = draw.draw(st.sampled_from([None, *parent.children]))
    label = draw.draw(texts)
    markup = Markup("new", (Markup("first", label), "a note", Markup("second", (Markup("third"),))))
    new = document.apply([document.insert(parent, behind, markup)])
    again = read(new, "t", "r")
    found = next(e for e in again.root.walk() if e.name == "new")
    assert again.child_text(found, "first") == label.strip()
    assert len(list(again.root.walk())) == len(list(document.root.walk())) + 4
    assert again.apply([again.remove(found)]) == data


@given(documents, texts, st.data())
def test_replacing_a_text_changes_that_text_only(data: bytes, text: str, draw: st.DataObject) -> None:
    document = read(data, "t", "r")
    leaves = [i for i, e in enumerate(document.root.walk()) if not e.children]
    at = draw.draw(st.sampled_from(leaves)) if leaves else 0
    if not leaves:
        return
    target = list(document.root.walk())[at]
    if target is document.root:
        return
    again = read(document.apply([document.replace_text(target, text)]), "t", "r")
    assert [e.name for e in again.root.walk()] == [e.name for e in document.root.walk()]
    assert again.text(list(again.root.walk())[at]) == text.strip()


# Hostile input


def test_a_large_file_in_one_line_costs_no_more_than_its_size() -> None:
    data = f"<r {NS}>".encode() + b"<a><b>x</b></a>" * 60_000 + b"</r>"
    began = time.process_time()
    document = read(data, "t", "r")
    new = document.apply([document.insert(document.root, document.root.children[-1], Markup("n", "1"))])
    assert len(new) == len(data) + 8
    assert time.process_time() - began < 5


def test_many_comments_and_attributes_cost_no_more_than_their_size() -> None:
    data = (
        f"<r {NS}>".encode()
        + b"<a "
        + b" ".join(b"x%d='>'" % i for i in range(5_000))
        + b"/>"
        + b"<!-- - - -->" * 50_000
        + b"x</r>"
    )
    began = time.process_time()
    document = read(data, "t", "r")
    document.apply([document.insert(document.root, document.root.children[0], Markup("n", "1"))])
    assert time.process_time() - began < 3


def test_a_file_that_no_deployment_could_hold_is_refused() -> None:
    with pytest.raises(MetadataError, match="the file has 41 MB; 40 MB is the most that is edited"):
        read(b" " * 41_000_000, "t", "r")


@pytest.mark.parametrize(
    "data",
    [
        b"<r " + NS.encode() + b">" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</r>",
        b"<r><r></r>",
        b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><r/>',
        b"\x00\x00\x00<",
    ],
)
def test_hostile_documents_are_refused(data: bytes) -> None:
    with pytest.raises(MetadataError):
        read(data, "t", "r")
