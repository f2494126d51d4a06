"""What nobody can know from outside, with the reason: said, and not passed over in silence."""

from __future__ import annotations

from toolkit.config.model import Package
from toolkit.generate.names import Names
from toolkit.release.verify.links import Link, State

_DEVICES = frozenset({"camera", "display-capture", "microphone"})


def outside(package: Package, names: Names) -> tuple[Link, ...]:
    """The same for every org and user; what to do about it is the mend."""
    open_page = f"open {package.lightning_app.dashboard_label} as an agent: it shows devices, or says what failed"
    found = [
        Link(
            "private key",
            names.certificate,
            State.UNKNOWN,
            "whether it signs: Salesforce never lets a private key out",
            open_page,
        ),
        Link(
            "public key",
            names.certificate,
            State.UNKNOWN,
            "whether Cobrowse has it: no API tells it",
            "compare it with Settings, JWT SSO at Cobrowse; sfmeta deploy prints it",
        ),
        Link(
            "licence key",
            names.fields.license_key,
            State.UNKNOWN,
            f"whether {package.service.url} takes it: only a signed token can ask",
            open_page,
        ),
        Link(
            "cookies",
            "browser",
            State.UNKNOWN,
            "whether the agents' browsers block third-party cookies, which frames may need: a setting of each browser",
            "try it in the browser that agents use",
        ),
        Link(
            "records",
            "sharing and field-level security",
            State.UNKNOWN,
            "which records and filter fields a user may read: it depends on the record",
            "open a record as the user; the widget says when it finds no value",
        ),
    ]
    devices = sorted(_DEVICES.intersection(package.widget.iframe_allow))
    if devices:
        text = f"whether Lightning hands {', '.join(devices)} on to the frame: no setting of an org decides it"
        mend = "try it on a record page; the tab of the dashboard is one frame less deep"
        found.append(Link("frame", ", ".join(devices), State.UNKNOWN, text, mend))
    return tuple(found)
