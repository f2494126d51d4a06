"""Every sentence that a deploy to the local org can say is one that `sfmeta explain` knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolkit.localorg
from toolkit.release.hints.explain import explain

ROOT = Path(toolkit.localorg.__file__).parent
SAID = frozenset({"said", "what", "missing", "message"})
"""Names of variables that hold sentences."""
GAPS = {
    "words": "permission sets",
    "bundle": "lightning web component",
    "chosen": "Protected",
    "what": "Custom Setting",
    "right": "Delete",
}
"""What stands in gaps that do not take a name."""


def sample(node: ast.expr) -> str | None:
    """A sentence with a name in every gap; None for what is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_gap(part) for part in node.values)
    return None


def _gap(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    named = part.value if isinstance(part, ast.FormattedValue) else part
    return GAPS.get(named.id, "Thing__c") if isinstance(named, ast.Name) else "Thing__c"


def sentences(path: Path) -> Iterator[str]:
    """What the faults and pointers of one module say."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in SAID:
            found = sample(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault" and node.args:
            found = sample(node.args[0])
        elif isinstance(node, ast.Return) and node.value is not None and path.stem in ("namespaces", "deletions"):
            found = sample(node.value)
        else:
            found = None
        if found and len(found.split()) > 3:
            yield found


ALL = sorted({
    sentence
    for folder in ("families", "deploy")
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.stem not in ("archive", "results", "worker", "requests", "single", "renaming", "engine")
    for sentence in sentences(path)
})  # fmt: skip


def test_there_are_sentences() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize("sentence", ALL)
def test_a_sentence_of_a_deploy_has_a_hint(sentence: str) -> None:
    assert [hint for hint in explain(sentence) if not hint.wording], sentence
