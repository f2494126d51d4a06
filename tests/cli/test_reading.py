from __future__ import annotations

from pathlib import Path

import pytest

from tests.metadata.bundle_samples import document, write_tree
from toolkit.cli.reading import read_path


def test_what_the_reader_decided_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `plan`, `deploy` and `job` read their PATH."""
    write_tree(
        tmp_path,
        {
            "sfdx-project.json": '{"packageDirectories": [{"path": "a"}, {"path": "b"}]}',
            "a/tabs/T.tab-meta.xml": document("CustomTab", "<label>A</label>"),
            "b/tabs/T.tab-meta.xml": document("CustomTab", "<label>B</label>"),
        },
    )
    bundle = read_path(tmp_path)
    assert [b"<label>B</label>" in file.content for file in bundle.files()] == [True]
    assert capsys.readouterr().err == (
        f"note: {tmp_path}/a/tabs/T.tab-meta.xml: CustomTab T is not taken from here, because "
        f"{tmp_path}/b/tabs/T.tab-meta.xml has it too (keep one of the two)\n"
    )
