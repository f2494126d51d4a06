"""orgs.yaml: targets and how to sign in to each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.config.load import load_orgs
from toolkit.config.secrets import SecretRef
from toolkit.config.targets import (
    AccessTokenTarget,
    AuthUrlTarget,
    ClientCredentialsTarget,
    JwtTarget,
    LocalTarget,
    PasswordTarget,
    RefreshTokenTarget,
    SfCliTarget,
    WebTarget,
)
from toolkit.errors import ConfigError, Location

Folder = Callable[..., Path]

ORGS = """\
default: staging
orgs:
  staging:
    kind: jwt
    username: deploy@acme.example.staging
    consumerKey: 3MVG9_abc.def
    privateKey: ${file:secrets/staging.key}
    loginUrl: https://test.salesforce.com
    audience: https://test.salesforce.com
  production:
    kind: client_credentials
    label: Acme production
    consumerKey: 3MVG9_abc.def
    consumerSecret: ${env:ACME_CONSUMER_SECRET}
    domain: acme.my.salesforce.com
    protected: true
    apiVersion: 64.0
    expect: {orgId: 00D000000000001AAA}
  scratch:
    kind: access_token
    instanceUrl: https://acme-dev.scratch.my.salesforce.com/
    accessToken: ${env:SF_ACCESS_TOKEN}
  second-local:
    kind: local
    state: .sfmeta/second
    type: production
