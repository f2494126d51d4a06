"""Which rule belongs to which sobject."""

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.rules.access import EntityAccess
from toolkit.localorg.rules.assignments import Assignments
from toolkit.localorg.rules.base import Plain, Rule
from toolkit.localorg.rules.cases import Cases
from toolkit.localorg.rules.people import People
from toolkit.localorg.rules.permission_sets import PermissionSets
from toolkit.localorg.rules.settings import HierarchySettings
from toolkit.localorg.rules.users import Users

_PLAIN = Plain()
RULES: dict[str, Rule] = {
    "Case": Cases(),
    "Contact": People(),
    "Individual": People(),
    "Lead": People(),
    "PermissionSet": PermissionSets(),
    "PermissionSetAssignment": Assignments(),
    "SetupEntityAccess": EntityAccess(),
    "User": Users(),
}
_SETTINGS = HierarchySettings()


def rule_of(sobject: SObject) -> Rule:
    """The rule of an sobject; custom settings share one."""
    if sobject.custom_setting:
        return _SETTINGS
    return RULES.get(sobject.name, _PLAIN)
