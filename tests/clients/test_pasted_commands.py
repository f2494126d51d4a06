"""The commands that `sfmeta org serve` prints, pasted into a shell as they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.reach import Reach, reach_of


@pytest.fixture(scope="module", params=["http", "https"])
def reach(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reach]:
    secure = request.param == "https"
    with EmbeddedOrg(tmp_path_factory.mktemp("org"), tls=secure) as running:
        yield reach_of(running, secure=secure)


@pytest.mark.parametrize("client", ["sf", "sf-jwt", "sf-auth-url", "jsforce", "simple-salesforce", "cumulusci"])
def test_a_command_as_it_is_printed(client: str, reach: Reach, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    commands = reach.commands()
    if client not in commands:
        assert (client, reach.secure) in {("sf-auth-url", False), ("cumulusci", False)}  # they insist on https
        return
    environment = {**os.environ, "HOME": str(tmp_path), "SF_USE_GENERIC_UNIX_KEYCHAIN": "true", "CI": "true"}
    environment |= {
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
    }
    tools = [str(Path(sys.executable).parent)]
    if client.startswith("sf"):
        tools.append(str(Path(request.getfixturevalue("sf_command")).parent))
    elif client == "jsforce":
        request.getfixturevalue("node")
        environment["NODE_PATH"] = str(request.getfixturevalue("jsforce_modules"))
    elif client == "cumulusci":
        tools.append(str(Path(request.getfixturevalue("cci_command")).parent))
        (tmp_path / "cumulusci.yml").write_text("project:\n  name: Pasted\n  package:\n    name: Pasted\n")
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    environment["PATH"] = os.pathsep.join([*tools, environment["PATH"]])
    shell = shutil.which("sh")
    assert shell is not None
    done = subprocess.run(
        [shell, "-c", commands[client]],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    wanted = {"jsforce": "Developer Edition", "simple-salesforce": "Developer Edition", "cumulusci": "Done"}
    assert wanted.get(client, "Successfully authorized admin@local.example") in done.stdout
