"""Access to a connected app that the org has: what an earlier release gave goes with --prune, and comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org import soql
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken
from toolkit.resources import shipped

APP = """<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>vendor@example.com</contactEmail>
    <label>CobrowseIO</label>
    <oauthConfig>
        <callbackUrl>https://vendor.example/callback</callbackUrl>
        <consumerKey>3MVG9vendor0000000000000000000000000000000000000000000000000</consumerKey>
        <scopes>Api</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>BYPASS</ipRelaxation>
        <refreshTokenPolicy>infinite</refreshTokenPolicy>
    </oauthPolicy>
</ConnectedApp>
"""
NOTHING = "Nothing to change: the org has all of it as wanted.\n"
BOTH = ["System Administrator", "Standard User"]

Run = Callable[[str], tuple[int, str]]


def configure(profiles: list[str]) -> None:
    path = Path("config/package.yaml")
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    app = {"kind": "connected_app", "name": "CobrowseIO", "contactEmail": "a@b.example", "profiles": profiles}
    path.write_text(yaml.safe_dump({**values, "app": app}), encoding="utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in a folder whose local org has the vendor's connected app."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped("config"), tmp_path / "config")
    with EmbeddedOrg(Path(".sfmeta"), connected_app_creation=True) as local:
        org = connect(AccessToken(local.url, local.access_token), api_version="62.0")
        file = ComponentFile("connectedApps/CobrowseIO.connectedApp", APP.encode())
        sent = write_zip(Bundle.of([Component("ConnectedApp", "CobrowseIO", (file,))], api_version="62.0"))
        assert org.follow_deploy(org.start_deploy(sent, DeployOptions()), wait=60).success

    def call(line: str) -> tuple[int, str]:
        code = main(line.split())
        said = capsys.readouterr()
        assert code in (0, 3), said.err
        return code, said.out

    return call


def have_access() -> set[str]:
    """The permission sets and profiles that have access to the app, as the org's own records say."""
    with EmbeddedOrg(Path(".sfmeta")) as local:
        org = connect(AccessToken(local.url, local.access_token), api_version="62.0")
        app = org.query(soql.select("Id", source="ConnectedApplication", where=soql.equals("Name", "CobrowseIO")))
        fields = ("Parent.Name", "Parent.IsOwnedByProfile", "Parent.Profile.Name")
        where = soql.equals("SetupEntityId", app[0].id)
        rows = org.query(soql.select(*fields, source="SetupEntityAccess", where=where))
        return {
            row.need("Parent.Profile.Name") if row.flag("Parent.IsOwnedByProfile") else row.need("Parent.Name")
            for row in rows
        }


SETS = {"Cobrowse_Agent", "Cobrowse_Admin"}


def test_access_of_an_earlier_release_goes_with_prune_and_a_rollback_gives_it_back(run: Run) -> None:
    configure(BOTH)
    run("deploy --org local --yes")
    assert have_access() == {*SETS, *BOTH}
    configure(BOTH[:1])
    assert run("plan --org local") == (0, NOTHING)
    told = run("plan --org local --prune")[1]
    assert "  ~ ConnectedApp CobrowseIO\n      access of profile Standard User: given -> (none)\n" in told
    assert "Plan: 1 to change, " in told
    run("deploy --org local --yes --prune")
    assert have_access() == {*SETS, "System Administrator"}
    assert run("plan --org local --prune") == (0, NOTHING)
    assert run("drift --org local")[0] == 0
    run("rollback --org local --yes")
    assert have_access() == {*SETS, *BOTH}
    configure(BOTH)
    assert run("plan --org local") == (0, NOTHING)


def test_a_rollback_takes_away_what_the_release_gave_and_nothing_else(run: Run) -> None:
    configure(BOTH[:1])
    run("deploy --org local --yes")
    configure(BOTH)
    run("deploy --org local --yes")
    assert have_access() == {*SETS, *BOTH}
    run("rollback --org local --yes")
    assert have_access() == {*SETS, "System Administrator"}
    run("uninstall --org local --yes --delete-certificate")
    assert have_access() == set()
