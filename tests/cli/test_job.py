"""`sfmeta job` and what `deploy` says about jobs: exact endings, exit codes, one JSON document."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.faultproxy import Exchange, FaultProxy, canned
from toolkit.cli import main as command_line
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import parse_all
from toolkit.org.jobs import deploy_result
from toolkit.org.orgtime import OrgTime
from toolkit.release.journal.file import Journal
from toolkit.release.quick import unfit

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
META = f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>\n"
MANIFEST = (
    f"<Package {NS}><types><members>Tiny</members><name>ApexClass</name></types><version>62.0</version></Package>\n"
)


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("job-cli") / "state"
    with EmbeddedOrg(state, org_type="production"):
        pass
    return state


@pytest.fixture
def run(tmp_path: Path, production: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Command lines against a production org that is reached over the network, and a folder `m` to deploy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(command_line.COMMANDS, "job", "Follow, resume, cancel or quick-deploy a deployment job.")
    (tmp_path / "config").mkdir()
    classes = tmp_path / "m" / "classes"
    classes.mkdir(parents=True)
    (tmp_path / "m" / "package.xml").write_text(MANIFEST)
    (classes / "Tiny.cls").write_text("public with sharing class Tiny {\n}\n")
    (classes / "Tiny.cls-meta.xml").write_text(META)
    state = Path(shutil.copytree(production, tmp_path / "state"))

    def call(line: str) -> tuple[int, str, str]:
        code = command_line.main(line.split())
        said = capsys.readouterr()
        return code, said.out, said.err

    with EmbeddedOrg(state, org_type="production", job_delay=0.3) as local:
        monkeypatch.setenv("T", local.access_token)
        (tmp_path / "config" / "orgs.yaml").write_text(
            f"orgs:\n  live: {{kind: access_token, instanceUrl: '{local.url}', accessToken: '${{env:T}}'}}\n"
        )
        call.local = local
        yield call


def only_job() -> str:
    (entry,) = Journal(Path(".sfmeta")).entries()
    assert entry.job is not None
    return entry.job


def test_production_wants_its_name(run) -> None:
    code, _, err = run("deploy m --org live --yes")
    assert code == 2
    assert err == "error: the org live is production (give --confirm live when it is the one you mean)\n"
    assert not Path(".sfmeta/jobs.jsonl").exists()
    assert run("deploy m --org live --yes --confirm other")[0] == 2


def test_a_job_is_left_resumed_and_told_from_anywhere(run) -> None:
    code, _, err = run("deploy m --org live --yes --confirm live --no-wait")
    assert code == 69
    job = only_job()
    assert f"sfmeta job resume {job} --org NAME" in err
    shutil.rmtree(".sfmeta")  # another machine
    code, out, _ = run(f"job resume {job[:15]} --org live")
    assert (code, out.startswith(f"deployment {job[:15]}") or job in out) == (0, True)
    code, out, _ = run(f"job status {job} --org live --json")
    assert code == 0
    found = json.loads(out)["job"]
    assert (found["id"], found["status"], found["success"], found["checkOnly"]) == (job, "Succeeded", True, False)
    code, _, err = run(f"job cancel {job} --org live")
    assert code == 1
    assert f"deployment {job} was over before it could be canceled" in err


@pytest.mark.parametrize("job_id", ["0Af", "../../query", "0Af00000000000!AAA"])
def test_what_is_no_id_is_not_asked_for(run, job_id: str) -> None:
    code, _, err = run(f"job status {job_id} --org live")
    assert code == 1
    assert "is not the id of a job" in err


def test_quick_deploy_is_bound_to_what_was_validated(run) -> None:
    code, _, err = run("deploy m --org live --check-only --no-wait")
    assert code == 69, err
    job = only_job()
    assert run(f"job resume {job} --org live")[0] == 0
    source = Path("m/classes/Tiny.cls")
    before = source.read_text()
    source.write_text(before + "// more\n")
    code, _, err = run(f"job quick {job} m --org live --confirm live")
    assert code == 1
    assert f"the package differs from what {job} validated" in err
    source.write_text(before)
    assert run(f"job quick {job} m --org live")[0] == 2
    assert len(Journal(Path(".sfmeta")).entries()) == 1
    code, out, err = run(f"job quick {job} m --org live --confirm live --json")
    assert code == 0, err
    quick = json.loads(out)["job"]
    assert (quick["success"], quick["id"] != job) == (True, True)
    code, _, err = run(f"job quick {quick['id']} --org live --confirm live")
    assert code == 1
    assert "was no check-only job" in err


NOW = datetime(2026, 7, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(days=9), None),
        (timedelta(days=-30), None),
        (
            timedelta(days=11),
            "validation 0Af000000000001AAA is 11 days old by the org's clock (2026-07-09 00:00 UTC), and the org keeps "
            "it for 10",
        ),
    ],
)
def test_a_validation_is_good_for_ten_days(age: timedelta, said: str | None) -> None:
    ended = (NOW - age).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    result = deploy_result(
        {
            "id": "0Af000000000001AAA",
            "status": "Succeeded",
            "done": True,
            "success": True,
            "checkOnly": True,
            "completedDate": ended,
        }
    )
    problems = unfit(result, NOW)
    assert [problem.message for problem in problems] == ([said] if said else [])
    assert unfit(result, None) == []  # an org that tells no time judges by itself


def test_the_ten_days_go_by_the_clock_of_the_org(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock and the org's are eleven days apart; the org's is the one that counts."""
    assert run("deploy m --org live --check-only --no-wait")[0] == 69
    job = only_job()
    assert run(f"job resume {job} --org live")[0] == 0
    heard = OrgTime.hear
    monkeypatch.setattr(OrgTime, "hear", lambda self, date: heard(self, _later(date, timedelta(days=11, hours=1))))
    code, _, err = run(f"job quick {job} m --org live --confirm live")
    assert code == 1
    assert f"validation {job} is 11 days old by the org's clock" in err
    assert len(Journal(Path(".sfmeta")).entries()) == 1, "nothing was sent"


