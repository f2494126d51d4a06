from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3091",
    severity=ERROR,
    title="An app's policy names a permission set that is not there",
    why="The deploy fails with `We couldn't find permission sets called X`, unless the org has it already.",
    mend="add the permission set, or correct its API name",
    source=(
        "Metadata API Developer Guide, ConnectedApp; Metadata API "
        "Developer Guide, ExternalClientApplication and its settings"
    ),
    bad={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <commaSeparatedPermissionSet>Here, Gone</commaSeparatedPermissionSet>
</ExtlClntAppOauthConfigurablePolicies>""",
        "permissionsets/Here.permissionset": "<PermissionSet><label>Here</label></PermissionSet>",
    },
    good={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <commaSeparatedPermissionSet>Here</commaSeparatedPermissionSet>
</ExtlClntAppOauthConfigurablePolicies>""",
        "permissionsets/Here.permissionset": "<PermissionSet><label>Here</label></PermissionSet>",
    },
)


def _policy(document: Document) -> Iterator[tuple[Element, str]]:
    element = document.find("commaSeparatedPermissionSet")
    if element is not None:
        for part in document.value(element).split(","):
            if part.strip() and not part.strip().startswith("0PS"):  # ids are W6010's
                yield element, part.strip()


def _connected(document: Document) -> Iterator[tuple[Element, str]]:
    for element in document.all("permissionSetName"):
        name = document.value(element)
        if name and " " not in name:  # some files give the label; both were seen to work
            yield element, name


_SETS = ("PermissionSet",)
REFERENCES = (
    Reference("ExtlClntAppOauthConfigurablePolicies", "", _SETS, by=_policy),
    Reference("ConnectedApp", "", _SETS, by=_connected),
)
check = unresolved(RULE, "permission set")
