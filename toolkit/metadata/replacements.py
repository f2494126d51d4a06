"""`replacements` of sfdx-project.json: text that a deployment puts into files as it reads them.

By the rules of the Salesforce CLI (source-deploy-retrieve, convert/replacements.ts): patterns are JavaScript's, what
is put in knows $& and $1, files that are not text stay as they are, and an entry whose conditions the environment
does not meet does nothing. Where a value is missing it is an error once a file asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import jsregex, minimatch
from toolkit.metadata.content import Content, bytes_of, chunks_of

_TEXT_SUFFIXES = frozenset({".cls", ".xml", ".json", ".js", ".css", ".html", ".htm", ".txt", ".md"})
_NO_TEXT = (b"\xff\xfe", b"\xfe\xff", b"%PDF-")
_LOOKED_AT = 512
_MAX_VALUE = 10 * 1024 * 1024


class _EntryError(Exception):
    """What is wrong with one entry."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One entry. Either suffix (the end of a file's path) or glob says where, env or file what is put in."""

    what: str
    """The string or the pattern, as the file has it."""
    pattern: re.Pattern[str]
    suffix: str | None
    glob: re.Pattern[str] | None
    env: str | None
    file: Path | None
    allow_unset: bool
    when: tuple[tuple[str, str], ...]


def parse(entries: object, root: Path, where: Location, problems: list[Problem]) -> tuple[Replacement, ...]:
    """The entries of `replacements`; what cannot be meant is added to problems."""
    if not isinstance(entries, list):
        problems.append(Problem("replacements is not a list", where, "write a list of objects"))
        return ()
    found: list[Replacement] = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(_entry(entry, root))
        except _EntryError as error:
            mend = "see docs/formats.md, Replacements"
            problems.append(Problem(f"replacement {number}: {error}", where, mend))
    return tuple(found)


def _entry(entry: object, root: Path) -> Replacement:
    if not isinstance(entry, dict):
        raise _EntryError("is not an object")
    place = _one_of(entry, "filename", "glob")
    what = _one_of(entry, "stringToReplace", "regexToReplace")
    source = _one_of(entry, "replaceWithEnv", "replaceWithFile")
    allow_unset = entry.get("allowUnsetEnvVariable", False)
    if not isinstance(allow_unset, bool):
        raise _EntryError("allowUnsetEnvVariable is neither true nor false")
    text = entry[what]
    try:
        pattern = re.compile(re.escape(text)) if what == "stringToReplace" else jsregex.compiled(text)
    except ValueError as error:
        raise _EntryError(f"sfmeta cannot apply {what} {text!r} as the Salesforce CLI does: {error}") from None
    try:
        glob = minimatch.compiled(entry[place]) if place == "glob" else None
    except ValueError as error:
        raise _EntryError(f"sfmeta cannot apply glob {entry[place]!r} as the Salesforce CLI does: {error}") from None
    return Replacement(
        what=text,
        pattern=pattern,
        suffix=entry["filename"] if place == "filename" else None,
        glob=glob,
        env=entry[source] if source == "replaceWithEnv" else None,
        file=root / entry[source] if source == "replaceWithFile" else None,
        allow_unset=allow_unset,
        when=tuple(_conditions(entry.get("replaceWhenEnv", []))),
    )


def _one_of(entry: Mapping[str, object], *names: str) -> str:
    """The one of these keys that an entry has."""
    there = [name for name in names if name in entry]
    if len(there) != 1:
        raise _EntryError(f"needs one of {' and '.join(names)}")
    if not isinstance(entry[there[0]], str) or not entry[there[0]]:
        raise _EntryError(f"{there[0]} is not a text")
    return there[0]


def _conditions(rows: object) -> Iterator[tuple[str, str]]:
    if not isinstance(rows, list):
        raise _EntryError("replaceWhenEnv is not a list")
    for row in rows:
        name, value = (row.get("env"), row.get("value")) if isinstance(row, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, (str, bool, int, float)):
            raise _EntryError("replaceWhenEnv needs env and value")
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(slots=True)
class Replacer:
    """Puts the text in, file by file. problems and notes fill up on the way, each once."""

    root: Path
    entries: tuple[Replacement, ...]
    environment: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    _values: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = tuple(
            entry for entry in self.entries if all(self.environment.get(name) == value for name, value in entry.when)
        )

    def apply(self, path: str, origin: str, content: Content) -> Content:
        """The content of a file (path is absolute, origin as a person writes it) with everything put in."""
        path = path.replace("\\", "/")
        inside = path.removeprefix(self.root.as_posix())
        wanted = [number for number, entry in enumerate(self.entries) if _fits(entry, path, inside)]
        if not wanted or not _is_text(path, next(chunks_of(content), b"")):
            return content
        text = before = bytes_of(content).decode("utf-8", "surrogateescape")
        for number in wanted:
            entry, value = self.entries[number], self._value(number)
            if value is None:
                continue
            template = value
            text, count = entry.pattern.subn(lambda found: jsregex.expand(template, found), text)  # noqa: B023  used at once
            if not count and entry.suffix is not None:
                message = f"{entry.what!r} was not found, which sfdx-project.json wants to be replaced here"
                self.notes.append(Problem(message, Location(origin), "mend the text or the replacement"))
        return content if text == before else text.encode("utf-8", "surrogateescape")

    def _value(self, number: int) -> str | None:
        """What is put in; None, once with a problem, when it cannot be had."""
        if number not in self._values:
            self._values[number] = None
            where = Location(str(self.root / "sfdx-project.json"))
            try:
                self._values[number] = self._found(self.entries[number])
            except MetadataError as error:
                found = (Problem(problem.message, where, problem.mend) for problem in error.problems)
                self.problems += [problem for problem in found if problem not in self.problems]
        return self._values[number]

    def _found(self, entry: Replacement) -> str:
        if entry.env is not None:
            value = self.environment.get(entry.env, "" if entry.allow_unset else None)
            if value is None:
                raise MetadataError.of(
                    f"the environment variable {entry.env} is not set, and a replacement needs it",
                    mend="set it, or give the replacement allowUnsetEnvVariable",
                )
            return value
        file = entry.file or self.root
        try:
            if not file.is_file() or file.stat().st_size > _MAX_VALUE:
                raise MetadataError.of(f"replaceWithFile {file} is no file, or one above 10 MB", mend="mend the path")
            value = file.read_text(encoding="utf-8", errors="replace").strip()
        except OSError as error:
            raise MetadataError.of(f"replaceWithFile {file} cannot be read: {error.strerror}") from None
        if not value:
            raise MetadataError.of(f"replaceWithFile {file} is empty", mend="put the text into it")
        return value


def _fits(entry: Replacement, path: str, inside: str) -> bool:
    if entry.suffix is not None:
        return path.endswith(entry.suffix)
    return entry.glob is not None and entry.glob.fullmatch(inside) is not None


def _is_text(path: str, start: bytes) -> bool:
    """Whether a file is text: by its suffix, else by how it begins; UTF-16 is left as it is."""
    if path[path.rfind(".") :] in _TEXT_SUFFIXES:
        return True
    start = start[:_LOOKED_AT]
    if start.startswith(_NO_TEXT) or b"\0" in start:
        return False
    strange = sum(1 for character in start.decode("utf-8", "replace") if character == "\ufffd" or character < "\x07")
    return strange * 10 <= len(start)
