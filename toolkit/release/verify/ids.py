"""Record ids, which come with 15 or with 18 characters."""

from __future__ import annotations


def short(record_id: str | None) -> str:
    """The 15 characters that tell records apart."""
    return (record_id or "")[:15]
