from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3011",
    severity=ERROR,
    title="A profile assigns a layout that is not there",
    why="The deploy fails with `In field: layout - no Layout named X found`, unless the org has the layout already.",
    mend="add the layout, correct its name (reserved characters are %-encoded), or remove the assignment",
    source="Metadata API Developer Guide, Profile; Metadata API Developer Guide, Layout",
    bad={
        "profiles/Agent.profile": """<Profile>
    <layoutAssignments><layout>Case-Gone Layout</layout></layoutAssignments>
</Profile>""",
    },
    good={
        "profiles/Agent.profile": """<Profile>
    <layoutAssignments><layout>Case-Here Layout</layout></layoutAssignments>
</Profile>""",
        "layouts/Case-Here Layout.layout": "<Layout/>",
    },
)
REFERENCES = (Reference("Profile", "layoutAssignments/layout", ("Layout",)),)
check = unresolved(RULE, "layout")
