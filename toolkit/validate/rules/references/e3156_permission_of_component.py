from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3156",
    severity=ERROR,
    title="A Lightning web component asks for a custom permission that is not there",
    why="The deploy fails, unless the org has it already; in some contexts the permission is just never granted.",
    mend="add the custom permission, or correct the name after @salesforce/customPermission/",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import p from '@salesforce/customPermission/Gone';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import p from '@salesforce/customPermission/Here';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "customPermissions/Here.customPermission": """<CustomPermission>
    <isLicensed>false</isLicensed><label>Here</label>
</CustomPermission>""",
    },
)
REFERENCES = (Reference("LightningComponentBundle", script.PERMISSION, ("CustomPermission",)),)
check = unresolved(RULE, "custom permission")
