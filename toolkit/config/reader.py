"""YAML text -> Node, strictly and within bounds.

The file is read as YAML 1.2 with its core schema (so `no`, `on` and 1:30 are text) and without the parts of YAML
that a configuration does not need and that make it dangerous or ambiguous: anchors and aliases (a few lines can
stand for gigabytes, and one place would stand for many values), tags, merge keys, directives, several documents
and duplicate keys. Events are read one by one, so that the limits below hold before memory is spent.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from toolkit.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from toolkit.errors import Location, Problem

MAX_BYTES = 1 << 20
MAX_VALUES = 10_000
MAX_DEPTH = 32
MAX_PROBLEMS = 100

# libyaml is some ten times faster; the pure parser gives the same events where a platform has no libyaml
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z|0x[0-9a-fA-F]+\Z|0o[0-7]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_MAX_DIGITS = 18

_MENDS = {
    "mapping values are not allowed in this context": (
        "a `key: value` is not possible here",
        "check the indentation of this line and the one above; quote text that holds `: `",
    ),
    "could not find expected ':'": (
        "a `:` is missing after a key",
        "write `key: value`; check that quotes are closed further up",
    ),
    "did not find expected key": ("a key was expected here", "check the indentation; it must equal the key above"),
    "did not find expected '-' indicator": (
        "a list item was expected here",
        "check the indentation; items of a list begin with `- ` in one column",
    ),
    "found unexpected end of stream": ("the file ends inside a quoted text", "close the quote"),
    "did not find expected ',' or ']'": ("a `,` or `]` is missing", "close the list that was opened with `[`"),
    "did not find expected ',' or '}'": ("a `,` or `}` is missing", "close the map that was opened with `{`"),
    "did not find expected node content": (
        "a value was expected here",
        "check brackets and commas; the file may end too early",
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this character",
        "put the text in quotes",
    ),
}
# the pure parser's words for the same
_PURE = {
    "mapping values are not allowed here": "mapping values are not allowed in this context",
    "expected <block end>, but found '<scalar>'": "did not find expected key",
    "expected <block end>, but found '<block mapping start>'": "did not find expected key",
    "expected <block end>, but found '?'": "did not find expected '-' indicator",
    "expected ',' or ']', but got '<stream end>'": "did not find expected ',' or ']'",
    "expected ',' or '}', but got '<stream end>'": "did not find expected ',' or '}'",
}
_TAB = ("a tab is used for indentation", "indent with blanks; YAML does not allow tabs")


class _Stop(Exception):  # noqa: N818 - ends reading, is not an error of its own
    """Nothing more can be read from this document."""


def read_file(path: Path, problems: list[Problem]) -> Node | None:
    """The content of a YAML file; None when it could not be read to its end. Adds what is wrong to problems."""
    source = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            problems.append(Problem("not a file", Location(source), "this must be a YAML file"))
            return None
        if status.st_size > MAX_BYTES:
            problems.append(_too_large(source))
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problems.append(Problem(f"cannot be read: {error.strerror}", Location(source), "check the path and its rights"))
        return None
    return read_bytes(data, source, problems)


def read_bytes(data: bytes, source: str, problems: list[Problem]) -> Node | None:
    """The value that UTF-8 encoded YAML holds; None when it could not be read to its end."""
    if len(data) > MAX_BYTES:
        problems.append(_too_large(source))
        return None
    text = _decode(data, source, problems)
    return None if text is None else read_text(text, source, problems)


def read_text(text: str, source: str, problems: list[Problem]) -> Node | None:
    """The value that YAML text holds; None when it could not be read to its end."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        problems.append(
            Problem(
                f"the character U+{ord(found.group()):04X} is not allowed in YAML",
                _place(text, found.start(), source),
                f'remove it, or write it in double quotes as "\\u{ord(found.group()):04x}"',
            )
        )
        return None
    reading = _Reading(text, source, problems)
    try:
        return reading.document()
    except _Stop:
        return None


