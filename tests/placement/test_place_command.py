"""`sfmeta place` on project folders: what it edits, what it refuses, and what it says."""

from __future__ import annotations

import json
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.placement.placement_shapes import before
from toolkit.cli.main import main
from toolkit.config.model import Package
from toolkit.errors import MetadataError
from toolkit.generate.names import names_of, widget_page
from toolkit.placement.folder import Folder

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
MAIN = "force-app/main/default"
PAGE = f"{MAIN}/flexipages/Contact_Record_Page.flexipage-meta.xml"
LAYOUT = f"{MAIN}/layouts/Contact-Contact %28Sales%29 Layout.layout-meta.xml"
VISUALFORCE = '<apex:page showHeader="false"\n  standardController="Contact" extensions="A,B">x</apex:page>\n'
APP = f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomApplication {NS}>
    <profileActionOverrides>
        <actionName>View</actionName>
        <content>Vip_Page</content>
        <formFactor>Large</formFactor>
        <pageOrSobjectType>Contact</pageOrSobjectType>
        <recordType>Contact.Vip</recordType>
        <type>Flexipage</type>
        <profile>Sales</profile>
    </profileActionOverrides>
</CustomApplication>
"""
NOTE = "app Sales, profile Sales, record type Contact.Vip sees Vip_Page (Large), without the widget"
OBJECT = f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject {NS}>
    <actionOverrides>
        <actionName>View</actionName>
        <formFactor>Large</formFactor>
        <type>Default</type>
    </actionOverrides>
</CustomObject>
"""


