"""OAuth token, SOAP login, identity."""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from toolkit.localorg.families.certificate import make

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def assertion(key: bytes, **claims: Any) -> str:
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    signed = f"{part(json.dumps({'alg': 'RS256'}).encode())}.{part(json.dumps(claims).encode())}"
    private = serialization.load_pem_private_key(key, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return f"{signed}.{part(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture
def token(client: Any) -> Any:
    def ask(**form: Any) -> tuple[int, dict[str, Any]]:
        answer = requests.post(f"{client.org.url}/services/oauth2/token", data=form, timeout=10)
        return answer.status_code, answer.json()

    return ask


def claims(client: Any, **changed: Any) -> dict[str, Any]:
    plain = {"iss": client.org.client_id, "sub": "agent@local.example", "aud": "https://login.salesforce.com",
             "exp": int(time.time()) + 180}  # fmt: skip
    return plain | changed


@pytest.mark.parametrize("variant", ["seconds", "text", "milliseconds", "url", "slash"])
def test_jwt_bearer_as_clients_send_it(client: Any, token: Any, variant: str) -> None:
    now = int(time.time())
    changed: dict[str, Any] = {
        "seconds": {}, "text": {"exp": str(now + 180)}, "milliseconds": {"exp": now * 1000 + 300},
        "url": {"aud": client.org.url},
        "slash": {"aud": client.org.url + "/"},
    }[variant]  # fmt: skip
    status, body = token(grant_type=JWT, assertion=assertion(client.org.jwt_key(), **claims(client, **changed)))
    assert status == 200, body
    assert body["instance_url"] == client.org.url
    assert body["access_token"].startswith(client.org.org_id[:15] + "!")
    info = requests.get(f"{client.org.url}/services/oauth2/userinfo",
                        headers={"Authorization": f"Bearer {body['access_token']}"}, timeout=5).json()  # fmt: skip
    assert (info["preferred_username"], info["organization_id"]) == ("agent@local.example", client.org.org_id)
    assert body["id"] == f"{client.org.url}/id/{client.org.org_id}/{info['user_id']}"


def test_jwt_bearer_refused(client: Any, token: Any) -> None:
    key = client.org.jwt_key()
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    def refused(signed_with: bytes = key, **changed: Any) -> tuple[str, str]:
        status, body = token(grant_type=JWT, assertion=assertion(signed_with, **claims(client, **changed)))
        assert status == 400
        return body["error"], body["error_description"]

    assert refused(stranger) == ("invalid_grant", "invalid assertion")
    assert refused(exp=int(time.time()) - 3600) == ("invalid_grant", "assertion expired")
    assert refused(aud="https://elsewhere.example") == ("invalid_grant", "audience is invalid")
    assert refused(iss="nobody") == ("invalid_client_id", "client identifier invalid")
    assert refused(iss="PlatformCLI") == ("invalid_grant", "user hasn't approved this consumer")
    assert refused(sub="inactive@local.example") == ("inactive_user", "user is inactive")
    assert refused(sub="ghost@local.example") == ("invalid_grant", "authentication failure")
    for nonsense in ("", "a.b.c", "....", "x" * 30_000, "é.é.é"):
        assert token(grant_type=JWT, assertion=nonsense)[0] == 400


def test_client_credentials_password_and_refresh(client: Any, token: Any) -> None:
    org = client.org
    good = {"client_id": org.client_id, "client_secret": org.client_secret}
    assert token(grant_type="client_credentials", **good)[0] == 200
    assert token(grant_type="client_credentials", client_id=org.client_id, client_secret="wrong") == (
        401, {"error": "invalid_client", "error_description": "invalid client credentials"},
    )  # fmt: skip
    basic = requests.post(f"{org.url}/services/oauth2/token", data={"grant_type": "client_credentials"},
                          auth=(org.client_id, org.client_secret), timeout=5)  # fmt: skip
    assert basic.status_code == 200
    person = {"grant_type": "password", "username": org.username, **good}
    assert token(password=org.password, **person)[0] == 200
    assert token(password="wrong", **person)[1]["error"] == "invalid_grant"
    held = org.refresh_token()
    assert token(grant_type="refresh_token", refresh_token=held, client_id="PlatformCLI")[0] == 200
    assert token(grant_type="refresh_token", refresh_token=held, **good)[1]["error"] == "invalid_grant"
    assert (
        token(grant_type="refresh_token", refresh_token="wrong", client_id="PlatformCLI")[1]["error"] == "invalid_grant"
    )
    assert token(grant_type="magic")[1]["error"] == "unsupported_grant_type"
    assert token()[1]["error"] == "unsupported_grant_type"


def test_a_revoked_token_is_no_token(client: Any, token: Any) -> None:
    _, body = token(grant_type="client_credentials", client_id=client.org.client_id,
                    client_secret=client.org.client_secret)  # fmt: skip
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    url = f"{client.org.url}/services/oauth2"
    assert requests.get(f"{url}/userinfo", headers=headers, timeout=5).status_code == 200
    assert requests.post(f"{url}/revoke", data={"token": body["access_token"]}, timeout=5).status_code == 200
    assert requests.get(f"{url}/userinfo", headers=headers, timeout=5).status_code == 401


def login(client: Any, version: str, password: str, username: str = "admin@local.example") -> requests.Response:
    body = (
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>'
        '<n1:login xmlns:n1="urn:partner.soap.sforce.com">'
        f"<n1:username>{username}</n1:username><n1:password>{password}</n1:password></n1:login></env:Body></env:Envelope>"
    ).encode()
    url = f"{client.org.url}/services/Soap/u/{version}"
    chunks = (body[place : place + 50] for place in range(0, len(body), 50))  # chunked, as jsforce sends it
    return requests.post(url, data=chunks, headers={"Content-Type": "text/xml"}, timeout=10)


def test_soap_logout(client: Any) -> None:
    token = re.search("<sessionId>(.*?)</sessionId>", login(client, "64.0", client.org.password).text)[1]

    def leave() -> requests.Response:
        envelope = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">'
            f"<e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header>"
            "<e:Body><logout/></e:Body></e:Envelope>"
        )
        return requests.post(f"{client.org.url}/services/Soap/u/62.0", data=envelope)

    assert leave().text.endswith("<logoutResponse></logoutResponse></soapenv:Body></soapenv:Envelope>")
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{client.data}/sobjects", headers=headers).status_code == 401
    again = leave()
    assert (again.status_code, "<faultcode>sf:INVALID_SESSION_ID</faultcode>" in again.text) == (500, True)


