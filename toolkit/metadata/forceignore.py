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


class ForceIgnore:
    """Patterns relative to one folder; nothing is denied when there are none."""

    def __init__(self, patterns: Iterable[str], source: str) -> None:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415  heavy, and many folders have no such file

        self._rules: list[tuple[re.Pattern[str], bool]] = []
        for number, line in enumerate(patterns, 1):
            try:
                for pattern in GitIgnoreSpec.from_lines([line]).patterns:
                    if pattern.include is not None and (regex := getattr(pattern, "regex", None)):
                        # "x/**" is what is inside x and not x itself, so that parts of it can be taken back
                        inside = "." if line.rstrip().endswith("/**") and regex.pattern.endswith("/") else ""
                        rule = re.compile(regex.pattern + inside, re.IGNORECASE)
                        self._rules.append((rule, pattern.include))
            except ValueError as error:
                where = Location(source, max(0, number - len(_DEFAULTS)))
                raise MetadataError.of(f"{line!r} is no pattern: {error}", where=where) from None
        shared = "|".join(f"(?:{re.sub(r'[(][?]P<[^>]+>', '(?:', rule.pattern)})" for rule, _ in self._rules)
        self._any = re.compile(shared, re.IGNORECASE) if self._rules else None

    def denies(self, path: str) -> bool:
        """Whether the last pattern that fits a path excludes it. A folder's path ends with a slash.

        The folders above are not looked at: who walks a tree does not enter a denied folder.
        """
        if self._any is None or not self._any.match(path):
            return False
        return next((include for rule, include in reversed(self._rules) if rule.match(path)), False)


def find(start: Path) -> tuple[Path, ForceIgnore] | None:
    """The nearest .forceignore at or above a folder, with the folder it stands in."""
    for folder in (start, *start.parents):
        file = folder / FILE_NAME
        if file.is_file():
            if file.stat().st_size > _MAX_BYTES:
                raise MetadataError.of("is larger than 1 MB", where=Location(str(file)), mend="shorten it")
            try:
                text = file.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise MetadataError.of(f"cannot be read: {error}", where=Location(str(file))) from None
            return folder, ForceIgnore((*_DEFAULTS, *text.splitlines()), str(file))
    return None
