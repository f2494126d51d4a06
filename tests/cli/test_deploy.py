"""`sfmeta deploy` as a person and a pipeline meet it: exact output, exit codes, one JSON document."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.resources import shipped

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
META = f"{HEAD}<ApexClass {NS}>\n    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n"
MANIFEST = (
    f"{HEAD}<Package {NS}>\n    <types>\n        <members>Tiny</members>\n        <name>ApexClass</name>\n"
    "    </types>\n    <version>62.0</version>\n</Package>\n"
)
CLASS = "public with sharing class Tiny {\n}\n"


@dataclass
class Ended:
    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def org_of_the_first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("deploy-cli") / "state"
    with EmbeddedOrg(state):
        pass
    return state


@pytest.fixture
def run(
    tmp_path: Path, org_of_the_first_day: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs one command line in a folder with the shipped configuration and a new local org."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(org_of_the_first_day, tmp_path / ".sfmeta")
    shutil.copytree(shipped("config"), tmp_path / "config")

    def call(line: str) -> Ended:
        code = main(["deploy", *line.split()])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return call


def source_project(folder: Path, text: str = CLASS) -> None:
    classes = folder / "force-app/main/default/classes"
    classes.mkdir(parents=True)
    (folder / "sfdx-project.json").write_text(
        '{"packageDirectories": [{"path": "force-app", "default": true}], "sourceApiVersion": "62.0"}'
    )
    (classes / "Tiny.cls").write_text(text)
    (classes / "Tiny.cls-meta.xml").write_text(META)


def mdapi_folder(folder: Path, text: str = CLASS) -> None:
    (folder / "classes").mkdir(parents=True)
    (folder / "package.xml").write_text(MANIFEST)
    (folder / "classes/Tiny.cls").write_text(text)
    (folder / "classes/Tiny.cls-meta.xml").write_text(META)


def test_the_integration_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("--org local")
    assert first.code == 0, first.err
    assert (
        "COBROWSE_LICENSE_KEY is not set: the local org gets the placeholder local-cobrowse_license_key\n" in first.err
    )
    assert "Components: deployment 0Af" in first.err
    lines = first.out.splitlines()
    assert lines[0].split(maxsplit=4)[:4] == ["Step", "of", "the", "manual"]
    assert all(len(line) <= 120 for line in lines)
    assert "-----BEGIN PUBLIC KEY-----" in lines
    assert "One thing stays to be done by hand: sign in at Cobrowse.io, open Settings, JWT SSO," in lines
    assert lines[-1] == "Done."
    assert "FAILED" not in first.out
    assert "\x1b" not in first.out + first.err
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", "local-cobrowse_license_key")
    second = run("--org local")
    assert (second.code, second.out.splitlines()[-1]) == (
        0,
        "Nothing to change: the org has all of it as wanted.",
    )
    assert "deployment" not in second.err
    assert "local-cobrowse_license_key" not in second.out + second.err


def test_the_integration_as_one_json_document(run: Run) -> None:
    ended = run("--org local --json")
    found = ended.json()
    assert (ended.code, found["status"], found["exitCode"], found["problems"]) == (0, "done", 0, [])
    assert [row["done"] for row in found["manual"]] == [True] * 11
    assert found["publicKey"].endswith("-----END PUBLIC KEY-----\n")
    assert [step["outcome"] for step in found["steps"]] == ["unchanged", *["applied"] * 6]
    assert run("--org local --json").json()["status"] == "unchanged"


@pytest.mark.parametrize("make", [source_project, mdapi_folder], ids=["source", "mdapi"])
def test_any_folder_in_either_format_and_then_nothing_to_change(run: Run, make: Callable[[Path], None]) -> None:
    make(Path("any"))
    first = run("any --org local --json")
    assert first.code == 0, first.err
    found = first.json()
    assert found["steps"][1]["changes"] == [{"kind": "created", "subject": "ApexClass Tiny", "details": []}]
    assert (found["manual"], found["publicKey"]) == ([], None)
    second = run("any --org local")
    assert second.code == 0
    assert "Components   unchanged   nothing to change; 1 read back as wanted" in second.out
    assert second.out.endswith("\nNothing to change: the org has all of it as wanted.\n")


def test_a_zip(run: Run) -> None:
    with zipfile.ZipFile("any.zip", "w") as archive:
        archive.writestr("package.xml", MANIFEST)
        archive.writestr("classes/Tiny.cls", CLASS)
        archive.writestr("classes/Tiny.cls-meta.xml", META)
    ended = run("any.zip --org local")
    assert ended.code == 0, ended.err
    assert "1 created; deployment 0Af" in ended.out


BROKEN_PAGE = f"{HEAD}<ApexPage {NS}>\n    <apiVersion>62.0</apiVersion>\n    <label>P</label>\n</ApexPage>\n"


def broken_project(folder: Path) -> None:
    """A permission set that grants a class nobody has, beside a class that is fine."""
    source_project(folder)
    sets = folder / "force-app/main/default/permissionsets"
    sets.mkdir()
    for name in ("One", "Two"):
        (sets / f"{name}.permissionset-meta.xml").write_text(
            f"{HEAD}<PermissionSet {NS}>\n    <classAccesses>\n        <apexClass>Nowhere{name}</apexClass>\n"
            f"        <enabled>true</enabled>\n    </classAccesses>\n    <label>{name}</label>\n</PermissionSet>\n"
        )


def test_a_failed_deployment_names_every_component_with_its_file_and_is_no_success(run: Run) -> None:
    broken_project(Path("any"))
    ended = run("any --org local")
    assert ended.code == 1
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    for name, line in zip(("One", "Two"), errors, strict=False):
        assert line.startswith(f"error: any/force-app/main/default/permissionsets/{name}.permissionset-meta.xml")
        assert f"PermissionSet {name}: In field: apexClass - no ApexClass named Nowhere{name} found" in line
    assert errors[-1].startswith("error: deployment 0Af")
    assert "ended with Failed (nothing of it was kept" in errors[-1]
    assert "Components   failed" in ended.out
    assert "Done" not in ended.out
    after = run("any/force-app/main/default/classes --org local --json").json()
    assert after["steps"][1]["changes"][0]["kind"] == "created"


def test_a_failed_deployment_as_json_is_one_document_with_the_same_problems(run: Run) -> None:
    broken_project(Path("any"))
    ended = run("any --org local --json")
    found = ended.json()
    assert (ended.code, found["status"], found["exitCode"]) == (1, "error", 1)
    assert found["problems"][0]["where"]["file"] == (
        "any/force-app/main/default/permissionsets/One.permissionset-meta.xml"
    )
    assert len(found["problems"]) == 3
    assert ended.err.count("error: ") == 3


def test_check_only_changes_nothing(run: Run) -> None:
    source_project(Path("any"))
    for _ in range(2):
        ended = run("any --org local --check-only")
        assert ended.code == 0, ended.err
        assert "Components   checked" in ended.out
        assert "Checked only: nothing was changed." in ended.out


def test_check_only_of_the_integration_names_what_it_cannot_prove(run: Run) -> None:
    ended = run("--org local --check-only")
    assert ended.code == 0, ended.err
    assert ended.out.endswith(
        "\nChecked only: nothing was changed. Only doing it proves the rest: "
        "Certificate, Settings, Assignments, App access, Placement.\n"
    )


def test_a_job_that_outlasts_the_wait_is_left_running_and_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    source_project(Path("any"))
    start = EmbeddedOrg.__init__
    monkeypatch.setattr(EmbeddedOrg, "__init__", lambda self, state, **more: start(self, state, job_delay=0.7, **more))
    ended = run("any --org local --wait 0.2")
    assert ended.code == 69
    assert "Components   still running   1 to create" in ended.out
    last = ended.err.splitlines()[-1]
    assert last.startswith("error: deployment 0Af")
    assert "is still running after 0.2 s (Pending, 0 of 0 components) (it goes on in the org" in last
    Path("any/force-app/main/default/classes/Tiny.cls").write_text(CLASS + "// changed\n")
    as_json = run("any --org local --wait 0 --json")
    assert (as_json.code, as_json.json()["exitCode"]) == (69, 69)


# which org


def orgs_file(text: str) -> None:
    Path("config/orgs.yaml").write_text(text)


def test_a_protected_org_wants_its_name(run: Run) -> None:
    source_project(Path("any"))
    orgs_file("orgs:\n  live: {kind: local, protected: true}\n")
    refused = run("any --org live")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "error: the org live is protected (give --confirm live when it is the one you mean)\n"
    wrong = run("any --org live --confirm local")
    assert (wrong.code, wrong.err) == (2, "error: --confirm local does not name the org live (give --confirm live)\n")
    assert run("any --org live --confirm live").code == 0


def test_a_protected_org_may_be_asked_to_check(run: Run) -> None:
    source_project(Path("any"))
    orgs_file("orgs:\n  live: {kind: local, protected: true}\n")
    assert run("any --org live --check-only").code == 0


def test_an_org_that_is_not_the_expected_one_is_refused(run: Run) -> None:
    source_project(Path("any"))
    orgs_file("orgs:\n  live: {kind: local, expect: {orgId: 00D000000000001}}\n")
    ended = run("any --org live")
    assert ended.code == 2
    assert (
        "and orgs.yaml expects 00D000000000001 (check the target, or what it expects; nothing was changed)" in ended.err
    )


def token_org(url: str, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    orgs_file(f"orgs:\n  dev: {{kind: access_token, instanceUrl: {url!r}, accessToken: '${{env:DEV_TOKEN}}'}}\n")
    monkeypatch.setenv("DEV_TOKEN", token)


def test_another_org_is_only_changed_when_somebody_says_yes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_project(Path("any"))
    with EmbeddedOrg(tmp_path / "other") as other:
        token_org(other.url, monkeypatch, other.access_token)
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        refused = run("any --org dev")
        assert (refused.code, refused.out) == (2, "")
        assert "  + ApexClass Tiny\n" in refused.err
        assert "error: there is nobody to ask before the org is changed (give --yes)\n" in refused.err
        assert other.access_token not in refused.err
        done = run("any --org dev --yes")
        assert done.code == 0, done.err
        assert run("any --org dev").code == 0, "nothing to change, so nothing to ask"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_plan_is_shown_and_has_to_be_confirmed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source_project(Path("any"))
    with EmbeddedOrg(tmp_path / "other") as other:
        token_org(other.url, monkeypatch, other.access_token)
        monkeypatch.setattr("sys.stdin", Terminal("n\n"))
        refused = run("any --org dev")
        assert (refused.code, refused.out) == (1, "")
        assert f"Change Local Org ({other.org_id}, {other.url})? [y/N]: " in refused.err
        assert refused.err.endswith("error: not confirmed; nothing was changed\n")
        monkeypatch.setattr("sys.stdin", Terminal("y\n"))
        assert run("any --org dev").out.endswith("\nDone.\n")


def test_files_that_are_no_metadata_are_told(run: Run) -> None:
    source_project(Path("any"))
    Path("any/force-app/main/default/notes.txt").write_text("x")
    ended = run("any --org local")
    assert ended.code == 0
    assert "not metadata, or ignored by .forceignore: any/force-app/main/default/notes.txt\n" in ended.err


def test_a_token_that_is_no_longer_good(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source_project(Path("any"))
    with EmbeddedOrg(tmp_path / "other") as other:
        token_org(other.url, monkeypatch, f"{other.org_id[:15]}!AQ.no_longer_good_at_all")
        ended = run("any --org dev --yes --json")
    assert ended.code == 1
    assert ended.json()["status"] == "error"
    assert "INVALID_SESSION_ID" in ended.err or "Bad_OAuth_Token" in ended.err
    assert "sign in again" in ended.err
    assert "no_longer_good" not in ended.out + ended.err


def test_nobody_listens_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    source_project(Path("any"))
    token_org("http://127.0.0.1:9", monkeypatch, "00D000000000001!AQ.token")
    ended = run("any --org dev --yes")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == (
        "error: ask for API versions: no connection to 127.0.0.1:9 (check the org's URL and the network)"
    )


def test_the_local_org_plays_production_and_sandbox(run: Run) -> None:
    source_project(Path("any"))
    orgs_file(
        "orgs:\n  box: {kind: local, type: sandbox, state: box}\n  live: {kind: local, type: production, state: live}\n"
    )
    assert "(sandbox)" in run("any --org box").out
    assert "(production)" in run("any --org live --test-level RunLocalTests").out


# wrong usage


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--org local --tests A", "--tests needs --test-level RunSpecifiedTests (add it, or leave --tests out)"),
        ("--org local --test-level RunSpecifiedTests", "--test-level RunSpecifiedTests needs --tests (name the test"),
        ("config --org local --set a=b", "--set changes the integration, and PATH is deployed as it is"),
        ("--org nowhere", "there is no org `nowhere` in orgs.yaml"),
        ("config --org local", "no metadata here"),
    ],
)
def test_wrong_usage(run: Run, line: str, said: str) -> None:
    ended = run(line)
    assert ended.code in (1, 2)
    assert said in ended.err
    assert ended.out == ""
    as_json = run(f"{line} --json")
    assert (as_json.code, as_json.json()["exitCode"]) == (ended.code, ended.code)


def test_a_mistake_in_the_configuration_stops_everything(run: Run) -> None:
    path = Path("config/package.yaml")
    path.write_text(path.read_text().replace("height: 900", "heigth: 900", 1))
    ended = run("--org local")
    assert ended.code == 2
    assert "unknown key `heigth`" in ended.err
