"""`sfmeta place --org` as an admin meets it: the picture, yes, and an hour later no."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.resources import shipped

PLACED = """\
placed     CustomObject Contact: org default (Large): Default -> Cobrowse_Contact_Record_Page
created    FlexiPage Cobrowse_Contact_Record_Page: made a record page like the standard one; placed \
CobrowseWidgetContact in region sidebar, 1 of 1
2 components changed (1 created, 1 placed), 0 as they should be
read back: Contact: page Cobrowse_Contact_Record_Page, sidebar, height 900, org default
read back: Org default of Contact: page Cobrowse_Contact_Record_Page
"""
REMOVED = """\
removed    CustomObject Contact: org default (Large): Cobrowse_Contact_Record_Page -> Default
deleted    FlexiPage Cobrowse_Contact_Record_Page: removed CobrowseWidgetContact from region sidebar; deleted the \
page, which was made for the widget
2 components changed (1 deleted, 1 removed), 0 as they should be
read back: Contact: the widget is on no page and no layout
"""
PICTURE = """\
FlexiPage Cobrowse_Contact_Record_Page, before
no such page

FlexiPage Cobrowse_Contact_Record_Page, after
Contact Record Page with Cobrowse.io (Cobrowse_Contact_Record_Page)
"""


@dataclass
class Said:
    code: int
    out: str
    err: str


Run = Callable[[str], Said]


@pytest.fixture(scope="session")
def org_with_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration without placements, and a local org that has all but those."""
    root = tmp_path_factory.mktemp("place-org")
    shutil.copytree(shipped("config"), root / "config")
    path = root / "config" / "package.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**values, "placements": []}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["deploy", "--org", "local", "--yes"]) == 0
    return root


@pytest.fixture
def run(
    tmp_path: Path, org_with_pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    root = Path(shutil.copytree(org_with_pages, tmp_path / "here"))
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "100")

    def call(line: str) -> Said:
        code = main(line.split())
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def test_look_at_it_say_yes_and_later_no(run: Run) -> None:
    looked = run("place --org local Contact --dry-run")
    assert (looked.code, looked.out.startswith(PICTURE)) == (0, True), looked.err
    assert "║ ★ Cobrowse.io              ║" in looked.out
    assert looked.out.endswith("2 components would change (1 created, 1 placed), 0 as they should be\n")
    yes = run("place --org local Contact")
    assert (yes.code, yes.out) == (0, PLACED), yes.err
    again = run("place --org local Contact")
    assert again.out.splitlines()[:3] == [
        "unchanged  CustomObject Contact",
        "unchanged  FlexiPage Cobrowse_Contact_Record_Page",
        "0 components changed, 2 as they should be",
    ]
    no = run("place --org local Contact --remove")
    assert (no.code, no.out) == (0, REMOVED), no.err
    nothing = run("place --org local Contact --remove")
    assert nothing.out == (
        "0 components changed, 0 as they should be\nread back: Contact: the widget is on no page and no layout\n"
    )


def test_a_dry_run_sends_nothing_and_draws_the_same_for_a_browser(run: Run) -> None:
    looked = run("place --org local Contact Case --dry-run --html picture.html")
    assert looked.code == 0, looked.err
    assert "deployment" not in looked.err
    html = Path("picture.html").read_text(encoding="utf-8")
    assert "<h1>Placement on Contact, Case</h1>" in html
    assert html.count('<div class="box ours"') == 2
    assert json.loads(run("place --org local Contact --dry-run --json").out)["status"] == "planned"


def test_one_json_document(run: Run) -> None:
    found = json.loads(run("place --org local Contact --json --height 500").out)
    assert (found["status"], found["exitCode"], found["dryRun"], found["remove"]) == ("done", 0, False, False)
    assert found["components"] == [
        {
            "object": "Contact",
            "type": "CustomObject",
            "name": "Contact",
            "action": "placed",
            "changed": True,
            "spot": None,
            "changes": ["org default (Large): Default -> Cobrowse_Contact_Record_Page"],
        },
        {
            "object": "Contact",
            "type": "FlexiPage",
            "name": "Cobrowse_Contact_Record_Page",
            "action": "created",
            "changed": True,
            "spot": "sidebar",
            "changes": [
                "made a record page like the standard one",
                "placed CobrowseWidgetContact in region sidebar, 1 of 1",
            ],
        },
    ]
    assert [(e["subject"], e["ok"]) for e in found["evidence"]] == [("Contact", True), ("Org default of Contact", True)]
    assert len(found["jobs"]) == 1
    assert json.loads(run("place --org local Contact --json --height 500").out)["status"] == "unchanged"


