"""Documents for an update keep what the org has and ours does not say."""

from __future__ import annotations

from toolkit.metadata.merge import connected_app, keeping

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def lines(data: bytes) -> list[str]:
    return data.decode().split("\n")


def test_only_the_named_elements_are_kept() -> None:
    ours = f"<A {NS}><label>ours</label></A>".encode()
    theirs = f"<A {NS}><label>theirs</label><orgScoped>00D</orgScoped><other>x</other></A>".encode()
    assert keeping(ours, theirs, "a", frozenset({"orgScoped"})) == (
        f"{HEAD}<A {NS}>\n    <label>ours</label>\n    <orgScoped>00D</orgScoped>\n</A>\n".encode()
    )


def test_all_that_ours_does_not_say_is_kept_and_repeated_elements_stay_together() -> None:
    ours = f"<A {NS}><b>1</b></A>".encode()
    theirs = f"<A {NS}><c>1</c><b>2</b><a>3</a><c>2</c></A>".encode()
    assert [line.strip() for line in lines(keeping(ours, theirs, "a"))[2:-2]] == [
        "<a>3</a>",
        "<b>1</b>",
        "<c>1</c>",
        "<c>2</c>",
    ]


APP = f"""<ConnectedApp {NS}>
    <contactEmail>a@b.example</contactEmail>
    <label>X</label>
    <oauthConfig>
        <callbackUrl>https://x</callbackUrl>
        <consumerKey>3MVG9</consumerKey>
        <consumerSecret>s</consumerSecret>
        <isAdminApproved>false</isAdminApproved>
        <scopes>Api</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>BYPASS</ipRelaxation>
        <refreshTokenPolicy>infinite</refreshTokenPolicy>
        <singleLogoutUrl>https://out</singleLogoutUrl>
    </oauthPolicy>
    <permissionSetName>Old</permissionSetName>
    <startUrl>https://start</startUrl>
</ConnectedApp>
""".encode()


def test_a_connected_app_gets_its_policy_loses_its_key_and_keeps_the_rest() -> None:
    found = connected_app(
        APP,
        "x",
        admin_approved=True,
        permission_sets=["Old", "New & <b>"],
        profiles=["System Administrator"],
        ip_relaxation="ENFORCE",
        refresh_token="specific_lifetime:30:DAYS",
    )
    assert lines(found)[1:-1] == [
        f"<ConnectedApp {NS}>",
        "    <contactEmail>a@b.example</contactEmail>",
        "    <label>X</label>",
        "    <oauthConfig>",
        "        <callbackUrl>https://x</callbackUrl>",
        "        <isAdminApproved>true</isAdminApproved>",
        "        <scopes>Api</scopes>",
        "    </oauthConfig>",
        "    <oauthPolicy>",
        "        <ipRelaxation>ENFORCE</ipRelaxation>",
        "        <refreshTokenPolicy>specific_lifetime:30:DAYS</refreshTokenPolicy>",
        "        <singleLogoutUrl>https://out</singleLogoutUrl>",
        "    </oauthPolicy>",
        "    <permissionSetName>Old</permissionSetName>",
        "    <permissionSetName>New &amp; &lt;b&gt;</permissionSetName>",
        "    <profileName>System Administrator</profileName>",
        "    <startUrl>https://start</startUrl>",
        "</ConnectedApp>",
    ]


def test_a_second_pass_changes_nothing() -> None:
    policy = {
        "admin_approved": True,
        "permission_sets": ["A", "B"],
        "profiles": ["P"],
        "ip_relaxation": "ENFORCE",
        "refresh_token": "zero",
    }
    once = connected_app(APP, "x", **policy)
    assert connected_app(once, "x", **policy) == once


def test_an_app_without_any_oauth_part_gets_one() -> None:
    found = connected_app(
        f"<ConnectedApp {NS}><label>X</label><startUrl>u</startUrl></ConnectedApp>".encode(),
        "x",
        admin_approved=False,
        permission_sets=[],
        profiles=[],
        ip_relaxation="ENFORCE",
        refresh_token="infinite",
    )
    assert [line.strip() for line in lines(found)[2:-2]] == [
        "<label>X</label>",
        "<oauthConfig>",
        "<isAdminApproved>false</isAdminApproved>",
        "</oauthConfig>",
        "<oauthPolicy>",
        "<ipRelaxation>ENFORCE</ipRelaxation>",
        "<refreshTokenPolicy>infinite</refreshTokenPolicy>",
        "</oauthPolicy>",
        "<startUrl>u</startUrl>",
    ]
