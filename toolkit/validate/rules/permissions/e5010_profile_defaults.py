from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E5010",
    severity=ERROR,
    title="A profile has two default apps, or two default record types of one object",
    why="The deploy fails: a profile has one default app, and one default record type for each object.",
    mend="set <default>true</default> once",
    source="Metadata API Developer Guide, CustomApplication; Metadata API Developer Guide, Profile",
    bad={
        "profiles/Agent.profile": """<Profile>
    <applicationVisibilities>
        <application>standard__Sales</application><default>true</default><visible>true</visible>
    </applicationVisibilities>
    <applicationVisibilities>
        <application>standard__Service</application><default>true</default><visible>true</visible>
    </applicationVisibilities>
</Profile>""",
    },
    good={
        "profiles/Agent.profile": """<Profile>
    <applicationVisibilities>
        <application>standard__Sales</application><default>true</default><visible>true</visible>
    </applicationVisibilities>
</Profile>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    for tag, key in (("applicationVisibilities", "application"), ("recordTypeVisibilities", "recordType")):
        defaults: set[str] = set()
        for entry in document.entries(tag):
            if not entry.yes("default"):
                continue
            group = entry[key].partition(".")[0] if key == "recordType" else ""
            if group in defaults:
                what = f"record type of {group}" if group else "app"
                yield document.finding(RULE, entry.element, f"{entry[key]} is a second default {what}", key)
            defaults.add(group)
