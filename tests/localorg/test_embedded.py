"""An org's life: start, stop, restart, sudden death, and two processes at once."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce

from toolkit.errors import LocalOrgError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata import zipfmt
from toolkit.metadata.content import CHUNK, Stored

ROOT = Path(__file__).parents[2]


def ask(org: EmbeddedOrg, soql: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {org.access_token}"}
    answer = requests.get(f"{org.url}/services/data/v62.0/query", params={"q": soql}, headers=headers, timeout=10)
    return list(answer.json()["records"])


def add(org: EmbeddedOrg, name: str) -> None:
    headers = {"Authorization": f"Bearer {org.access_token}"}
    url = f"{org.url}/services/data/v62.0/sobjects/Contact"
    assert requests.post(url, json={"LastName": name}, headers=headers, timeout=10).status_code == 201


def test_state_outlives_the_server(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "org"
    with EmbeddedOrg(state) as first:
        add(first, "Kept")
        before = (first.org_id, first.access_token, first.password, first.client_secret, first.refresh_token())
        url = first.url
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/services/data", timeout=2)
    with EmbeddedOrg(state) as second:
        after = (second.org_id, second.access_token, second.password, second.client_secret, second.refresh_token())
        assert after == before
        assert [row["LastName"] for row in ask(second, "SELECT LastName FROM Contact")] == ["Kept"]


def test_the_contract_of_its_attributes(org: EmbeddedOrg) -> None:
    assert org.url.startswith("http://127.0.0.1:")
    assert org.access_token.startswith(f"{org.org_id[:15]}!")
    assert (len(org.org_id), org.username) == (18, "admin@local.example")
    assert len(org.password) >= 16


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_nobody_else_can_read_the_state(tmp_path: Path) -> None:
    with EmbeddedOrg(tmp_path / "org") as org:
        add(org, "Secret")
        assert stat.S_IMODE((tmp_path / "org").stat().st_mode) == 0o700
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "org").iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_it_listens_on_loopback_alone(org: EmbeddedOrg) -> None:
    port = int(org.url.rpartition(":")[2])
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with socket.socket() as outside:
        outside.settimeout(1)
        assert outside.connect_ex((own, port)) != 0


def test_a_port_that_is_taken(org: EmbeddedOrg, tmp_path: Path) -> None:
    port = int(org.url.rpartition(":")[2])
    with pytest.raises(LocalOrgError, match=f"cannot listen on 127.0.0.1:{port}"):
        EmbeddedOrg(tmp_path / "org", port=port).__enter__()


def test_a_state_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "org.sqlite").write_text("this is no database, and it is long enough to be one" * 100)
    with pytest.raises(LocalOrgError, match="cannot be opened"):
        EmbeddedOrg(tmp_path).__enter__()
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalOrgError, match="cannot be made"):
        EmbeddedOrg(tmp_path / "file" / "org").__enter__()


def test_a_state_of_another_version(tmp_path: Path) -> None:
    with EmbeddedOrg(tmp_path):
        pass
    database = sqlite3.connect(tmp_path / "org.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LocalOrgError, match="another version"):
        EmbeddedOrg(tmp_path).__enter__()


def test_two_orgs_on_one_state_see_the_same(tmp_path: Path, kit: Any) -> None:
    with EmbeddedOrg(tmp_path) as one, EmbeddedOrg(tmp_path) as two:
        add(one, "FromOne")
        assert [row["LastName"] for row in ask(two, "SELECT LastName FROM Contact")] == ["FromOne"]
        files = {"package.xml": kit.manifest({"CustomObject": ["Seen__c"]}),
                 **kit.setting("Seen__c", kit.text_field("A__c"))}  # fmt: skip
        headers = {"Authorization": f"Bearer {one.access_token}"}
        url = f"{one.url}/services/data/v62.0/metadata/deployRequest"
        job = requests.post(url, headers=headers, timeout=10, files=[
            ("entity_content", (None, '{"deployOptions": {"singlePackage": true}}', "application/json")),
            ("file", ("x.zip", kit.packed(files), "application/zip")),
        ]).json()["id"]  # fmt: skip
        for _ in range(500):
            status = requests.get(
                f"{two.url}/services/data/v62.0/metadata/deployRequest/{job}", headers=headers, timeout=5
            )
            if status.json()["deployResult"]["done"]:
                break
            time.sleep(0.01)
        assert ask(two, "SELECT A__c FROM Seen__c") == []


_SERVER = """
import sys
from pathlib import Path
from toolkit.localorg.options import Options
from toolkit.localorg.server import serve
def ready(org, url):
    with org.read() as work:
        print(url, work.facts.get("access_token"), flush=True)
