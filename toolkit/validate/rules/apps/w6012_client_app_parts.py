from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import AppPart
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6012",
    severity=WARNING,
    title="An External Client App without one of its parts",
    why=(
        "OAuth needs the settings, the global settings and a policy "
        "beside the header; without them the app cannot be used."
    ),
    mend="add the missing component (.ecaOauth, .ecaGlblOauth, .ecaOauthPlcy, .ecaPlcy)",
    source="Metadata API Developer Guide, ExternalClientApplication and its settings",
    bad={
        "externalClientApps/A.eca": "<ExternalClientApplication><label>A</label></ExternalClientApplication>",
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
    },
    good={
        "externalClientApps/A.eca": "<ExternalClientApplication><label>A</label></ExternalClientApplication>",
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
        "extlClntAppGlobalOauthSets/A_g.ecaGlblOauth": """<ExtlClntAppGlobalOauthSettings>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppGlobalOauthSettings>""",
    },
)
_PAIR = {"ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings"}


def check(project: Project) -> Iterator[Finding]:
    parts: dict[str, set[str]] = {}
    for part in project.apps:
        parts.setdefault(part.header, set()).add(part.type)
    for part in project.of(AppPart):
        if part.type == "ExternalClientApplication":
            have = parts[part.name]
            missing = _PAIR - have if have & _PAIR else set()
            for name in sorted(missing):
                yield project.finding(RULE, part.spot, f"the app {part.name} has no {name}")
