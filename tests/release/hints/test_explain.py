"""explain: the best hint first, with the names of the message in it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from toolkit.release.hints import Confidence, Naming, Role, explain


def test_a_hint_is_filled_with_the_names_of_the_message() -> None:
    hint = explain("In field: tab - no CustomTab named Cobrowse_Dashboard found")[0]
    assert hint.id == "missing-custom-tab"
    assert hint.role is Role.EITHER
    assert hint.confidence is Confidence.REPORTED
    assert hint.names == (Naming("CustomTab", "Cobrowse_Dashboard"),)
    assert hint.values == (("field", "tab"), ("name", "Cobrowse_Dashboard"))
    assert hint.mend == (
        "Mend the tab Cobrowse_Dashboard and what it shows first; when they have no error, "
        "add the tab to the deployment."
    )


@pytest.mark.parametrize(
    ("message", "ids"),
    [
        ("In field: page - no CustomTab named X found", ["missing-custom-tab", "missing-component"]),
        ("In field: page - no BusinessProcess named X found", ["missing-component"]),
        (
            "Property 'componentInstances' not valid in version 49.0",
            ["flexipage-old-shape", "property-version"],
        ),
        ("Property 'formFactors' not valid in version 37.0", ["property-version"]),
        ("Required field is missing: identifier", ["flexipage-identifier", "field-required"]),
        (
            "DUPLICATE_VALUE: duplicate value found: ExtlClntAppOauthSettingsId duplicates value on record with id: P",
            ["eca-policy-exists", "duplicate-part", "record-duplicate"],
        ),
        ("invalid_grant: audience is invalid", ["auth-audience", "auth-grant"]),
        ("'2027-08-01' is not a valid value for the type xsd:dateTime", ["bad-date", "value-type"]),
        ("Hello, world", []),
        ("", []),
        ("\x00\ud800 {} {name} %s \\", []),
    ],
)
def test_specific_goes_before_general(message: str, ids: list[str]) -> None:
    assert [hint.id for hint in explain(message)] == ids


def test_braces_in_a_message_stay_as_they_are() -> None:
    hint = explain("Invalid type: {name.__class__}")[0]
    assert hint.names[0] == Naming("ApexClass", "{name.__class__}")
    assert "{name.__class__}" in hint.meaning


def test_the_catalogue_is_read_when_it_is_needed() -> None:
    script = (
        "import sys; import toolkit.release.hints; "
        "print([n for n in sys.modules if n.startswith('toolkit.release.hints.topics')]); "
        "toolkit.release.hints.explain('x'); print(sorted({'lxml', 'requests', 'click', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
