from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3040",
    severity=ERROR,
    title="An app lists a tab that is not there",
    why="The deploy fails with `In field: tab - no CustomTab named X found`, unless the org has the tab already.",
    mend="add the tab, correct its name (standard tabs are standard-Account), or remove it from the app",
    source="Metadata API Developer Guide, CustomTab; Metadata API Developer Guide, CustomApplication",
    bad={"applications/A.app": "<CustomApplication><label>A</label><tabs>Gone</tabs></CustomApplication>"},
    good={"applications/A.app": "<CustomApplication><label>A</label><tabs>standard-home</tabs></CustomApplication>"},
)
REFERENCES = (
    Reference("CustomApplication", "tabs", ("CustomTab",)),
    Reference("CustomApplication", "defaultLandingTab", ("CustomTab",)),
    Reference("CustomApplication", "workspaceConfig/mappings/tab", ("CustomTab",)),
)
check = unresolved(RULE, "tab")
