"""Which API version and which format a project's files are in, and what that means for new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.placement.placement_shapes import before
from toolkit.cli.main import main
from toolkit.placement.folder import Folder

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
VISUALFORCE = '<apex:page standardController="Contact">x</apex:page>\n'


def manifest(version: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Package {NS}>\n    <types>\n        <members>*</members>\n'
        f"        <name>ApexPage</name>\n    </types>\n    <version>{version}</version>\n</Package>\n"
    )


def lay_out(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def held(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_metadata_api_folder_within_a_source_project_stays_one(tmp_path: Path) -> None:
    """A repository that was half way to source format: the new page is written and named like those beside it."""
    root = lay_out(
        tmp_path,
        {
            "sfdx-project.json": '{"sourceApiVersion": "62.0"}',
            "src/package.xml": manifest("58.0"),
            "src/layouts/Contact-A.layout": before("layout_standard"),
            "src/pages/CobrowseWidgetContact.page": VISUALFORCE,
        },
    )
    old = held(root)
    assert main(["place", "Contact", "--source", str(root), "--org-default"]) == 0
    new = held(root)
    assert set(new) - set(old) == {
        "src/flexipages/Cobrowse_Contact_Record_Page.flexipage",
        "src/objects/Contact.object",
    }
    assert b"<members>Cobrowse_Contact_Record_Page</members>" in new["src/package.xml"]
    assert main(["place", "Contact", "--source", str(root), "--remove"]) == 0
    assert held(root) == old


@pytest.mark.parametrize(("version", "identifiers"), [("47.0", False), ("52.0", False), ("53.0", True)])
def test_a_new_page_is_of_the_version_of_its_own_package(tmp_path: Path, version: str, identifiers: bool) -> None:
    root = lay_out(
        tmp_path, {"app/package.xml": manifest(version), "app/pages/CobrowseWidgetContact.page": VISUALFORCE}
    )
    old = held(root)
    assert main(["place", "Contact", "--source", str(root), "--org-default"]) == 0
    page = (root / "app/flexipages/Cobrowse_Contact_Record_Page.flexipage").read_bytes()
    assert (b"<identifier>" in page) is identifiers
    assert (b"<componentInstances>" in page) is (version == "47.0")
    assert main(["place", "Contact", "--source", str(root), "--remove"]) == 0
    assert held(root) == old


def test_a_version_without_page_templates_cannot_have_a_new_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay_out(tmp_path, {"package.xml": manifest("38.0"), "pages/CobrowseWidgetContact.page": VISUALFORCE})
    old = held(root)
    assert main(["place", "Contact", "--source", str(root), "--org-default"]) == 1
    assert capsys.readouterr().err == (
        f"error: {root}: Contact has no record page here, and API version 38.0 cannot describe a new one "
        "(raise the project's version to 39.0 or later)\n"
    )
    assert held(root) == old


def test_a_page_without_identifiers_gets_one_where_the_version_needs_it(tmp_path: Path) -> None:
    page = before("before_53")
    assert b"<identifier>" not in page
    for version, identifiers in (("52.0", 0), ("53.0", 1)):
        root = lay_out(tmp_path / version, {"package.xml": manifest(version), "flexipages/A.flexipage": page})
        assert main(["place", "Lead", "--source", str(root), "--no-page-check"]) == 0
        assert (root / "flexipages/A.flexipage").read_bytes().count(b"<identifier>") == identifiers


@pytest.mark.parametrize("broken", ["", "git add<?xml?>", "<Package/>", manifest("x.y"), f"<Package {NS}><version>"])
def test_a_manifest_that_cannot_be_read_is_in_nobody_s_way(tmp_path: Path, broken: str) -> None:
    files = {"src/package.xml": broken, "src/layouts/Contact-A.layout": before("layout_standard")}
    root = lay_out(tmp_path, {**files, "src/flexipages/A.flexipage": before("standard")})
    old = held(root)
    assert main(["place", "Contact", "--source", str(root), "--no-page-check", "--layouts"]) == 0
    assert held(root) != old
    assert main(["place", "Contact", "--source", str(root), "--remove"]) == 0
    assert held(root) == old
    if not broken.startswith(f'<?xml version="1.0" encoding="UTF-8"?>\n<Package {NS}>'):
        (root / "src/flexipages/A.flexipage").unlink()
        assert main(["place", "Contact", "--source", str(root), "--no-page-check", "--org-default"]) == 1


def test_the_version_of_the_project(tmp_path: Path) -> None:
    root = lay_out(tmp_path, {"sfdx-project.json": '{"sourceApiVersion": "51.0"}', "a/layouts/C-A.layout-meta.xml": ""})
    assert Folder(root).api_version(root / "a/flexipages/A.flexipage-meta.xml") == "51.0"
    (root / "sfdx-project.json").write_text("[]")
    assert Folder(root).api_version(root / "a/flexipages/A.flexipage-meta.xml") is None


def test_a_new_page_has_the_widget_where_it_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay_out(tmp_path, {"package.xml": manifest("58.0"), "pages/CobrowseWidgetContact.page": VISUALFORCE})
    old = held(root)
    asked = ["place", "Contact", "--source", str(root), "--org-default"]
    assert main([*asked, "--region", "rightcol"]) == 1
    assert "the page has no region rightcol (the regions there are: header, main, sidebar" in capsys.readouterr().err
    assert held(root) == old
    assert main([*asked, "--region", "main", "--position", "first"]) == 0
    assert "CobrowseWidgetContact in region main\n" in capsys.readouterr().out
    new = held(root)
    assert main([*asked, "--region", "main", "--position", "first"]) == 0
    assert held(root) == new
    assert main(["place", "Contact", "--source", str(root), "--remove"]) == 0
    assert held(root) == old
