from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document, says_yes
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E4015",
    severity=ERROR,
    title="A picklist value is there twice, or there are two defaults",
    why="The deploy fails with `Duplicate label` or a duplicate value; of two defaults the org keeps one.",
    mend="remove one of the two",
    source="messages of orgs as public issue threads quote them; sfdx-hardis tips (duplicate label)",
    bad={
        "globalValueSets/G.globalValueSet": """<GlobalValueSet>
    <customValue><fullName>Red</fullName><default>false</default><label>Red</label></customValue>
    <customValue><fullName>Red</fullName><default>false</default><label>Red</label></customValue>
    <masterLabel>G</masterLabel>
</GlobalValueSet>""",
    },
    good={
        "globalValueSets/G.globalValueSet": """<GlobalValueSet>
    <customValue><fullName>Red</fullName><default>false</default><label>Red</label></customValue>
    <customValue><fullName>Blue</fullName><default>false</default><label>Blue</label></customValue>
    <masterLabel>G</masterLabel>
</GlobalValueSet>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    values: list[Element] = list(document.all("customValue"))
    definition = document.find("valueSet", "valueSetDefinition")
    if definition is not None:
        values = list(document.all("value", definition))
    seen: set[str] = set()
    defaults = 0
    for value in values:
        full_name = value.find(f"{document.ns}fullName")
        name = (full_name.text or "") if full_name is not None else ""  # a blank at its end makes it another value
        if name and name in seen:
            yield document.finding(
                RULE, value, f"the value {name.strip()} of {document.name} is there twice", "fullName"
            )
        seen.add(name)
        if says_yes(document.value(value, "default")):
            defaults += 1
            if defaults == 2:
                yield document.finding(RULE, value, f"{document.name} has more than one default value", "fullName")
