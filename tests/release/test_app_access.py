"""App access: an External Client App made and adopted, and the policy of a connected app that the org has."""

from __future__ import annotations

import pytest

from toolkit.errors import DeployError, ReleaseError
from toolkit.metadata.archive import read_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.metadata.node import Node, node_of
from toolkit.org import soql

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'

OLD_APP = f"""<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp {NS}>
    <contactEmail>vendor@example.com</contactEmail>
    <label>CobrowseIO</label>
    <oauthConfig>
        <callbackUrl>https://vendor.example/callback</callbackUrl>
        <consumerKey>3MVG9vendor0000000000000000000000000000000000000000000000000</consumerKey>
        <scopes>Api</scopes>
        <scopes>RefreshToken</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>BYPASS</ipRelaxation>
        <refreshTokenPolicy>infinite</refreshTokenPolicy>
    </oauthPolicy>
</ConnectedApp>
"""


POLICY = "ExtlClntAppOauthConfigurablePolicies"


def component(against, type_name: str, name: str) -> Node | None:
    answer = against.org.retrieve({type_name: [name]}, api_version="62.0")
    found = list(read_zip(answer.zip, "z", check_manifest=False))
    return node_of(found[0].files[0].content, name) if found else None


def text(node: Node | None, *path: str) -> list[str]:
    nodes = [node] if node else []
    for name in path:
        nodes = [child for one in nodes for child in one.children if child.name == name]
    return [one.text for one in nodes]


def access(report) -> dict[str, tuple[bool, str]]:
    return {e.subject: (e.ok, e.text) for e in report.evidence("access")}


CONNECTED = {
    "kind": "connected_app",
    "name": "CobrowseIO",
    "contactEmail": "a@b.example",
    "profiles": ["System Administrator"],
}


@pytest.fixture
def with_old_app(started):
    """An org from before Spring '26 that has a connected app, as the AppExchange package brings one."""
    with started(connected_app_creation=True) as against:
        file = ComponentFile("connectedApps/CobrowseIO.connectedApp", OLD_APP.encode())
        report = against.deploy(Bundle.of([Component("ConnectedApp", "CobrowseIO", (file,))], api_version="62.0"))
        assert report.error is None, str(report.error)
        yield against


def test_a_connected_app_is_adopted_and_nothing_else_of_it_is_touched(with_old_app, configured) -> None:
    before = component(with_old_app, "ConnectedApp", "CobrowseIO")
    project = configured(app=CONNECTED)
    report = with_old_app.release(project)
    assert report.error is None, str(report.error)
    assert access(report) == {
        "ConnectedApp CobrowseIO": (True, "in the org"),
        "permitted users": (True, "Admin approved users are pre-authorized"),
        "profiles of the app": (True, "System Administrator"),
        "permission sets of the app": (True, "Cobrowse_Agent, Cobrowse_Admin"),
    }
    after = component(with_old_app, "ConnectedApp", "CobrowseIO")
    assert text(after, "oauthConfig", "isAdminApproved") == ["true"]
    assert text(after, "oauthConfig", "consumerKey") == text(before, "oauthConfig", "consumerKey")
    assert text(after, "oauthConfig", "callbackUrl") == ["https://vendor.example/callback"]
    assert text(after, "contactEmail") == ["vendor@example.com"]
    assert sorted(text(after, "permissionSetName")) == ["Cobrowse_Admin", "Cobrowse_Agent"]
    again = with_old_app.release(project)
    assert again.error is None
    assert not again.changed


def test_who_has_access_already_keeps_it(with_old_app, configured) -> None:
    first = with_old_app.release(configured(app={**CONNECTED, "profiles": ["Standard User"]}))
    assert first.error is None, str(first.error)
    second = with_old_app.release(configured(app=CONNECTED))
    assert second.error is None, str(second.error)
    profiles = text(component(with_old_app, "ConnectedApp", "CobrowseIO"), "profileName")
    assert sorted(profiles) == ["Standard User", "System Administrator"]


def test_access_that_somebody_took_away_is_planned_by_name_and_given_back(with_old_app, configured) -> None:
    project = configured(app=CONNECTED)
    assert with_old_app.release(project).error is None
    (agent,) = with_old_app.org.query(
        soql.select("Id", source="PermissionSet", where=soql.equals("Name", "Cobrowse_Agent"))
    )
    (row,) = with_old_app.org.query(
        soql.select(
            "Id",
            source="SetupEntityAccess",
            where=soql.all_of(
                soql.equals("ParentId", agent.id), soql.equals("SetupEntityType", "ConnectedApplication")
            ),
        )
    )
    with_old_app.org.delete("SetupEntityAccess", row.id)
    _, planned = with_old_app.plan(project)
    (change,) = next(one.pending for one in planned if one.step.name == "access")
    assert [(d.path, d.new) for d in change.details] == [("access of permission set Cobrowse_Agent", "given")]
    assert with_old_app.release(project).error is None
    assert not with_old_app.release(project).changed


def test_a_connected_app_that_the_org_does_not_have_is_told_with_those_it_has(with_old_app, configured) -> None:
    with pytest.raises(ReleaseError) as caught:
        with_old_app.release(configured(app={**CONNECTED, "name": "Missing"}))
    (problem,) = caught.value.problems
    assert problem.message == "the org has no connected app Missing"
    assert problem.mend is not None
    assert problem.mend.startswith("it has CobrowseIO; most orgs make no new ones: use app.kind external_client_app")
    assert problem.where is not None
    assert problem.where.file.endswith("config/package.yaml")