serve(Path(sys.argv[1]), options=Options(job_delay=float(sys.argv[2])), ready=ready)
"""


def spawn(state: Path, delay: float = 0) -> tuple[subprocess.Popen[str], str, str]:
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(state), str(delay)], cwd=ROOT, text=True,
                               stdout=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    url, token = process.stdout.readline().split()
    return process, url, token


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_it_survives_a_sudden_death_and_takes_up_its_jobs(tmp_path: Path, kit: Any) -> None:
    process, url, token = spawn(tmp_path, delay=30)
    headers = {"Authorization": f"Bearer {token}"}
    base = f"{url}/services/data/v62.0"
    for number in range(20):
        requests.post(f"{base}/sobjects/Contact", json={"LastName": f"N{number}"}, headers=headers, timeout=10)
    files = {"package.xml": kit.manifest({"ApexClass": ["Revived"]}), **kit.apex_class("Revived")}
    job = requests.post(f"{base}/metadata/deployRequest", headers=headers, timeout=10, files=[
        ("entity_content", (None, '{"deployOptions": {"singlePackage": true}}', "application/json")),
        ("file", ("x.zip", kit.packed(files), "application/zip")),
    ]).json()["id"]  # fmt: skip
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    with EmbeddedOrg(tmp_path) as org:
        assert len(ask(org, "SELECT Id FROM Contact")) == 20
        for _ in range(1000):
            status = requests.get(
                f"{org.url}/services/data/v62.0/metadata/deployRequest/{job}", headers=headers, timeout=5
            )
            if status.json()["deployResult"]["done"]:
                break
            time.sleep(0.01)
        assert status.json()["deployResult"]["status"] == "Succeeded"
        assert len(ask(org, "SELECT Id FROM ApexClass WHERE Name = 'Revived'")) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_foreground_server_ends_when_asked(tmp_path: Path) -> None:
    process, url, _token = spawn(tmp_path)
    assert requests.get(f"{url}/__local__/health", timeout=5).json() == {"status": "up"}
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=10)
    assert process.stdout is not None
    process.stdout.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)


def test_https_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    with EmbeddedOrg(tmp_path, tls=True) as org:
        assert org.url.startswith("https://127.0.0.1:")
        url = f"{org.url}/services/data"
        assert requests.get(url, verify=str(org.ca_file), timeout=5).status_code == 200
        local = url.replace("127.0.0.1", "localhost")
        assert requests.get(local, verify=str(org.ca_file), timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=5)
        before = org.ca_file.read_bytes()
    with EmbeddedOrg(tmp_path, tls=True) as again:
        assert again.ca_file.read_bytes() == before


def test_simple_salesforce_over_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedOrg(tmp_path, tls=True) as org:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(org.ca_file))
        host = org.url.removeprefix("https://")
        with requests.Session() as session:
            client = Salesforce(session_id=org.access_token, instance=host, session=session, version="62.0")
            made = client.Contact.create({"LastName": "Https"})
            assert client.Contact.get(made["id"])["LastName"] == "Https"
            assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == 1


def test_finished_jobs_do_not_keep_their_zips(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Kept"]}), **kit.apex_class("Kept")}
    checked = client.deployed(files, checkOnly=True)["id"]
    done = client.deployed(files)["id"]
    with client.org.org.read() as work:
        assert work.jobs.payload(checked)
        assert not work.jobs.payload(done)


def test_a_large_zip_is_kept_in_parts_for_as_long_as_it_is_needed(client: Any, kit: Any) -> None:
    noise = random.Random(8).randbytes(700_000)
    meta = (
        '<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata"><cacheControl>Private</cacheControl>'
        "<contentType>application/octet-stream</contentType></StaticResource>"
    )
    files = {
        "package.xml": kit.manifest({"StaticResource": ["Noise"], "ApexClass": ["One"]}),
        "staticresources/Noise.resource": noise,
        "staticresources/Noise.resource-meta.xml": meta,
        **kit.apex_class("One"),
    }

    def parts() -> int:
        with closing(sqlite3.connect(client.org.state / "org.sqlite")) as database:
            return int(database.execute("SELECT COUNT(*) FROM payload_part").fetchone()[0])

    checked = client.deployed(files, checkOnly=True, testLevel="RunLocalTests")["id"]
    with client.org.org.read() as work:
        kept = work.jobs.payload(checked)
    assert isinstance(kept, Stored)
    assert dict(zipfmt.read(kept, "kept.zip"))["staticresources/Noise.resource"] == noise
    assert parts() == -(-kept.size // CHUNK)
    quick = client.http.post(f"{client.data}/metadata/deployRequest", json={"validatedDeployRequestId": checked})
    assert client.finished(quick.json()["id"])["status"] == "Succeeded"
    with client.org.org.read() as work:
        assert list(work.components.files("StaticResource", "Noise").values()) == [noise]
    assert parts() == -(-kept.size // CHUNK)
    client.deployed(files)
    assert parts() == -(-kept.size // CHUNK)


@pytest.mark.parametrize(
    ("kind", "edition", "sandbox", "ends"),
    [
        ("developer", "Developer Edition", False, False),
        ("production", "Enterprise Edition", False, False),
        ("sandbox", "Enterprise Edition", True, False),
        ("scratch", "Developer Edition", True, True),
    ],
)
def test_kinds_of_org(fresh: Any, kit: Any, kind: str, edition: str, *, sandbox: bool, ends: bool) -> None:
    client = fresh(org_type=kind)
    (row,) = client.query("SELECT OrganizationType, IsSandbox, TrialExpirationDate FROM Organization")
    assert (row["OrganizationType"], row["IsSandbox"]) == (edition, sandbox)
    assert (row["TrialExpirationDate"] is not None) is ends
    result = client.deploy(
        {"package.xml": kit.manifest({"ApexClass": ["K"]}), **kit.apex_class("K")}, testLevel="NoTestRun"
    )
    assert result["success"] is (kind != "production")


def test_the_kind_of_an_org_is_settled_when_it_is_made(tmp_path: Path) -> None:
    with EmbeddedOrg(tmp_path, org_type="production") as made:
        assert made.org.is_production
    with EmbeddedOrg(tmp_path) as again:
        assert again.org.org_type == "production"
    with pytest.raises(LocalOrgError) as refused, EmbeddedOrg(tmp_path, org_type="sandbox"):
        pass
    assert str(refused.value).startswith(f"{tmp_path}: the local org kept here is a production org, not a sandbox one")
