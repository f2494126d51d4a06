"""A large package costs hardly more memory than a small one: whole commands, in processes of their own."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="getrusage counts in KiB on Linux alone")

PEAK = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, usage.ru_maxrss // 1024)
"""
"""Run from a small process of its own: the peak of a child begins with that of its parent."""

META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<cacheControl>Private</cacheControl><contentType>application/octet-stream</contentType></StaticResource>\n"
)


def peak(folder: Path, *arguments: str, **variables: str) -> int:
    """Peak memory in MiB of a command that succeeds."""
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "toolkit", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    code, found = map(int, done.stdout.split())
    assert code == 0
    return found


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """ "large" of 16 MB that cannot be compressed, and "small"."""
    for name, sizes in {"large": [4_000_000] * 4, "small": [100]}.items():
        folder = tmp_path / name / "staticresources"
        folder.mkdir(parents=True)
        for number, size in enumerate(sizes):
            (folder / f"Noise{number}.bin").write_bytes(random.Random(number).randbytes(size))
            (folder / f"Noise{number}.resource-meta.xml").write_text(META)
    return tmp_path


def test_package(projects: Path) -> None:
    assert peak(projects, "package", "large") - peak(projects, "package", "small") < 8


@pytest.fixture
def served(projects: Path) -> Iterator[EmbeddedOrg]:
    with EmbeddedOrg(projects / "org") as org:
        target = f"kind: access_token, instanceUrl: '{org.url}', accessToken: '${{env:TOKEN}}'"
        (projects / "config").mkdir()
        (projects / "config" / "orgs.yaml").write_text(f"orgs:\n  here: {{{target}}}\n")
        yield org


def test_deploy_with_all_that_it_reads_back_and_keeps(projects: Path, served: EmbeddedOrg) -> None:
    small, large = (
        peak(projects, "deploy", name, "--org", "here", "--yes", TOKEN=served.access_token)
        for name in ("small", "large")
    )
    assert large - small < 32  # it was 70 when all of it was held
