"""What all requests of one command share, to whichever address they go."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.org.http import Limits
from toolkit.org.redact import Redactor
from toolkit.org.trace import Trace


@dataclass(frozen=True, slots=True)
class Net:
    """Where secrets are made known, the limits of every request, and the record of the exchanges, if there is one."""

    redact: Redactor = field(default_factory=Redactor)
    limits: Limits = field(default_factory=Limits)
    trace: Trace | None = None
