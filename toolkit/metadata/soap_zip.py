"""The zip of a retrieve, taken out of the reply while that arrives: its base64 never stands in memory as a whole.

A reply may bring 800 MB. What is left of it is an envelope of a few kilobytes, for the secure parser. Nothing is
raised while the reply arrives: what is wrong is told once it is asked for.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

from toolkit.errors import MetadataError
from toolkit.metadata.content import Content, Spool

MAX_REST = 64 * 1024 * 1024
"""Bytes of a reply beside its zip."""

_MAX_TAG = 4096
_OPENING = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?zipFile(?:[ \t\r\n][^<>]*)?>")
_BLANKS = b" \t\r\n"
_BLANK = re.compile(rb"&#(?:0{0,4}(?:9|10|13|32)|x0{0,4}(?:9|[aA]|[dD]|20));")
"""Blanks as references: how some servers write the line ends of base64."""
_LONGEST_REFERENCE = 16


class ZipSieve:
    """Takes a reply piece by piece, and gives the reply without the text of its zipFile element.

    It may be given another reply, which then counts alone: for a request that had to be repeated.
    """

    def __init__(self) -> None:
        self._zip: _Base64 | None = None
        self._wrong: MetadataError | None = None

    def __call__(self, pieces: Iterable[bytes]) -> bytes:
        self._zip, self._wrong = None, None
        rest = bytearray()
        for kept in self._rest(pieces):
            rest += kept
            if len(rest) > MAX_REST:
                self._wrong = MetadataError.of(f"the reply is larger than {MAX_REST:,} bytes beside its zip")
                break
        return bytes(rest)

    def found(self, source: str) -> Content | None:
        """The zip of the last reply, None when it had none. MetadataError when it was damaged, or found no room."""
        if self._wrong is not None:
            problem = self._wrong.problems[0]
            raise MetadataError.of(f"{source}: {problem.message}", mend=problem.mend or "run it again")
        return None if self._zip is None else self._zip.content()

    def _rest(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """What stands around the zip; of the zip its size is told."""
        inside: _Base64 | None = None
        left = b""
        for piece in pieces:
            data = left + piece
            left = b""
            while data:
                if inside is None:
                    opening = _OPENING.search(data)
                    if opening is None:
                        at = _open_end(data)
                        yield data[:at]
                        data, left = b"", data[at:]
                        continue
                    yield data[: opening.end()]
                    data = data[opening.end() :]
                    if not opening[0].endswith(b"/>"):
                        inside = _Base64()
                else:
                    text, bracket, after = data.partition(b"<")
                    self._decode(inside, text)
                    data = b""
                    if bracket:
                        yield from self._closed(inside)
                        inside, data = None, bracket + after
        yield left

    def _decode(self, inside: _Base64, text: bytes) -> None:
        if self._wrong is None:
            try:
                inside.write(text)
            except MetadataError as error:
                self._wrong = error

    def _closed(self, inside: _Base64) -> Iterator[bytes]:
        """The end of a zipFile element: an empty one is none, and there is one in a reply."""
        if self._wrong is None:
            try:
                inside.close()
            except MetadataError as error:
                self._wrong = error
        if not inside.size:
            return
        if self._zip is not None and self._wrong is None:
            self._wrong = MetadataError.of("the reply holds two zips")
        self._zip = inside
        yield f"({inside.size:,} bytes of a zip)".encode()


def _open_end(data: bytes) -> int:
    """Where a tag begins that the next piece may end; the end of the data when there is none."""
    at = data.rfind(b"<")
    return len(data) if at < 0 or b">" in data[at:] or len(data) - at > _MAX_TAG else at


class _Base64:
    """base64 that is decoded as it comes. MetadataError when it is none, or when there is no room for it."""

    def __init__(self) -> None:
        self._spool = Spool("the zip in the org's answer")
        self._left = b""
        self._padded = False

    @property
    def size(self) -> int:
        return self._spool.size

    def content(self) -> Content:
        return self._spool.content()

    def write(self, text: bytes) -> None:
        text = self._left + text
        reference = text.rfind(b"&", max(0, len(text) - _LONGEST_REFERENCE))
        held = b"" if reference < 0 or b";" in text[reference:] else text[reference:]
        plain = _BLANK.sub(b"", text[: len(text) - len(held)]).translate(None, _BLANKS)
        whole = len(plain) & ~3
        self._take(plain[:whole])
        self._left = plain[whole:] + held

    def close(self) -> None:
        """The text ends here."""
        if self._left:
            raise _damaged()

    def _take(self, groups: bytes) -> None:
        if not groups:
            return
        if self._padded:
            raise _damaged()
        try:
            self._spool.write(binascii.a2b_base64(groups, strict_mode=True))
        except binascii.Error:
            raise _damaged() from None
        self._padded = groups.endswith(b"=")


def _damaged() -> MetadataError:
    return MetadataError.of("the zip in the reply is damaged (not base64)", mend="run it again")
