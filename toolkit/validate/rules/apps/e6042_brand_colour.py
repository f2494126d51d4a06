from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6042",
    severity=ERROR,
    title="An app's colour is not a colour",
    why="The deploy fails: headerColor and footerColor have the form #RRGGBB.",
    mend="write six hexadecimal digits behind #",
    source="Metadata API Developer Guide, CustomApplication",
    bad={
        "applications/A.app": """<CustomApplication>
    <brand><headerColor>blue</headerColor><shouldOverrideOrgTheme>true</shouldOverrideOrgTheme></brand><label>A</label>
</CustomApplication>""",
    },
    good={
        "applications/A.app": """<CustomApplication>
    <brand><headerColor>#0B5CAB</headerColor><shouldOverrideOrgTheme>true</shouldOverrideOrgTheme></brand><label>A</label>
</CustomApplication>""",
    },
)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def check(document: Document) -> Iterator[Finding]:
    for part in ("headerColor", "footerColor"):
        colour = document.text("brand", part)
        if colour and not _COLOUR.match(colour):
            yield document.finding(RULE, None, f"{part} {colour!r} is not a colour", "brand", part)
