from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3004",
    severity=ERROR,
    title="A permission set or profile shows an app that is not there",
    why=(
        "The deploy fails with `In field: application - no "
        "CustomApplication named X found`, unless the org has the app."
    ),
    mend="add the app, correct its name (standard apps are standard__Sales), or remove the entry",
    source="Metadata API Developer Guide, CustomApplication",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <applicationVisibilities><application>Gone</application><visible>true</visible></applicationVisibilities>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <applicationVisibilities><application>standard__Sales</application><visible>true</visible></applicationVisibilities>
    <label>Agent</label>
</PermissionSet>""",
    },
)
REFERENCES = tuple(
    Reference(source, "applicationVisibilities/application", ("CustomApplication",))
    for source in ("PermissionSet", "Profile")
)
check = unresolved(RULE, "app")
