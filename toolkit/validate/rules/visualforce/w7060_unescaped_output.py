from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup, harmless
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7060",
    severity=WARNING,
    title="Visualforce writes a value without escaping it",
    why=(
        'escape="false" puts the value into the page as markup: '
        "what a user has typed runs as script in the browser of"
        " another one (cross-site scripting)."
    ),
    mend='remove escape="false", or wrap the value in HTMLENCODE()',
    source="Visualforce Developer Guide, security tips; OWASP XSS; PMD VfUnescapeEl",
    bad={"pages/P.page": '<apex:page controller="C"><apex:outputText value="{!name}" escape="false"/></apex:page>'},
    good={"pages/P.page": '<apex:page controller="C"><apex:outputText value="{!name}"/></apex:page>'},
)
_TAGS = ("apex:outputText", "apex:pageMessage", "apex:pageMessages", "apex:messages", "apex:selectOption")
_VALUES = ("value", "summary", "title", "detail", "itemlabel", "label")
_SAFE = re.compile(
    r"\s*(?:\$Label\.|\$Resource\.|HTMLENCODE\s*\(|JSENCODE\s*\(|URLENCODE\s*\(|JSINHTMLENCODE\s*\()", re.I
)


def check(page: Markup) -> Iterator[Finding]:
    for tag in page.named(*_TAGS):
        escape = tag.get("escape")
        if escape is None or escape.value.strip().lower() != "false":
            continue
        for attribute in tag.attributes:
            if attribute.name.lower() not in _VALUES or "{!" not in attribute.value:
                continue
            expression = attribute.value.partition("{!")[2].rpartition("}")[0]
            if not _SAFE.match(expression) and not harmless(expression):
                short = expression.partition("}")[0].strip()[:60]
                yield page.finding(RULE, escape.start, f"{tag.name} writes {{!{short}}} without escaping it")
