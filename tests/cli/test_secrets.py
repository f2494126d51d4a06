"""Every secret that goes into a run, and whether anything that the run has written holds it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.waysin import ways_in
from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org import keep
from toolkit.org.redact import Redactor
from toolkit.resources import shipped

LICENSE = 'L1c&nse-k<y "of" Cobrowse\\9'


@pytest.fixture(scope="module")
def new_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("secrets") / "state"
    with EmbeddedOrg(state) as local:
        local.jwt_key()  # making one takes long; every copy has this one
    return state


class Runs:
    """Command lines in a folder, all that they wrote, and every secret that they knew of."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], learned: set[str]) -> None:
        self.folder = folder
        self.learned = learned
        self.written = ""
        self._capsys = capsys

    def __call__(self, *line: str) -> int:
        code = main(["--trace", "trace.jsonl", *line])
        said = self._capsys.readouterr()
        self.written += said.out + said.err
        return code

    def leaks(self, secrets: set[str]) -> list[str]:
        """Where a secret stands: "output", or the file."""
        found = [f"output: {secret[:12]}" for secret in secrets if secret in self.written]
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                found += [f"{path.relative_to(self.folder)}: {s[:12]}" for s in secrets if s.encode() in data]
        return found


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runs:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    learned: set[str] = set()
    learn = Redactor.learn

    def spied(self: Redactor, secret: str) -> None:
        if len(secret) >= 8:
            learned.add(secret)
        learn(self, secret)

    monkeypatch.setattr(Redactor, "learn", spied)
    return Runs(folder, capsys, learned)


@pytest.fixture
def served(tmp_path: Path, new_state: Path) -> Iterator[Callable[..., EmbeddedOrg]]:
    opened: list[EmbeddedOrg] = []

    def serve(*faults: str, tls: bool = False) -> EmbeddedOrg:
        state = Path(shutil.copytree(new_state, tmp_path / f"state{len(opened)}"))
        opened.append(EmbeddedOrg(state, faults=faults, tls=tls).__enter__())
        return opened[-1]

    yield serve
    for one in opened:
        one.__exit__(None, None, None)


def arranged(
    runs: Runs, local: EmbeddedOrg, monkeypatch: pytest.MonkeyPatch, kind: str, package: bool = False
) -> set[str]:
    """A folder with this target alone, its secrets in the environment; returns them."""
    way = ways_in(local)[kind]
    config = runs.folder / "config"
    shutil.copytree(shipped("config"), config) if package else config.mkdir()
    (config / "orgs.yaml").write_text(yaml.safe_dump({"orgs": {"live": way.target}}))
    for name, value in way.secrets.items():
        monkeypatch.setenv(name, value)
    return set(way.secrets.values())


def written_in_all_ways(secrets: set[str]) -> set[str]:
    """The secrets, also as JSON writes them, line by line, and without the org id that a token begins with."""
    lines = {line for secret in secrets for line in secret.splitlines() if len(line) >= 20 and "-----" not in line}
    tails = {secret.partition("!")[2] for secret in secrets if secret.startswith("00D")}
    return secrets | lines | tails | {json.dumps(secret)[1:-1] for secret in secrets}


def small_package(folder: Path) -> None:
    """A class Tiny in folder/m."""
    classes = folder / "m" / "classes"
    classes.mkdir(parents=True)
    ns = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
    (classes / "Tiny.cls").write_text("public class Tiny {}")
    (classes / "Tiny.cls-meta.xml").write_text(
        f"<ApexClass {ns}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
    )
    (folder / "m" / "package.xml").write_text(
        f"<Package {ns}><types><members>Tiny</members><name>ApexClass</name></types><version>62.0</version></Package>"
    )


