"""A session that expires in the middle of a release: renewed once, silently, and the request repeated once.

Every way of signing in that can renew itself, at every request of a release. A run of the tests makes one of each
request, the ways taking turns; all of them when BAD_DAYS is set.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.waysin import ways_in
from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import parse_all

WAYS = ("jwt", "refresh", "client credentials", "password", "soap")
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
TOKEN_PATHS = ("/services/oauth2/token", "/services/Soap/u/64.0")


class Bench:
    def __init__(self, local: EmbeddedOrg, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.local = local
        self.ways = ways_in(local)
        self.folder = folder
        self.capsys = capsys
        self.number = 0
        self.struck = 0
        """How often the last deployment met its faults."""

    def deploy(self, way: str, *faults: str, wire: str = "auto") -> tuple[int, str, list[str]]:
        """A deployment of a new class: exit code, what was said, and the paths of the requests."""
        self.number += 1
        (self.folder / "m" / "classes" / "Tiny.cls").write_text(f"public class Tiny {{}} // {self.number}\n")
        orgs = {"orgs": {"live": self.ways[way].target}}
        (self.folder / "config" / "orgs.yaml").write_text(yaml.safe_dump(orgs))
        trace = self.folder / "trace.jsonl"
        trace.unlink(missing_ok=True)
        self.local.org.faults.arm(parse_all(faults))
        code = main(["--trace", str(trace), "deploy", "m", "--org", "live", "--yes", "--api", wire])
        self.struck = sum(struck for _, _, struck in self.local.org.faults.shown())
        self.local.org.faults.arm([])
        said = self.capsys.readouterr()
        rows = [json.loads(line) for line in trace.read_text().splitlines()]
        return code, said.out + said.err, [row["url"].partition("?")[0].split("/", 3)[3] for row in rows]

    def jobs(self) -> Counter[str]:
        with self.local.org.read() as work:
            return Counter(job.status for job in work.jobs.of_kind("deploy"))


def sign_ins(paths: list[str]) -> int:
    return sum(f"/{path}" in TOKEN_PATHS for path in paths)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("renewal") / "state"
    with EmbeddedOrg(made) as local:
        local.jwt_key()  # making one takes long; every copy has this one
    return made


@pytest.fixture
def bench(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Bench]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    classes = tmp_path / "m" / "classes"
    classes.mkdir(parents=True)
    (classes / "Tiny.cls-meta.xml").write_text(
        f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
    )
    (tmp_path / "m" / "package.xml").write_text(
        f"<Package {NS}><types><members>Tiny</members><name>ApexClass</name></types><version>62.0</version></Package>"
    )
    with EmbeddedOrg(Path(shutil.copytree(state, tmp_path / "state"))) as local:
        bench = Bench(local, tmp_path, capsys)
        for way in bench.ways.values():
            for variable, value in way.secrets.items():
                monkeypatch.setenv(variable, value)
        yield bench


@pytest.mark.parametrize("wire", ["rest", "soap"])
def test_at_every_request_of_a_release(bench: Bench, wire: str) -> None:
    code, said, paths = bench.deploy("jwt", wire=wire)
    assert code == 0, said
    with_session = [path for path in paths if f"/{path}" not in (*TOKEN_PATHS, "/services/data")]
    assert len(with_session) >= 8, paths
    everything = "BAD_DAYS" in os.environ
    done = 1
    for number in range(1 if everything or wire == "rest" else 5, len(with_session) + 1):
        for way in WAYS if everything else (WAYS[number % len(WAYS)],):
            code, said, paths = bench.deploy(way, f"expired:nth={number}", wire=wire)
            case = f"{way} at request {number}: {with_session[number - 1]}\n{said}"
            assert code == 0, case
            assert "INVALID_SESSION_ID" not in said, case
            done += 1
            assert bench.struck or number >= len(with_session) - 1, case  # the number of looks varies
            assert sign_ins(paths) == 1 + bool(bench.struck), case
            assert bench.jobs() == {"Succeeded": done}, case


@pytest.mark.parametrize("way", WAYS)
def test_a_session_that_expires_at_once_again_is_a_clear_error(bench: Bench, way: str) -> None:
    code, said, paths = bench.deploy(way, "expired:times=0")
    assert code == 1
    assert "INVALID_SESSION_ID: Session expired or invalid (sign in again" in said
    assert sign_ins(paths) == 2
    assert not bench.jobs()


def test_what_renews_the_session_and_is_refused_tells_why(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit.org.refresh import RefreshToken

    signed: list[str] = []
    once: Callable[..., object] = RefreshToken.sign_in

    def revoked(self: RefreshToken, net: object) -> object:
        signed.append(self.token)
        return once(self if len(signed) == 1 else RefreshToken(self.login_url, self.client_id, "revoked-one"), net)

    monkeypatch.setattr(RefreshToken, "sign_in", revoked)
    code, said, _ = bench.deploy("refresh", "expired:nth=4")
    assert (code, len(signed)) == (1, 2)
    assert "sign in by refresh token: invalid_grant: expired access/refresh token" in said
    assert "revoked-one" not in said
