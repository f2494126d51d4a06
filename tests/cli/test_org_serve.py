"""`sfmeta org serve` as another program meets it: faults from the command line, https, and who can reach it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from toolkit.cli.main import main

ROOT = Path(__file__).parent.parent.parent
EVERY = (
    "latency:seconds=0.01,path=/none",
    "slow-job:seconds=0.1,job=retrieve",
    "drop:after=5,path=/services/data/v62.0/limits",
    "status:code=503,path=/services/data/v62.0/recent,nth=2",
    "expired:path=/services/data/v62.0/tooling/*",
    "lock:sobject=Account",
    "component:name=Foo,type=ApexClass",
    "corrupt-zip",
    "status:code=502,rate=0.5,times=0,path=/services/data/v62.0/sobjects",
)


@contextmanager
def served(state: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """How to reach it, with what it said on stderr as `told` once it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "org", "serve", "--state", str(state), "--json", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate()[1])
        text += line
    reach = json.loads(text)
    try:
        yield reach
    finally:
        process.send_signal(signal.SIGTERM)
        reach["told"] = process.communicate(timeout=20)[1]


def _get(reach: dict[str, Any], path: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {reach['accessToken']}"}
    return requests.get(reach["url"] + path, headers=headers, timeout=10, verify=reach.get("caFile", True))


def _luck(reach: dict[str, Any]) -> list[int]:
    return [_get(reach, "/services/data/v62.0/sobjects").status_code for _ in range(12)]


def test_every_fault_from_the_command_line(tmp_path: Path) -> None:
    faults = [argument for spec in EVERY for argument in ("--fault", spec)]
    with served(tmp_path / "one", *faults, "--fault-seed", "7") as reach:
        armed = _get(reach, "/__local__/faults").json()
        assert (armed["seed"], [entry["spec"] for entry in armed["faults"]]) == (7, list(EVERY))
        assert [_get(reach, "/services/data/v62.0/recent").status_code for _ in range(3)] == [200, 503, 200]
        with pytest.raises(requests.exceptions.RequestException):
            _get(reach, "/services/data/v62.0/limits").json()
        luck = _luck(reach)
        assert set(luck) == {200, 502}
        headers = {"Authorization": f"Bearer {reach['accessToken']}"}
        same = {"faults": list(EVERY), "seed": 7}
        url = f"{reach['url']}/__local__/faults"
        assert requests.post(url, json=same, headers=headers, timeout=10).json()["seed"] == 7
        assert _luck(reach) == luck  # the endpoint begins anew where the command line began
        assert _get(reach, "/services/data/v62.0/tooling/sobjects").status_code == 401
        assert _get(reach, "/services/data/v62.0").status_code == 401  # what is over stays over


def test_faults_that_cannot_be_are_told_before_anything_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ("--fault", "latency", "--fault", "nothing", "--fault", "status:code=200")
    assert main(["org", "serve", "--state", str(tmp_path / "state"), *wrong]) == 1
    said = capsys.readouterr().err
    for part in ("seconds is missing", "there is no such fault", "code=200 is out of range"):
        assert part in said


def test_https_for_every_address_of_the_machine_comes_with_a_warning(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--tls", "--host", "0.0.0.0") as reach:
        assert reach["url"].startswith("https://127.0.0.1:")
        assert _get(reach, "/services/data/v62.0/recent").json() == []
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(reach["url"], timeout=10)
    assert reach["told"].startswith(
        "warning: everyone who can reach this machine at 0.0.0.0 can reach the local org; only its token keeps them out"
    )
