"""Files that nobody would wish for, through the command: placed and back to the byte, or refused and untouched."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest

from tests.placement.placement_shapes import before
from toolkit.cli.main import main

PAGE = before("standard")
NS = b'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def place(root: Path, *options: str) -> int:
    return main(["place", "Contact", "--source", str(root), "--no-page-check", *options])


def one(root: Path, data: bytes, name: str = "A.flexipage") -> Path:
    (root / "flexipages").mkdir(exist_ok=True)
    path = root / "flexipages" / name
    path.write_bytes(data)
    return path


def big(size: int) -> bytes:
    """A page of about so many bytes: 22 components more, whose text is long."""
    filler = b"x" * (size // 22)
    item = (
        b"        <itemInstances>\n            <componentInstance>\n                <componentInstanceProperties>\n"
        b"                    <name>richTextValue</name>\n                    <value>" + filler + b"</value>\n"
        b"                </componentInstanceProperties>\n                <componentName>flexipage:richText"
        b"</componentName>\n                <identifier>text%d</identifier>\n            </componentInstance>\n"
        b"        </itemInstances>\n"
    )
    items = b"".join(item.replace(b"text%d", b"text%d" % n) for n in range(22))
    return PAGE.replace(b"        <name>sidebar</name>", items + b"        <name>sidebar</name>", 1)


def prefixed(data: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1m:", data).replace(b"xmlns=", b"xmlns:m=")


SHAPES = {
    "CRLF": PAGE.replace(b"\n", b"\r\n"),
    "CR": PAGE.replace(b"\n", b"\r"),
    "mixed ends": PAGE.replace(b"\n", b"\r\n", 9),
    "byte order mark": b"\xef\xbb\xbf" + PAGE,
    "tabs": PAGE.replace(b"    ", b"\t"),
    "no last line end": PAGE.rstrip(b"\n"),
    "blank lines behind": PAGE + b"\n\n  \n",
    "one line": b"".join(line.strip() for line in PAGE.splitlines()),
    "prefix": prefixed(PAGE),
    "attributes of the root": PAGE.replace(NS, NS + b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
                                           b"\n   a='1 > 0' xsi:type='FlexiPage'", 1),
    "comments": PAGE.replace(b"<name>sidebar</name>", b"<!-- <name> --><name>side<!-- -->bar</name><!--]]>-->"),
    "CDATA": PAGE.replace(b"<name>sidebar</name>", b"<name><![CDATA[sidebar]]></name>"),
    "CDATA with tags": PAGE.replace(b"<masterLabel>", b"<masterLabel><![CDATA[<itemInstances>&]]>", 1),
    "instructions": PAGE.replace(b"<flexiPageRegions>", b"<?edit <itemInstances>?><flexiPageRegions>"),
    "character references": PAGE.replace(b"<name>sidebar</name>", b"<name>&#115;idebar</name>"),
    "comment before the root": PAGE.replace(b"<FlexiPage ", b"<!-- by hand -->\n<FlexiPage ", 1),
    "no declaration": PAGE.partition(b"\n")[2],
    "ASCII": PAGE.replace(b"UTF-8", b"US-ASCII", 1),
    "region twice": PAGE.replace(b"</FlexiPage>", b"    <flexiPageRegions>\n        <name>sidebar</name>\n"
                                 b"        <type>Region</type>\n    </flexiPageRegions>\n</FlexiPage>"),
    "identifiers twice": re.sub(rb"<identifier>.*?</identifier>", b"<identifier>same</identifier>", PAGE),
    "5 MB": big(5_000_000),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_placed_again_and_back_to_the_byte(shape: str, tmp_path: Path) -> None:
    old = SHAPES[shape]
    path = one(tmp_path, old)
    assert place(tmp_path) == 0
    new = path.read_bytes()
    assert new.count(b"CobrowseWidgetContact") == 1
    assert place(tmp_path) == 0
    assert path.read_bytes() == new
    assert place(tmp_path, "--remove") == 0
    assert path.read_bytes() == old


REFUSED = {
    "UTF-16": (PAGE.decode().encode("utf-16"), "the file is in UTF-16; only UTF-8 is edited"),
    "UTF-16 without a mark": (PAGE.decode().encode("utf-16-le"), ""),
    "Latin 1": (PAGE.replace(b"UTF-8", b"ISO-8859-1", 1), "the file is in ISO-8859-1; only UTF-8 is edited"),
    "not UTF-8": (PAGE.replace(b"<masterLabel>", b"<masterLabel>\xff\xfe", 1), "not well-formed XML"),
    "document type": (
        PAGE.replace(b"<FlexiPage ", b'<!DOCTYPE FlexiPage [<!ENTITY a "b">]>\n<FlexiPage ', 1),
        "a document type declaration is not allowed in metadata",
    ),
    "cut off": (PAGE[:-30], "not well-formed XML"),
    "a second root": (PAGE + b"<FlexiPage/>", "not well-formed XML"),
    "another root": (PAGE.replace(b"FlexiPage", b"Layout"), "the root element is <Layout>, not <FlexiPage>"),
    "no namespace": (PAGE.replace(NS, b"", 1), "<FlexiPage> has another namespace"),
    "too many entities": (
        PAGE.replace(b"<FlexiPage ", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<FlexiPage ', 1),
        "a document type declaration is not allowed in metadata",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", REFUSED)
def test_refused_and_nothing_is_touched(shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, said = REFUSED[shape]
    good, bad = one(tmp_path, PAGE), one(tmp_path, data, "B.flexipage")
    for options in ((), ("--remove",), ("--layouts",)):
        assert place(tmp_path, *options) == 1
        error = capsys.readouterr().err
        assert f"{bad}" in error
        assert said in error
        assert (good.read_bytes(), bad.read_bytes()) == (PAGE, data)


def test_a_page_behind_a_link_is_edited_where_it_is_and_the_link_stays(tmp_path: Path) -> None:
    shared = tmp_path / "shared.xml"
    shared.write_bytes(PAGE)
    root = tmp_path / "project"
    (root / "flexipages").mkdir(parents=True)
    link = root / "flexipages" / "A.flexipage"
    link.symlink_to(shared)
    assert place(root) == 0
    assert link.is_symlink()
    assert b"CobrowseWidgetContact" in shared.read_bytes()
    assert place(root, "--remove") == 0
    assert (link.is_symlink(), shared.read_bytes()) == (True, PAGE)


def test_two_links_to_one_page_are_one_edit(tmp_path: Path) -> None:
    path = one(tmp_path, PAGE)
    (tmp_path / "flexipages" / "B.flexipage").symlink_to(path)
    assert place(tmp_path) == 0
    assert path.read_bytes().count(b"CobrowseWidgetContact") == 1
    assert place(tmp_path, "--remove") == 0
    assert path.read_bytes() == PAGE


def test_a_link_to_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = one(tmp_path, PAGE)
    (tmp_path / "flexipages" / "B.flexipage").symlink_to(tmp_path / "gone")
    assert place(tmp_path) == 1
    assert "B.flexipage: cannot be read: No such file or directory" in capsys.readouterr().err
    assert path.read_bytes() == PAGE


def test_a_folder_that_is_called_like_a_page_is_in_nobody_s_way(tmp_path: Path) -> None:
    path = one(tmp_path, PAGE)
    (tmp_path / "flexipages" / "B.flexipage").mkdir()
    assert place(tmp_path) == 0
    assert b"CobrowseWidgetContact" in path.read_bytes()


def test_a_read_only_file_keeps_its_mode(tmp_path: Path) -> None:
    path = one(tmp_path, PAGE)
    path.chmod(0o444)
    code = place(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert (code, b"CobrowseWidgetContact" in path.read_bytes()) == (0, True)
    assert place(tmp_path, "--remove") == 0
    assert path.read_bytes() == PAGE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = one(tmp_path, PAGE)
    path.parent.chmod(0o555)
    try:
        assert place(tmp_path) == 1
    finally:
        path.parent.chmod(0o755)
    assert "cannot be written" in capsys.readouterr().err
    assert path.read_bytes() == PAGE


def test_json_is_one_document_also_when_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one(tmp_path, PAGE[:-30])
    assert place(tmp_path, "--json") == 1
    assert json.loads(capsys.readouterr().out)["status"] == "error"
