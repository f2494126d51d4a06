"""Did you mean: the nearest of the names that are allowed."""

from __future__ import annotations

import functools

_LONGEST = 100  # a name longer than this is no slip of a known one


@functools.lru_cache(maxsize=2000)
def nearest(name: str, allowed: tuple[str, ...], cutoff: float = 0.7) -> str | None:
    """The allowed name that this one is most likely a slip of; None when none is as near as cutoff (0 to 1)."""
    if len(name) > _LONGEST:
        return None
    import difflib

    lower = {a.lower(): a for a in reversed(allowed)}
    if name.lower() in lower:
        return lower[name.lower()]
    found = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


def listed(names: tuple[str, ...], *, limit: int = 8) -> str:
    """The names in a row, cut short when there are many."""
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"
