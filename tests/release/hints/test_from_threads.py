"""Messages that stand in public threads: each gets an answer, and most get one that knows the very message."""

from __future__ import annotations

import pytest

from toolkit.release.hints import explain

KNOWN = {
    "In field: Network - no Network named E-Bikes found": "site-network",
    "In field: PicassoSite - no SiteDotCom named Coral_Cloud1 found": "site-dot-com",
    "Audience needs at least one criteria.": "site-audience",
    "Invalid reference Product__c of type sobjectClass in file bikeCard.js-meta.xml": "lwc-reference",
    "External string does not exist: fflib_security_error_object_not_readable": "apex-label",
    "Property 'status' not valid in version 43.0": "property-version",
    "Permission ManageUsers depends on permission(s): ViewRoles": "permission-depends",
    "The facet Facet-c727db8e is defined by a component in the FlexiPage but not actually used.": "flexipage-facet",
    "Unsupported type 'Id' for field name 'value'": "cmdt-value-type",
    "SortOrder must be in sequential order from 1.": "rule-order",
    "Missing Organization Feature: ContactsToMultipleAccounts": "org-feature-missing",
    "Expecting '}' but was: ''": "apex-expecting",
}

OF_WHICH_THE_WORDING_TELLS = {
    "The release specified for the package version was invalid. Release : .": "family-invalid",
    "Unable to derive the fully qualified name for component at location territory2Models/M.territory2Model": (
        "family-refused"
    ),
    "Changing the sharing model from Private to ControlledByParent is not allowed": "family-rights",
    "A custom notification type with the same developer name exists": "family-twice",
    "Org is not provisioned for Service Cloud Voice": "family-feature",
    "Ce modèle de courrier est introuvable.": "family-absent",
}


@pytest.mark.parametrize("message", KNOWN)
def test_the_very_message_is_known(message: str) -> None:
    assert explain(message)[0].id == KNOWN[message]


@pytest.mark.parametrize("message", OF_WHICH_THE_WORDING_TELLS)
def test_of_any_other_the_wording_tells_something(message: str) -> None:
    hint = explain(message)[0]
    assert (hint.id, hint.general) == (OF_WHICH_THE_WORDING_TELLS[message], True)


def test_the_wording_is_not_told_where_the_message_is_known() -> None:
    assert [hint.id for hint in explain("Invalid type: Foo")] == ["apex-invalid-type"]
