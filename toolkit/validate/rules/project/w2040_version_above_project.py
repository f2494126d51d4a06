from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.rule import WARNING, Rule

NEWEST = 68
"""The newest API version that any source of this release knows (preview in summer 2026)."""

RULE = Rule(
    id="W2040",
    severity=WARNING,
    title="A component's API version is above the project's",
    why='An org that is new enough for the project may be too old for the component: `apiVersion can\'t be "N"`.',
    mend="lower apiVersion, or raise sourceApiVersion in sfdx-project.json (version in package.xml)",
    source="salesforce-facts 3.1, 5.8",
    bad={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>63.0</apiVersion><status>Active</status></ApexClass>",
    },
    good={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>",
    },
    parameters={"newest": NEWEST},
)


def check(document: Document) -> Iterator[Finding]:
    text = document.text("apiVersion")
    try:
        version = float(text)
    except ValueError:
        return
    if version > document.option(RULE, "newest"):
        message = f"API version {text} does not exist yet"
        yield document.finding(RULE, None, message, "apiVersion", severity=Severity.ERROR)
    elif version > document.api_version > 0:
        message = f"API version {text} of {document.name} is above {document.api_version:g}.0 of the project"
        yield document.finding(RULE, None, message, "apiVersion")
