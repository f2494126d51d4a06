"""The zip that is taken out of a retrieve's reply while that arrives, wherever its pieces begin and end."""

from __future__ import annotations

import base64
import binascii
import itertools
import os
import random
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import MetadataError
from toolkit.metadata import soap, soap_zip
from toolkit.metadata.content import Stored, bytes_of
from toolkit.metadata.soap_zip import ZipSieve

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:m="http://soap.sforce.com/2006/04/metadata" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><checkRetrieveStatusResponse><result>'
    "<done>true</done><id>09S000000000001AAA</id>"
)
TAIL = (
    "<status>Succeeded</status><success>true</success></result></checkRetrieveStatusResponse></soapenv:Body>"
    "</soapenv:Envelope>"
)
NOISE = random.Random(5).randbytes(400_000)


def reply(zip_part: str) -> bytes:
    return (HEAD + zip_part + TAIL).encode()


def cut(data: bytes, places: list[int]) -> Iterator[bytes]:
    at = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    yield from (data[start:end] for start, end in itertools.pairwise(at))


def status(pieces: list[bytes]) -> soap.RetrieveStatus:
    sieve = ZipSieve()
    found = soap.retrieve_status(sieve(pieces), "the org", sieve)
    assert isinstance(found, soap.RetrieveStatus)
    return found


WRAPPED = st.sampled_from(
    [
        lambda text: text,
        lambda text: "\n".join(re.findall(".{1,76}", text)) + "\n",
        lambda text: "\r\n".join(re.findall(".{1,5}", text)),
        lambda text: "&#xd;\n".join(re.findall(".{1,76}", text)) + "&#xD;\n",
        lambda text: "&#13;&#0010;".join(re.findall(".{1,3}", text)),
        lambda text: f"  {text}\t ",
    ]
)
TAGS = st.sampled_from(
    [("<zipFile>", "</zipFile>"), ("<m:zipFile>", "</m:zipFile>"), ('<zipFile xsi:type="xsd:x"\n>', "</zipFile >")]
)


@given(st.binary(min_size=1, max_size=500), WRAPPED, TAGS, st.lists(st.integers(0, 5000), max_size=40))
def test_the_zip_is_the_same_however_the_reply_is_cut(
    data: bytes, wrapped: Callable[[str], str], tags: tuple[str, str], places: list[int]
) -> None:
    whole = reply(tags[0] + wrapped(base64.b64encode(data).decode()) + tags[1])
    found = status(list(cut(whole, places)))
    assert found.zip == data
    assert (found.id, found.done, found.status) == ("09S000000000001AAA", True, "Succeeded")
    assert found == soap.retrieve_status(whole, "the org")


@given(st.text("ABab01+/= \n-&", max_size=24), st.lists(st.integers(0, 2000), max_size=12))
def test_what_is_no_base64_is_never_taken_for_some(text: str, places: list[int]) -> None:
    plain = re.sub(r"\s", "", text)
    try:
        meant = base64.b64decode(plain, validate=True) or None
    except binascii.Error:
        meant = b"damaged"
    sieve = ZipSieve()
    rest = sieve(cut(reply(f"<zipFile>{text}</zipFile>"), places))
    assert rest.startswith(HEAD.encode())
    assert rest.endswith(TAIL.encode())
    if meant == b"damaged":
        with pytest.raises(MetadataError, match=r"the org: the zip in the reply is damaged \(not base64\)"):
            sieve.found("the org")
    else:
        assert sieve.found("the org") == meant


NO_ZIP = (
    *("", "<zipFile/>", '<zipFile xsi:nil="true"/>', "<zipFile></zipFile>", "<zipFile>\n</zipFile>"),
    *("<zipFiles>UEs=</zipFiles>", "<myzipFile>UEs=</myzipFile>"),
)


@pytest.mark.parametrize("part", NO_ZIP)
def test_a_reply_without_a_zip_has_none(part: str) -> None:
    assert status([reply(part)]).zip is None
    assert ZipSieve()([reply(part)]) == reply(part.replace("\n", ""))


def test_what_is_left_of_the_reply_tells_the_size() -> None:
    sieve = ZipSieve()
    assert sieve([b"<a><zipFile>UEsDBA==</zip", b"File><b>1</b></a>"]) == (
        b"<a><zipFile>(4 bytes of a zip)</zipFile><b>1</b></a>"
    )
    assert sieve.found("x") == b"PK\3\4"


def test_a_large_zip_is_on_disk_and_was_never_held() -> None:
    whole = reply(f"<zipFile>{base64.encodebytes(NOISE * 5).decode()}</zipFile>")
    found = status([whole[at : at + 10_000] for at in range(0, len(whole), 10_000)])
    assert isinstance(found.zip, Stored)
    assert found.zip == NOISE * 5


def test_a_sieve_begins_again_with_another_reply() -> None:
    sieve = ZipSieve()
    sieve([b"<r><zipFile>UE"])
    assert sieve.found("x") is None
    sieve([b"<r><zipFile>????</zipFile></r>"])
    sieve([b"<r><zipFile>UEs=</zipFile></r>"])
    assert sieve.found("x") == b"PK"


def test_a_reply_that_ends_inside_the_zip_is_refused() -> None:
    with pytest.raises(MetadataError, match="not well-formed XML"):
        status([reply("<zipFile>UEsDBA==")[: len(HEAD) + 14]])


def test_two_zips_are_refused() -> None:
    with pytest.raises(MetadataError, match="the org: the reply holds two zips"):
        status([reply("<zipFile>UEs=</zipFile><zipFile>UEs=</zipFile>")])
    assert status([reply("<zipFile/><zipFile>UEs=</zipFile>")]).zip == b"PK"


def test_a_reply_beside_its_zip_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soap_zip, "MAX_REST", 5000)
    sieve = ZipSieve()
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"<a>" * 500

    sieve(endless())
    assert len(read) < 10
    with pytest.raises(MetadataError, match="the org: the reply is larger than 5,000 bytes beside its zip"):
        sieve.found("the org")


def test_an_unfinished_tag_without_end_is_not_kept_waiting_for() -> None:
    pieces = [b"<zipFile " + b"a" * 3000, *[b"b" * 3000] * 3, b">"]
    assert ZipSieve()(pieces) == b"".join(pieces)


def test_a_full_disk_is_told_once_the_reply_has_been_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    sieve = ZipSieve()
    sieve([reply(f"<zipFile>{base64.b64encode(NOISE).decode()}</zipFile>")])
    with pytest.raises(MetadataError) as caught:
        sieve.found("the org")
    assert str(caught.value) == (
        "the org: the zip in the org's answer cannot be kept on disk: No space left on device "
        "(make room, or point TMPDIR elsewhere)"
    )


@given(st.binary(max_size=2000), st.lists(st.integers(0, 3000), max_size=10))
def test_any_other_answer_goes_through_as_it_is(data: bytes, places: list[int]) -> None:
    if b"zipFile" not in data:
        sieve = ZipSieve()
        assert sieve(cut(data, places)) == data
        assert bytes_of(sieve.found("x") or b"") == b""
