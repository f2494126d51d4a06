from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7067",
    severity=ERROR,
    title="A Visualforce tag has an attribute twice",
    why='The page does not compile: `Attribute "x" was already specified for element`.',
    mend="remove one of the two",
    source="Visualforce Developer Guide (markup is XML)",
    bad={"pages/P.page": '<apex:page showHeader="false" showHeader="true"/>'},
    good={"pages/P.page": '<apex:page showHeader="false" sidebar="true"/>'},
)


def check(page: Markup) -> Iterator[Finding]:
    for tag in page.tags:
        names = set()
        for attribute in tag.attributes:
            if attribute.name in names and ":" in tag.name:
                yield page.finding(RULE, attribute.start, f"<{tag.name}> has the attribute {attribute.name} twice")
            names.add(attribute.name)
