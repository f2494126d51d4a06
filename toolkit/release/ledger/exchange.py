"""A copy of a ledger as one file, so that several machines know of each other's releases.

The file is a gzipped JSON document. What an import brings is checked: a snapshot is named after its digest.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import zlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from toolkit.errors import Location, ReleaseError
from toolkit.release.ledger import document
from toolkit.release.ledger.ledger import Ledger, Release, Step

FORMAT = "sfmeta-ledger-2"
_READ = frozenset({"sfmeta-ledger-1", FORMAT})
"""1: without contents in parts."""
_MOST_BYTES = 1_000_000_000


def export(ledger: Ledger, path: Path) -> int:
    """Write a copy, readable by its owner only; how many releases are in it."""
    releases = ledger.written()
    steps = [step for release in releases for step in ledger.steps(release.id)]
    names = sorted({name for step in steps for name in (step.before, step.after) if name})
    names += [part for name in names for part in document.parts_of(name, ledger.get_bytes)]
    value = {
        "format": FORMAT,
        "releases": [asdict(release) for release in releases],
        "steps": [asdict(step) for step in steps],
        "blobs": {name: base64.b64encode(ledger.get_bytes(name)).decode() for name in dict.fromkeys(names)},
    }
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write(document.dumped(value))
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(buffer.getvalue())
    return len(releases)


def import_(ledger: Ledger, path: Path) -> int:
    """Take in what a copy has and the ledger has not; how many releases were new or further on.

    ReleaseError when the file is no such copy, or has been altered.
    """
    try:
        with gzip.open(path) as stream:
            data = stream.read(_MOST_BYTES + 1)
        value: Any = json.loads(data) if len(data) <= _MOST_BYTES else None
        if not isinstance(value, dict) or value.get("format") not in _READ:
            raise _refused(path, "is not an exported ledger")
        blobs = {name: base64.b64decode(content, validate=True) for name, content in value["blobs"].items()}
        if any(document.digest(content) != name for name, content in blobs.items()):
            raise _refused(path, "has been altered: a snapshot is not what its name says")
        releases = [Release(**one) for one in value["releases"]]
        steps = [Step(**one) for one in value["steps"]]
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise _refused(path, "is not an exported ledger") from None
    known = {release.id: release for release in ledger.written()}
    taken = [one for one in releases if one.id not in known or _further(one, known[one.id])]
    ids = {release.id for release in taken}
    with ledger.writing():
        for content in blobs.values():
            ledger.keep_bytes(content)
        for release in taken:
            there = known.get(release.id)
            ledger.put(replace(release, undone_by=release.undone_by or (there.undone_by if there else None)))
        for step in steps:
            if step.release_id in ids:
                ledger.put_step(step)
    return len(taken)


def _further(one: Release, known: Release) -> bool:
    """Whether the copy knows more of a release: its end, or that it has been taken back."""
    return (one.finished is not None, one.undone_by is not None) > (
        known.finished is not None,
        known.undone_by is not None,
    )


def _refused(path: Path, why: str) -> ReleaseError:
    return ReleaseError.of(f"this {why}", where=Location(str(path)), mend="make it with sfmeta history export")
