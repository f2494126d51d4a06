from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from toolkit.config.model import SettingsRow
from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef
from toolkit.errors import GenerateError
from toolkit.generate import filters
from toolkit.generate.rows import RowOwner, setting_rows

Alter = Callable[[Project, Mapping[str, object]], Project]


def row_of(**values: object) -> SettingsRow:
    return SettingsRow.model_validate(values)


def test_the_org_row_is_complete(shipped: Project) -> None:
    (row,) = setting_rows(shipped)
    assert row.owner == RowOwner("org")
    assert str(row.owner) == "org default"
    assert dict(row.fields) == {
        "License_Key__c": SecretRef("env", "COBROWSE_LICENSE_KEY"),
        "Service_URL__c": "https://cobrowse.io",
        "Audience__c": "https://cobrowse.io",
        "Token_Lifetime__c": 600,
        "Certificate__c": "CobrowseIO",
        "Filter_Config_1__c": '{"Contact":{"Email":"user_email"},"Case":{"ContactEmail":"user_email"},'
        '"Account":{"AccountNumber":"customer_number"},"Lead":{"Email":"user_email"}}',
    } | {f"Filter_Config_{number}__c": None for number in range(2, 9)}


def test_other_rows_hold_what_differs_and_clear_the_rest(variant: Project) -> None:
    org, profile, user = setting_rows(variant)
    assert [row.owner for row in (org, profile, user)] == [
        RowOwner("org"),
        RowOwner("profile", "Partner & Support"),
        RowOwner("user", "ada@acme.example"),
    ]
    # the org's row names other filters for Contact, which replace the widget's in their place
    assert str(org.fields["Filter_Config_1__c"]).startswith('{"Contact":{"Phone":"user_phone"},"Support_Visit__c":{')
    assert {name: value for name, value in profile.fields.items() if value is not None} == {
        "License_Key__c": SecretRef("file", "partner.key"),
        "Token_Lifetime__c": 90,
    }
    assert {name: value for name, value in user.fields.items() if value is not None} == {
        "Service_URL__c": "https://beta.acme.example",
        "Filter_Config_1__c": '{"SupportVisit__c":{"Phone__c":"user_phone"}}',
    }
    assert len(org.fields) == len(profile.fields) == len(user.fields) == 13


def test_a_long_filter_configuration_is_split(shipped: Project, altered: Alter) -> None:
    wanted = {f"Field_{number}__c": f"key_{number}" for number in range(30)}
    project = altered(shipped, {"settings": (row_of(owner={"user": "a@b.example"}, filters={"Case": wanted}),)})
    _, row = setting_rows(project)
    parts = [row.fields[f"Filter_Config_{number}__c"] for number in range(1, 9)]
    texts = [part for part in parts if isinstance(part, str)]
    assert "".join(texts) == filters.as_json({"Case": wanted})
    assert [len(text) for text in texts[:-1]] == [255] * (len(texts) - 1)
    assert parts == [*texts, *[None] * (8 - len(texts))]
    assert len(texts) > 1


def test_one_that_does_not_fit_says_by_how_much_and_where(shipped: Project, altered: Alter) -> None:
    wanted = {f"Field_{number:02}__c": "k" * 64 for number in range(30)}
    project = altered(
        shipped,
        {
            "settings": (row_of(owner={"profile": "Support"}, filters={"Case": wanted}),),
            "settings.0.filters": {"Case": wanted},
        },
    )
    with pytest.raises(GenerateError) as caught:
        setting_rows(project)
    size = len('{"Case":{}}') + 30 * len('"Field_00__c":""') + 30 * 64 + 29
    assert str(caught.value) == (
        f"package.yaml:2:1: the filter configuration is {size - 2040} characters too long for the 8 fields of 255 "
        "characters that hold it (shorten custom-data keys, or configure fewer fields or objects)"
    )


def test_two_rows_of_one_owner_and_a_long_address_are_told_at_once(shipped: Project, altered: Alter) -> None:
    rows = (row_of(owner={"org": True}), row_of(owner={"org": True}))
    project = altered(shipped, {"settings": rows, "service.url": "https://" + "a" * 250})
    with pytest.raises(GenerateError) as caught:
        setting_rows(project)
    messages = [problem.message for problem in caught.value.problems]
    assert "there is a second row for org default" in messages
    assert "Service_URL__c holds 255 characters; this value has 3 too many" in messages
