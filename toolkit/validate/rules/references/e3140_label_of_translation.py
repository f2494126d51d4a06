from __future__ import annotations

from toolkit.validate.lookup import label_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3140",
    severity=ERROR,
    title="A translation is for a custom label that is not there",
    why="The deploy fails with `no CustomLabel named X found`, unless the org has the label already.",
    mend="add the label to CustomLabels.labels, or remove its translation",
    source="Metadata API Developer Guide, Translations",
    bad={
        "translations/de.translation": """<Translations>
    <customLabels><label>Fort</label><name>Gone</name></customLabels>
</Translations>""",
    },
    good={
        "translations/de.translation": """<Translations>
    <customLabels><label>Da</label><name>Here</name></customLabels>
</Translations>""",
        "labels/CustomLabels.labels": """<CustomLabels>
    <labels>
        <fullName>Here</fullName><language>en_US</language><protected>true</protected>
        <shortDescription>Here</shortDescription><value>Here</value>
    </labels>
</CustomLabels>""",
    },
)
REFERENCES = (Reference("Translations", "customLabels/name", ("CustomLabel",)),)
check = unresolved(RULE, "custom label", known=label_is_known)
