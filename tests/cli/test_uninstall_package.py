"""`sfmeta uninstall --appexchange`: what still uses the vendor's package is listed; then the package goes first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken
from toolkit.resources import shipped

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE = '<apex:page standardController="Contact">\n    <apex:include pageName="CobrowseIO__Widget"/>\n</apex:page>\n'


@dataclass
class Told:
    code: int
    out: str
    err: str


Run = Callable[[str], Told]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in a folder with the shipped configuration and a new local org."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped("config"), tmp_path / "config")

    def call(line: str) -> Told:
        code = main(line.split())
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return call


@contextmanager
def others() -> Iterator[Org]:
    """The org as somebody else reaches it, who writes no ledger of ours."""
    with EmbeddedOrg(Path(".sfmeta")) as local:
        yield connect(AccessToken(local.url, local.access_token), api_version="62.0")


def sent(org: Org, *components: Component, going: tuple[ComponentKey, ...] = ()) -> None:
    bundle = Bundle.of(components, api_version="62.0", destructive=Destructive(plain=going))
    ended = org.follow_deploy(org.start_deploy(write_zip(bundle), DeployOptions()), wait=60)
    assert ended.success, ended.failures


def vendors(namespace: str) -> Component:
    body = "    <activateRSS>false</activateRSS>\n    <versionNumber>1.9</versionNumber>\n"
    text = f"{HEAD}<InstalledPackage {NS}>\n{body}</InstalledPackage>\n"
    path = f"installedPackages/{namespace}.installedPackage"
    return Component("InstalledPackage", namespace, (ComponentFile(path, text.encode()),))


def page_that_uses_it() -> Component:
    meta = f"{HEAD}<ApexPage {NS}>\n    <apiVersion>62.0</apiVersion>\n    <label>Mine</label>\n</ApexPage>\n"
    files = (
        ComponentFile("pages/Mine.page", PAGE.encode()),
        ComponentFile("pages/Mine.page-meta.xml", meta.encode()),
    )
    return Component("ApexPage", "Mine", files)


def everything(org: Org) -> dict[str, list[str]]:
    """The names of what can be listed, by type: what a look at the org in Setup shows."""
    found: dict[str, list[str]] = {}
    for described in org.describe_metadata():
        for row in org.list_metadata((described.name, None)):
            found.setdefault(row.type, []).append(row.full_name)
    return found


def test_what_uses_the_package_is_listed_and_nothing_changes_then_it_goes_first(run: Run) -> None:
    assert run("deploy --org local --yes").code == 0
    with others() as org:
        sent(org, vendors("CobrowseIO"), vendors("other"))
        sent(org, page_that_uses_it())
        before = everything(org)
    refused = run("uninstall --org local --appexchange --yes")
    assert refused.code == 1
    assert (
        "error: pages/Mine.page:2: ApexPage Mine uses CobrowseIO__Widget of the package "
        "(take it out, then remove the package; in a record page: Edit Page, or sfmeta place --remove --vf-page)\n"
    ) in refused.err
    with others() as org:
        assert everything(org) == before
        sent(org, going=(ComponentKey("ApexPage", "Mine"),))
    done = run("uninstall --org local --appexchange --yes --delete-certificate")
    assert done.code == 0, done.err
    assert done.err.index("InstalledPackage CobrowseIO") < done.err.index("Cobrowse_Agent")
    with others() as org:
        left = everything(org)
    assert left["InstalledPackage"] == ["other"]
    assert "Certificate" not in left
    assert not [name for name in left.get("ApexClass", []) if name.startswith("Cobrowse")]


def test_an_org_that_has_only_the_package_and_another_namespace(run: Run) -> None:
    with others() as org:
        sent(org, vendors("acme"))
    assert run("uninstall --org local --yes").code == 1
    nothing = run("uninstall --org local --appexchange --yes")
    assert (nothing.code, "the org has no package of cobrowse" in nothing.err) == (0, True), nothing.err
    done = run("uninstall --org local --appexchange --namespace acme --yes")
    assert done.code == 0, done.err
    with others() as org:
        assert org.list_metadata(("InstalledPackage", None)) == ()
    alone = run("uninstall --org local --namespace acme --yes")
    assert (alone.code, "--namespace names the AppExchange package" in alone.err) == (2, True)
