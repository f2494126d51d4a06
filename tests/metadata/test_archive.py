"""Packages as zips: reproducible on the way out, safe on the way in, and complete both ways."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.bundle_samples import document
from toolkit.errors import MetadataError
from toolkit.metadata import archive, zipfmt
from toolkit.metadata.archive import bundle_files, read_zip, write_zip, write_zip_file
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive

CLASS = Component(
    "ApexClass",
    "A",
    (ComponentFile("classes/A.cls", b"class A {}\n"), ComponentFile("classes/A.cls-meta.xml", document("ApexClass"))),
)
TAB = Component("CustomTab", "Ä", (ComponentFile("tabs/Ä.tab", document("CustomTab")),))
BUNDLE = Bundle.of([TAB, CLASS], api_version="62.0")
PACKAGE = document("Package", "<types><members>A</members><name>ApexClass</name></types>\n<version>61.0</version>")


def test_the_bytes_of_a_package() -> None:
    data = write_zip(BUNDLE)
    assert hashlib.sha256(data).hexdigest() == "a58a498f39113abcc9ec65b2000ac3c6a1be6e35f521df1e897ba22ffda804a3"
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["classes/A.cls", "classes/A.cls-meta.xml", "package.xml", "tabs/Ä.tab"]
        for info in opened.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.external_attr >> 16 == stat.S_IFREG | 0o644
            assert (info.create_system, info.extra, info.comment) == (3, b"", b"")


def test_the_same_bytes_whatever_the_hash_seed_and_locale() -> None:
    script = (
        "import hashlib; from tests.metadata.bundle_samples import sample; "
        "from toolkit.metadata.registry import standard; from toolkit.metadata.component import Bundle; "
        "from toolkit.metadata.archive import write_zip; "
        "bundle = Bundle.of([sample(t) for t in standard() if not t.folder_of], api_version='62.0'); "
        "print(hashlib.sha256(write_zip(bundle)).hexdigest())"
    )
    found = set()
    for seed, locale in (("1", "C"), ("2", "tr_TR.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": "Asia/Kolkata"}
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1


def test_a_package_comes_back_as_it_went() -> None:
    gone = Destructive(pre=(ComponentKey("ApexClass", "B"),), plain=(ComponentKey("ApexPage", "C"),))
    bundle = Bundle.of([TAB, CLASS], api_version="62.0", destructive=gone)
    data = write_zip(bundle)
    back = read_zip(data)
    assert back.api_version == "62.0"
    assert back.destructive == gone
    assert [c.key for c in back] == [CLASS.key, TAB.key]
    assert [f.content for f in back.files()] == [f.content for f in bundle.files()]
    assert next(f.origin for f in back.files()) == "package.zip!classes/A.cls"
    assert write_zip(back) == data


def test_large_packages_are_deflated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archive, "MAX_DEPLOY_BYTES", 900)
    assert len(write_zip(BUNDLE)) < len(write_zip(BUNDLE, compress=False))
    written = write_zip_file(BUNDLE, tmp_path / "new" / "p.zip")
    assert written.compressed
    assert written.path.read_bytes() == write_zip(BUNDLE)
    assert written.sha256 == hashlib.sha256(written.path.read_bytes()).hexdigest()
    assert written.size == written.path.stat().st_size
    assert read_zip(written.path).components.keys() == BUNDLE.components.keys()
    assert [p.name for p in written.path.parent.iterdir()] == ["p.zip"]


def test_a_zip_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    bad = Bundle.of([Component("ApexClass", "A", ())], api_version="62.0")
    with pytest.raises(MetadataError, match="ApexClass A has a manifest entry but no file"):
        write_zip_file(bad, tmp_path / "p.zip")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MetadataError, match="cannot be written"):
        write_zip_file(BUNDLE, tmp_path / "file" / "p.zip")


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (Component("ApexClass", "A", ()), "ApexClass A has a manifest entry but no file"),
        (
            Component("ApexClass", "A", (ComponentFile("classes/B.cls", b""),)),
            "classes/B.cls has no entry in the manifest",
        ),
        (Component("ApexPage", "A", (ComponentFile("classes/A.cls", b""),)), "it would belong to ApexClass A"),
        (Component("CustomTab", "A", (ComponentFile("tabs/A.tab-meta.xml", b""),)), "has no entry in the manifest"),
        (Component("CustomTab", "A", (ComponentFile("../tabs/A.tab", b""),)), "leads outside its folder"),
        (Component("CustomTab", "A", (ComponentFile("tabs/A.txt", b""),)), "tabs/A.txt has no entry in the manifest"),
        (Component("Nonsense", "A", (ComponentFile("tabs/A.tab", b""),)), "no such metadata type"),
    ],
)
def test_files_and_manifest_agree_or_the_component_is_named(component: Component, message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        bundle_files(Bundle.of([component], api_version="62.0"))
    assert str(component.key) in str(caught.value)
    assert message in str(caught.value)


def test_a_path_that_is_there_twice() -> None:
    twice = Component("CustomTab", "A", (ComponentFile("tabs/A.tab", b"1"), ComponentFile("tabs/A.tab", b"2")))
    with pytest.raises(MetadataError, match=r"CustomTab A: tabs/A.tab is there twice"):
        bundle_files(Bundle.of([twice], api_version="62.0"))


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return buffer.getvalue()


def test_one_folder_above_package_xml_is_taken() -> None:
    data = zipped(("unpackaged/package.xml", PACKAGE), *((f"unpackaged/{f.path}", f.content) for f in CLASS.files))
    bundle = read_zip(data, "r.zip")
    assert (bundle.api_version, [str(c.key) for c in bundle]) == ("61.0", ["ApexClass A"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["classes/A.cls"], "there is no package.xml at the root of the archive"),
        (["a/package.xml", "b/package.xml"], "the archive holds several packages: a, b"),
        (["package.xml", "classes/A.cls"], "ApexClass A has no A.cls-meta.xml beside it"),
        (["package.xml", "tabs/X.tab"], "CustomTab X has no entry in the manifest"),
        (["package.xml"], "ApexClass A is in the manifest, but there is no file for it"),
        (["package.xml", "nothing/x.nonsense-meta.xml"], "no metadata type has files of this name here"),
    ],
)
def test_what_is_missing_or_too_much_is_named(names: list[str], message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        read_zip(zipped(*((name, PACKAGE) for name in names)), "p.zip")
    assert message in str(caught.value)


def info(name: str, *, mode: int = 0o100644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([(info("../evil"), b"")], "p.zip!../evil: the entry leads outside its folder"),
        ([(info("a/../../evil"), b"")], "leads outside its folder"),
        ([(info("/etc/passwd"), b"")], "is not a relative path with forward slashes"),
        ([(info("C:/x"), b"")], "is not a relative path with forward slashes"),
        ([(info("a\\b"), b"")], "is not a relative path with forward slashes"),
        ([(info("a\nb"), b"")], r"p.zip!a\nb: the entry has a control character in its name"),
        ([(info("a//b"), b"")], "leads outside its folder or has an empty part"),
        ([(info("a/" + "x" * 300), b"")], "is too long for a file system"),
        ([(info("link", mode=stat.S_IFLNK | 0o777), b"/etc/passwd")], "the entry is a symbolic link"),
    ],
)  # fmt: skip
def test_path_tricks(entries: list[tuple[zipfile.ZipInfo, bytes]], message: str) -> None:
    with pytest.raises(MetadataError) as caught:
        read_zip(zipped(("package.xml", PACKAGE), *entries), "p.zip")
    assert message in str(caught.value)


def test_all_bad_entries_at_once() -> None:
    with pytest.raises(MetadataError) as caught:
        zipfmt.read(zipped((info("../a"), b""), (info("/b"), b"")), "p.zip")
    assert len(caught.value.problems) == 2


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice() -> None:
    with pytest.raises(MetadataError, match=r"p.zip!a: the entry is there twice"):
        zipfmt.read(zipped(("a", b"1"), ("a", b"2")), "p.zip")


def patched(data: bytes, field: int, value: bytes) -> bytes:
    """The archive with some bytes of its first central directory record changed."""
    at = data.index(b"PK\1\2") + field
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (8, b"\1\0", "the entry is encrypted"),
        (10, b"\x0c\0", "the entry is neither stored nor deflated"),
        (24, b"\xff\xff\xff\x0f", "claims more bytes than its data can hold"),
        (16, b"\0\0\0\0", "cannot be unpacked: Bad CRC-32"),
        (42, b"\xff\xff\0\0", "cannot be unpacked"),
    ],
)
def test_entries_that_lie(field: int, value: bytes, message: str) -> None:
    data = patched(zipped(("a", b"some content")), field, value)
    with pytest.raises(MetadataError) as caught:
        zipfmt.read(data, "p.zip")
    assert message in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"PK\5\6", b"nonsense", zipped(("a", b"x"))[:-10], b"\0" * 1000])
def test_what_is_no_archive(data: bytes) -> None:
    with pytest.raises(MetadataError, match="zip archive"):
        zipfmt.read(data, "p.zip")


def test_bombs_cost_nothing() -> None:
    bomb = zipped(*((f"{i}", bytes(10_000_000)) for i in range(3)))
    start = time.perf_counter()
    with pytest.raises(MetadataError, match="unpacks to 30,000,000 bytes, more than 1,000"):
        zipfmt.read(bomb, "p.zip", zipfmt.Limits(unpacked=1000))
    with pytest.raises(MetadataError, match=r"is [0-9,]+ bytes, more than 10"):
        zipfmt.read(bomb, "p.zip", zipfmt.Limits(archive=10))
    with pytest.raises(MetadataError, match="holds more than 2 entries"):
        zipfmt.read(bomb, "p.zip", zipfmt.Limits(entries=2))
    assert time.perf_counter() - start < 1


def test_a_directory_that_is_larger_than_it_says() -> None:
    data = zipped(*((f"{i}", b"") for i in range(50)))
    lied = data[:-12] + struct.pack("<H", 1) + data[-10:]
    with pytest.raises(MetadataError, match="holds more than 10 entries"):
        zipfmt.read(lied, "p.zip", zipfmt.Limits(entries=10))


def test_a_gigantic_file_is_not_read(tmp_path: Path) -> None:
    target = tmp_path / "big.zip"
    with target.open("wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(MetadataError, match="the archive is 1,073,741,824 bytes, more than"):
        read_zip(target)


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(max_size=8))
def test_noise_is_refused_or_read(head: bytes, at: int, noise: bytes) -> None:
    good = zipped(("package.xml", PACKAGE), ("a/b", b"x" * 50))
    for data in (head, head + good, good[:at] + noise + good[at + len(noise) :]):
        try:
            files = zipfmt.read(data, "p.zip")
        except MetadataError:
            continue
        assert all(zipfmt.unsafe_path(name) is None for name, _ in files)


paths = st.lists(st.text("ab ä.", min_size=1, max_size=4), min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(paths, st.binary(max_size=300), max_size=6), st.booleans())
def test_what_is_written_is_a_zip_for_others_too(entries: dict[str, bytes], compress: bool) -> None:
    data = zipfmt.write_bytes(sorted(entries.items()), compress=compress)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert {i.filename: opened.read(i) for i in opened.infolist()} == entries
        assert opened.comment == b""
    if all(zipfmt.unsafe_path(name) is None for name in entries):
        assert dict(zipfmt.read(data, "p.zip")) == entries


def test_deflated_entries_are_those_of_zlib() -> None:
    data = zipfmt.write_bytes([("a", b"x" * 1000)], compress=True)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    assert packer.compress(b"x" * 1000) + packer.flush() in data
