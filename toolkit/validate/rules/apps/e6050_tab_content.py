from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6050",
    severity=ERROR,
    title="A tab that shows nothing, or several things",
    why="The deploy fails: a tab shows one of a page, a Lightning page, a component, a URL, an s-control or an object.",
    mend="keep exactly one of page, flexiPage, lwcComponent, auraComponent, url, scontrol, customObject",
    source="Metadata API Developer Guide, CustomTab",
    bad={"tabs/T.tab": "<CustomTab><label>T</label><motif>Custom9: Lightning</motif></CustomTab>"},
    good={"tabs/T.tab": "<CustomTab><label>T</label><motif>Custom9: Lightning</motif><page>P</page></CustomTab>"},
)
_CONTENT = ("page", "flexiPage", "lwcComponent", "auraComponent", "url", "scontrol")


def check(document: Document) -> Iterator[Finding]:
    shown = [part for part in _CONTENT if document.has(part)]
    if document.yes("customObject"):
        shown.append("customObject")
    if (
        not shown and "__" not in document.name and not document.name.startswith("standard-")
    ):  # a tab named as a custom object shows that object
        yield document.finding(RULE, None, f"the tab {document.name} shows nothing")
    elif len(shown) > 1:
        yield document.finding(RULE, document.find(shown[1]), f"the tab {document.name} shows {' and '.join(shown)}")
