"""What deploy and job tell people and machines at the same time, as a stranger calls them: one org, two terminals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.release.journal.file import Journal

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
META = f"<ApexClass {NS}>\n  <apiVersion>62.0</apiVersion>\n  <status>Active</status>\n</ApexClass>\n"
SET = (
    f"<PermissionSet {NS}>\n    <classAccesses>\n        <apexClass>Missing</apexClass>\n"
    "        <enabled>true</enabled>\n    </classAccesses>\n    <label>S</label>\n</PermissionSet>\n"
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports") / "state"
    with EmbeddedOrg(made):
        pass
    return made


Call = Callable[[str], tuple[int, str, str]]


@pytest.fixture(params=[()])
def call(
    request: pytest.FixtureRequest, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> Iterator[Call]:
    """Command lines in a folder with a project `force-app`, against an org that the environment describes."""
    folder = tmp_path / "work"
    base = folder / "force-app" / "main" / "default"
    (base / "classes").mkdir(parents=True)
    (base / "permissionsets").mkdir()
    (folder / "sfdx-project.json").write_text(
        json.dumps({"packageDirectories": [{"path": "force-app"}], "sourceApiVersion": "62.0"})
    )
    (base / "classes" / "Tiny.cls").write_text("public with sharing class Tiny {\n}\n")
    (base / "classes" / "Tiny.cls-meta.xml").write_text(META)
    monkeypatch.chdir(folder)
    here = Path(shutil.copytree(state, tmp_path / "state"))
    with EmbeddedOrg(here, faults=request.param) as local:
        monkeypatch.setenv("SFMETA_ACCESS_TOKEN", local.access_token)
        monkeypatch.setenv("SFMETA_INSTANCE_URL", local.url)

        def run(line: str) -> tuple[int, str, str]:
            code = main(line.split())
            said = capsys.readouterr()
            return code, said.out, said.err

        yield run


def with_a_mistake() -> None:
    Path("force-app/main/default/permissionsets/S.permissionset-meta.xml").write_text(SET)


PLACE = "force-app/main/default/permissionsets/S.permissionset-meta.xml"


def test_progress_and_one_document_at_the_same_time(call: Call) -> None:
    code, out, err = call("deploy force-app --yes --json --junit r.xml")
    assert code == 0, err
    document = json.loads(out)
    (job,) = document["jobs"]
    assert (document["status"], job["status"], job["success"]) == ("done", "Succeeded", True)
    assert f"Components: deployment {job['id']} started\n" in err
    assert f"Components: {job['url']}\n" in err
    assert f"%3FasyncId%3D{job['id']}%26" in job["url"]
    assert ElementTree.parse("r.xml").getroot().get("failures") == "0"


def test_a_failure_is_told_in_every_form_with_our_file_and_line(call: Call) -> None:
    with_a_mistake()
    code, out, err = call("deploy force-app --yes --json")
    document = json.loads(out)
    assert (code, document["exitCode"], document["status"]) == (1, 1, "error")
    (job,) = document["jobs"]
    assert (job["status"], job["done"], job["success"]) == ("Failed", True, False)
    first = document["problems"][0]
    assert first["where"] == {"file": PLACE, "line": 3, "column": 20}
    assert f"error: {PLACE}:3:20: " in err

    code, out, err = call("deploy force-app --yes --format github --junit r.xml")
    assert code == 1
    assert out.startswith(f"::error title=sfmeta deploy,file={PLACE},line=3,col=20::PermissionSet S: ")
    assert f"error: {PLACE}:3:20: " in err
    (case, *_) = [c for c in ElementTree.parse("r.xml").getroot().iter("testcase") if c.get("file") == PLACE]
    assert case.get("line") == "3"

    code, out, err = call(f"job status {job['id'][:15]} --source force-app --format github")
    assert code == 1
    assert out.startswith(f"::error title=sfmeta deploy,file={PLACE},line=3,col=20::PermissionSet S: ")
    code, out, err = call(f"job status {job['id']} --json --junit job.xml")
    told = json.loads(out)
    assert (code, told["status"], told["job"]["status"]) == (1, "error", "Failed")
    assert told["problems"][0]["where"]["file"] == "permissionsets/S.permissionset"
    assert ElementTree.parse("job.xml").getroot().get("failures") == str(len(told["problems"]))


def test_forms_exclude_each_other_and_a_report_that_cannot_be_written_is_said(call: Call) -> None:
    assert call("deploy force-app --json --format github")[0] == 2
    code, _, err = call("deploy force-app --yes --junit no/such/folder.xml")
    assert code == 0
    assert "warning: no/such/folder.xml cannot be written: No such file or directory\n" in err


OPTIONS = {
    "--ignore-warnings": ("ignoreWarnings", True),
    "--purge-on-delete": ("purgeOnDelete", True),
    "--no-rollback": ("rollbackOnError", False),
    "--allow-missing-files": ("allowMissingFiles", True),
    "--auto-update-package": ("autoUpdatePackage", True),
    "--check-only": ("checkOnly", True),
    "--test-level RunLocalTests": ("testLevel", "RunLocalTests"),
    "--test-level RunSpecifiedTests --tests A,B --tests C": ("runTests", ["A", "B", "C"]),
}


@pytest.mark.parametrize("given", OPTIONS)
def test_every_option_of_a_job_is_reached(call: Call, given: str) -> None:
    call(f"deploy force-app --yes --no-wait {given}")
    (entry,) = Journal(Path(".sfmeta")).entries()
    name, value = OPTIONS[given]
    assert json.loads(entry.options)[name] == value


@pytest.mark.parametrize("call", [("status:code=404,path=/services/data/*/metadata/*",)], indirect=True)
def test_an_org_without_rest_deployments_is_deployed_to_over_soap(call: Call) -> None:
    code, out, err = call("deploy force-app --yes --json")
    assert code == 0, err
    assert "the org has no REST deployments in API version 62.0: SOAP is used\n" in err
    (job,) = json.loads(out)["jobs"]
    assert call(f"job status {job['id']}")[0] == 0


def test_a_validation_is_quick_deployed_from_another_machine_by_its_content(call: Call) -> None:
    code, out, err = call("deploy force-app --check-only --test-level RunLocalTests --json")
    assert code == 0, err
    validated = json.loads(out)["validated"]
    shutil.rmtree(".sfmeta")  # another machine
    quick = f"job quick {validated['job']} force-app"
    code, _, err = call(quick)
    assert (code, "give the content that the validation told (--content)" in err) == (1, True)
    code, _, err = call(f"{quick} --content {'0' * 64}")
    assert (code, f"the package differs from what {validated['job']} validated" in err) == (1, True)
    assert call(f"job quick {validated['job']} --content {'0' * 64}")[0] == 2
    code, out, err = call(f"{quick} --content {validated['content']} --json")
    assert code == 0, err
    assert json.loads(out)["job"]["success"] is True


def test_a_mistake_is_a_document_too_when_one_was_asked_for(call: Call) -> None:
    for line in ("deploy nowhere --format json", "job status x --format=json", "deploy --json --set"):
        code, out, _ = call(line)
        assert (code, json.loads(out)["exitCode"]) == (code, code)
        assert code != 0


def test_a_start_whose_answer_was_lost_is_settled_by_who_names_its_job(call: Call) -> None:
    assert call("deploy force-app --yes --no-wait")[0] in (0, 69)
    journal = Journal(Path(".sfmeta"))
    (entry,) = journal.entries()
    assert entry.job is not None
    shutil.rmtree(".sfmeta")
    journal.starting(org=entry.org, user=entry.user, content=entry.content, options=entry.options, check_only=False)
    assert call(f"job resume {entry.job}")[0] == 0
    (settled,) = journal.entries()
    assert (settled.job, settled.ended) == (entry.job, "Succeeded")


def test_the_trace_holds_the_whole_conversation(call: Call) -> None:
    assert call("--trace t.jsonl deploy force-app --yes")[0] == 0
    rows = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    starts = [row for row in rows if row["method"] == "POST" and row["url"].endswith("/metadata/deployRequest")]
    assert len(starts) == 1
    assert starts[0]["status"] == 201
    assert '"checkOnly": false' in starts[0]["request"]["body"]
    assert starts[0]["request"]["headers"]["Authorization"] == "***"