def lay(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def tree(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in source format with two record pages of Contact, one of Case, layouts and an app."""
    return lay(
        tmp_path / "project",
        {
            "sfdx-project.json": '{"packageDirectories": [{"path": "force-app"}], "sourceApiVersion": "62.0"}',
            PAGE: before("standard"),
            f"{MAIN}/flexipages/Contact_Console.flexipage-meta.xml": before("one_line"),
            f"{MAIN}/flexipages/Case_Page.flexipage-meta.xml": before("parent_replace_crlf"),
            f"{MAIN}/flexipages/Home.flexipage-meta.xml": before("standard").replace(b"RecordPage", b"HomePage"),
            LAYOUT: before("layout_standard"),
            f"{MAIN}/layouts/Case-Case Layout.layout-meta.xml": before("layout_standard"),
            f"{MAIN}/pages/CobrowseWidgetContact.page": VISUALFORCE,
            f"{MAIN}/pages/CobrowseWidgetContact.page-meta.xml": f"<ApexPage {NS}/>",
            f"{MAIN}/applications/Sales.app-meta.xml": APP,
            f"{MAIN}/aura/Contact/Contact.app": "<aura:application>Contact</aura:application>",
            f"{MAIN}/objects/Contact/Contact.object-meta.xml": OBJECT,
            "node_modules/x/flexipages/Contact_Other.flexipage-meta.xml": before("standard"),
            ".git/flexipages/Contact_Other.flexipage": before("standard"),
        },
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The same in Metadata API format, without a page or object of Contact."""
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<Package {NS}>
    <types>
        <members>*</members>
        <name>ApexPage</name>
    </types>
    <version>58.0</version>
</Package>
"""
    return lay(tmp_path / "mdapi", {"package.xml": manifest, "pages/CobrowseWidgetContact.page": VISUALFORCE})


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    code = main(["place", *map(str, args)])
    out, err = capsys.readouterr()
    return code, out, err


def test_every_record_page_of_the_object_is_edited_and_nothing_else(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tree(project)
    code, out, err = run(capsys, "Contact", "--source", project)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "placed     force-app/main/default/flexipages/Contact_Console.flexipage-meta.xml: "
        "placed CobrowseWidgetContact in region sidebar, 2 of 2",
        "placed     force-app/main/default/flexipages/Contact_Record_Page.flexipage-meta.xml: "
        "placed CobrowseWidgetContact in region sidebar, 3 of 3",
        "note: app Sales, profile Sales, record type Contact.Vip sees Vip_Page (Large), without the widget",
        "2 files changed (2 placed), 0 as they should be",
    ]
    changed = {name for name, data in tree(project).items() if data != old[name]}
    assert changed == {PAGE, f"{MAIN}/flexipages/Contact_Console.flexipage-meta.xml"}

    code, out, _ = run(capsys, "Contact", "--source", project)
    assert out.splitlines()[-1] == "0 files changed, 2 as they should be"
    code, out, _ = run(capsys, "Contact", "--source", project, "--remove")
    assert code == 0
    assert "2 files changed (2 removed), 1 as they should be" in out
    assert tree(project) == old


def test_json_says_what_was_done_to_which_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = (
        "--page",
        "Contact_Record_Page",
        "--region",
        "main",
        "--position",
        "first",
        "--height",
        500,
        "--label",
        "H",
    )
    code, out, _ = run(capsys, "Contact", "--source", project, *options, "--json")
    assert code == 0
    assert json.loads(out) == {
        "status": "ok",
        "source": project.as_posix(),
        "dryRun": False,
        "files": [
            {
                "object": "Contact",
                "path": PAGE,
                "type": "FlexiPage",
                "name": "Contact_Record_Page",
                "action": "placed",
                "changed": True,
                "spot": "main",
                "changes": ["placed CobrowseWidgetContact in region main, 1 of 2"],
            }
        ],
        "overrides": [
            {
                "object": "Contact",
                "app": "Sales",
                "appLabel": None,
                "profile": "Sales",
                "recordType": "Contact.Vip",
                "formFactor": "Large",
                "page": "Vip_Page",
                "hasWidget": False,
                "users": None,
            }
        ],
        "notes": [
            {
                "object": "Contact",
                "message": NOTE,
            }
        ],
    }  # fmt: skip


def test_pages_layouts_and_org_default_go_in_and_out_together(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tree(project)
    code, out, _ = run(
        capsys, "Contact", "--source", project, "--layouts", "--org-default", "--page", "Contact_Record_Page"
    )
    assert code == 0
    assert "org default (Large): Default -> Contact_Record_Page" in out
    assert b"<page>CobrowseWidgetContact</page>" in (project / LAYOUT).read_bytes()
    assert len({name for name, data in tree(project).items() if data != old[name]}) == 3
    run(capsys, "Contact", "--source", project, "--remove")
    assert tree(project) == old


def test_only_layouts_and_only_the_one_that_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tree(project)
    for name in ("Contact (Sales) Layout", "Contact-Contact %28Sales%29 Layout"):
        code, out, _ = run(
            capsys,
            *("Contact", "--source", project, "--layout", name, "--no-record-pages"),
            *("--section", "Contact Information", "--column", 2, "--position", "first"),
        )
        assert code == 0
        assert {n for n, data in tree(project).items() if data != old[n]} == {LAYOUT}
    assert "0 files changed, 1 as they should be" in out
    code, _, err = run(capsys, "Contact", "--source", project, "--layout", "X")
    assert code == 1
    assert err == (
        f"error: {project}: Contact has no layout X here (its layouts are: Contact-Contact (Sales) Layout)\n"
    )


def test_without_a_record_page_one_is_made_and_goes_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/pages/CobrowseWidgetSupportVisit.page": VISUALFORCE.replace("Contact", "Support_Visit__c")})
    old = tree(project)
    code, _, err = run(capsys, "Support_Visit__c", "--source", project)
    assert code == 1
    assert "no record page of Support_Visit__c here (--org-default makes one and activates it" in err
    assert tree(project) == old

    code, out, _ = run(capsys, "Support_Visit__c", "--source", project, "--org-default")
    assert code == 0
    new = set(tree(project)) - set(old)
    assert new == {
        f"{MAIN}/flexipages/Cobrowse_Support_Visit_Record_Page.flexipage-meta.xml",
        f"{MAIN}/objects/Support_Visit__c/Support_Visit__c.object-meta.xml",
    }
    assert "2 files changed (2 created), 0 as they should be" in out
    assert "0 files changed, 2 as" in run(capsys, "Support_Visit__c", "--source", project, "--org-default")[1]
    run(capsys, "Support_Visit__c", "--source", project, "--remove")
    assert tree(project) == old
    assert not (project / MAIN / "objects/Support_Visit__c").exists()


def test_metadata_api_format_keeps_the_manifest_in_step(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tree(package)
    code, _, err = run(capsys, "Contact", "--source", package, "--org-default")
    assert (code, err) == (0, "")
    now = tree(package)
    assert set(now) - set(old) == {"flexipages/Cobrowse_Contact_Record_Page.flexipage", "objects/Contact.object"}
    assert now["package.xml"].decode() == old["package.xml"].decode().replace(
        "    <version>",
        "    <types>\n        <members>Cobrowse_Contact_Record_Page</members>\n"
        "        <name>FlexiPage</name>\n    </types>\n"
        "    <types>\n        <members>Contact</members>\n"
        "        <name>CustomObject</name>\n    </types>\n    <version>",
    )
    run(capsys, "Contact", "--source", package, "--remove")
    assert tree(package) == old


def test_both_form_factors_in_a_file_of_their_own(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tree(package)
    both = ("--form-factor", "small", "--form-factor", "large")
    assert run(capsys, "Contact", "--source", package, "--org-default", *both)[0] == 0
    assert (package / "objects/Contact.object").read_bytes().count(b"<actionOverrides>") == 2
    run(capsys, "Contact", "--source", package, "--remove")
    assert tree(package) == old


def test_an_object_file_that_said_nothing_before_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/objects/Case/Case.object-meta.xml": f"<CustomObject {NS}>\n</CustomObject>\n"})
    old = tree(project)
    assert run(capsys, "Case", "--source", project, "--org-default", "--no-page-check")[0] == 0
    assert tree(project) != old
    run(capsys, "Case", "--source", project, "--remove")
    assert tree(project) == old


def test_several_objects_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "Contact", "Case", "--source", project, "--no-page-check", "--json")
    assert code == 0
    assert [(f["object"], f["name"]) for f in json.loads(out)["files"]] == [
        ("Contact", "Contact_Console"),
        ("Contact", "Contact_Record_Page"),
        ("Case", "Case_Page"),
    ]


# Refused, with nothing written


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--region", "footer"], 1, "the page has no region footer (the regions there are: header, main, sidebar"),
        (["--page", "Nope"], 1, "Contact has no record page Nope here (its record pages are: Contact_Console, Con"),
        (["--height", "49"], 2, "49 is not in the range 50<=x<=2000"),
        (["--height", "tall"], 2, "'tall' is not a valid integer range"),
        (["--position", "0"], 2, "'0' is not first, last or a number from 1"),
        (["--position", "middle"], 2, "'middle' is not first, last or a number from 1"),
        (["--vf-page", "No Page"], 1, "'No Page' is not the API name of a Visualforce page"),
        (["--vf-page", "Other"], 1, "the project has no Visualforce page Other (generate it first"),
        (["--org-default"], 1, "Contact has 2 record pages, and none of them is its org default (name one with --page"),
        (["--section", "A", "--after-field", "B", "--layouts"], 1, "two places for one item of a layout"),
        (["--after-field", "Email"], 2, "a section, column or field is a place on a layout; add --layouts or --layout"),
        (["--label", ""], 1, "a label has 1 to 80 characters"),
    ],
)  # fmt: skip
def test_wrong_wishes_are_refused_before_anything_is_written(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, message: str
) -> None:
    old = tree(project)
    result, out, err = run(capsys, "Contact", "--source", project, *options)
    assert (result, out) == (code, "")
    assert message in err
    assert tree(project) == old


def test_a_wrong_controller_is_refused_with_its_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/pages/Wrong.page": '<apex:page controller="X">', f"{MAIN}/pages/Other.page": VISUALFORCE})
    code, _, err = run(capsys, "Contact", "--source", project, "--vf-page", "Wrong")
    assert code == 1
    assert "pages/Wrong.page: Visualforce page Wrong has no standard controller, not Contact" in err
    code, _, err = run(capsys, "Case", "--source", project, "--vf-page", "Other")
    assert "Visualforce page Other has the standard controller Contact, not Case" in err


def test_one_bad_file_stops_all_and_every_problem_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(
        project,
        {
            f"{MAIN}/flexipages/Contact_A.flexipage-meta.xml": before("empty_sidebar"),
            f"{MAIN}/flexipages/Contact_B.flexipage-meta.xml": before("single_column"),
        },
    )
    old = tree(project)
    code, _, err = run(capsys, "Contact", "--source", project, "--region", "rightcol")
    assert code == 1
    assert len(err.splitlines()) == 4
    assert all("has no region rightcol" in line for line in err.splitlines())
    assert tree(project) == old


def test_a_malformed_page_of_the_object_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/flexipages/Contact_Bad.flexipage-meta.xml": before("standard")[:-9]})
    old = tree(project)
    code, _, err = run(capsys, "Contact", "--source", project)
    assert code == 1
    assert "Contact_Bad.flexipage-meta.xml:" in err
    assert "not well-formed XML" in err
    assert tree(project) == old


def test_a_managed_page_is_left_out_or_refused_by_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/flexipages/ns__Contact.flexipage-meta.xml": before("standard")})
    code, out, _ = run(capsys, "Contact", "--source", project)
    assert "note: left out ns__Contact: it belongs to a managed package and cannot be edited" in out
    code, _, err = run(capsys, "Contact", "--source", project, "--page", "ns__Contact")
    assert code == 1
    assert "ns__Contact belongs to a managed package and cannot be edited (clone it" in err


def test_an_object_with_managed_pages_only_has_none_to_edit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(project, {f"{MAIN}/flexipages/ns__A.flexipage-meta.xml": before("standard").replace(b">Contact<", b">Lead<")})
    code, _, err = run(capsys, "Lead", "--source", project, "--no-page-check")
    assert code == 1
    assert "no record page of Lead here; left out ns__A: it belongs to a managed package" in err


def test_notes_say_what_there_was_not(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / f"{MAIN}/layouts/Case-Case Layout.layout-meta.xml").unlink()
    _, out, _ = run(capsys, "Case", "--source", project, "--layouts", "--no-page-check")
    assert "note: no layout of Case here" in out
    code, out, _ = run(capsys, "Lead", "--source", project, "--remove")
    assert code == 0
    assert "note: no record page and no layout of Lead here" in out


def test_the_default_of_another_page_is_taken_only_when_that_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{MAIN}/objects/Contact/Contact.object-meta.xml"
    held = OBJECT.replace("<formFactor>", "<content>Vip_Page</content>\n        <formFactor>").replace(
        "<type>Default", "<type>Flexipage"
    )
    lay(project, {path: held})
    old = tree(project)
    wish = ("Contact", "--source", project, "--page", "Contact_Record_Page", "--org-default")
    code, _, err = run(capsys, *wish)
    assert code == 1
    assert f"{path}:3:5: Flexipage Vip_Page holds the org default (Large)" in err
    assert tree(project) == old
    assert run(capsys, *wish, "--take-over")[0] == 0
    run(capsys, "Contact", "--source", project, "--remove")
    assert tree(project) == old


@pytest.mark.parametrize("args", [["--source", "nowhere", "Contact"], ["--source", ".", "Con tact"], ["Contact"], []])
def test_wrong_usage(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *args)
    assert code in {1, 2}
    assert out == ""
    assert err.startswith("error: ")


# Dry run and pictures


def test_a_dry_run_draws_the_pages_before_and_after_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tree(project)
    monkeypatch.setenv("COLUMNS", "70")
    code, out, _ = run(capsys, "Contact", "--source", project, "--page", "Contact_Record_Page", "--dry-run")
    assert code == 0
    assert tree(project) == old
    after = out.split("flexipage-meta.xml, after\n")[1].split("\n\n")[0]
    assert (
        after
        == """\
Contact Record Page (Contact_Record_Page)
┌─ header ───────────────────────────────────────────────────────────┐
│ ▪ Highlights Panel                                                 │
└────────────────────────────────────────────────────────────────────┘
┌─ main ─────────────────────────────────────┐┌─ sidebar ────────────┐
│ ▪ Tabs                                     ││ ▪ Rich Text          │
│   ▪ Tab Details                            ││ ▪ Notes              │
│     ▪ Record Detail                        ││ ╔══════════════════╗ │
│   ▪ Tab Related                            ││ ║ ★ Cobrowse.io    ║ │
│     ▪ Related Lists                        ││ ║ CobrowseWidgetCo ║ │
│                                            ││ ║ ntact            ║ │
│                                            ││ ║ 900 px           ║ │
│                                            ││ ║                  ║ │
│                                            ││ ║                  ║ │
│                                            ││ ╚══════════════════╝ │
└────────────────────────────────────────────┘└──────────────────────┘"""
    )
    assert "★" not in out.split("flexipage-meta.xml, after\n")[0]
    assert "1 file would change (1 placed), 0 as they should be" in out


class _Checker(HTMLParser):
    """Collects the open tags, so that a picture's HTML is known to be balanced and to need nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.classes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert not {"src", "href", "onclick"} & set(found)
        assert tag != "script"
        self.classes += (found.get("class") or "").split()
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_picture_is_self_contained_and_says_nothing_unescaped(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "picture.html"
    code, _, _ = run(
        capsys,
        *("Contact", "--source", project, "--layouts", "--dry-run", "--html", file, "--label", "<b>&\"'</b>"),
    )
    assert code == 0
    text = file.read_text(encoding="utf-8")
    checker = _Checker()
    checker.feed(text)
    assert checker.open == []
    assert checker.classes.count("ours") == 3
    assert "&lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "http" not in text.replace("http-equiv", "")
    run(capsys, "Contact", "--source", project, "--layouts", "--dry-run", "--html", file, "--label", "<b>&\"'</b>")
    assert file.read_text(encoding="utf-8") == text, "the same input gives the same bytes"


def test_an_html_file_that_cannot_be_written_stops_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tree(project)
    code, _, err = run(capsys, "Contact", "--source", project, "--html", project / "no" / "x.html")
    assert code == 1
    assert "x.html: cannot be written" in err
    assert tree(project) == old


# Writing


def test_a_file_that_changes_meanwhile_is_not_overwritten(project: Path) -> None:
    folder = Folder(project)
    for name in (PAGE, LAYOUT):
        folder.stage(project / name, folder.read(project / name) + b"\n")
    (project / PAGE).write_bytes(b"somebody else")
    with pytest.raises(MetadataError, match="the file has changed since it was read; nothing was written"):
        folder.write()
    assert (project / PAGE).read_bytes() == b"somebody else"
    assert (project / LAYOUT).read_bytes() == before("layout_standard")


def test_a_failure_half_way_takes_back_what_was_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tree(project)
    folder = Folder(project)
    for name in (PAGE, LAYOUT):
        folder.stage(project / name, b"new")
    folder.stage(project / "new/file.object", b"new")
    real = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if "layout" in target.name:
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(MetadataError, match="No space left on device; nothing was changed"):
        folder.write()
    monkeypatch.undo()
    assert tree(project) == old


def test_mode_and_links_of_a_file_stay(project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.xml"
    target.write_bytes(before("single_column"))
    target.chmod(0o640)
    link = project / MAIN / "flexipages" / "Contact_Link.flexipage-meta.xml"
    link.symlink_to(target)
    assert run(capsys, "Contact", "--source", project)[0] == 0
    assert link.is_symlink()
    assert b"CobrowseWidgetContact" in target.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert not list(project.rglob(".*.tmp"))


@pytest.mark.parametrize(
    "name",
    [
        "Contact",
        "Case",
        "Support_Visit__c",
        "ns__Thing__c",
        "lower_case__c",
        "A_Very_Long_Name_Of_A_Custom_Object_1234__c",
    ],
)
def test_the_default_visualforce_page_is_the_one_that_generate_makes(name: str) -> None:
    package = Package.model_validate(
        {
            "service": {"licenseKey": "${env:K}"},
            "widget": {"objects": [{"object": name, "filters": {"Email": "user_email"}}]},
            "permissionSets": {"agent": {"name": "A", "label": "A"}, "admin": {"name": "B", "label": "B"}},
        }
    )
    assert names_of(package).widget_pages[name] == widget_page(name)
