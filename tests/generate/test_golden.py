"""The generated projects, byte for byte. UPDATE_GOLDEN=1 writes them anew: read the difference before committing it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

import pytest

from toolkit.config.project import Project
from toolkit.generate.layout import write_generated
from toolkit.generate.project import generate

GOLDEN = Path(__file__).parent.parent / "golden" / "generate"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def tree_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("config", "output_format"), [("shipped", "source"), ("shipped", "mdapi"), ("variant", "source")]
)
def test_the_project_is_the_golden_one(
    request: pytest.FixtureRequest, tmp_path: Path, config: str, output_format: Literal["source", "mdapi"]
) -> None:
    project: Project = request.getfixturevalue(config)
    made = tmp_path / "made"
    write_generated(generate(project), made, output_format)
    golden = GOLDEN / config / output_format
    if UPDATE:
        shutil.rmtree(golden, ignore_errors=True)
        shutil.copytree(made, golden)
    expected, found = tree_of(golden), tree_of(made)
    assert sorted(found) == sorted(expected)
    assert [path for path in sorted(found) if found[path] != expected[path]] == []
