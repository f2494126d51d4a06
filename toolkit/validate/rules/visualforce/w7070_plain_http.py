from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7070",
    severity=WARNING,
    title="A page loads a script, style, image or frame over plain http",
    why="Salesforce pages are https: browsers block the content, and who sits between can change it.",
    mend="use https, or a static resource",
    source="OWASP transport layer protection",
    bad={"pages/P.page": '<apex:page><script src="http://example.com/a.js"></script></apex:page>'},
    good={"pages/P.page": '<apex:page><script src="https://example.com/a.js"></script></apex:page>'},
)
_LOADS = {
    "script": "src",
    "iframe": "src",
    "apex:iframe": "src",
    "img": "src",
    "apex:image": "value",
    "link": "href",
    "apex:includescript": "value",
    "apex:stylesheet": "value",
}


def check(page: Markup) -> Iterator[Finding]:
    for tag in page.tags:
        name = _LOADS.get(tag.name.lower())
        attribute = tag.get(name) if name else None
        if attribute is not None and attribute.value.strip().lower().startswith("http://"):
            yield page.finding(
                RULE, attribute.start, f"<{tag.name}> loads {attribute.value.strip()[:80]} without encryption"
            )
