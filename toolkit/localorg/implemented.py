"""IMPLEMENTED.md: what the local org does and does not, written from the registries of the code.

python -m toolkit.localorg.implemented    writes the file beside this module; a test keeps it current
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.localorg.families.generic import Generic
from toolkit.localorg.families.registry import FAMILIES
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.options import MAX_API_VERSION, MIN_API_VERSION, SOAP_LOGIN_GONE_SINCE
from toolkit.localorg.routes import ROUTES
from toolkit.localorg.rules.registry import RULES
from toolkit.localorg.services.oauth import GRANTS
from toolkit.localorg.services.soap_metadata import OPERATIONS
from toolkit.metadata.registry import standard

PATH = Path(__file__).with_name("IMPLEMENTED.md")

_NOT = (
    "Apex is kept, listed and referred to, but not compiled: a class that would not compile deploys here. "
    "ApexClass.IsValid is false for every class.",
    "No Apex test is run. A deploy that asks for a test level gets numberTestsTotal 0, numTestsRun 0 and one "
    "codeCoverageWarnings entry that says so.",
    "Visualforce markup is read for what it refers to, not compiled; expressions are not evaluated.",
    "Formulas, validation rules, flows, triggers, workflow and sharing are kept but have no effect on records.",
    "Every session may do everything: object and field permissions are kept as records, but not enforced.",
    "userPermissions are checked for mistakes, not against the org's shape: a name on no public list is refused when "
    "it is a slip of one that is, or begins with a word that no permission begins with.",
    "Of flows, the Apex actions and screen components are checked; objects and fields only keep those from being "
    "deleted. `$Label` and `$Resource` in Aura bundles, quick actions of standard objects on layouts, and standard "
    "fields in formulas are not checked.",
    "Standard objects have the common fields of a Developer Edition; other standard field names are taken as given in "
    "metadata, and are unknown to queries.",
    "SOQL has no functions of places, no GROUP BY ROLLUP or CUBE, no scopes but everything and mine, no WITH DATA "
    "CATEGORY, and FORMAT shows what a user in the United States sees. There is no SOSL.",
    "Of the composite resources there are composite/sobjects and composite/tree alone.",
    "There are no permission set licences, and no standard value sets but those that were deployed; the platform has "
    "some of both from the start.",
    "Limits are those of a Developer Edition with all of it left: what is used is not counted.",
    "Deleted records stay in the recycle bin, where queryAll finds them, for as long as the org does; there is no "
    "undelete, and no bin for components (purgeOnDelete makes no difference).",
    "There is no source tracking, no Bulk API, no SOAP record API, no streaming, no Chatter, no UI.",
    "List views, reports and dashboards are kept as they are; their own references are not checked.",
    "Picklist values are not restricted; currencies, time zones and languages are those of a US English org.",
)


def _families() -> Iterator[str]:
    yield "| type | refers to | own rules | records |"
    yield "|---|---|---|---|"
    for name, family in sorted(FAMILIES.items()):
        own = [
            word
            for word, method in (("check", "check"), ("delete", "blockers"), ("merge", "canonical"), ("show", "shown"))
            if _overrides(family, method)
        ]
        targets = sorted({spec.type for spec in family.names if spec.type})
        records = "yes" if _overrides(family, "settle") else ""
        markup = " (and what its markup or file names)" if _overrides(family, "pointers") else ""
        yield f"| {name} | {', '.join(targets)}{markup} | {', '.join(own)} | {records} |"


def _overrides(family: type[Generic], method: str) -> bool:
    return getattr(family, method) is not getattr(Generic, method)


def text() -> str:
    """The whole document."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What the local org does"
    yield ""
    yield "Generated from the code by `python -m toolkit.localorg.implemented`; do not edit."
    yield ""
    yield f"API versions {MIN_API_VERSION}.0 to {MAX_API_VERSION}.0; SOAP login() below {SOAP_LOGIN_GONE_SINCE}.0."
    yield ""
    yield "## Routes"
    yield ""
    yield "| method | path | what | token |"
    yield "|---|---|---|---|"
    for route in ROUTES:
        access = "no" if route.anonymous else "yes"
        yield f"| {', '.join(route.methods)} | `{route.path}` | {route.about} | {access} |"
    yield ""
    yield "SOAP requests carry their token in the envelope (SessionHeader) or as a Bearer header; it is checked there."
    yield ""
    yield "## SOAP operations of the Metadata API"
    yield ""
    yield ", ".join(sorted(OPERATIONS))
    yield ""
    yield "## OAuth grant types"
    yield ""
    yield ", ".join(sorted(grant.rpartition(":")[2] for grant in GRANTS))
    yield ""
    yield "## Metadata types"
    yield ""
    yield (
        f"All {len(standard())} types of the registry deploy, retrieve, list and delete; elements, enums and required "
        "fields are checked against the schema where it knows the type. These have behaviour of their own:"
    )
    yield ""
    yield from _families()
    yield ""
    yield "## Objects"
    yield ""
    yield "| object | API | rules of its own | writable |"
    yield "|---|---|---|---|"
    for name, sobject in sorted(standard_objects().items()):
        rights = [
            word
            for word, allowed in (
                ("create", sobject.createable),
                ("update", sobject.updateable),
                ("delete", sobject.deletable),
            )
            if allowed
        ]
        rule = "yes" if name in RULES else ""
        yield f"| {name} | {', '.join(sorted(sobject.apis))} | {rule} | {', '.join(rights)} |"
    yield ""
    yield "Custom objects and settings are objects as soon as they are deployed; hierarchy settings: one row an owner."
    yield ""
    yield "## What it does not do"
    yield ""
    for line in _NOT:
        yield f"- {line}"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
