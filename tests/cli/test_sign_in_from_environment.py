"""Signing in from environment variables alone: every way, against the local org, without a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    with EmbeddedOrg(tmp_path_factory.mktemp("env") / "state") as served:
        yield served


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    with EmbeddedOrg(tmp_path_factory.mktemp("env-tls") / "state", tls=True) as served:
        yield served


def variables(local: EmbeddedOrg, way: str) -> dict[str, str]:
    app = {"SFMETA_LOGIN_URL": local.url, "SFMETA_CONSUMER_KEY": local.client_id}
    return {
        "access_token": {"SFMETA_ACCESS_TOKEN": local.access_token, "SFMETA_INSTANCE_URL": local.url},
        "as the CLI names them": {"SF_ACCESS_TOKEN": local.access_token, "SF_ORG_INSTANCE_URL": local.url},
        "jwt": {**app, "SFMETA_USERNAME": local.username, "SFMETA_PRIVATE_KEY": local.jwt_key().decode()},
        "refresh_token": {
            "SFMETA_LOGIN_URL": local.url,
            "SFMETA_CONSUMER_KEY": "PlatformCLI",
            "SFMETA_REFRESH_TOKEN": local.refresh_token(),
        },
        "password": {
            **app,
            "SFMETA_USERNAME": local.username,
            "SFMETA_PASSWORD": local.password,
            "SFMETA_CONSUMER_SECRET": local.client_secret,
        },
        "soap_login": {
            "SFMETA_LOGIN_URL": local.url,
            "SFMETA_USERNAME": local.username,
            "SFMETA_PASSWORD": local.password,
            "SFMETA_API_VERSION": "64.0",
        },
        "sfdx_url": {"SFDX_AUTH_URL": f"force://PlatformCLI::{local.refresh_token()}@{local.url[8:]}"},
        "client_credentials": {
            "SFMETA_LOGIN_URL": local.url,
            "SFMETA_CONSUMER_KEY": local.client_id,
            "SFMETA_CONSUMER_SECRET": local.client_secret,
        },
    }[way]


@pytest.fixture
def display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """`org display` in an empty folder with these variables: exit code, the document, stderr."""
    monkeypatch.chdir(tmp_path)

    def call(given: dict[str, str], name: str = "env") -> tuple[int, dict[str, object], str]:
        for variable, value in given.items():
            monkeypatch.setenv(variable, value)
        code = main(["org", "display", name, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out), said.err

    return call


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("access_token", "access_token"),
        ("as the CLI names them", "access_token"),
        ("jwt", "jwt"),
        ("refresh_token", "refresh_token"),
        ("password", "password"),
        ("client_credentials", "client_credentials"),
        ("soap_login", "password"),
    ],
)
def test_every_way_in(display, local: EmbeddedOrg, way: str, kind: str) -> None:
    code, said, err = display(variables(local, way))
    assert code == 0, err
    org = said["org"]
    assert (org["kind"], org["orgId"], org["username"]) == (kind, local.org_id, local.username)


def test_a_token_that_the_cli_lends(display, local: EmbeddedOrg, tmp_path: Path) -> None:
    cli = tmp_path / "bin" / "sf"
    cli.parent.mkdir()
    shown = json.dumps({"result": {"instanceUrl": local.url, "accessToken": local.access_token}})
    cli.write_text(f"#!/bin/sh\necho '{shown}'\n")
    cli.chmod(0o755)
    code, said, err = display({"SFMETA_CLI_ORG": "my-alias", "PATH": f"{cli.parent}:/usr/bin:/bin"})
    assert code == 0, err
    assert (said["org"]["kind"], said["org"]["username"]) == ("sf_cli", local.username)


def test_an_auth_url_is_always_https(display, secure: EmbeddedOrg) -> None:
    code, said, err = display({**variables(secure, "sfdx_url"), "REQUESTS_CA_BUNDLE": str(secure.ca_file)})
    assert code == 0, err
    assert (said["org"]["kind"], said["org"]["orgId"]) == ("sfdx_url", secure.org_id)


def test_an_untrusted_certificate_is_told_as_one(display, secure: EmbeddedOrg) -> None:
    code, said, err = display(variables(secure, "sfdx_url"))
    assert code == 1
    assert "is not trusted" in err
    assert "REQUESTS_CA_BUNDLE" in said["problems"][0]["mend"]


def test_another_org_than_the_expected_one_is_refused(display, local: EmbeddedOrg) -> None:
    code, said, _ = display({**variables(local, "access_token"), "SFMETA_ORG_ID": "00D000000000009"})
    assert code == 2
    assert said["problems"][0]["message"].startswith(f"env is the org {local.org_id}, and orgs.yaml expects 00D0")


def test_what_is_missing_is_named_and_only_when_it_is_asked_for(display, monkeypatch, capsys) -> None:
    code, said, _ = display({"SFMETA_PRIVATE_KEY": "hidden-key", "SFMETA_USERNAME": "ada@acme.example"})
    assert code == 2
    assert [problem["message"] for problem in said["problems"]] == [
        "SFMETA_PRIVATE_KEY is set, and SFMETA_CONSUMER_KEY is not"
    ]
    assert main(["org", "list", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["orgs"]] == ["local"]


def test_a_value_that_is_none_is_named_by_its_variable(display) -> None:
    code, said, _ = display({"SFMETA_ACCESS_TOKEN": "00Dx!secret-part", "SFMETA_INSTANCE_URL": "not an address"})
    assert code == 2
    assert said["problems"][0]["message"].startswith("SFMETA_INSTANCE_URL is not valid")
    assert "secret-part" not in json.dumps(said)


def test_a_target_in_the_file_comes_first(display, local: EmbeddedOrg, tmp_path: Path, capsys) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "orgs.yaml").write_text("default: local\norgs:\n  env: {kind: local, label: ours}\n")
    display(variables(local, "access_token"), "local")
    assert main(["org", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows["default"] == "local"
    assert {row["name"]: row["label"] for row in rows["orgs"]} == {"env": "ours", "local": None}
