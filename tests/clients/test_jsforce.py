"""jsforce 3 against the local org, over http and over https."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

TOUR = Path(__file__).with_name("jsforce_tour.cjs")

_NO_BULK = (
    "The local org has no Bulk API; its records are reached with sobjects, composite/sobjects and composite/tree."
)
ABSENT = {
    "search": "The local org has no search (SOSL); use query.",
    "bulk": f'[{{"message":"{_NO_BULK}","errorCode":"FUNCTIONALITY_NOT_ENABLED"}}]',
    "bulk2": _NO_BULK,
    "apex": "The local org keeps Apex but does not run it: no anonymous Apex, no Apex tests, no Apex web services.",
    "layouts": "The local org has no user interface, and none of the resources that describe one.",
    "chatter": "The local org has no Chatter, no reports, no processes, no invocable actions and no streaming.",
}


@pytest.mark.parametrize("protocol", ["http", "https"])
def test_jsforce(
    protocol: str, request: pytest.FixtureRequest, node: str, jsforce_modules: Path, visit: Any, tmp_path: Path
) -> None:
    org: EmbeddedOrg = request.getfixturevalue("plain" if protocol == "http" else "secure")
    trust = {"NODE_EXTRA_CA_CERTS": str(org.ca_file)} if protocol == "https" else {}
    archive = tmp_path / "visit.zip"
    archive.write_bytes(visit.zip_of(visit.files))
    arguments = [org.url, org.username, org.password, str(archive), org.client_id, org.client_secret]
    arguments.append(org.refresh_token())
    done = subprocess.run(
        [node, str(TOUR), *arguments],
        env={**os.environ, "NODE_PATH": str(jsforce_modules), **trust},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "login": org.org_id,
        "identity": org.username,
        "deploy": [
            "Succeeded",
            5,
            ["Contact.Room__c", "Tiny", "Visited", "Widget__c", "Widget__c.Key__c", "package.xml"],
        ],
        "deployRest": ["Succeeded", []],
        "quick": True,
        "quickRest": True,
        "untested": "INVALID_ID_FIELD",
        "retrieve": ["Succeeded", "PK"],
        "list": ["Visited"],
        "describe": True,
        "createMetadata": True,
        "readMetadata": "From jsforce",
        "updateMetadata": True,
        "upsertMetadata": False,
        "readAgain": "Again",
        "renameMetadata": "Renamed",
        "deleteMetadata": True,
        "retrieveOne": "R1",
        "update": True,
        "createMany": [True, True],
        "retrieveMany": ["Two", "Three"],
        "updateMany": [True, True],
        "query": ["First", "Three", "Two"],
        "find": 2,
        "allOrNone": [[False, "ALL_OR_NONE_OPERATION_ROLLED_BACK"], [False, "REQUIRED_FIELD_MISSING"]],
        "upsertRecord": True,
        "settings": ["l"],
        "destroyMany": [True, True],
        "destroy": True,
        "describeObject": True,
        "describeGlobal": True,
        "tooling": ["Visited"],
        "error": ["INVALID_FIELD", "INVALID_FIELD"],
        "limits": {"Max": 15000, "Remaining": 15000},
        "recent": [],
        "scanAll": 1,
        "count": 0,
        "versions": "67.0",
        "readAbsent": ["Contact", None],
        "unknownType": "sf:INVALID_TYPE",
        "tooMany": "sf:LIMIT_EXCEEDED",
        "absent": ABSENT,
        "afterLogout": "INVALID_SESSION_ID",
        "oauthPassword": org.username,
        "refreshed": 1,
        "clientCredentials": 1,
        "wrongPassword": "INVALID_LOGIN: Invalid username, password, security token; or user locked out.",
    }
