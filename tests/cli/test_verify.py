"""`sfmeta verify` as a person and a pipeline meet it: exact output, exit codes, one JSON document."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from toolkit.cli.main import COMMANDS, main
from toolkit.cli.verify import verify
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.resources import shipped

HELP = "Say whether the integration works, for whom, and which link is missing."
KEY = "licence-of-the-command-line"
AGENT = "agent@local.example"


@dataclass
class Said:
    code: int
    out: str
    err: str


Verify = Callable[..., Said]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped configuration and a local org that has been deployed to, the widget taken out again."""
    folder = tmp_path_factory.mktemp("verify-cli")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COBROWSE_LICENSE_KEY", KEY)
        shutil.copytree(shipped("config"), folder / "config")
        assert main(["deploy", "--org", "local", "--yes", "--json"]) == 0
        assert main(["place", "--org", "local", "Contact", "Case", "--remove"]) == 0
    return folder


@pytest.fixture
def run(deployed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verify:
    shutil.copytree(deployed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", KEY)
    monkeypatch.setitem(COMMANDS, "verify", HELP)

    def call(*words: str) -> Said:
        capsys.readouterr()
        code = main(["verify", *words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def test_the_short_help() -> None:
    assert isinstance(verify, click.Command)
    assert verify.short_help == HELP


def test_without_users_everybody_who_is_assigned_has_one_line(run: Verify) -> None:
    said = run("--org", "local")
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[0].split() == ["Org", "State", "Found"]
    assert "Components                                  ok        37 read back as wanted" in lines
    assert "certificate CobrowseIO                      ok        RSA 2048, good until " in said.out
    missing = "MISSING   Salesforce's own page, without the widget"
    assert f"record page Contact                         {missing}" in lines
    mend = "    -> sfmeta deploy --org local"
    assert lines[lines.index("  Placement Contact and 5 more") + 1] == mend
    assert lines[lines.index("  admin@local.example and 2 more") + 1] == mend
    start = lines.index(next(line for line in lines if line.startswith("User ")))
    users = [line.split()[0] for line in lines[start + 2 :] if "@local.example" in line.split(" ")[0]]
    assert users == ["admin@local.example", "agent2@local.example", AGENT]
    assert "Not knowable from outside:" in lines
    assert lines[-1].startswith("Works for 0 of 3 users: ")
    assert said.err.splitlines()[0] == "Preflight: reading"
    assert all(len(line) <= 120 for line in lines if not line.startswith("  "))
    assert "\x1b" not in said.out + said.err
    assert KEY not in said.out + said.err


def test_one_json_document_with_the_whole_chain_of_a_user(run: Verify) -> None:
    said = run("--org", "local", "--user", AGENT, "--user", AGENT.upper(), "--json")
    found = json.loads(said.out)
    assert (said.code, found["exitCode"], found["status"], found["works"]) == (1, 1, "missing", False)
    assert found["org"] == {"name": "local", "organization": "Local Org"}
    (user,) = found["users"]
    assert (user["username"], user["name"], user["works"], user["checked"]) == (AGENT, "Alex Agent", False, 24)
    assert len(user["links"]) == 24
    assert user["links"][0] == {
        "link": "user",
        "subject": AGENT,
        "state": "ok",
        "text": "active, profile Standard User",
        "mend": None,
    }
    missing = [link for link in user["links"] if link["state"] == "missing"]
    assert [(link["link"], link["subject"]) for link in missing] == [
        ("record page", "Contact"),
        ("record page", "Case"),
    ]
    assert found["summary"]["missing"] == 6
    assert {link["state"] for link in found["notKnowable"]} == {"unknown"}
    assert KEY not in said.out + said.err


def test_a_chain_without_a_missing_link_is_exit_0(run: Verify) -> None:
    said = run("--org", "local", "--user", AGENT, "--set", "placements=[]")
    assert said.code == 0, said.out
    assert "agent@local.example (Alex Agent)" in said.out
    assert said.out.splitlines()[-1].startswith("It works for 1 user: ")
    assert "no placement asks for it" in " ".join(said.out.split())


def test_a_mend_that_holds_for_many_links_is_told_once(run: Verify) -> None:
    said = run("--org", "local", "--user", "inactive@local.example")
    assert said.code == 1
    lines = said.out.splitlines()
    add = "add inactive@local.example to permissionSets.agent.assign.users in package.yaml"
    mend = f"{add}, then sfmeta deploy --org local"
    head = lines.index("  custom permission Cobrowse_Agent or Cobrowse_Admin and 10 more")
    assert lines[head + 1] == f"    -> {mend}"
    assert said.out.count("add inactive@local.example to") == 1
    assert "user inactive@local.example                          MISSING   inactive" in lines


def test_an_org_and_a_user_that_are_not_there(run: Verify) -> None:
    said = run("--org", "nowhere", "--json")
    assert (said.code, json.loads(said.out)["exitCode"]) == (2, 2)
    said = run("--org", "local", "--user", "nobody@local.example", "--json")
    (user,) = json.loads(said.out)["users"]
    assert (said.code, user["links"][0]["text"]) == (1, "the org has no such user")


def test_a_key_that_only_the_local_org_makes_up_is_said(run: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COBROWSE_LICENSE_KEY")
    said = run("--org", "local", "--user", AGENT, "--json")
    expected = "COBROWSE_LICENSE_KEY is not set: the local org is expected to have the placeholder "
    assert expected in said.err
    links = [link for link in json.loads(said.out)["links"] if link["state"] == "missing"]
    assert [(link["link"], link["text"]) for link in links if link["link"] == "Settings"] == [
        ("Settings", "differs in License_Key__c")
    ]


def test_a_real_org_is_verified_without_its_secrets(
    run: Verify, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("COBROWSE_LICENSE_KEY")
    with EmbeddedOrg(tmp_path / ".sfmeta") as served:
        monkeypatch.setenv("TOKEN", served.access_token)
        (tmp_path / "config/orgs.yaml").write_text(
            f"orgs:\n  real:\n    kind: access_token\n    instanceUrl: {served.url}\n    accessToken: ${{env:TOKEN}}\n"
        )
        said = run("--org", "real", "--user", AGENT, "--set", "placements=[]", "--json")
    found = json.loads(said.out)
    assert said.code == 0, said.out
    (settings,) = [link for link in found["links"] if link["link"] == "Settings"]
    assert settings["state"] == "unknown"
    assert settings["text"] == (
        "not compared with the configuration: the environment variable COBROWSE_LICENSE_KEY is not set"
    )
    (key,) = [link for link in found["users"][0]["links"] if link["link"] == "licence key"]
    assert (key["state"], key["text"]) == ("ok", "set, from the row of the org")
    assert served.access_token not in said.out + said.err
