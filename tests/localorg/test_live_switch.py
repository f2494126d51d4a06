"""The switch of tests/live: which real org it takes. A local org plays the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.options import OrgType

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("kind", "org_id", "ci", "said"),
    [
        ("developer", None, "", "1 passed"),
        ("sandbox", None, "1", "1 skipped"),
        ("sandbox", "00D000000000000AAA", "", "and SFMETA_LIVE_ORG_ID says 00D000000000000AAA"),
        ("production", None, "", "is a production org; the contract is not tried there"),
    ],
)
def test_which_org_is_asked(tmp_path: Path, kind: OrgType, org_id: str | None, ci: str, said: str) -> None:
    with EmbeddedOrg(tmp_path, org_type=kind) as real:
        environment = {
            **os.environ, "SFMETA_LIVE_URL": real.url, "SFMETA_LIVE_TOKEN": real.access_token,
            "SFMETA_LIVE_ORG_ID": org_id or real.org_id, "CI": ci,
        }  # fmt: skip
        one = "tests/live/test_contract.py::test_a_reference_must_lead_somewhere[live]"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", one],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert said in done.stdout
