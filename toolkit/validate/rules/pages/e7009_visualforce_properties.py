from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7009",
    severity=ERROR,
    title="A Visualforce component of a Lightning page with wrong properties",
    why="It has the properties height, label, pageName and showLabel: `Invalid property [x] in component"
    " [flexipage:visualforcePage]`; height is a whole number.",
    mend="correct the property's name or value",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>page</name><value>Widget</value></componentInstanceProperties>
            <componentName>flexipage:visualforcePage</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>height</name><value>900</value></componentInstanceProperties>
            <componentInstanceProperties><name>pageName</name><value>Widget</value></componentInstanceProperties>
            <componentName>flexipage:visualforcePage</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
)
_KNOWN = frozenset({"height", "label", "pageName", "showLabel"})


def check(document: Document) -> Iterator[Finding]:
    for instance in document.deep("componentInstance"):
        if document.value(instance, "componentName") != "flexipage:visualforcePage":
            continue
        values = {}
        for row in document.all("componentInstanceProperties", instance):
            if document.value(row, "type") == "decorator":
                continue  # the utility bar's own: eager, height, icon, label, scrollable, width
            name = document.value(row, "name")
            values[name] = document.value(row, "value")
            if name not in _KNOWN:
                yield document.finding(RULE, row, f"flexipage:visualforcePage has no property {name}", "name")
            elif name == "height" and values[name] and not values[name].isdecimal():
                yield document.finding(RULE, row, f"the height {values[name]!r} is not a whole number", "value")
        if not values.get("pageName"):
            yield document.finding(RULE, instance, "flexipage:visualforcePage names no page", "componentName")
