"""What can be chosen when a local org is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.localorg.faults import FaultSpec

OrgType = Literal["developer", "production", "sandbox", "scratch"]

MAX_API_VERSION = 67
MIN_API_VERSION = 31
SOAP_LOGIN_GONE_SINCE = 65  # help article 005132110: login() is absent from API 65 on


@dataclass(frozen=True, slots=True)
class Options:
    """The switches of one local org; limits are in bytes, times in seconds."""

    org_type: OrgType | None = None
    """Which kind a new org is made as ("developer" when None); one that exists has to be of that kind."""
    connected_app_creation: bool = False
    """True brings back the days before Spring '26, when customers could create ConnectedApps."""
    job_delay: float = 0.0
    """How long a job stays Pending before it is taken up."""
    session_seconds: float = 7200.0
    faults: tuple[FaultSpec, ...] = ()
    """What goes wrong from the start on."""
    fault_seed: int = 0
    max_body: int = 52_428_800
    max_upload: int = 662_700_032
    """Of a request in parts: a package over REST, which may be as large as what it may unpack to."""
    max_buffered: int = 662_700_032 + 4 * 52_428_800
    """Bodies of all requests together that are being read or answered."""
    max_connections: int = 1000
    head_seconds: float = 30.0
    """How long a client may take to send the head of a request."""
    body_seconds: float = 300.0
    """How long it may take to send the body."""
    max_zip_entries: int = 10_000
    max_unzipped: int = 629_145_600
