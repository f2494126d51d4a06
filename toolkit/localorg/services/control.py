"""What a Salesforce org does not have: whether the local one is up."""

from __future__ import annotations

from toolkit.localorg.http import Call, Reply


def health(_call: Call) -> Reply:
    """200 as soon as the state can be read."""
    return Reply.of({"status": "up"})
