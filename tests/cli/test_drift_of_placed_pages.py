"""Drift of a record page that one release deployed and a later placement of ours has put the widget into."""

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
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken
from toolkit.resources import shipped

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
NO_DRIFT = "No drift: the org has all of it as it was released.\n"

Run = Callable[[str], tuple[int, str]]


def page(label: str = "Contacts") -> str:
    region = "    <flexiPageRegions>\n        <name>{0}</name>\n        <type>Region</type>\n    </flexiPageRegions>\n"
    return (
        f"{HEAD}<FlexiPage {NS}>\n{region.format('header')}{region.format('main')}{region.format('sidebar')}"
        f"    <masterLabel>{label}</masterLabel>\n    <sobjectType>Contact</sobjectType>\n    <template>\n"
        "        <name>flexipage:recordHomeTemplateDesktop</name>\n    </template>\n    <type>RecordPage</type>\n"
        "</FlexiPage>\n"
    )


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs command lines in a folder with the integration without placements, and a project with a record page."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped("config"), tmp_path / "config")
    path = tmp_path / "config/package.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**values, "placements": []}), encoding="utf-8")
    pages = tmp_path / "mine/flexipages"
    pages.mkdir(parents=True)
    (pages / "Contacts.flexipage").write_text(page(), encoding="utf-8")
    types = "    <types>\n        <members>Contacts</members>\n        <name>FlexiPage</name>\n    </types>\n"
    manifest = f"{HEAD}<Package {NS}>\n{types}    <version>62.0</version>\n</Package>\n"
    (tmp_path / "mine/package.xml").write_text(manifest, encoding="utf-8")

    def call(line: str) -> tuple[int, str]:
        code = main(line.split())
        said = capsys.readouterr()
        assert code in (0, 3), said.err
        return code, said.out

    call("deploy --org local --yes")
    call("deploy mine --org local --yes")
    return call


def somebody_edits_the_page() -> None:
    """Another label, on the page as it is in the org now, by hand."""
    with EmbeddedOrg(Path(".sfmeta")) as local:
        org = connect(AccessToken(local.url, local.access_token), api_version="62.0")
        file = ComponentFile("flexipages/Contacts.flexipage", page("Theirs").encode())
        sent = write_zip(Bundle.of([Component("FlexiPage", "Contacts", (file,))], api_version="62.0"))
        assert org.follow_deploy(org.start_deploy(sent, DeployOptions()), wait=60).success


def test_a_later_placement_of_ours_is_no_drift_and_neither_is_taking_it_out_or_back(run: Run) -> None:
    assert run("drift --org local") == (0, NO_DRIFT)
    placed = run("place --org local Contact --page Contacts --yes")[1]
    assert "placed     FlexiPage Contacts" in placed
    assert run("drift --org local") == (0, NO_DRIFT)
    removed = run("place --org local Contact --page Contacts --remove --yes")[1]
    assert "removed    FlexiPage Contacts" in removed
    assert run("drift --org local") == (0, NO_DRIFT)
    run("rollback --org local --yes")
    assert run("drift --org local") == (0, NO_DRIFT)
    run("rollback --org local --yes")
    assert run("drift --org local") == (0, NO_DRIFT)


def test_what_others_change_on_such_a_page_is_drift(run: Run) -> None:
    run("place --org local Contact --page Contacts --yes")
    somebody_edits_the_page()
    code, told = run("drift --org local")
    assert code == 3
    assert "~ FlexiPage Contacts\n" in told
    assert "masterLabel: Contacts -> Theirs\n" in told


def test_a_copy_of_the_ledger_knows_it_too(run: Run) -> None:
    run("place --org local Contact --page Contacts --yes")
    run("history export copy.ledger")
    for path in Path(".sfmeta").glob("ledger.db*"):
        path.unlink()
    run("history import copy.ledger")
    assert run("drift --org local") == (0, NO_DRIFT)
