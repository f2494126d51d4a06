"""Bad input: a finding or a clear error, never a traceback, in bounded time and memory."""

from __future__ import annotations

import io
import json
import os
import resource
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.errors import UsageError
from toolkit.report.findings_text import render
from toolkit.validate.discover import from_paths
from toolkit.validate.engine import Result, validate
from toolkit.validate.finding import Severity
from toolkit.validate.markup import read as read_markup
from toolkit.validate.outcome import Lines, outcome
from toolkit.validate.plan import Options
from toolkit.validate.source import SourceFile

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
Run = Callable[..., Result]
SET = "permissionsets/A.permissionset"
BOMB = "<!DOCTYPE x [" + "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};">' for n in range(40)) + f"]><PermissionSet {NS}/>"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "E1101"),
        (b"\x00\x01\x02\x03" * 200, "E1102"),
        (b"<PermissionSet><label>", "E1105"),
        ((f"<PermissionSet {NS}>" + "<label>" * 100_000).encode(), "E1107"),
        (BOMB.encode(), "E1108"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x>&x;</x>', "E1108"),
        (b'<?xml version="1.0" encoding="UTF-8"?><PermissionSet>\xff\xfe\xff</PermissionSet>', "E1106"),
        (b'<?xml version="1.0" encoding="klingon"?><PermissionSet/>', "E1106"),
    ],
    ids=["empty", "binary", "open", "deep", "bomb", "external", "not-utf8", "unknown-encoding"],
)
def test_a_file_that_is_no_metadata_is_one_error(run: Run, content: bytes, rule: str) -> None:
    result = run({SET: content})
    assert [finding.rule for finding in result.findings if finding.severity == "error"] == [rule]


def test_a_byte_order_mark_is_no_mistake(run: Run) -> None:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<PermissionSet {NS}><label>A</label></PermissionSet>'
    assert run({SET: b"\xef\xbb\xbf" + text.encode()}).findings == ()


def test_a_gigabyte_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "permissionsets").mkdir()
    with (tmp_path / SET).open("wb") as stream:
        stream.truncate(1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run({})
    assert "E1002" in {finding.rule for finding in result.findings}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


def test_links_that_lead_back_and_names_with_newlines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "permissionsets").mkdir()
    (tmp_path / "permissionsets" / "loop").symlink_to(tmp_path)
    (tmp_path / "permissionsets" / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "permissionsets" / "A\nB.permissionset").write_text("<x")
    result = run({})
    assert [(finding.where.file, finding.message) for finding in result.findings if finding.rule == "E1001"] == [
        ("permissionsets/loop", "a symbolic link that leads back to a folder above it")
    ]
    assert {finding.where.file for finding in result.findings} == {
        "permissionsets/A\\nB.permissionset",
        "permissionsets/loop",
    }


def test_what_is_no_regular_file_is_a_finding_and_never_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "permissionsets").mkdir()
    os.mkfifo(tmp_path / "permissionsets" / "Pipe.permissionset")
    (tmp_path / "permissionsets" / "Zero.permissionset").symlink_to("/dev/zero")
    (tmp_path / "permissionsets" / "Self.permissionset").symlink_to("Self.permissionset")
    os.mkfifo(tmp_path / "permissionsets" / "README")
    assert [(finding.where.file, finding.message) for finding in run({}).findings] == [
        ("permissionsets/Pipe.permissionset", "is not a regular file"),
        ("permissionsets/Self.permissionset", "cannot be read: Too many levels of symbolic links"),
        ("permissionsets/Zero.permissionset", "is not a regular file"),
    ]


def test_a_million_characters_in_a_line_are_shown_in_no_time(tmp_path: Path) -> None:
    """500 findings in one line of 600 KB took a minute."""
    attributes = " ".join(f'a{number}="1"' for number in range(50_000))
    (tmp_path / "permissionsets").mkdir()
    (tmp_path / SET).write_text(f"<PermissionSet {NS} {attributes}/>")
    sources = from_paths([str(tmp_path)])
    result = validate(sources)
    shown = outcome(result, sources, level=Severity.NOTE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    text = render(shown, Lines(sources))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 3
    assert text.count("\n") > 1000
    assert max(map(len, text.split("\n"))) < 200


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "permissionsets").mkdir()
    (tmp_path / SET).write_text("<x/>")
    (tmp_path / SET).chmod(0)
    assert [finding.rule for finding in run({}).findings] == ["E1001"]


def test_a_file_that_vanishes_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "permissionsets").mkdir()
    (tmp_path / SET).write_text("<x/>")
    sources = from_paths([str(tmp_path)])
    (tmp_path / SET).unlink()
    assert [finding.rule for finding in validate(sources).findings] == ["E1001"]