def resolve(text: str) -> bool | int | float | str | None:
    """What a plain scalar means in the YAML 1.2 core schema; OverflowError for a number beyond our bounds."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.match(text):
        if len(text) > _MAX_DIGITS:
            raise OverflowError
        return int(text, 0)
    if _FLOAT.match(text):
        if len(text) > 2 * _MAX_DIGITS:
            raise OverflowError
        number = float(text)
        if not math.isfinite(number):
            raise OverflowError
        return number
    return text


def _too_large(source: str) -> Problem:
    mend = "a configuration is a few hundred lines; is this the right file?"
    return Problem(f"larger than {MAX_BYTES >> 20} MiB", Location(source), mend)


def _place(text: str, index: int, source: str) -> Location:
    before = text[:index]
    breaks = list(_LINE_BREAK.finditer(before))
    start = breaks[-1].end() if breaks else 0
    return Location(source, len(breaks) + 1, index - start + 1)


def _decode(data: bytes, source: str, problems: list[Problem]) -> str | None:
    """The text of UTF-8 bytes without a byte order mark."""
    start = Location(source, 1, 1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem("encoded in UTF-16", start, "save the file as UTF-8"))
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem("begins with a byte order mark", start, "save the file as UTF-8 without BOM"))
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        where = _place(before, len(before), source)
        message = f"not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}"
        problems.append(Problem(message, where, "save the file as UTF-8"))
        return None


@dataclass(slots=True)
class _Open:
    """A map or list that is being read; key is the one that waits for its value."""

    where: Location
    entries: dict[str, Entry] | None = None
    items: list[Node] = field(default_factory=list)
    key: str | None = None
    key_where: Location | None = None
    skip: bool = False
    """The waiting key was refused; its value is read and dropped."""


class _Reading:
    """One pass over the events of one document."""

    def __init__(self, text: str, source: str, problems: list[Problem]) -> None:
        self.text = text
        self.source = source
        self.problems = problems
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.values = 0

    def document(self) -> Node:
        """The one value of the document; an empty document is an empty map."""
        documents = 0
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, "a second document begins here", "remove this line and what follows it")
                if event.version or event.tags:
                    self._stop(event, "directives are not supported", "remove the line that begins with %")
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        return self.root if self.root is not None else Mapping({}, Location(self.source, 1, 1))

    def _events(self) -> Iterator[yaml.Event]:
        try:
            loader = _LOADER(self.text)
            try:
                while loader.check_event():
                    yield loader.get_event()
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            self.problems.append(self._syntax(error))
            raise _Stop from None
        except (yaml.YAMLError, RecursionError, UnicodeError, ValueError):
            # what the parser refuses without a place, such as an escape beyond Unicode
            self.problems.append(
                Problem("not valid YAML", Location(self.source), "check the escapes in double-quoted texts")
            )
            raise _Stop from None

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        problem = error.problem or "not valid YAML"
        mark = error.problem_mark or error.context_mark
        end = len(self.text.rstrip())
        if mark is not None and mark.index >= end:
            mark = error.context_mark or mark  # not the end of the file but what is open there
        if mark is None or mark.index >= end:
            place = _place(self.text, max(end - 1, 0), self.source)
            line, column = place.line, place.column
        else:
            line, column = mark.line + 1, mark.column + 1
        lines = _LINE_BREAK.split(self.text)
        written = lines[line - 1] if line <= len(lines) else ""
        indentation = written[: len(written) - len(written.lstrip())]
        problem = _PURE.get(problem, problem)
        message, mend = _MENDS.get(problem, (f"not valid YAML: {problem}", "check quotes, brackets and indentation"))
        if problem.startswith("did not find expected ',' or") and "${" in written:
            mend = 'put a reference that stands in braces or brackets in quotes: "${env:NAME}"'
        if "\t" in indentation or written[column - 1 : column] == "\t":
            message, mend = _TAB
            column = written.index("\t") + 1
        return Problem(message, Location(self.source, line, column), mend)

    def _where(self, event: yaml.Event) -> Location:
        mark: Any = event.start_mark  # always there for events of a text
        return Location(self.source, mark.line + 1, mark.column + 1)

    def _stop(self, event: yaml.Event, message: str, mend: str) -> None:
        self.problems.append(Problem(message, self._where(event), mend))
        raise _Stop

    def _report(self, event: yaml.Event, message: str, mend: str) -> None:
        self.problems.append(Problem(message, self._where(event), mend))
        if len(self.problems) >= MAX_PROBLEMS:
            self._stop(event, "too many mistakes; reading stopped here", "mend those above first")

    def _node(self, event: yaml.NodeEvent) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._stop(event, f"more than {MAX_VALUES:,} values", "is this the right file?")
        broken = self._refuse_extras(event)
        where = self._where(event)
        if self._wants_key():
            self._key(event, where, broken=broken)
            return
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                self._stop(event, f"nested more than {MAX_DEPTH} levels deep", "no key of the configuration is so deep")
            is_map = isinstance(event, yaml.MappingStartEvent)
            self.stack.append(_Open(where, entries={} if is_map else None))
        elif broken or not isinstance(event, yaml.ScalarEvent):
            self._add(Scalar(None, where, broken=True))
        else:
            self._add(self._scalar(event, where))

    def _refuse_extras(self, event: yaml.NodeEvent) -> bool:
        """Report an anchor, alias or tag; true when the value means nothing without it."""
        if isinstance(event, yaml.AliasEvent):
            self._report(event, "aliases are not supported", "write the value out")
            return True
        if event.anchor is not None:
            self._report(event, "anchors are not supported", f"remove `&{_short(event.anchor)}`")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._report(event, "tags are not supported", "remove the word that begins with `!`")
            return isinstance(event, yaml.ScalarEvent)
        return False

    def _wants_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].entries is not None and self.stack[-1].key is None

    def _key(self, event: yaml.NodeEvent, where: Location, *, broken: bool) -> None:
        top = self.stack[-1]
        top.key, top.key_where, top.skip = "", where, True
        if broken:
            return
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(event, "a map or list cannot be a key", "put text that holds brackets or braces in quotes")
            return
        key = event.value
        if key == "<<" and event.implicit[0]:
            self._report(event, "merge keys are not supported", "write the keys out")
        elif key == "":
            self._report(event, "a key is empty", "write a name before the `:`")
        elif _surrogate(key):
            self._report(event, "a key holds half a character", "remove the \\ud... escape")
        elif top.entries is not None and key in top.entries:
            first = top.entries[key].where
            self._report(
                event, f"duplicate key `{_short(key)}`, first on line {first.line}:{first.column}", "remove one of them"
            )
        else:
            top.key, top.skip = key, False

    def _scalar(self, event: yaml.ScalarEvent, where: Location) -> Scalar:
        text: str = event.value
        if _surrogate(text):
            self._report(event, "the text holds half a character", "remove the \\ud... escape")
            return Scalar(None, where, broken=True)
        if not event.implicit[0]:
            return Scalar(text, where, text)
        try:
            return Scalar(resolve(text), where, text)
        except (OverflowError, ValueError):
            self._report(event, "the number is too large or has too many digits", "put it in quotes if it is text")
            return Scalar(None, where, broken=True)

    def _close(self) -> None:
        done = self.stack.pop()
        if done.entries is None:
            self._add(Sequence(tuple(done.items), done.where))
        else:
            self._add(Mapping(done.entries, done.where))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.entries is None:
            top.items.append(node)
            return
        if not top.skip and top.key is not None and top.key_where is not None:
            top.entries[top.key] = Entry(top.key_where, node)
        top.key, top.skip = None, False


def _surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
