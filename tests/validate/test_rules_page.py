"""docs/rules.md says what the rules say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_rules_is_current() -> None:
    spec = importlib.util.spec_from_file_location("build_rules_page", ROOT / "scripts" / "build_rules_page.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == script.page(), (
        "run python scripts/build_rules_page.py"
    )


def test_the_pre_commit_hooks_name_the_command() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["entry"] for hook in hooks] == ["sfmeta validate", "sfmeta validate"]
    assert all(hook["language"] == "python" and hook["id"] and hook["name"] for hook in hooks)
