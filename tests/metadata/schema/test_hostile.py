"""Input that means harm or is no XML at all: a finding each, in bounded time and memory."""

# ruff: noqa: E501 - documents and messages are longer than lines of code
from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.metadata.schema import reading
from toolkit.metadata.schema.check import Checker, check
from toolkit.metadata.schema.many import Job, Result, check_many
from toolkit.metadata.schema.model import schema

NS = "http://soap.sforce.com/2006/04/metadata"
CLASS = f'<ApexClass xmlns="{NS}"><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>'
BOMB = (
    "<!DOCTYPE a ["
    + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha"}">' for i in range(12))
    + "]><a>&e11;</a>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml-empty"),
        (b" \n\t", "xml-empty"),
        (b"\xef\xbb\xbf", "xml-empty"),
        (b"\x00" * 100, "xml-empty"),
        (b"PK\x03\x04\x00\x00" * 20, "xml-binary"),
        (bytes(range(256)), "xml-binary"),
        (b"hello", "xml-syntax"),
        (b'{"a": 1}', "xml-syntax"),
        (b"<a", "xml-syntax"),
        (b"<a>&nosuch;</a>", "xml-syntax"),
        (f"\n<?xml version='1.0'?>{CLASS}".encode(), "xml-syntax"),
        (b"<a>" * 100_000, "xml-depth"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "xml-depth"),
        (BOMB.encode(), "xml-doctype"),
        (BOMB.encode("utf-16"), "xml-doctype"),
        (b'<?xml version="1.0"?>\n<!-- --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml-doctype"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-doctype"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>', "xml-encoding"),
        ("<a>\u00e9</a>".encode("latin-1"), "xml-encoding"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml-encoding"),
        (b"<a " + b'x="1" ' * 2 + b"/>", "xml-syntax"),
        (b"<a>" + b"x" * 11_000_000 + b"</a>", "xml-size"),
    ],
)
def test_what_is_no_document_is_one_finding(data: bytes, code: str) -> None:
    start = time.perf_counter()
    (finding,) = check(data, source="f", api_version="62.0")
    assert finding.code == code
    assert finding.severity == "error"
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_right_documents_in_other_encodings_are_checked(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    good = f'<?xml version="1.0" encoding="{declared}"?>\n{CLASS}'
    assert check(good.encode(encoding), source="f", api_version="62.0") == []
    (finding,) = check(good.replace("Active", "Attivo").encode(encoding), source="f", api_version="62.0")
    assert (finding.code, finding.line) == ("enum", 2)


def test_a_doctype_in_a_text_is_a_text() -> None:
    body = f'<CustomLabels xmlns="{NS}"><labels><fullName>A</fullName><language>en_US</language><protected>true</protected><shortDescription>A</shortDescription><value><![CDATA[<!DOCTYPE html>]]></value></labels></CustomLabels>'
    assert check(body.encode(), source="f", api_version="62.0") == []


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.profile"
    with huge.open("wb") as file:
        file.truncate(1024**3)  # sparse: a gigabyte that takes no room
    tracemalloc.start()
    (result,) = check_many([Job(huge, "huge.profile", "Profile", "62.0")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [f.message for f in result.findings] == ["1024 MiB is more than the 64 MiB that a metadata file may have"]
    assert peak < 10_000_000


def test_a_document_of_nothing_but_tags_is_refused_unparsed() -> None:
    data = b"<a>" + b"<a/>" * 4_000_000 + b"</a>"
    (finding,) = check(data, source="f", api_version="62.0")
    assert finding.code == "xml-size"


def test_slips_without_end_take_bounded_time() -> None:
    body = f'<CustomObject xmlns="{NS}">' + "".join(f"<fi{i}elds/>" for i in range(20_000)) + "</CustomObject>"
    start = time.perf_counter()
    assert check(body.encode(), source="f", api_version="62.0")[-1].code == "more"
    assert time.perf_counter() - start < 5


def test_what_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    newline = tmp_path / "a\nb.cls-meta.xml"
    newline.write_text(CLASS)
    names = [pipe, loop, tmp_path, tmp_path / "none", Path("a\0b"), newline]
    results = list(check_many(Job(p, str(p), None, "62.0") for p in names))
    assert [[f.code for f in r.findings] for r in results] == [["xml-unreadable"]] * 5 + [[]]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_findings_and_no_error(data: bytes) -> None:
    for found in (
        check(data, source="f", api_version="62.0"),
        check(data, source="f", type_name="Flow", api_version="x"),
    ):
        assert all(f.source == "f" for f in found)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, len(CLASS)), st.sampled_from(["<", ">", "&", "\0", "]]>", "<!--", "é", "\ufffe", " ", "<a/>", "0"])
)
def test_a_broken_document_is_never_clean_in_the_fast_tier_only(place: int, inserted: str) -> None:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{CLASS[:place]}{inserted}{CLASS[place:]}'.encode()
    quick = Checker(schema())
    filler = [f'<?xml version="1.0" encoding="UTF-8"?>\n{CLASS}<!--{i:0500d}-->'.encode() for i in range(30)]
    for data in filler:
        assert quick.check(data, source="f", type_name=None, api_version="62.0") == []
    slow = Checker(schema(), fast=False)
    for type_name in (None, "ApexClass"):
        one = quick.check(text, source="f", type_name=type_name, api_version="62.0")
        assert one == slow.check(text, source="f", type_name=type_name, api_version="62.0")


def test_two_workers_find_what_one_finds_in_the_same_order(tmp_path: Path) -> None:
    jobs = []
    for index in range(1600):
        path = tmp_path / f"C{index}.cls-meta.xml"
        path.write_text(CLASS if index % 7 else CLASS.replace("Active", f"Wrong{index}"))
        jobs.append(Job(path, path.name, "ApexClass", "62.0"))
    one = list(check_many(jobs))
    assert [r.source for r in one] == [job.source for job in jobs]
    assert sum(bool(r.findings) for r in one) == len(range(0, 1600, 7))
    assert list(check_many(iter(jobs), workers=2)) == one
    assert one[1] == Result("C1.cls-meta.xml", ())


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grows.xml"
    path.write_bytes(b"x" * 5000)
    monkeypatch.setattr(reading, "MAX_BYTES", 4000)
    with pytest.raises(reading.Unreadable) as caught:
        reading.read(path, source="grows.xml")
    assert caught.value.finding.code == "xml-size"