def test_an_org_of_today_refuses_a_new_connected_app_and_says_so(new_org, configured) -> None:
    report = new_org.release(configured(app={**CONNECTED, "create": True}))
    assert isinstance(report.error, DeployError)
    assert "You can't create a connected app" in str(report.error)
    assert [step.outcome.value for step in report.steps if step.name == "access"] == ["failed"]
    assert report.steps[2].outcome.value == "applied"


def test_an_org_that_still_may_makes_one(started, configured) -> None:
    with started(connected_app_creation=True) as against:
        project = configured(app={**CONNECTED, "create": True})
        report = against.release(project)
        assert report.error is None, str(report.error)
        assert access(report)["permitted users"] == (True, "Admin approved users are pre-authorized")
        assert not against.release(project).changed


def test_no_app_at_all(new_org, configured) -> None:
    report = new_org.release(configured(app={"kind": "none"}))
    assert report.error is None
    assert "access" not in {step.name for step in report.steps}


def test_an_external_client_app_is_updated_in_place(installed, configured) -> None:
    project = configured(
        app={
            "kind": "external_client_app",
            "contactEmail": "new@acme.example",
            "profiles": ["Standard User"],
            "permittedUsers": "admin_approved",
        }
    )
    before = component(installed, "ExtlClntAppGlobalOauthSettings", "CobrowseIO_glbloauth")
    report = installed.release(project)
    assert report.error is None, str(report.error)
    assert access(report)["profiles of the app"] == (True, "Standard User")
    header = component(installed, "ExternalClientApplication", "CobrowseIO")
    assert text(header, "contactEmail") == ["new@acme.example"]
    assert text(header, "orgScopedExternalApp")[0].endswith(":CobrowseIO")
    after = component(installed, "ExtlClntAppGlobalOauthSettings", "CobrowseIO_glbloauth")
    assert text(after, "consumerKey") == text(before, "consumerKey")
    assert not installed.release(project).changed


def test_what_an_admin_added_to_the_policy_stays(installed, configured) -> None:
    policy = "CobrowseIO_oauth_defaultPolicy"
    type_name = "ExtlClntAppOauthConfigurablePolicies"
    answer = installed.org.retrieve({type_name: [policy]}, api_version="62.0")
    (found,) = read_zip(answer.zip, "z", check_manifest=False)
    content = found.files[0].content.decode()
    edited = content.replace("<label>", "<sessionTimeoutInMinutes>30</sessionTimeoutInMinutes>\n    <label>", 1)
    file = ComponentFile(found.files[0].path, edited.encode())
    assert installed.deploy(Bundle.of([Component(type_name, policy, (file,))], api_version="62.0")).error is None
    project = configured(
        app={"kind": "external_client_app", "contactEmail": "a@b.example", "profiles": ["Standard User"]}
    )
    report = installed.release(project)
    assert report.error is None, str(report.error)
    assert text(component(installed, type_name, policy), "sessionTimeoutInMinutes") == ["30"]


PARTS = {
    "ExternalClientApplication": ("externalClientApps/CobrowseIO.eca", ""),
    "ExtlClntAppGlobalOauthSettings": (
        "extlClntAppGlobalOauthSets/Old_global.ecaGlblOauth",
        "<callbackUrl>https://old</callbackUrl>",
    ),
    "ExtlClntAppOauthSettings": (
        "extlClntAppOauthSettings/Old_oauth.ecaOauth",
        "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>",
    ),
    "ExtlClntAppConfigurablePolicies": ("extlClntAppPolicies/Old_plcy.ecaPlcy", "<isEnabled>true</isEnabled>"),
}


def test_an_app_whose_parts_have_other_names_is_adopted_under_them(new_org, configured) -> None:
    """As somebody made it by hand: the org itself then makes a policy `Old_oauth_defaultPolicy`."""
    made = []
    for type_name, (path, body) in PARTS.items():
        app = (
            ""
            if type_name == "ExternalClientApplication"
            else ("<externalClientApplication>CobrowseIO</externalClientApplication>")
        )
        label = "<contactEmail>x@y.example</contactEmail><label>Mine</label>" if not app else ""
        content = f'<?xml version="1.0" encoding="UTF-8"?>\n<{type_name} {NS}>{app}{body}{label}</{type_name}>\n'
        name = path.rpartition("/")[2].partition(".")[0]
        made.append(Component(type_name, name, (ComponentFile(path, content.encode()),)))
    report = new_org.deploy(Bundle.of(made, api_version="62.0"))
    assert report.error is None, str(report.error)
    project = configured()
    report = new_org.release(project)
    assert report.error is None, str(report.error)
    assert access(report)["permitted users"] == (True, "Admin approved users are pre-authorized")
    listed = new_org.org.list_metadata(*((name, None) for name in [*PARTS, POLICY]))
    assert [(row.type, row.full_name) for row in listed] == [
        ("ExternalClientApplication", "CobrowseIO"),
        ("ExtlClntAppConfigurablePolicies", "Old_plcy"),
        ("ExtlClntAppGlobalOauthSettings", "Old_global"),
        (POLICY, "Old_oauth_defaultPolicy"),
        ("ExtlClntAppOauthSettings", "Old_oauth"),
    ]
    assert not new_org.release(project).changed
