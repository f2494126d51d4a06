"""Contents on disk: the same bytes as in memory, read as often as one likes, and gone with their last reader."""

from __future__ import annotations

import gc
import hashlib
import io
import os
import random
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import MetadataError
from toolkit.metadata import content as contents
from toolkit.metadata import zipfmt
from toolkit.metadata.archive import bundle_files, read_zip, write_zip
from toolkit.metadata.compare import differences
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.metadata.content import (
    CHUNK,
    LARGE,
    Room,
    Shelf,
    Spool,
    Stored,
    Stretch,
    bytes_of,
    chunks_of,
    digest_of,
    size_of,
)
from toolkit.metadata.read import read_bundle
from toolkit.metadata.source import write_source

META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata">\n'
    b"    <cacheControl>Private</cacheControl>\n    <contentType>application/octet-stream</contentType>\n"
    b"</StaticResource>\n"
)
NOISE = random.Random(4).randbytes(3 * CHUNK + 17)
LINES = b"".join(b"line %d\n" % number for number in range(40_000))


class InPieces(Stored):
    """A content that comes in given pieces."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(sum(map(len, pieces)), "test")
        self.pieces = pieces

    def _pieces(self) -> Iterator[bytes]:
        yield from self.pieces


def resource(content: contents.Content, name: str = "Noise") -> Component:
    path = f"staticresources/{name}.resource"
    files = (ComponentFile(path, content), ComponentFile(f"{path}-meta.xml", META))
    return Component("StaticResource", name, files)


def on_disk(folder: Path, data: bytes) -> Stretch:
    path = folder / "file"
    path.write_bytes(data)
    return Stretch.of_file(str(path), "file", path.stat())


@given(st.lists(st.binary(max_size=300), max_size=30), st.integers(1, 2000))
def test_what_is_spooled_in_pieces_comes_back_as_it_was(pieces: list[bytes], most_held: int) -> None:
    spool = Spool("test", most_held=most_held)
    for piece in pieces:
        spool.write(piece)
    whole, found = b"".join(pieces), spool.content()
    assert isinstance(found, bytes) == (len(whole) < most_held)
    assert (bytes_of(found), size_of(found)) == (whole, len(whole))
    assert found == whole
    assert whole == found
    assert digest_of(found) == hashlib.sha256(whole).hexdigest()


def test_contents_are_equal_by_their_bytes(tmp_path: Path) -> None:
    stored = on_disk(tmp_path, NOISE)
    assert stored == NOISE
    assert NOISE.__ne__(stored) is NotImplemented
    assert [stored] == [NOISE]
    assert stored == Shelf().put(chunks_of(NOISE), "test")
    assert stored != NOISE[:-1] + b"?"
    assert stored != NOISE[:-1]
    assert stored != "NOISE"
    assert resource(stored) == resource(NOISE)


def test_a_spooled_content_is_readable_by_several_at_once() -> None:
    stored = Shelf().put(chunks_of(NOISE), "test")
    pairs = zip(chunks_of(stored), chunks_of(stored), chunks_of(NOISE), strict=True)
    assert all(one == other == meant for one, other, meant in pairs)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells open files by /proc")
def test_a_spool_has_no_name_and_is_closed_with_its_last_reader() -> None:
    def nameless() -> list[str]:
        found = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        return [name for name in found if "(deleted)" in name]

    gc.collect()
    before = len(nameless())
    stored = Shelf().put(chunks_of(NOISE), "test")
    assert len(nameless()) == before + 1
    pieces = chunks_of(stored)
    assert next(pieces) == NOISE[:CHUNK]
    del stored
    assert len(nameless()) == before + 1
    assert b"".join(pieces) == NOISE[CHUNK:]
    del pieces
    gc.collect()
    assert len(nameless()) == before


def test_a_disk_without_room_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for write in (Spool("the org's answer").write, lambda data: Shelf().put([data], "the org's answer")):
        with pytest.raises(MetadataError) as caught:
            write(NOISE)
        assert str(caught.value).startswith("the org's answer cannot be kept on disk: No space left on device")


def test_a_temporary_folder_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(MetadataError, match="the plan cannot be kept on disk: No such file or directory"):
        Shelf().put([NOISE], "the plan")


@given(st.lists(st.lists(st.binary(max_size=3000), max_size=60), max_size=8), st.integers(0, 50_000))
def test_a_shelf_holds_many_contents_in_one_file(wanted: list[list[bytes]], room: int) -> None:
    shelf = Shelf()
    shelf._room.left = room
    found = [shelf.put(pieces, f"{number}") for number, pieces in enumerate(wanted)]
    assert [bytes_of(content) for content in found] == [b"".join(pieces) for pieces in wanted]
    assert sum(len(content) for content in found if isinstance(content, bytes)) <= room
    assert len({id(content.opener) for content in found if isinstance(content, Stretch)}) <= 1


@pytest.mark.parametrize("after", [b"", NOISE[:-1], NOISE + b"more", None])
def test_a_file_that_changes_after_it_was_found_is_an_error(tmp_path: Path, after: bytes | None) -> None:
    stored = on_disk(tmp_path, NOISE)
    if after is None:
        (tmp_path / "file").unlink()
    else:
        (tmp_path / "file").write_bytes(after)
    with pytest.raises(MetadataError, match=r"file: (has changed since it was first read|cannot be read)"):
        bytes_of(stored)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    stored = on_disk(tmp_path, NOISE)
    (tmp_path / "file").unlink()
    os.mkfifo(tmp_path / "file")
    with pytest.raises(MetadataError, match="file: has changed since it was first read"):
        bytes_of(stored)


def test_reading_leaves_large_files_on_disk_and_packs_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    write_source(Bundle.of([resource(NOISE)], api_version="62.0"), folder)
    found = read_bundle(folder)
    (file, meta) = found.components[resource(NOISE).key].files
    assert isinstance(file.body, Stored)
    assert isinstance(meta.body, bytes)
    assert (file.size, file.content) == (len(NOISE), NOISE)
    held = Bundle.of([resource(NOISE)], api_version="62.0")
    for compress in (False, True):
        assert write_zip(found, compress=compress) == write_zip(held, compress=compress)


def test_what_one_reading_holds_has_a_limit(tmp_path: Path) -> None:
    room = Room(left=100)
    assert [room.takes(size) for size in (LARGE, 60, 60, 40, 1)] == [False, True, False, True, False]
    for number in range(3):
        write_source(Bundle.of([resource(NOISE[: LARGE - 1], f"N{number}")], api_version="62.0"), tmp_path)
    assert all(isinstance(file.body, bytes) for file in read_bundle(tmp_path).files())


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("content", [NOISE, LINES], ids=["noise", "lines"])
def test_large_entries_stay_in_the_archive(tmp_path: Path, content: bytes, compress: bool) -> None:
    held = Bundle.of([resource(content)], api_version="62.0")
    data = write_zip(held, compress=compress)
    assert zipfile.ZipFile(io.BytesIO(data)).read("staticresources/Noise.resource") == content
    (tmp_path / "p.zip").write_bytes(data)
    for found in (read_zip(data), read_zip(tmp_path / "p.zip"), read_zip(Shelf().put(chunks_of(data), "test"))):
        (file, _) = found.components[resource(b"").key].files
        assert isinstance(file.body, Stored)
        assert file.body.digest == hashlib.sha256(content).hexdigest()
        assert file.content == content
        assert write_zip(found, compress=True) == write_zip(held, compress=True)


def test_a_large_entry_that_is_damaged_is_found_when_the_archive_is_read() -> None:
    data = bytearray(write_zip(Bundle.of([resource(NOISE)], api_version="62.0"), compress=False))
    data[data.index(NOISE[1000:1100])] ^= 1
    with pytest.raises(MetadataError, match=r"Noise\.resource: the entry cannot be unpacked: Bad CRC-32"):
        zipfmt.read(bytes(data), "package.zip")


def test_an_archive_packed_into_another_is_read_too() -> None:
    inner = write_zip(Bundle.of([resource(LINES)], api_version="62.0"), compress=False)
    for outer in (zipfmt.write_bytes([("a", b"a"), ("b.zip", inner)], compress=packing) for packing in (False, True)):
        packed = dict(zipfmt.read(outer, "outer.zip"))["b.zip"]
        assert dict(zipfmt.read(packed, "inner.zip"))["staticresources/Noise.resource"] == LINES


def test_a_project_is_written_over_itself(tmp_path: Path) -> None:
    write_source(Bundle.of([resource(NOISE)], api_version="62.0"), tmp_path)
    written = write_source(read_bundle(tmp_path), tmp_path)
    large = next(path for path in written if path.name == "Noise.bin")
    assert large.read_bytes() == NOISE
    assert sorted(path.name for path in large.parent.iterdir()) == ["Noise.bin", "Noise.resource-meta.xml"]


def test_a_link_in_the_place_of_a_large_file_is_not_followed(tmp_path: Path) -> None:
    bundle = Bundle.of([resource(Shelf().put(chunks_of(NOISE), "test"))], api_version="62.0")
    (written, *_) = write_source(bundle, tmp_path / "project")
    written.unlink()
    written.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MetadataError, match="cannot be written"):
        write_source(bundle, tmp_path / "project")
    assert not (tmp_path / "elsewhere").exists()


def _told(ours: bytes, theirs: bytes) -> list[str]:
    return [str(found) for found in differences(resource(ours), resource(theirs))]


def test_large_contents_are_compared_by_digest() -> None:
    large = NOISE * 6
    assert _told(large, large) == []
    (told,) = _told(large, large[:-1] + b"?")
    shown = [hashlib.sha256(data).hexdigest()[:16] for data in (large[:-1] + b"?", large)]
    size = f"{len(large):,} bytes"
    assert told == f"content: {size}, sha256 {shown[0]} -> {size}, sha256 {shown[1]}"


def test_how_lines_end_is_no_difference_in_large_contents_either() -> None:
    large = LINES * 12
    assert len(large) > 4 * 1024 * 1024
    assert _told(large, large.replace(b"\n", b"\r\n") + b"\r\n\n") == []
    assert len(_told(large, large.replace(b"line 7\n", b"line 7\n\n"))) == 1


@given(st.lists(st.text("a\r\n", max_size=4).map(str.encode), max_size=12), st.text("a\r\n", max_size=20))
def test_the_digest_of_lines_says_what_comparing_them_says(pieces: list[bytes], other: str) -> None:
    from toolkit.metadata import compare

    whole, theirs = b"".join(pieces), other.encode()
    same = compare._lines(whole) == compare._lines(theirs)
    assert (compare._lines_digest(InPieces(pieces)) == compare._lines_digest(theirs)) == same
    assert compare._lines_digest(InPieces(pieces)) == compare._lines_digest(whole)


def test_a_resource_that_is_a_large_folder_is_packed_as_before(tmp_path: Path) -> None:
    top = tmp_path / "staticresources"
    (top / "Pages").mkdir(parents=True)
    (top / "Pages.resource-meta.xml").write_bytes(META.replace(b"octet-stream", b"zip"))
    (top / "Pages" / "noise.bin").write_bytes(NOISE)
    (top / "Pages" / "a.txt").write_bytes(b"text\n")
    (file, _) = next(iter(read_bundle(tmp_path))).files
    assert isinstance(file.body, Stored)
    assert file.content == zipfmt.write_bytes([("a.txt", b"text\n"), ("noise.bin", NOISE)])
    assert [path for path, _ in bundle_files(read_bundle(tmp_path))][-1] == "staticresources/Pages.resource-meta.xml"
