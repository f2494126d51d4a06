"""The real Salesforce CLI against the local org, where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

SF = shutil.which("sf")
pytestmark = pytest.mark.skipif(SF is None, reason="the Salesforce CLI (sf) is not on PATH")


@pytest.fixture
def sf(tmp_path: Path) -> Any:
    """Run sf in an empty project with a home of its own; its JSON result."""
    project = tmp_path / "project"
    project.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (project / "sfdx-project.json").write_text(
        json.dumps({"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"})
    )
    quiet = {"SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "SF_SKIP_NEW_VERSION_CHECK": "true",
             "SF_DISABLE_LOG_FILE": "true", "SF_USE_GENERIC_UNIX_KEYCHAIN": "true", "CI": "true"}  # fmt: skip

    def run(*arguments: str, **more: str) -> dict[str, Any]:
        environment = {**os.environ, **quiet, "HOME": str(home), **more}
        done = subprocess.run([str(SF), *arguments, "--json"], cwd=project, env=environment, capture_output=True,
                              text=True, timeout=120, check=False)  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout)
        assert answer["status"] == 0, answer
        return answer

    run.project = project  # type: ignore[attr-defined]
    return run


def test_login_deploy_retrieve_and_query(org: EmbeddedOrg, sf: Any, kit: Any) -> None:
    sf("org", "login", "access-token", "--instance-url", org.url, "--no-prompt", "--alias", "local",
       SF_ACCESS_TOKEN=org.access_token)  # fmt: skip
    classes = sf.project / "force-app" / "classes"
    classes.mkdir(parents=True)
    for path, content in kit.apex_class("FromSf").items():
        (classes / Path(path).name).write_text(content)
    for rest in ("false", "true"):
        result = sf("project", "deploy", "start", "--source-dir", "force-app", "--target-org", "local",
                    SF_ORG_METADATA_REST_DEPLOY=rest)["result"]  # fmt: skip
        assert {(file["fullName"], file["type"]) for file in result["files"]} == {("FromSf", "ApexClass")}
    found = sf("data", "query", "--query", "SELECT Name FROM ApexClass", "--target-org", "local")["result"]["records"]
    assert [row["Name"] for row in found] == ["FromSf"]
    (classes / "FromSf.cls").write_text("// overwritten by the retrieve")
    sf("project", "retrieve", "start", "--metadata", "ApexClass:FromSf", "--target-org", "local")
    assert (classes / "FromSf.cls").read_text() == kit.apex_class("FromSf")["classes/FromSf.cls"]
