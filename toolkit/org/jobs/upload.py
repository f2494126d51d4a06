"""Sending a package: a request that broke off before all of it was sent cannot have started a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from toolkit.errors import CutShortError, Problem, UnreachableError
from toolkit.org.http import Body

T = TypeVar("T")


class Upload(Body, Protocol):
    """A request body with a package in it."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it has been read, and so may have been sent."""


def sent(call: Callable[[], T], body: Callable[[], Upload]) -> T:
    """What the call that sends the body gives; `body` is asked for once it has failed, the last one when it was made
    anew.

    An UnreachableError says whether the org can have all of it: what it has not all of, it has not started. So does
    an interruption: it is a CutShortError when the org has not.
    """
    try:
        return call()
    except KeyboardInterrupt as interruption:
        if body().is_whole:
            raise
        raise CutShortError from interruption
    except UnreachableError as error:
        if body().is_whole:
            raise
        last = Problem(
            "the package was not sent completely, so the org has not started it", mend="run the same command again"
        )
        raise UnreachableError(*error.problems, last, sent=False) from None
