"""The order in which the Salesforce CLI writes names: the root collation of Unicode, which its localeCompare uses.

Marks come before digits, digits before letters; letters are ordered without regard to case, then lower
case first. Names with characters outside ASCII are ordered by their decomposed code points.
"""

from __future__ import annotations

import unicodedata

_MARKS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_RANKS = {mark: chr(index + 2) for index, mark in enumerate(" " + _MARKS)}
_TABLE = str.maketrans(_RANKS)


def key(name: str) -> tuple[str, str, str]:
    """Sort by this to get that order; equal only for equal names."""
    plain = name if name.isascii() else unicodedata.normalize("NFD", name)
    return plain.lower().translate(_TABLE), plain.swapcase(), name
