from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7068",
    severity=ERROR,
    title="A page with two controllers, or with extensions of none",
    why="The page does not compile: controller and standardController exclude each other, and extensions extend one of"
    " them.",
    mend="keep one of controller and standardController",
    source="Visualforce Developer Guide, apex:page",
    bad={"pages/P.page": '<apex:page controller="C" standardController="Case"/>'},
    good={"pages/P.page": '<apex:page standardController="Case" extensions="C"/>'},
)


def check(page: Markup) -> Iterator[Finding]:
    tag = page.page
    if tag is None or tag.name.lower() != "apex:page":
        return
    own, standard, extensions = tag.get("controller"), tag.get("standardController"), tag.get("extensions")
    if own is not None and standard is not None:
        yield page.finding(RULE, standard.start, "the page has a controller and a standard controller")
    if extensions is not None and own is None and standard is None:
        message = "the page has extensions and no controller"
        yield page.finding(RULE, extensions.start, message, mend="add standardController or controller")
