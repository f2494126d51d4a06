""".forceignore: which files of a project a package leaves out, by the rules the Salesforce CLI follows.

The patterns are those of .gitignore, read without regard to case. A project with a .forceignore also leaves
out dot files, *.dup and the descriptors of the first packaging generation; one without leaves out nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import Location, MetadataError

FILE_NAME = ".forceignore"
_MAX_BYTES = 1024 * 1024
_MAX_DEEP = 4
_INNER_STAR = re.compile(r"\[\^/\]\*((?:(?!\[\^/\]\*)[^()|])+)(?=\[\^/\]\*)")
_DEFAULTS = (
    "**/*.dup",
    "**/.*",
    "!.sf",
    "**/.sf/**",
    "!**/.sf/orgs",
    "!**/.sf/orgs/**",
    "**/.sf/orgs/*/**",
    "!**/.sf/orgs/*/remoteMetadata",
    "!**/.sf/orgs/*/remoteMetadata/**",
    "**/package2-descriptor.json",
    "**/package2-manifest.json",
)


def _linear(pattern: str) -> str:
    """The same pattern, but of each star that another one follows only the first fit is tried.

    A later fit of an inner piece never helps, and without the change "*a*a*a*b" takes exponential time.
    """
    return _INNER_STAR.sub(r"(?>[^/]*?\1)", pattern)


def _literal(line: str) -> str:
    """Text in lower case that stands in "/" + every path that the pattern of a line excludes; "" when none is sure.

    A pattern fits from the beginning of a path or behind a slash of it, so what it begins with follows a slash.
    """
    if not line.isascii() or "\\" in line or "[" in line or line != line.strip():
        return ""
    start = line.removeprefix("**/").lstrip("/")
    pieces = re.split(r"[*?]+", start.lower())
    pieces[0] = "/" + pieces[0] if pieces[0] else ""
    return max((piece.rstrip("/") for piece in pieces), key=len)


class ForceIgnore:
    """Patterns relative to one folder; nothing is denied when there are none."""

    def __init__(self, patterns: Iterable[str], source: str) -> None:
        from pathspec import GitIgnoreSpec

        self._rules: list[tuple[re.Pattern[str], bool]] = []
        positive: list[str] = []
        for number, line in enumerate(patterns, 1):
            if line.count("**") > _MAX_DEEP:
                where = Location(source, max(0, number - len(_DEFAULTS)))
                raise MetadataError.of(f"a pattern with more than {_MAX_DEEP} times **", where=where, mend="shorten it")
            try:
                for pattern in GitIgnoreSpec.from_lines([line]).patterns:
                    if pattern.include is not None and (regex := getattr(pattern, "regex", None)):
                        # "x/**" is what is inside x and not x itself, so that parts of it can be taken back
                        inside = "." if line.rstrip().endswith("/**") and regex.pattern.endswith("/") else ""
                        rule = re.compile(_linear(regex.pattern) + inside, re.IGNORECASE)
                        self._rules.append((rule, pattern.include))
                        positive += [line] * pattern.include
            except ValueError as error:
                where = Location(source, max(0, number - len(_DEFAULTS)))
                raise MetadataError.of(f"{line!r} is no pattern: {error}", where=where) from None
        shared = "|".join(f"(?:{re.sub(r'[(][?]P<[^>]+>', '(?:', rule.pattern)})" for rule, _ in self._rules)
        self._any = re.compile(shared, re.IGNORECASE) if self._rules else None
        literals = sorted({_literal(line) for line in positive}, key=len)
        self._literals: list[str] = []  # of those that hold another one, that one will do
        for literal in literals:
            if not any(other in literal for other in self._literals):
                self._literals.append(literal)

    def denies(self, path: str) -> bool:
        """Whether the last pattern that fits a path excludes it. A folder's path ends with a slash.

        The folders above are not looked at: who walks a tree does not enter a denied folder.
        """
        if self._any is None:
            return False
        if path.isascii():  # a search for some texts is many times faster than the patterns, and most paths have none
            low = f"/{path}".lower()
            if not any([literal in low for literal in self._literals]):  # noqa: C419  # a generator takes twice as long
                return False
        if not self._any.match(path):
            return False
        return next((include for rule, include in reversed(self._rules) if rule.match(path)), False)


def find(start: Path) -> Path | None:
    """The nearest folder at or above this one that has a .forceignore."""
    return next((folder for folder in (start, *start.parents) if (folder / FILE_NAME).is_file()), None)


def load(folder: Path) -> ForceIgnore:
    """The .forceignore of a folder; MetadataError when it cannot be read or holds what is no pattern."""
    file = folder / FILE_NAME
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise MetadataError.of("is larger than 1 MB", where=Location(str(file)), mend="shorten it")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MetadataError.of(f"cannot be read: {error}", where=Location(str(file))) from None
    return ForceIgnore((*_DEFAULTS, *text.splitlines()), str(file))
