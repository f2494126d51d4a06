"""Record ids: 15 significant characters and the three that make them safe in case-blind systems."""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\Z")

# Key prefixes of what is not an sobject with fields of its own here.
PREFIXES = {
    "AsyncResult": "09S",
    "DeployRequest": "0Af",
    "QueryLocator": "01g",
}


def with_check(fifteen: str) -> str:
    """The 18-character form of a 15-character id."""
    check = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, char in enumerate(fifteen[start : start + 5]) if char.isupper())
        check += _CHECK[bits]
    return fifteen + check


def make(prefix: str, number: int) -> str:
    """The id of the number-th record under a three-character key prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    return with_check(f"{prefix}Lo{digits.rjust(10, '0')}")


def canonical(text: str) -> str | None:
    """The 18-character form of what may be an id in either form; None when it is not shaped like one."""
    if not _SHAPE.match(text):
        return None
    return with_check(text[:15])
