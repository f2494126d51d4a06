"""jsforce 3 against the local org over http."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from toolkit.localorg.embedded import EmbeddedOrg

TOUR = Path(__file__).with_name("jsforce_tour.cjs")


def test_jsforce(plain: EmbeddedOrg, node: str, jsforce_modules: Path, visit: Any, tmp_path: Path) -> None:
    archive = tmp_path / "visit.zip"
    archive.write_bytes(visit.zip_of(visit.files))
    arguments = [plain.url, plain.username, plain.password, str(archive), plain.client_id, plain.client_secret]
    done = subprocess.run(
        [node, str(TOUR), *arguments],
        env={**os.environ, "NODE_PATH": str(jsforce_modules)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "login": plain.org_id,
        "identity": plain.username,
        "deploy": [
            "Succeeded",
            5,
            ["Contact.Room__c", "Tiny", "Visited", "Widget__c", "Widget__c.Key__c", "package.xml"],
        ],
        "deployRest": ["Succeeded", []],
        "quick": True,
        "retrieve": ["Succeeded", "PK"],
        "list": ["Visited"],
        "describe": True,
        "createMetadata": True,
        "readMetadata": "From jsforce",
        "updateMetadata": True,
        "upsertMetadata": False,
        "readAgain": "Again",
        "deleteMetadata": True,
        "retrieveOne": "R1",
        "update": True,
        "createMany": [True, True],
        "retrieveMany": ["Two", "Three"],
        "updateMany": [True, True],
        "query": ["First", "Three", "Two"],
        "find": 2,
        "destroyMany": [True, True],
        "destroy": True,
        "describeObject": True,
        "describeGlobal": True,
        "tooling": ["Visited"],
        "error": ["INVALID_FIELD", "INVALID_FIELD"],
        "clientCredentials": 1,
        "wrongPassword": "INVALID_LOGIN: Invalid username, password, security token; or user locked out.",
    }