def test_soap_login_until_version_64(client: Any) -> None:
    answer = login(client, "64.0", client.org.password)
    assert answer.status_code == 200
    for name in ("serverUrl", "sessionId", "userId", "organizationId"):
        assert f"<{name}>" in answer.text, "clients read it by regular expression"
    session = answer.text.partition("<sessionId>")[2].partition("<")[0]
    headers = {"Authorization": f"Bearer {session}"}
    assert requests.get(f"{client.data}/sobjects", headers=headers, timeout=5).status_code == 200
    gone = login(client, "65.0", client.org.password)
    assert gone.status_code == 500
    fault = ElementTree.fromstring(gone.text).find(".//{http://schemas.xmlsoap.org/soap/envelope/}Fault")
    assert fault is not None
    assert fault.findtext("faultcode") == "sf:INVALID_OPERATION"
    assert fault.findtext("faultstring") == (
        "INVALID_OPERATION: The SOAP Login operation is not available in the API version specified (65.0). Refer to "
        "the "
        "documentation for supported versions."
    )


@pytest.mark.parametrize(("username", "password"), [
    ("admin@local.example", "wrong"), ("ghost@local.example", None), ("inactive@local.example", None), ("", ""),
])  # fmt: skip
def test_soap_login_refused(client: Any, username: str, password: str | None) -> None:
    answer = login(client, "60.0", client.org.password if password is None else password, username)
    assert answer.status_code == 500
    assert "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>" in answer.text
    message = "Invalid username, password, security token; or user locked out."
    assert f"<sf:exceptionMessage>{message}</sf:exceptionMessage>" in answer.text


