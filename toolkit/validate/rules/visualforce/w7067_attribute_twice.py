from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7067",
    severity=WARNING,
    title="A Visualforce tag has an attribute twice",
    why="Only one of the two counts, and XML tools refuse the page.",
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
