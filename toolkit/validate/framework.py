"""The rules that the framework itself keeps: what cannot be read, the schema, and what is said about ignoring."""

from __future__ import annotations

from toolkit.validate.rule import ERROR, NOTE, WARNING, Rule


def _own(id_: str, title: str, why: str, mend: str, *, source: str = "sfmeta") -> Rule:
    severity = {"E": ERROR, "W": WARNING, "N": NOTE}[id_[0]]
    return Rule(id_, severity, title, why, mend, source, bad={}, good={})


UNREADABLE = _own(
    "E1001", "A file that cannot be read", "What cannot be read cannot be checked or deployed.",
    "check the path and its rights",
)  # fmt: skip
TOO_LARGE = _own(
    "E1002", "A metadata file beyond any limit of the platform",
    "A deploy request takes about 39 MB; a larger file is not metadata.", "is this the right file?",
    source="Salesforce limits of deploy and retrieve",
)  # fmt: skip
BAD_ZIP = _own(
    "E1003", "A zip that cannot be read or that hides something",
    "The platform refuses a damaged zip after the upload; names that leave the archive attack whoever unpacks it.",
    "make the zip anew, for instance with sfmeta package",
)  # fmt: skip
BAD_PROJECT = _own(
    "E1004", "sfdx-project.json is not usable",
    "The Salesforce CLI finds package directories and the API version there.", "correct sfdx-project.json",
    source="Salesforce DX project configuration",
)  # fmt: skip
UNKNOWN_TYPE = _own(
    "W1005", "A -meta.xml file of no known metadata type",
    "The Salesforce CLI leaves it out or refuses the project; a misspelled suffix or folder is the usual cause.",
    "correct the suffix or the folder, or list the file in .forceignore",
    source="source-deploy-retrieve registry",
)  # fmt: skip
NO_REASON = _own(
    "N1006", "An ignore comment without a reason", "The next reader cannot tell whether it still holds.",
    "write the reason behind the rule's id: sfmeta: ignore W7001 value comes from a constant",
)  # fmt: skip
UNUSED_IGNORE = _own(
    "N1007", "An ignore comment that ignores nothing", "It hides the next real finding.", "remove it",
)  # fmt: skip

OWN = (UNREADABLE, TOO_LARGE, BAD_ZIP, BAD_PROJECT, UNKNOWN_TYPE, NO_REASON, UNUSED_IGNORE)
