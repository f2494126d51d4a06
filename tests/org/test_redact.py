"""No credential gets past the redactor."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.org.redact import MASK, Redactor

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("token 00D000000000001!AQ.abc_def end", f"token 00D000000000001!{MASK} end"),
        (f"jwt {JWT}.", f"jwt {MASK}."),
        ("Authorization: Bearer abc.def-ghi", f"Authorization: Bearer {MASK}"),
        ("authorization: basic dXNlcjpwYXNz", f"authorization: basic {MASK}"),
        ("<met:sessionId>abc</met:sessionId>", f"<met:sessionId>{MASK}</met:sessionId>"),
        ("force://id:secret:refresh@host.my.salesforce.com", f"force://{MASK}@host.my.salesforce.com"),
        ('{"access_token":"abc","scope":"api"}', f'{{"access_token":"{MASK}","scope":"api"}}'),
        ("grant_type=x&client_secret=abc&y=1", f"grant_type=x&client_secret={MASK}&y=1"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAA\n-----END RSA PRIVATE KEY-----\nrest", f"{MASK}\nrest"),
        ("-----BEGIN PRIVATE KEY-----\nAAA, cut off", MASK),
        ("-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----", None),
        ("No ApexClass named Token found", None),
        ("a\x1b[31mb\r\n\tc", "a?[31mb?\n\tc"),
    ],
)
def test_what_looks_like_a_credential_is_masked(text: str, shown: str | None) -> None:
    assert Redactor()(text) == (text if shown is None else shown)


def test_a_secret_it_was_told_of_is_masked_wherever_it_stands_and_the_longer_one_first() -> None:
    redact = Redactor("abcd", "abcdefgh")
    assert redact("xabcdefghx abcd") == f"x{MASK}x {MASK}"


def test_a_secret_of_three_characters_would_mutilate_every_text_and_is_left_alone() -> None:
    assert Redactor("the")("the cat") == "the cat"


@given(st.text(min_size=4, max_size=40).filter(lambda s: s not in MASK), st.text(max_size=60), st.text(max_size=60))
def test_a_known_secret_never_survives(secret: str, before: str, after: str) -> None:
    shown = Redactor(secret)(before + secret + after)
    assert secret not in shown.replace(MASK, "\0")


AWKWARD = 'a"b\\c&d<e é\n!'


@pytest.mark.parametrize(
    "written",
    [
        AWKWARD,
        json.dumps({"x": AWKWARD}),
        json.dumps({"x": AWKWARD}, ensure_ascii=False),
        f"<x>{escape(AWKWARD)}</x>",
        f"<x y={quoteattr(AWKWARD)}/>",
        f"https://x/?y={quote(AWKWARD, safe='')}",
        urlencode({"y": AWKWARD}),
        base64.b64encode(AWKWARD.encode()).decode(),
    ],
)
def test_a_secret_is_known_in_every_notation(written: str) -> None:
    shown = Redactor(AWKWARD)(written)
    assert MASK in shown
    for part in ("b\\c", "c&d", "c&amp;d", "%26d", "YSJi"):
        assert part not in shown


def test_a_key_is_known_by_each_of_its_lines() -> None:
    lines = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "q83vEjRWeJASNFZ4kBI0VniQEjRWeJAS"]
    redact = Redactor("\n".join(("-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----")))
    assert redact(f"line 2: {lines[0]} ... {lines[1]}") == f"line 2: {MASK} ... {MASK}"


@pytest.mark.parametrize(
    "document",
    [
        {"password": None, "access_token": True, "refresh_token": 12, "assertion": "", "x": "JWT bearer flow"},
        {"problems": [{"message": "sign in ada by JWT bearer: no", "where": None}]},
    ],
)
def test_a_document_without_credentials_stays_as_it_is(document: object) -> None:
    text = json.dumps(document, indent=2)
    assert Redactor().mask(text) == text


def test_a_document_with_credentials_stays_a_document() -> None:
    document = {"password": 'a"b', "access_token": "t0ken", "sid": "00D000000000001!AQ.abc", "other": "kept"}
    shown = json.loads(Redactor().mask(json.dumps(document)))
    assert shown == {"password": MASK, "access_token": MASK, "sid": MASK, "other": "kept"}


def test_masking_leaves_what_steers_a_terminal_to_who_writes_it() -> None:
    redact = Redactor("hidden-key")
    assert redact.mask("\r\x1b[2Khidden-key\n") == f"\r\x1b[2K{MASK}\n"
    assert redact("\r\x1b[2Khidden-key\n") == f"??[2K{MASK}\n"


PIECES = [
    *("password=", "client_secret: '", 'access_token="', "Bearer Abc1\\", "Basic QUJDREVGRw==", "force://a:b", "@host"),
    *("00D000000000001!AQ.abc", JWT, "<sessionId>x", "<", "\\", '"', "'", "&", ",", "}", ":", "\n", " ", "x", "null"),
]


def texts(most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES), max_size=most).map("".join)


@pytest.mark.parametrize("compact", [False, True])
@settings(deadline=None, max_examples=60)
@given(st.dictionaries(texts(4), st.lists(texts(6), max_size=3)))
def test_whatever_is_masked_a_document_stays_a_document(compact: bool, content: dict[str, list[str]]) -> None:
    text = json.dumps(content, separators=(",", ":")) if compact else json.dumps(content, indent=1)
    assert isinstance(json.loads(Redactor('abcd"efgh').mask(text)), dict)
