"""What a deploy leaves of data, and what survives: rollback, check-only, purge, sudden death, two processes."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from toolkit.localorg.embedded import EmbeddedOrg

ROOT = Path(__file__).parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")


@pytest.fixture
def filled(client: Any, kit: Any) -> Iterator[str]:
    """A custom setting with a row, and what takes it away again."""
    types = {"CustomObject": ["Kept__c"]}
    client.deployed({"package.xml": kit.manifest(types), **kit.setting("Kept__c", kit.text_field("Key__c"))})
    client.create("Kept__c", Key__c="precious")
    yield "Kept__c"
    client.deploy({"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest(types)}, ignoreWarnings=True)


def rows(client: Any) -> list[Any]:
    return [row["Key__c"] for row in client.query("SELECT Key__c FROM Kept__c")]


def removal(kit: Any, *, broken: bool) -> dict[str, str]:
    files = {"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest({"CustomObject": ["Kept__c"]})}
    if broken:
        files |= {"package.xml": kit.manifest({"ApexPage": ["Bad"]}), **kit.page("Bad", '<apex:page controller="No"/>')}
    return files


def test_rollback_brings_data_back(client: Any, kit: Any, filled: str) -> None:
    assert client.deploy(removal(kit, broken=True))["status"] == "Failed"
    assert rows(client) == ["precious"]
    assert client.deploy(removal(kit, broken=True), rollbackOnError=False)["status"] == "SucceededPartial"
    assert client.query_error(f"SELECT Id FROM {filled}")[0] == "INVALID_TYPE"


def test_check_only_keeps_data(client: Any, kit: Any, filled: str) -> None:
    checked = client.deployed(removal(kit, broken=False), checkOnly=True)
    assert [entry["fullName"] for entry in checked["details"]["componentSuccesses"] if entry["deleted"]] == [filled]
    assert rows(client) == ["precious"]


@pytest.mark.parametrize("purge", [True, False])
def test_a_deleted_name_is_free_again(client: Any, kit: Any, filled: str, *, purge: bool) -> None:
    """There is no recycle bin here: purgeOnDelete is taken, and makes no difference."""
    result = client.deployed(removal(kit, broken=False), purgeOnDelete=purge)
    answer = client.http.get(f"{client.data}/metadata/deployRequest/{result['id']}").json()
    assert answer["deployOptions"]["purgeOnDelete"] is purge
    types = {"CustomObject": [filled]}
    client.deployed({"package.xml": kit.manifest(types), **kit.setting(filled, kit.text_field("Key__c"))})
    assert rows(client) == []


def test_pre_plain_and_post_deletions_in_one_deploy(client: Any, kit: Any) -> None:
    """Pre and plain go before what comes, so the page may turn to another class; post goes after it."""
    first = {"ApexClass": ["First", "Second", "Third"], "ApexPage": ["Turns"]}
    client.deployed({"package.xml": kit.manifest(first), **kit.apex_class("First"), **kit.apex_class("Second"),
                     **kit.apex_class("Third"), **kit.page("Turns", '<apex:page controller="Third"/>')})  # fmt: skip
    result = client.deployed({
        "package.xml": kit.manifest({"ApexPage": ["Turns"]}), **kit.page("Turns", "<apex:page/>"),
        "destructiveChangesPre.xml": kit.manifest({"ApexClass": ["First"]}),
        "destructiveChanges.xml": kit.manifest({"ApexClass": ["Second"]}),
        "destructiveChangesPost.xml": kit.manifest({"ApexClass": ["Third"]}),
    })  # fmt: skip
    gone = {e["fullName"]: e["fileName"] for e in result["details"]["componentSuccesses"] if e["deleted"]}
    assert gone == {
        "First": "destructiveChangesPre.xml", "Second": "destructiveChanges.xml", "Third": "destructiveChangesPost.xml",
    }  # fmt: skip


# processes ----------------------------------------------------------------------------------------------------------


@contextmanager
def served(state: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, dict[str, str]]]:
    """`sfmeta org serve` in a process of its own: the process, its data URL, and headers with its token."""
    command = [sys.executable, "-m", "toolkit", "org", "serve", "--state", str(state), "--json", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        line = process.stdout.readline()
        assert line, "the local org does not start"
        text += line
    reach = json.loads(text)
    try:
        yield process, f"{reach['url']}/services/data/v62.0", {"Authorization": f"Bearer {reach['accessToken']}"}
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def start(kit: Any, data: str, headers: dict[str, str], name: str) -> str:
    files = {"package.xml": kit.manifest({"ApexClass": [name]}), **kit.apex_class(name)}
    options = json.dumps({"deployOptions": {"singlePackage": True, "rollbackOnError": True}})
    answer = requests.post(f"{data}/metadata/deployRequest", headers=headers, timeout=30, files=[
        ("entity_content", (None, options, "application/json")),
        ("file", ("x.zip", kit.packed(files), "application/zip")),
    ])  # fmt: skip
    return str(answer.json()["id"])


def status_of(data: str, headers: dict[str, str], job: str) -> dict[str, Any]:
    answer = requests.get(f"{data}/metadata/deployRequest/{job}", headers=headers, timeout=30)
    return dict(answer.json()["deployResult"])


def finished(data: str, headers: dict[str, str], job: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = status_of(data, headers, job)
        if found["done"]:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{job} does not end")


@posix
def test_a_job_that_was_running_when_its_process_was_killed_is_begun_again(tmp_path: Path, kit: Any) -> None:
    slow = "slow-job:seconds=120,job=deploy"
    with served(tmp_path / "state", "--fault", slow) as (process, data, headers):
        job = start(kit, data, headers, "Killed")
        deadline = time.monotonic() + 30
        while status_of(data, headers, job)["status"] != "InProgress" and time.monotonic() < deadline:
            time.sleep(0.02)
        assert status_of(data, headers, job)["status"] == "InProgress"
        process.send_signal(signal.SIGKILL)
        process.wait()
    with EmbeddedOrg(tmp_path / "state") as org:
        result = finished(f"{org.url}/services/data/v62.0", headers, job)
        assert (result["status"], result["numberComponentsDeployed"]) == ("Succeeded", 1)


@posix
def test_two_processes_share_one_queue(tmp_path: Path, kit: Any) -> None:
    with served(tmp_path / "state") as (_, one, headers), served(tmp_path / "state") as (_, two, _):
        jobs = [start(kit, (one, two)[number % 2], headers, f"Shared{number}") for number in range(8)]
        results = [finished((two, one)[number % 2], headers, job) for number, job in enumerate(jobs)]
        assert [result["status"] for result in results] == ["Succeeded"] * 8
        spans = sorted((result["startDate"], result["completedDate"]) for result in results)
        assert all(ended <= begun for (_, ended), (begun, _) in itertools.pairwise(spans))
        soql = {"q": "SELECT COUNT() FROM ApexClass WHERE Name LIKE 'Shared%'"}
        assert requests.get(f"{two}/query", soql, headers=headers, timeout=30).json()["totalSize"] == 8
