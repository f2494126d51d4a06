"""The judges' script: what it makes of what the judges say."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from toolkit.config.project import Project
from toolkit.generate.names import Names, names_of

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts" / "check_generated.py"
    spec = importlib.util.spec_from_file_location("check_generated_script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def names(shipped: Project) -> Names:
    return names_of(shipped.package)


def violation(rule: str, severity: int, file: str) -> dict[str, object]:
    return {"engine": "pmd", "rule": rule, "severity": severity, "file": file, "line": 3, "message": "m"}


ARGUED = violation("VfUnescapeEl", 2, "components/CobrowseFrame.component")


def test_a_serious_violation_is_a_complaint_and_a_minor_one_is_counted(script: ModuleType, names: Names) -> None:
    found = [ARGUED, violation("A", 3, "classes/A.cls"), violation("B", 4, "classes/B.cls")]
    verdict = script.pmd_verdict({"rules": 9, "violations": found, "log": []}, names)
    assert verdict.complaints == ("classes/A.cls:3: severity 3 A: m",)
    assert verdict.looked_at == "9 rules, argued exceptions: 1, minor findings: 1"


def test_an_exception_counts_for_its_file_only_and_must_occur(script: ModuleType, names: Names) -> None:
    elsewhere = violation("VfUnescapeEl", 2, "pages/CobrowseSettings.page")
    verdict = script.pmd_verdict({"rules": 9, "violations": [elsewhere], "log": ["odd"]}, names)
    assert verdict.complaints == (
        "pages/CobrowseSettings.page:3: severity 2 VfUnescapeEl: m",
        "the exception of VfUnescapeEl in components/CobrowseFrame.component is no longer needed",
        "odd",
    )


def test_a_syntax_error_is_a_complaint(script: ModuleType) -> None:
    output = {"apex.jorje.semantic.compiler.parser.ParserOutput": {"parseErrors": [{"message": "m"}]}}
    assert list(script.jorje_errors(output)) == ['{"message": "m"}']


def test_without_tools_every_judge_is_skipped_by_name(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["check_generated.py", "--tools", str(tmp_path)])
    assert script.main() == 0
    told = capsys.readouterr().out
    assert told.count("skipped: ") == 2 * len(script.JUDGES) + 1
    monkeypatch.setattr(sys, "argv", ["check_generated.py", "--tools", str(tmp_path), "--all"])
    assert script.main() == 1


def test_every_exception_is_argued_in_the_docs(script: ModuleType) -> None:
    text = (ROOT / "docs" / "code-analyzer.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(exception.rule for exception in script.EXCEPTIONS)
