"""What several keys must have in common; each mistake at its place, also when other values are wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.config.project import Project

Loaded = Callable[..., Project]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        (
            "placements:\n  - object: Case\n",
            "package.yaml:14:13: Case is no object of the widget (add it to widget.objects, which has Contact)",
        ),
        (
            "placements:\n  - {object: contact}\n  - {object: Contact, height: 600}\n",
            "package.yaml:15:5: placements.0 has the same place (remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, target: both}\n  - {object: Contact, target: layout}\n",
            "package.yaml:15:5: placements.0 has the same place (remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, page: A}\n  - {object: Contact, page: B}\n",
            "package.yaml:15:5: placements.0 makes another page the org default for Contact "
            "(set `assign.orgDefault: false` in one of them)",
        ),
        (
            "placements:\n  - {object: Contact, page: A, assign: {app: S}}\n  - {object: Contact, assign: {app: s}}\n",
            "package.yaml:15:5: placements.0 makes another page the default in that app for Contact "
            "(remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, layouts: [A]}\n",
            "package.yaml:14:23: `layouts` has no meaning with target lightning "
            "(remove it, or set target to layout or both)",
        ),
        (
            "placements:\n  - {object: Contact, assign: {takeOver: true}}\n  - {object: Contact}\n",
            "package.yaml:15:5: placements.0 has the same place (remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, layoutProfiles: [Sales]}\n",
            "package.yaml:14:23: `layoutProfiles` has no meaning with target lightning "
            "(remove it, or set target to layout or both)",
        ),
        (
            "placements:\n  - {object: Contact, target: both, section: A, beforeField: Phone}\n",
            "package.yaml:14:62: `beforeField` and `section` are two places on a layout (remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, target: both, beforeSection: A, column: 2}\n",
            "package.yaml:14:63: `column` needs `section` (name the section that has the column)",
        ),
        (
            "placements:\n  - {object: Contact, target: layout, afterField: A, position: 2}\n",
            "package.yaml:14:64: `position` and `afterField` are two places (remove one of them)",
        ),
        (
            "placements:\n  - {object: Contact, target: layout, page: A}\n",
            "package.yaml:14:45: `page` has no meaning with target layout "
            "(remove it, or set target to lightning or both)",
        ),
        (
            "placements:\n  - {object: Contact, assign: {profile: Support}}\n",
            "package.yaml:14:41: `profile` needs `app` (the platform assigns pages to profiles app by app)",
        ),
        (
            "placements:\n  - {object: Contact, assign: {app: Service, recordType: VIP}}\n",
            "package.yaml:14:58: `recordType` needs `profile` (the platform assigns all three together)",
        ),
        (
            "settings:\n  - owner: {}\n    serviceUrl: https://a.example\n",
            "package.yaml:14:5: `owner` must name exactly one of org, profile and user; it names none "
            "(write a row for each owner)",
        ),
        (
            "settings:\n  - {owner: {user: a@b.example, profile: X}, tokenLifetime: 90s}\n",
            "package.yaml:14:6: `owner` must name exactly one of org, profile and user; it names profile and user "
            "(write a row for each owner)",
        ),
        (
            "settings:\n  - {owner: {user: a@b.example}, tokenLifetime: 90s}\n"
            "  - {owner: {user: A@B.example}, tokenLifetime: 80s}\n",
            "package.yaml:15:6: this owner has a row already, settings.0 (merge the two rows)",
        ),
        (
            "settings:\n  - {owner: {org: true}}\n",
            "package.yaml:14:5: this row sets nothing (remove it, or add what differs for its owner)",
        ),
        (
            "settings:\n  - {owner: {org: true}, filters: {Case: {Email: a}}}\n",
            "package.yaml:14:36: Case is no object of the widget (add it to widget.objects, which has Contact)",
        ),
        (
            "settings:\n  - {owner: {org: true}, filters: {Contact: {Email: a, Fax: a}}}\n",
            "package.yaml:14:61: the custom-data key a is filtered by Email and by Fax; "
            "no device could match both "
            "(map one field to each key)",
        ),
    ],
)
def test_lists(added: str, expected: str, problems: Problems, whole: str) -> None:
    assert problems(files={"package.yaml": whole + added}) == [expected]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        (
            "widget.objects=[{object: Case, filters: {A: a}}, {object: CASE, filters: {B: b}}]",
            "the widget has CASE twice (merge it with widget.objects.0, or remove one)",
        ),
        (
            "widget.objects=[{object: Thing__mdt, filters: {A: a}}]",
            "Thing__mdt has no record pages (name a standard object, or a custom object that ends in __c)",
        ),
        (
            "widget.objects.0.filters={EMAIL: x}",
            "EMAIL and Email are the same field (remove one of them)",
        ),
        (
            "widget.objects.0.filters={Fax: user_email}",
            "the custom-data key user_email is filtered by Email and by Fax; no device could match both "
            "(map one field to each key)",
        ),
        (
            "permissionSets.admin.name=COBROWSE_AGENT",
            "the Agent and the Admin permission set have the same name Cobrowse_Agent (give each its own)",
        ),
        (
            "permissionSets.admin.label=Cobrowse.io agent",
            "the Agent and the Admin permission set have the same label Cobrowse.io Agent (give each its own)",
        ),
        (
            "app.contactEmail=",
            "missing key `contactEmail` in `app` (Salesforce wants one for every app; or set app.kind to none)",
        ),
        (
            "app.permissionSets=[Other, COBROWSE_agent]",
            "COBROWSE_agent is always in the list (remove it)",
        ),
        (
            "widget.label=" + "x" * 75,
            "the page's label, Contact after the widget's label, has more than 80 characters "
            "(add a shorter `label` to this object)",
        ),
        (
            "app.create=true",
            "`app.create` is for kind connected_app; an external client app is always created (remove it)",
        ),
        (
            "app={permittedUsers: all_users, profiles: [Support]}",
            "`app.profiles` has no effect when all users are permitted "
            "(remove it, or set app.permittedUsers to admin_approved)",
        ),
        (
            "app={permittedUsers: all_users, permissionSets: [Support]}",
            "`app.permissionSets` has no effect when all users are permitted "
            "(remove it, or set app.permittedUsers to admin_approved)",
        ),
        (
            "app.refreshToken={policy: infinite, period: 3}",
            "`app.refreshToken.period` has no meaning with the policy infinite "
            "(remove it (write null in an overlay), or choose specific_lifetime or specific_inactivity)",
        ),
        (
            "app.refreshToken={policy: zero, unit: days}",
            "`app.refreshToken.unit` has no meaning with the policy zero "
            "(remove it (write null in an overlay), or choose specific_lifetime or specific_inactivity)",
        ),
        (
            "widget.cspHeader=true",
            "`widget.cspHeader` needs `trustedUrl`, else the browser refuses the frame (add `trustedUrl: true`)",
        ),
    ],
)
def test_values(override: str, expected: str, problems: Problems) -> None:
    (problem,) = problems(override)
    assert problem.split(": ", 1)[1].removeprefix(override.partition("=")[2]).endswith(expected)


@pytest.mark.parametrize(
    "sets",
    [
        ["app.kind=none", "app.contactEmail="],
        ["app.kind=connected_app", "app.create=true"],
        ["app.permittedUsers=all_users"],
        ["app.refreshToken.policy=infinite"],
        ["app.refreshToken={policy: specific_inactivity, period: 6, unit: months}"],
        ["widget.cspHeader=true", "trustedUrl=true"],
        [
            "placements=[{object: Contact}, {object: Contact, page: Other_Page, assign: {orgDefault: false}}, "
            "{object: CONTACT, target: layout}]"
        ],
        ["placements=[{object: Contact, assign: {app: Service, profile: Support, recordType: VIP}}]"],
        ["settings=[{owner: {org: true}, tokenLifetime: 90s}, {owner: {profile: org}, certificate: Other}]"],
        ["settings=[{owner: {org: true}, filters: {contact: {Phone: user_phone}}}]"],
        ["widget.objects=[{object: ns__Thing__c, filters: {ns__Code__c: code}}]"],
    ],
)
def test_what_fits(sets: list[str], loaded: Loaded) -> None:
    loaded(*sets)


def test_an_app_default_is_no_org_default(loaded: Loaded) -> None:
    first, second, third = loaded(
        "placements=[{object: Contact}, {object: Contact, page: A, assign: {app: Service}}, "
        "{object: Contact, assign: {app: Sales, orgDefault: true}}]"
    ).package.placements
    assert (first.assign.org_default, second.assign.org_default, third.assign.org_default) == (True, False, True)


def test_checks_run_beside_wrong_types(problems: Problems, whole: str) -> None:
    text = whole.replace("        Email: user_email\n", "        Email: user_email\n        EMAIL: [1]\n")
    text += (
        "placements: [{object: Case, height: tall}, 7, {object: [Contact]}]\nsettings: {owner: 1}\nlightningApp: 3\n"
    )
    assert [line.partition(": ")[2].partition(" (")[0] for line in problems(files={"package.yaml": text})] == [
        "EMAIL and Email are the same field",
        "`widget.objects.0.filters.EMAIL` must be text; found a list",
        "Case is no object of the widget",
        '`placements.0.height` must be a whole number; found the text "tall"',
        "`placements.1` must be a map of keys to values; found the number 7",
        "`placements.2.object` must be text; found a list",
        "`settings` must be a list; found a map",
        "`lightningApp` must be a map of keys to values; found the number 3",
    ]