def test_identity_is_ones_own(client: Any) -> None:
    own = client.http.get(f"{client.org.url}/services/oauth2/userinfo").json()
    url = f"{client.org.url}/id/{client.org.org_id}/{own['user_id']}"
    assert client.http.get(url).json()["username"] == "admin@local.example"
    assert requests.get(url, params={"oauth_token": client.token, "format": "json"}, timeout=5).status_code == 200
    assert client.http.get(f"{client.org.url}/id/{client.org.org_id}/005Lo0000000002IAA").status_code == 403


def test_a_session_ends(fresh: Any) -> None:
    client = fresh()
    org = client.org.org
    answer = requests.post(f"{client.org.url}/services/oauth2/token", timeout=5, data={
        "grant_type": "client_credentials", "client_id": client.org.client_id,
        "client_secret": client.org.client_secret}).json()  # fmt: skip
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert requests.get(f"{client.data}/sobjects", headers=headers, timeout=5).status_code == 200
    clock = org.clock
    org.clock = lambda: clock() + timedelta(hours=3)
    assert requests.get(f"{client.data}/sobjects", headers=headers, timeout=5).status_code == 401
    assert client.http.get(f"{client.data}/sobjects").status_code == 200, "the org's own session does not end"
    org.options = replace(org.options, session_seconds=60)


def test_an_external_client_app_decides_who_may_come_in(fresh: Any, kit: Any) -> None:
    """An app that was deployed is an OAuth client: its certificate signs, its policy says who is let in."""
    client = fresh()
    private, certificate = make("App", "org", 2048, datetime.now(UTC))
    app = "<externalClientApplication>Door</externalClientApplication>"
    policy = (f"<commaSeparatedProfile>System Administrator</commaSeparatedProfile>{app}"
              "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>")  # fmt: skip
    files = {
        "package.xml": kit.manifest({
            "ExternalClientApplication": ["Door"], "ExtlClntAppGlobalOauthSettings": ["Door_g"],
            "ExtlClntAppOauthSettings": ["Door_o"], "ExtlClntAppOauthConfigurablePolicies": ["Door_o_defaultPolicy"],
        }),
        "externalClientApps/Door.eca": kit.document("ExternalClientApplication", "<label>Door</label>"),
        "extlClntAppGlobalOauthSets/Door_g.ecaGlblOauth": kit.document(
            "ExtlClntAppGlobalOauthSettings",
            f"<certificate>{certificate.decode()}</certificate><consumerKey>doorkey</consumerKey>{app}",
        ),
        "extlClntAppOauthSettings/Door_o.ecaOauth": kit.document("ExtlClntAppOauthSettings", app),
        "extlClntAppOauthPolicies/Door_o_defaultPolicy.ecaOauthPlcy": kit.document(
            "ExtlClntAppOauthConfigurablePolicies", policy
        ),
    }  # fmt: skip
    client.deployed(files)

    def come_in(who: str) -> tuple[int, str | None]:
        signed = assertion(private, **claims(client, iss="doorkey", sub=who))
        url = f"{client.org.url}/services/oauth2/token"
        answer = requests.post(url, data={"grant_type": JWT, "assertion": signed}, timeout=5)
        return answer.status_code, answer.json().get("error")

    assert come_in("admin@local.example") == (200, None)
    assert come_in("agent@local.example") == (400, "invalid_app_access")


def test_a_frozen_user_stays_out(fresh: Any) -> None:
    client = fresh()
    org = client.org
    form = {
        "grant_type": "password", "client_id": org.client_id, "client_secret": org.client_secret,
        "username": "agent@local.example", "password": org.password,
    }  # fmt: skip
    token = f"{org.url}/services/oauth2/token"
    assert requests.post(token, form, timeout=10).status_code == 200
    (login,) = client.query("SELECT Id, IsFrozen FROM UserLogin WHERE User.Username = 'agent@local.example'")
    assert login["IsFrozen"] is False
    address = f"{client.data}/sobjects/UserLogin/{login['Id']}"
    assert client.http.patch(address, json={"IsFrozen": True}).status_code == 204
    refused = requests.post(token, form, timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert client.refused("UserLogin", UserId=login["Id"])[0] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