"""


def wrong(folder: Folder, text: str) -> list[str]:
    root = folder({"orgs.yaml": text})
    with pytest.raises(ConfigError) as caught:
        load_orgs(root)
    return [str(problem).replace(f"{root}/", "") for problem in caught.value.problems]


def test_every_kind(folder: Folder) -> None:
    root = folder({"orgs.yaml": ORGS})
    orgs = load_orgs(root)
    assert list(orgs.orgs) == ["local", "staging", "production", "scratch", "second-local"]
    name, staging = orgs.target()
    assert name == "staging"
    assert isinstance(staging, JwtTarget)
    assert staging.private_key == SecretRef("file", "secrets/staging.key")
    assert (staging.token_base, staging.audience) == ("https://test.salesforce.com",) * 2
    production = orgs.target("production")[1]
    assert isinstance(production, ClientCredentialsTarget)
    assert production.token_base == "https://acme.my.salesforce.com"
    assert production.expect is not None
    assert (production.protected, production.expect.org_id, production.api_version, production.label) == (
        True,
        "00D000000000001AAA",
        "64.0",
        "Acme production",
    )
    scratch = orgs.target("scratch")[1]
    assert isinstance(scratch, AccessTokenTarget)
    assert scratch.instance_url == "https://acme-dev.scratch.my.salesforce.com"
    second = orgs.target("second-local")[1]
    assert isinstance(second, LocalTarget)
    assert (second.state, second.type) == (".sfmeta/second", "production")
    assert orgs.where("orgs.staging.privateKey") == Location(str(root / "orgs.yaml"), 7, 17)
    assert orgs.where("orgs.staging.domain") == Location(str(root / "orgs.yaml"), 3, 3)


def test_jwt_addresses(folder: Folder) -> None:
    head = "orgs: {a: {kind: jwt, username: a@b.example, consumerKey: 3MVG9abc, privateKey: '${env:K}'"
    target = load_orgs(folder({"orgs.yaml": head + "}}"})).orgs["a"]
    assert isinstance(target, JwtTarget)
    assert target.token_base == "https://login.salesforce.com"
    target = load_orgs(folder({"orgs.yaml": head + ", domain: acme.my.salesforce.com}}"})).orgs["a"]
    assert isinstance(target, JwtTarget)
    assert target.token_base == "https://acme.my.salesforce.com"


@pytest.mark.parametrize("text", ["", "orgs:\n", "orgs: {}\n", "default:\norgs:\n"])
def test_local_is_always_there(text: str, folder: Folder) -> None:
    orgs = load_orgs(folder({"orgs.yaml": text}))
    assert isinstance(orgs.target("local")[1], LocalTarget)
    with pytest.raises(ConfigError) as caught:
        orgs.target()
    assert str(caught.value) == "no org is named (give --org, or `default:` in orgs.yaml; it has local)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "default: dve\norgs: {dev: {kind: local}}\n",
            ["orgs.yaml:1:10: there is no org `dve` (the orgs are local, dev)"],
        ),
        ("orgs: {dev: {}}\n", ["orgs.yaml:1:8: missing key `kind` in `orgs.dev` (add `kind:` with how to sign in)"]),
        (
            "orgs:\n  dev: {kind: jtw, usernam: x}\n",
            [
                "orgs.yaml:2:3: `orgs.dev.kind` must be one of local, access_token, jwt, client_credentials, "
                "refresh_token, sfdx_url, sf_cli, web, password; "
                'found the text "jtw" (did you mean jwt?)'
            ],
        ),
        (
            "orgs:\n  dev: {kind: access_token, instanceURL: 'https://a.example', accessToken: 00DHUSH!AQ}\n",
            [
                "orgs.yaml:2:3: missing key `instanceUrl` in `orgs.dev` (add `instanceUrl:`)",
                "orgs.yaml:2:29: unknown key `instanceURL`, did you mean `instanceUrl`?",
                "orgs.yaml:2:76: `orgs.dev.accessToken` must be a reference to a secret, not the secret itself "
                "(write ${env:NAME} or ${file:path} and keep the secret itself out of the configuration)",
            ],
        ),
        (
            "orgs:\n  local: {kind: access_token, instanceUrl: 'https://a.example', accessToken: '${env:T}'}\n",
            ["orgs.yaml:2:17: `local` is the org on this machine (choose another name, or kind local)"],
        ),
        (
            "orgs:\n  dev: {kind: local}\n  Dev: {kind: local}\n",
            [
                "orgs.yaml:3:3: Dev and dev differ by case alone "
                "(rename one; both would read the same overlay on some machines)"
            ],
        ),
        (
            "orgs:\n  ../x: {kind: local}\n",
            [
                'orgs.yaml:2:3: `orgs.../x` is not a name of an org; found the text "../x" '
                "(letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit)"
            ],
        ),
        (
            "orgs:\n  p:\n    kind: client_credentials\n    consumerKey: 3MVG9abc\n    consumerSecret: ${env:S}\n"
            "    domain: https://acme.my.salesforce.com\n    expect: {orgId: 001x}\n",
            [
                'orgs.yaml:6:13: `orgs.p.domain` is not a host name; found the text "https://acme.my.salesforce.com" '
                "(such as acme.my.salesforce.com, without https:// and path)",
                'orgs.yaml:7:21: `orgs.p.expect.orgId` is not an org id; found the text "001x" '
                "(15 or 18 characters, beginning with 00D)",
            ],
        ),
    ],
)
def test_mistakes(text: str, expected: list[str], folder: Folder) -> None:
    assert wrong(folder, text) == expected


def test_an_unknown_org_is_named_with_its_likeness(folder: Folder) -> None:
    orgs = load_orgs(folder({"orgs.yaml": ORGS}))
    with pytest.raises(ConfigError) as caught:
        orgs.target("prodction")
    assert str(caught.value) == "there is no org `prodction` in orgs.yaml (did you mean production?)"
    with pytest.raises(ConfigError) as caught:
        orgs.target("xyz")
    assert str(caught.value) == (
        "there is no org `xyz` in orgs.yaml (the orgs are local, production, scratch, second-local, staging)"
    )


MORE = """
orgs:
  a: {kind: refresh_token, consumerKey: 3MVG9abc, refreshToken: '${env:R}'}
  b: {kind: sfdx_url, authUrl: '${env:U}'}
  c: {kind: sf_cli, cliOrg: ada@acme.example}
  d: {kind: web, consumerKey: 3MVG9abc, domain: acme.my.salesforce.com, username: ada@acme.example}
  e: {kind: password, username: ada@acme.example, password: '${env:P}', loginUrl: 'https://test.salesforce.com'}
"""


def test_every_further_kind(folder: Folder) -> None:
    orgs = load_orgs(folder({"orgs.yaml": MORE})).orgs
    a, d, e = orgs["a"], orgs["d"], orgs["e"]
    assert isinstance(a, RefreshTokenTarget)
    assert a.token_base == "https://login.salesforce.com"
    assert isinstance(orgs["b"], AuthUrlTarget)
    assert isinstance(orgs["c"], SfCliTarget)
    assert isinstance(d, WebTarget)
    assert (d.port, d.kept_as) == (1717, "https://acme.my.salesforce.com 3MVG9abc ada@acme.example")
    assert isinstance(e, PasswordTarget)
    assert (e.token_base, e.consumer_key) == ("https://test.salesforce.com", None)


@pytest.mark.parametrize("name", ["-x", "--help", "a b", ""])
def test_a_name_that_the_cli_would_take_for_an_option_is_refused(folder: Folder, name: str) -> None:
    with pytest.raises(ConfigError, match="cliOrg"):
        load_orgs(folder({"orgs.yaml": f"orgs: {{c: {{kind: sf_cli, cliOrg: '{name}'}}}}"}))
