from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolkit.cli.main import main

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_salesforce_project(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate"]) == 0
    assert capsys.readouterr().out == ".: 43 components in API version 62.0; files: 87 written\n"
    assert json.loads((work / "sfdx-project.json").read_text()) == {
        "packageDirectories": [{"path": "force-app", "default": True}],
        "namespace": "",
        "sourceApiVersion": "62.0",
    }
    assert (work / "force-app/main/default/objects/Cobrowse_Settings__c/fields/License_Key__c.field-meta.xml").is_file()
    assert main(["generate"]) == 0
    assert capsys.readouterr().out == ".: 43 components in API version 62.0; files: 87 unchanged\n"


def test_it_writes_a_package(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--format", "mdapi", "--set", "prefix=Acme", "--set", "apiVersion=64"]) == 0
    assert capsys.readouterr().out == "mdapi: 43 components in API version 64.0; files: 74 written\n"
    assert "<version>64.0</version>" in (work / "mdapi" / "package.xml").read_text()
    assert (work / "mdapi" / "classes" / "AcmeConfig.cls").is_file()


def test_json_names_components_and_files(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--json", "--output-dir", "out"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {
        key: document[key] for key in ("status", "folder", "format", "apiVersion", "unchanged", "removed", "kept")
    } == {
        "status": "ok",
        "folder": "out",
        "format": "source",
        "apiVersion": "62.0",
        "unchanged": [],
        "removed": [],
        "kept": [],
    }
    assert {"type": "Certificate", "fullName": "CobrowseIO"} in document["components"]
    files = [path.relative_to(work / "out").as_posix() for path in (work / "out").rglob("*") if path.is_file()]
    assert sorted(document["written"]) == sorted(set(files) - {".sfmeta-generated"})


def test_files_of_others_are_not_overwritten(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = work / "out" / "pages" / "CobrowseDashboard.page"
    page.parent.mkdir(parents=True)
    page.write_text("mine")
    assert main(["generate", "--format", "mdapi", "--output-dir", "out"]) == 2
    assert capsys.readouterr().err == (
        "error: out/pages/CobrowseDashboard.page: was not written by sfmeta as it is now "
        "(move it away, or use --force to overwrite it)\n"
    )
    assert [path.name for path in (work / "out").rglob("*") if path.is_file()] == ["CobrowseDashboard.page"]
    assert main(["generate", "--format", "mdapi", "--output-dir", "out", "--force"]) == 0
    assert page.read_text().startswith("<apex:page ")


def test_what_is_kept_is_told(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--output-dir", "out"]) == 0
    tab = work / "out" / "force-app" / "main" / "default" / "tabs" / "CobrowseSettings.tab-meta.xml"
    tab.write_text("mine")
    capsys.readouterr()
    assert main(["generate", "--output-dir", "out", "--set", "prefix=Acme"]) == 0
    told = capsys.readouterr()
    assert told.err == (
        "kept, because it was changed by hand: out/force-app/main/default/tabs/CobrowseSettings.tab-meta.xml\n"
    )
    assert tab.read_text() == "mine"


def test_a_mistake_in_a_template_is_told_with_its_line(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = work / "mine" / "tabs" / "tab.tab.j2"
    template.parent.mkdir(parents=True)
    template.write_text("<CustomTab>\n{{ lable }}</CustomTab>")
    assert main(["generate", "--templates", "mine"]) == 2
    assert capsys.readouterr().err == (
        "error: mine/tabs/tab.tab.j2:2: template: 'lable' is undefined "
        "(mend the override, or remove it to use the shipped template)\n"
    )
    assert not (work / "force-app").exists()


def test_templates_of_the_configuration_are_used_unasked(work: Path) -> None:
    template = work / "config" / "templates" / "tabs" / "tab.tab.j2"
    template.parent.mkdir(parents=True)
    template.write_text("<CustomTab>{{ label }}</CustomTab>")
    assert main(["generate"]) == 0
    written = work / "force-app" / "main" / "default" / "tabs" / "CobrowseDashboard.tab-meta.xml"
    assert "<CustomTab>Cobrowse.io Dashboard</CustomTab>" in written.read_text()


def test_an_org_that_is_not_listed_is_a_mistake(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--org", "nosuch"]) == 2
    assert "nosuch" in capsys.readouterr().err
    assert main(["generate", "--org", "local"]) == 0


def test_a_mistake_in_the_configuration_writes_nothing(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--set", "widget.heigth=900"]) == 2
    assert "heigth" in capsys.readouterr().err
    assert sorted(path.name for path in work.iterdir()) == ["config"]
