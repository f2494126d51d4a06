"""One start of a deploy job, as the journal knows it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from toolkit.metadata.archive import bundle_files
from toolkit.metadata.component import Bundle
from toolkit.org.jobs import DeployOptions


@dataclass(frozen=True, slots=True)
class Entry:
    """at is when the start was journalled, by this machine's clock. digest is that of the package's content.

    job is None until the org has named it; ended says how it came out, or why there never was a job.
    """

    key: str
    at: datetime
    org: str
    user: str
    digest: str
    options: str
    check_only: bool
    job: str | None = None
    ended: str | None = None

    @property
    def lost(self) -> bool:
        """Whether it is not known if the start reached the org."""
        return self.job is None and self.ended is None

    @property
    def open(self) -> bool:
        """Whether the org named a job whose end was not seen."""
        return self.job is not None and self.ended is None


def digest_of(bundle: Bundle) -> str:
    """SHA-256 of the package's content: the same for every compression, different when one byte of a file is."""
    digest = hashlib.sha256()
    for path, data in bundle_files(bundle):
        digest.update(f"{len(path.encode())}:{path}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def options_text(options: DeployOptions) -> str:
    """The options as text that is the same for the same options."""
    return json.dumps(options.as_json(), sort_keys=True)
