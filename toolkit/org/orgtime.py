"""What time it is for the org: by its own answers, so that a wrong clock of this machine does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def moment_of(date: str | None) -> datetime | None:
    """A date as HTTP writes it (Wed, 01 Jul 2026 12:00:00 GMT); None when there is none or it cannot be read."""
    if not date:
        return None
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class OrgTime:
    """Learns the time from the Date header of answers and goes on by a clock that nobody can set."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """A Date header, or none; one that cannot be read changes nothing."""
        moment = moment_of(date)
        if moment is not None:
            self._heard = (moment, self._clock())

    def now(self) -> datetime | None:
        """The time there, within the second or so that an answer takes; None when no answer told."""
        if self._heard is None:
            return None
        moment, at = self._heard
        return (moment + timedelta(seconds=self._clock() - at)).astimezone(UTC)
