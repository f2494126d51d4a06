from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3154",
    severity=ERROR,
    title="A Lightning component uses a static resource or asset file that is not there",
    why="The deploy fails, unless the org has it already.",
    mend="add the static resource or asset file, or correct its name",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import r from '@salesforce/resourceUrl/Gone';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import r from '@salesforce/resourceUrl/Here';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "staticresources/Here.resource": "x",
        "staticresources/Here.resource-meta.xml": """<StaticResource>
    <cacheControl>Public</cacheControl><contentType>text/plain</contentType>
</StaticResource>""",
    },
)
REFERENCES = (
    Reference("LightningComponentBundle", script.RESOURCE, ("StaticResource",)),
    Reference("AuraDefinitionBundle", script.RESOURCE, ("StaticResource",)),
    Reference("LightningComponentBundle", script.ASSET, ("ContentAsset",)),
)
check = unresolved(RULE, "static resource or asset file")
