from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3031",
    severity=ERROR,
    title="A tab, app or object names a Lightning page that is not there",
    why=(
        "The deploy fails with `In field: flexiPage - no FlexiPage named X found`, unless the org has the page already."
    ),
    mend="add the Lightning page, or correct its name",
    source=(
        "Metadata API Developer Guide, CustomTab; Metadata API Developer "
        "Guide, CustomApplication; Metadata API Developer Guide, ActionOverride"
    ),
    bad={
        "tabs/T.tab": (
            "<CustomTab><flexiPage>Gone</flexiPage><label>T</label><motif>Custom9: Lightning</motif></CustomTab>"
        )
    },
    good={
        "tabs/T.tab": (
            "<CustomTab><flexiPage>Here</flexiPage><label>T</label><motif>Custom9: Lightning</motif></CustomTab>"
        ),
        "flexipages/Here.flexipage": """<FlexiPage>
    <masterLabel>Here</masterLabel></FlexiPage>""",
    },
)
_PAGE = ("FlexiPage",)
_FLEXIPAGE = ("type", "Flexipage")
REFERENCES = (
    Reference("CustomTab", "flexiPage", _PAGE),
    Reference("CustomApplication", "utilityBar", _PAGE),
    Reference("CustomApplication", "actionOverrides/content", _PAGE, when=_FLEXIPAGE),
    Reference("CustomApplication", "profileActionOverrides/content", _PAGE, when=_FLEXIPAGE),
    Reference("Profile", "profileActionOverrides/content", _PAGE, when=_FLEXIPAGE),
    Reference("CustomObject", "actionOverrides/content", _PAGE, when=_FLEXIPAGE),
)
check = unresolved(RULE, "Lightning page")
