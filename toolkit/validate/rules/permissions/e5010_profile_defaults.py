from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E5010",
    severity=ERROR,
    title="A profile's default app or record type contradicts itself",
    why=(
        "A profile has one default app and one default record "
        "type an object, and both are visible; otherwise the deploy"
        " fails."
    ),
    mend="set <default>true</default> once, on an entry with <visible>true</visible>",
    source="salesforce-facts 3.11, 3.15",
    bad={
        "profiles/Agent.profile": """<Profile>
    <applicationVisibilities>
        <application>standard__Sales</application><default>true</default><visible>false</visible>
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
            if entry.values.get("visible") == "false":
                yield document.finding(RULE, entry.element, f"{entry[key]} is the default and not visible", key)
            group = entry[key].partition(".")[0] if key == "recordType" else ""
            if group in defaults:
                what = f"record type of {group}" if group else "app"
                yield document.finding(RULE, entry.element, f"{entry[key]} is a second default {what}", key)
            defaults.add(group)
