from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6041",
    severity=WARNING,
    title="An app's landing tab is not one of its tabs",
    why="People who open the app land on a tab that its navigation does not show.",
    mend="add the tab to the app, or choose another landing tab",
    source="Metadata API Developer Guide, CustomApplication defaultLandingTab",
    bad={
        "applications/A.app": """<CustomApplication>
    <defaultLandingTab>standard-Case</defaultLandingTab><label>A</label><tabs>standard-Account</tabs>
</CustomApplication>""",
    },
    good={
        "applications/A.app": """<CustomApplication>
    <defaultLandingTab>standard-Case</defaultLandingTab><label>A</label><tabs>standard-Case</tabs>
</CustomApplication>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    landing = document.text("defaultLandingTab")
    tabs = {document.value(element) for element in document.all("tabs")}
    if landing and tabs and landing not in tabs and landing != "standard-home":
        yield document.finding(RULE, None, f"{landing} is not among the tabs of {document.name}", "defaultLandingTab")
