"""Path and query parameters of the embedded page (Cobrowse documentation, IFrame embeds)."""

from __future__ import annotations

from toolkit.config.model import Embed, Shown


def path(embed: Embed) -> str:
    return f"/{embed.page}"


def parameters(embed: Embed) -> dict[str, str]:
    """What differs from the service's own defaults, in the order of its documentation."""
    hidden = {
        "navigation": embed.navigation,
        "popout": embed.popout,
        "agent_tools": embed.agent_tools,
        "device_controls": embed.device_controls,
        "session_details": embed.session_details,
        "messages": embed.messages,
    }
    found = {name: "none" for name, shown in hidden.items() if shown is Shown.HIDE}
    if embed.end_action != "dashboard":
        found["end_action"] = embed.end_action
    return found
