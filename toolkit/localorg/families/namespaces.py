"""Names with the namespace of a package in them: such a component comes with its package and in no other way."""

from __future__ import annotations

from toolkit.localorg.model.org import Work

_OBJECT_SUFFIXES = frozenset({"c", "mdt", "e", "b", "x", "kav", "chn", "r", "pc", "hd", "share", "feed", "history"})
_OF_THE_PLATFORM = "standard"
_OF_AN_OBJECT = frozenset({"Layout", "CustomObjectTranslation"})
_NAMED_FREELY = frozenset(
    {
        # not developer names: two underscores mean nothing in them
        "Dashboard", "Document", "EmailTemplate", "InstalledPackage", "Profile", "Report", "Settings",
        "StandardValueSet", "Translations", "DigitalExperience", "DigitalExperienceBundle", "ExperienceBundle",
        "ContentAsset", "Certificate",
    }
)  # fmt: skip


def namespace_of(type_name: str, full_name: str) -> str:
    """The namespace in the name of a component, empty for none: that of what the name names last.

    Names are looked at as they are written: an underscore that is no part of one is escaped (workflow rules, %5F%5F).
    """
    if type_name in _NAMED_FREELY:
        return ""
    name = full_name.partition("-")[0] if type_name in _OF_AN_OBJECT else full_name
    name = name.rpartition(".")[2].removeprefix("c:")
    parts = name.split("__")
    if len(parts) > 1 and parts[-1] in _OBJECT_SUFFIXES:
        parts.pop()
    found = parts[0] if len(parts) > 1 and parts[0].isidentifier() else ""
    return "" if found == _OF_THE_PLATFORM else found


def installed(work: Work, type_name: str, full_name: str) -> bool:
    """Whether the component belongs to a package of which the org has an InstalledPackage.

    What such a package holds is not known here, so everything with its namespace counts as there.
    """
    namespace = namespace_of(type_name, full_name)
    return bool(namespace) and work.components.has("InstalledPackage", namespace)


def refusal(type_name: str, full_name: str) -> str:
    """What is said of a new component with a namespace; empty when it has none. The org itself has no namespace."""
    namespace = "" if type_name in _OF_AN_OBJECT else namespace_of(type_name, full_name)
    if not namespace:
        return ""
    return (
        f"Cannot create a new component with the namespace: {namespace}.  Only components in the same namespace as "
        "the organization can be created through the API"
    )