def test_the_placements_of_the_configuration_are_what_is_wanted(run: Run) -> None:
    path = Path("config/package.yaml")
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = [{"object": "Contact", "target": "both", "region": "main", "height": 400, "position": "first"}]
    path.write_text(yaml.safe_dump({**values, "placements": rows}), encoding="utf-8")
    placed = run("place --org local Contact")
    assert placed.code == 0, placed.err
    assert placed.out.splitlines()[-3:] == [
        "read back: Contact: page Cobrowse_Contact_Record_Page, main, height 400, org default",
        "read back: Org default of Contact: page Cobrowse_Contact_Record_Page",
        "read back: Contact layouts: Contact Layout: height 400",
    ]
    deployed = run("deploy --org local --yes --json")
    rows = {row["step"]: row["readBack"] for row in json.loads(deployed.out)["manual"]}
    assert rows["Edit Page: the widget, right sidebar, Height 900"] == (
        "Contact: page Cobrowse_Contact_Record_Page, main, height 400, org default; "
        "Contact layouts: Contact Layout: height 400"
    )
    assert rows["Assign as Org Default"] == "Contact: page Cobrowse_Contact_Record_Page"
    removed = run("place --org local Contact --remove")
    assert removed.out.splitlines()[-1] == "read back: Contact: the widget is on no page and no layout"


def test_an_app_a_profile_and_layouts_by_options(run: Run) -> None:
    ended = run("place --org local Contact --app Cobrowse --profile Admin --yes")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1].endswith("height 900, default of app Cobrowse, profile Admin")
    on_layout = run("place --org local Contact --no-record-pages --layouts --section nowhere")
    assert on_layout.code == 1
    assert on_layout.err.splitlines()[-1] == (
        "error: layouts/Contact-Contact Layout.layout: the layout has no section nowhere "
        "(the sections there are: Contact Information, System Information)"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Contact", "give either --org NAME or --source DIR"),
        ("Contact --org local --source .", "give either --org NAME or --source DIR"),
        ("Contact --source . --app Sales", "--app belongs to --org"),
        ("Contact --source . --yes --confirm x", "--yes, --confirm belong to --org"),
        ("Contact --org local --no-page-check", "--no-page-check belongs to --source"),
        ("Contact --org local --profile X", "--profile needs --app: the platform assigns pages to profiles app by app"),
        ("Contact --org local --height tall", "Invalid value for '--height': 'tall' is not a valid integer range."),
        ("Contact --org local --height 49", "Invalid value for '--height': 49 is not in the range 50<=x<=2000."),
        ("Contact Case --org local --page X", "--page belongs to one object; run the command once for each"),
    ],
)
def test_command_lines_that_cannot_be_meant(run: Run, line: str, message: str) -> None:
    ended = run(f"place {line}")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: {message} (see `sfmeta place --help`)\n"


def test_what_is_refused_with_its_mend(run: Run) -> None:
    ended = run("place --org local Opportunity")
    assert (ended.code, ended.err) == (
        2,
        "error: Opportunity is no object of the widget "
        "(add it to widget.objects, which has Contact, Case, Account, Lead, or name its page with --vf-page)\n",
    )
    ended = run("place --org local Contact --no-record-pages")
    assert (ended.code, ended.err) == (
        2,
        "error: --no-record-pages leaves nothing to place (add --layouts or --layout NAME)\n",
    )
    ended = run("place --org local Contact --page Nowhere --json")
    found = json.loads(ended.out)
    assert (ended.code, found["status"]) == (1, "error")
    assert found["problems"][0]["message"] == "the org does not return the record page Nowhere"
    run("place --org local Contact")
    ended = run("place --org local Contact --region middle")
    assert (ended.code, ended.err.splitlines()[-1]) == (
        1,
        "error: flexipages/Cobrowse_Contact_Record_Page.flexipage: the page has no region middle "
        "(the regions there are: header, main, sidebar; facets: relatedTabContent, detailTabContent, maintabs)",
    )


def test_an_org_that_is_not_local_is_asked_about_and_a_protected_one_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedOrg(Path(".sfmeta")) as served:
        monkeypatch.setenv("SESSION", served.access_token)
        orgs = {
            "orgs": {
                "prod": {
                    "kind": "access_token",
                    "instanceUrl": served.url,
                    "accessToken": "${env:SESSION}",
                    "protected": True,
                }
            }
        }
        Path("config/orgs.yaml").write_text(yaml.safe_dump(orgs), encoding="utf-8")
        ended = run("place --org prod Contact")
        assert (ended.code, ended.err) == (
            2,
            "error: the org prod is protected (give --confirm prod when it is the one you mean)\n",
        )
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        ended = run("place --org prod Contact --confirm prod")
        assert ended.code == 2
        assert ended.err.endswith("error: there is nobody to ask before the org is changed (give --yes)\n")
        ended = run("place --org prod Contact --confirm prod --yes")
        assert (ended.code, ended.out) == (0, PLACED), ended.err
