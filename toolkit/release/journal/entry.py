"""One start of a deploy job, as the journal knows it, and what it was to put into the org."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from toolkit.metadata.archive import bundle_files
from toolkit.metadata.component import Bundle
from toolkit.metadata.content import chunks_of, size_of
from toolkit.org.jobs import DeployOptions

_NAMES = 50
"""Names of a package that are kept; they tell its job from those of other packages."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a job is to put into an org.

    digest is that of all its files; names are some of its components ("ApexClass One"), none when they are not known.
    """

    digest: str
    names: tuple[str, ...] = ()

    def may_be(self, told: Iterable[str]) -> bool:
        """Whether a job that told of these components may have been one of this package: it shares a name with it.

        A job that told of none, or a package whose names are not known, settles nothing.
        """
        others = set(told)
        return not others or not self.names or not others.isdisjoint(self.names)


@dataclass(frozen=True, slots=True)
class Entry:
    """at is when the start was journalled, by the org's clock when it had told the time, else by this machine's.

    asked_since: the moment from which on the org is asked for its job, earlier than `at` by as much as that clock may
    be wrong. job: None until the org has named it; inferred when the org did not name it and it is the only one that
    can be it. ended: how it came out, or why there never was a job. not_ours: jobs that were taken for it by mistake.
    place: the byte of the journal at which the last line of it stands.
    """

    key: str
    at: datetime
    asked_since: datetime
    org: str
    user: str
    content: Content
    options: str
    check_only: bool
    job: str | None = None
    ended: str | None = None
    inferred: bool = False
    place: int = 0
    not_ours: tuple[str, ...] = ()

    @property
    def lost(self) -> bool:
        """Whether it is not known if the start reached the org."""
        return self.job is None and self.ended is None

    @property
    def open(self) -> bool:
        """Whether the org named a job whose end was not seen."""
        return self.job is not None and self.ended is None

    @property
    def when(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC"


def content_of(bundle: Bundle) -> Content:
    """The content of a package: its digest and, evenly taken from all, the names of its components."""
    doomed = (*bundle.destructive.pre, *bundle.destructive.plain, *bundle.destructive.post)
    every = [*map(str, bundle.components), *map(str, doomed)]
    step = max(1, -(-len(every) // _NAMES))
    return Content(digest_of(bundle), tuple(every[::step]))


def digest_of(bundle: Bundle) -> str:
    """SHA-256 of the package's content: the same for every compression, different when one byte of a file is."""
    digest = hashlib.sha256()
    for path, content in bundle_files(bundle):
        digest.update(f"{len(path.encode())}:{path}:{size_of(content)}:".encode())
        for piece in chunks_of(content):
            digest.update(piece)
    return digest.hexdigest()


def options_text(options: DeployOptions) -> str:
    """The options as text that is the same for the same options."""
    return json.dumps(options.as_json(), sort_keys=True)