def test_a_pipe_is_refused_when_it_is_named(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.permissionset")
    assert run({}).files == 0
    with pytest.raises(UsageError, match="not a regular file"):
        from_paths([str(tmp_path / "p.permissionset")])


@pytest.mark.parametrize("path", ["nowhere", "a\0b", ""])
def test_a_path_that_is_not_there_is_wrong_usage(path: str) -> None:
    with pytest.raises(UsageError):
        from_paths([path] if path else ["./no/such/thing"])


@pytest.mark.parametrize(
    "content", ["", "[", "[1]", '{"sourceApiVersion": "sixty"}', "[" * 100_000, '{"packageDirectories": 3}']
)
def test_a_broken_project_file_is_a_finding(run: Run, content: str) -> None:
    result = run({"sfdx-project.json": content, "force-app/x.txt": ""})
    assert {finding.rule for finding in result.findings} <= {"E1004"}
    if content != '{"packageDirectories": 3}':
        assert result.findings


def zip_of(path: Path, members: dict[str, bytes], mode: int = 0) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return str(path)


def test_a_zip_is_validated_as_a_folder(run: Run, tmp_path: Path) -> None:
    manifest = (
        f"<Package {NS}><types><members>A</members><name>PermissionSet</name></types><version>62.0</version></Package>"
    )
    text = f"<PermissionSet {NS}>\n<label>A</label>\n<wrong/>\n</PermissionSet>"
    path = zip_of(tmp_path / "p.zip", {"package.xml": manifest.encode(), SET: text.encode()})
    result = validate(from_paths([path]))
    assert [(f.rule, f.where.file.rpartition("!")[2], f.where.line) for f in result.findings] == [("E1113", SET, 3)]


@pytest.mark.parametrize("name", ["../out.cls", "/etc/passwd", "a\\b.cls", "C:/x.cls"])
def test_a_member_that_leaves_the_zip_is_an_error(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "p.zip", {name: b"x"})
    assert [finding.rule for finding in validate(from_paths([path])).findings] == ["E1003"]


def test_a_member_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    content = f"<PermissionSet {NS}><label>A</label></PermissionSet>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(SET, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(SET, content)
    found = validate(from_paths([str(path)])).findings
    assert [(finding.rule, finding.message) for finding in found] == [("E1003", "the member is there twice")]


def test_a_link_in_a_zip_is_an_error(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "p.zip", {SET: b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    assert [finding.rule for finding in validate(from_paths([path])).findings] == ["E1003"]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "p.zip", {f"classes/A{n}.cls": b"\0" * (70 << 20) for n in range(10)})
    assert [finding.rule for finding in validate(from_paths([path])).findings] == ["E1003"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_as_a_zip(tmp_path: Path, data: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(SET, "<x/>")
    whole = bytearray(buffer.getvalue())
    for index, byte in enumerate(data):
        whole[(index * 7 + byte) % len(whole)] = byte
    (tmp_path / "z.zip").write_bytes(whole)
    validate(from_paths([str(tmp_path / "z.zip")]))


SUFFIXES = [
    "permissionsets/A.permissionset",
    "objects/A__c.object",
    "flexipages/A.flexipage",
    "layouts/A-B.layout",
    "package.xml",
    "pages/A.page",
    "classes/A.cls",
    "labels/CustomLabels.labels",
    "customMetadata/A.B.md",
]
_PIECES = (
    "<PermissionSet>|</PermissionSet>|<fields>|</fields>|<type>|{!|}|<!--|-->|<apex:page |controller=|\"|'"
    "|>|<|/>|<script>|</script>|&amp;|\n|x|<![CDATA[|]]>|sfmeta: ignore W5005 |for (|Database.query(|'\\'' + |{|)|/*|*/"
    "|//|@IsTest |class A |\u202e"
)
PIECES = st.lists(st.sampled_from(_PIECES.split("|")), max_size=40).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SUFFIXES), PIECES | st.text(max_size=200))
def test_any_text_in_any_file_is_findings_and_no_crash(tmp_path: Path, path: str, text: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    result = validate(from_paths([str(tmp_path)]), Options(closed=True))
    assert not [finding for finding in result.findings if "itself failed" in finding.message]
    file.unlink()


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_the_visualforce_scanner_keeps_its_offsets(text: str) -> None:
    page = read_markup(SourceFile("p.page", "ApexPage", "p", "content"), text.encode())
    for tag in page.tags:
        assert page.text[tag.start] == "<"
        assert page.text[tag.start + 1 :].startswith(tag.name)
        for attribute in tag.attributes:
            assert page.text[attribute.value_start :].startswith(attribute.value)
    for merge in page.merges:
        assert page.text.startswith("{!", merge.start)


def test_the_visualforce_scanner_takes_linear_time(run: Run) -> None:
    text = "<apex:page>" + "{!" * 200_000 + "<a b='" * 1000
    assert run({"pages/P.page": text, "pages/Q.page": "<" * 400_000}).files == 2


def test_package_directories_outside_the_project_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / "outside" / "tabs").mkdir(parents=True)
    (tmp_path / "outside" / "tabs" / "T.tab-meta.xml").write_text("<")
    project = tmp_path / "p"
    project.mkdir()
    paths = ["..", "../outside", "/", "a\0b"]
    (project / "sfdx-project.json").write_text(json.dumps({"packageDirectories": [{"path": path} for path in paths]}))
    found = validate(from_paths([str(project)]), Options()).findings
    assert [finding.message for finding in found if finding.rule == "E1004"] == [
        f"the package directory '{path}' is outside the project" for path in ("..", "../outside", "/", r"a\x00b")
    ]
    assert {finding.rule for finding in found} == {"E1004"}


def test_a_member_of_a_zip_that_cannot_be_unpacked(tmp_path: Path) -> None:
    members = {"package.xml": f"<Package {NS}><version>62.0</version></Package>", "tabs/T.tab": f"<CustomTab {NS}/>"}
    for broken in members:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in members.items():
                archive.writestr(name, text * 3)
        whole = bytearray(data.getvalue())
        start = whole.index(broken.encode()) + len(broken)
        whole[start : start + 20] = b"\xff" * 20
        (tmp_path / "x.zip").write_bytes(whole)
        found = validate(from_paths([str(tmp_path / "x.zip")]), Options()).findings
        assert [finding for finding in found if "compress" in finding.message], found


def test_a_text_that_is_too_long_is_said_in_words(tmp_path: Path) -> None:
    file = tmp_path / "T.tab-meta.xml"
    file.write_text(f"<CustomTab {NS}><label>{'x' * 10_100_000}</label></CustomTab>")
    (finding,) = validate(from_paths([str(file)]), Options()).findings
    assert finding.rule == "E1103"
    assert "longer than what is read" in finding.message