def test_no_secret_of_a_whole_release_is_in_anything_it_wrote(
    runs: Runs, served: Callable[..., EmbeddedOrg], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {LICENSE, *arranged(runs, served(), monkeypatch, "jwt", package=True)}
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", LICENSE)
    on = ("--org", "live")
    assert runs("plan", *on, "--out", "plan.json", "--json") == 0, runs.written
    assert runs("deploy", *on, "--plan", "plan.json", "--yes", "--json", "--junit", "r.xml") == 0, runs.written
    assert runs("history", *on) == 0
    assert runs("drift", *on) in (0, 3)
    for name in ("plan.json", "r.xml", ".sfmeta/jobs.jsonl", ".sfmeta/ledger.db"):
        assert (runs.folder / name).exists()
    assert len((runs.folder / "trace.jsonl").read_text().splitlines()) > 50
    known = runs.learned | secrets
    assert any(secret.startswith("00D") for secret in known), "the session is among them"
    assert any(secret.count(".") == 2 and secret.startswith("eyJ") for secret in known), "and the assertion"
    assert runs.leaks(written_in_all_ways(known)) == []


@pytest.mark.parametrize("kind", ["token", "jwt", "refresh", "client credentials", "auth url", "password", "soap"])
def test_no_secret_of_a_sign_in_is_in_anything_a_deployment_wrote(
    runs: Runs, served: Callable[..., EmbeddedOrg], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The session expires in the middle, so that a second one is among the secrets where there can be one."""
    expires = () if kind == "token" else ("expired:nth=7",)
    local = served(*expires, tls=kind == "auth url")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(local.ca_file) if kind == "auth url" else "")
    secrets = arranged(runs, local, monkeypatch, kind)
    small_package(runs.folder)
    assert runs("org", "login", "live") == 0, runs.written
    assert runs("deploy", "m", "--org", "live", "--yes", "--json", "--junit", "r.xml") == 0, runs.written
    assert runs("job", "status", "0Af000000000001AAA", "--org", "live", "--json") == 1
    known = runs.learned | secrets
    sessions = {secret for secret in known if secret.startswith("00D") and "!" in secret and "%" not in secret}
    assert len(sessions) >= (1 if kind == "token" else 4), "every session is among them, the renewed one too"
    assert runs.leaks(written_in_all_ways(known)) == []


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        ("jwt", "A_KEY"),
        ("refresh", "A_REFRESH"),
        ("client credentials", "A_SECRET"),
        ("auth url", "A_URL"),
        ("password", "A_PASSWORD"),
        ("soap", "A_PASSWORD"),
        ("token", "A_TOKEN"),
    ],
)
def test_a_secret_that_is_refused_is_not_repeated(
    runs: Runs, served: Callable[..., EmbeddedOrg], monkeypatch: pytest.MonkeyPatch, kind: str, variable: str
) -> None:
    """A typing error or an old secret: what was given is as secret as the right one; also in a traceback."""
    local = served()
    secrets = arranged(runs, local, monkeypatch, kind)
    (given,) = {value for value in secrets if os.environ[variable] == value}
    wrong = f"{given[:-9]}ZZ9wrong9" if kind != "jwt" else given.replace("PRIVATE KEY", "PRIVATE  KEY")
    monkeypatch.setenv(variable, wrong)
    monkeypatch.setenv("SFMETA_TRACEBACK", "1")
    small_package(runs.folder)
    assert runs("deploy", "m", "--org", "live", "--yes", "--json") == 1, runs.written
    assert runs("org", "display", "live") == 1
    known = (runs.learned | secrets | {wrong}) - {local.refresh_token()}
    assert runs.leaks(written_in_all_ways(known)) == []


def test_no_secret_of_a_browser_sign_in_is_in_anything_it_wrote(
    runs: Runs, served: Callable[..., EmbeddedOrg], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code, the verifier of PKCE, the refresh token and the sessions; the token is kept outside the folder."""
    local = served()
    monkeypatch.setenv("HOME", str(runs.folder.parent))
    monkeypatch.setattr(keep, "_keyring", lambda: None)
    codes: set[str] = set()

    class Watched(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *given: Any) -> Any:
            codes.update(parse_qs(urlsplit(given[-1]).query).get("code", []))
            return super().redirect_request(*given)

    def browser(address: str) -> bool:
        urllib.request.build_opener(Watched).open(address, timeout=10).close()
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (runs.folder / "config").mkdir()
    target = {"kind": "web", "loginUrl": local.url, "consumerKey": "PlatformCLI", "port": port}
    (runs.folder / "config" / "orgs.yaml").write_text(yaml.safe_dump({"orgs": {"live": target}}))
    small_package(runs.folder)
    assert runs("org", "login", "live") == 0, runs.written
    assert runs("deploy", "m", "--org", "live", "--yes", "--json") == 0, runs.written
    kept = json.loads((runs.folder.parent / ".config" / "sfmeta" / "credentials.json").read_text())
    known = runs.learned | codes | set(kept.values())
    assert codes, "the code is among them"
    assert any(len(secret) == 86 for secret in known), "and the verifier"
    assert runs.leaks(written_in_all_ways(known)) == []


def test_an_org_that_repeats_a_session_in_its_own_words_betrays_nothing(
    runs: Runs, served: Callable[..., EmbeddedOrg], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "00D000000000009!AQ.a_session_of_somebody_else"
    arranged(runs, served(f"component:name=Tiny,type=ApexClass,message=your session {token}"), monkeypatch, "token")
    small_package(runs.folder)
    for form in ("text", "json", "github"):
        line = ("deploy", "m", "--org", "live", "--yes", "--format", form, "--junit", f"{form}.xml")
        assert runs(*line) == 1, runs.written
    assert "your session 00D000000000009!***" in runs.written
    assert runs.leaks({token, token.partition("!")[2]}) == []
