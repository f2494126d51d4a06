"""The baseline: fingerprints of findings that a project has accepted, so that only new ones are reported.

A text file that people read in a diff: "fingerprint rule file" a line, sorted; what follows # is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import Location, Problem, UsageError
from toolkit.validate.finding import Finding

_HEAD = "# Findings that sfmeta validate does not report again. Renew with: sfmeta validate --write-baseline\n"
_LINE = re.compile(r"([0-9a-f]{20})(?:\s.*)?\Z")
MAX_BYTES = 64 << 20


def read(path: Path) -> frozenset[str]:
    """The fingerprints in a baseline; UsageError when the file is not one."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError.of("larger than any baseline", where=Location(str(path)), mend="is this the right file?")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError.of(
            f"the baseline cannot be read: {error.strerror}",
            where=Location(str(path)),
            mend="write one first: --write-baseline",
        ) from None
    except UnicodeDecodeError:
        raise UsageError.of("not a baseline of sfmeta", where=Location(str(path)), mend="write it anew") from None
    found, problems = set(), []
    for number, row in enumerate(text.splitlines(), 1):
        content = row.partition("#")[0].strip() if row.lstrip().startswith("#") else row.strip()
        if not content:
            continue
        match = _LINE.match(content)
        if match:
            found.add(match[1])
        else:
            problems.append(Problem("not a line of a baseline", Location(str(path), number, 1), "write it anew"))
    UsageError.raise_any(problems[:20])
    return frozenset(found)


def write(path: Path, named: Iterable[tuple[str, Finding]]) -> int:
    """Write the baseline of these findings; returns how many there are. The same findings give the same bytes."""
    rows = sorted(f"{name} {finding.rule} {finding.where.file}\n" for name, finding in named)
    path.write_text(_HEAD + "".join(rows), encoding="utf-8", errors="backslashreplace")
    return len(rows)