def _later(date: str | None, by: timedelta) -> str:
    assert date is not None
    return format_datetime(parsedate_to_datetime(date) + by, usegmt=True)


REFUSED = b'[{"errorCode":"INSUFFICIENT_ACCESS","message":"insufficient access rights on this deployment"}]'


def refuse(exchange: Exchange, _local: EmbeddedOrg) -> None:
    canned("403 Forbidden", REFUSED, kind="application/json")(exchange)


def too_late(exchange: Exchange, local: EmbeddedOrg) -> None:
    """The job ends while the request is on its way."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with local.org.read() as work:
            if all(job.status == "Succeeded" for job in work.jobs.of_kind("deploy")):
                break
        time.sleep(0.05)
    exchange.reply(exchange.pass_on())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (refuse, "deployment {job} cannot be canceled now ("),
        (too_late, "deployment {job} was over before it could be canceled"),
    ],
)
def test_a_cancellation_that_the_org_refuses(run, fault: Callable[..., None], said: str) -> None:
    """A job of somebody else, or one that has just ended: the truth is told, and the exit code is no success."""
    local = run.local
    local.org.faults.arm(parse_all(["slow-job:seconds=2,job=deploy"]))
    with FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])) as proxy:
        orgs = Path("config/orgs.yaml")
        orgs.write_text(orgs.read_text().replace(local.url, proxy.url))
        assert run("deploy m --org live --yes --confirm live --no-wait")[0] == 69
        job = only_job()

        def patches(exchange: Exchange) -> None:
            if exchange.name.startswith("PATCH"):
                fault(exchange, local)
            else:
                exchange.reply(exchange.pass_on())

        proxy.arm(patches, seconds=60)
        code, out, err = run(f"job cancel {job} --org live --json")
        assert (code, json.loads(out)["exitCode"]) == (1, 1)
        assert said.format(job=job) in err
        assert ("INSUFFICIENT_ACCESS" in err) is (fault is refuse)
        assert run(f"job resume {job} --org live")[0] == 0


def test_a_job_that_the_org_does_not_know_cannot_be_canceled(run) -> None:
    code, _, err = run("job cancel 0Af000000000099AAA --org live")
    assert code == 1
    assert "read the deployment 0Af000000000099AAA: " in err
    assert "sfmeta itself failed" not in err


def test_junit(run) -> None:
    assert run("deploy m --org live --yes --confirm live --junit r.xml")[0] == 0
    root = ElementTree.parse("r.xml").getroot()
    assert root.get("failures") == "0"
    assert "ApexClass Tiny" in [case.get("name") for case in root.iter("testcase")]
    Path("m/classes/Tiny.cls-meta.xml").write_text(META.replace("62.0", "99.0"))
    assert run("deploy m --org live --yes --confirm live --junit r.xml")[0] == 1
    failures = list(ElementTree.parse("r.xml").getroot().iter("failure"))
    assert any("99" in (failure.get("message") or "") for failure in failures)


def test_without_an_id_the_job_of_this_folder_is_meant(run) -> None:
    code, _, err = run("job resume --org live")
    assert code == 1
    assert "this folder's journal knows no deployment of this org that has not ended" in err
    assert "sfmeta job list --org NAME" in err
    assert run("deploy m --org live --yes --confirm live --no-wait")[0] == 69
    job = only_job()
    code, out, _ = run("job resume --org live")
    assert code == 0
    assert job in out
    assert run("job quick --org live")[0] == 2


def test_the_jobs_of_an_org_are_listed_on_any_machine(run) -> None:
    code, out, _ = run("job list --org live")
    assert (code, out) == (0, "The org lists no deployment.\n")
    assert run("deploy m --org live --yes --confirm live")[0] == 0
    assert run("deploy m --org live --check-only --no-wait")[0] == 0  # nothing differs: nothing is sent
    job = only_job()
    code, out, _ = run("job list --org live")
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.startswith("0Af")] == [
        [job, out.split(job)[1].split()[0], "deployment", "Succeeded", "here", "1/1", "components"]
    ]
    shutil.rmtree(".sfmeta")
    (row,) = json.loads(run("job list --org live --all-users --json")[1])["jobs"]
    assert (row["id"], row["status"], row["startedHere"]) == (job, "Succeeded", False)
