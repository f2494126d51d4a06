"""What time it is for the org: by its own answers, so that a wrong clock of this machine does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class OrgTime:
    """Learns the time from the Date header of answers and goes on by a clock that nobody can set."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """A Date header, or none; one that cannot be read changes nothing."""
        if not date:
            return
        try:
            moment = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        self._heard = (moment if moment.tzinfo else moment.replace(tzinfo=UTC), self._clock())

    def now(self) -> datetime | None:
        """The time there, within the second or so that an answer takes; None when no answer told."""
        if self._heard is None:
            return None
        moment, at = self._heard
        return (moment + timedelta(seconds=self._clock() - at)).astimezone(UTC)
