"""Small projects on disk and runs over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from toolkit.validate.discover import from_paths
from toolkit.validate.engine import Result, validate
from toolkit.validate.plan import Options

Tree = Mapping[str, str | bytes]
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def plant(root: Path, tree: Tree) -> Path:
    """Write a file tree given as path -> content."""
    for path, content in tree.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Validate a tree below the current folder; paths in findings are relative to it."""
    monkeypatch.chdir(tmp_path)

    def go(tree: Tree, *paths: str, options: Options | None = None, api_version: str | None = None) -> Result:
        plant(tmp_path, tree)
        return validate(from_paths(paths or (".",), api_version=api_version), options)

    return go
