from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3003",
    severity=ERROR,
    title="A permission set or profile shows a tab that is not there",
    why="The deploy fails with `In field: tab - no CustomTab named X found`, unless the org has the tab already.",
    mend="add the tab, correct its name (standard tabs are standard-Account), or remove the tab setting",
    source="Metadata API Developer Guide, CustomTab",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <tabSettings><tab>Gone</tab><visibility>Visible</visibility></tabSettings>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <tabSettings><tab>Here</tab><visibility>Visible</visibility></tabSettings>
    <tabSettings><tab>standard-Account</tab><visibility>Visible</visibility></tabSettings>
</PermissionSet>""",
        "tabs/Here.tab": (
            "<CustomTab><label>Here</label><motif>Custom9: Lightning</motif><url>https://example.com</url></CustomTab>"
        ),
    },
)
REFERENCES = (
    Reference("PermissionSet", "tabSettings/tab", ("CustomTab",)),
    Reference("Profile", "tabVisibilities/tab", ("CustomTab",)),
)
check = unresolved(RULE, "tab")
