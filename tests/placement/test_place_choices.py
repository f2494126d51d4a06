"""`sfmeta place --source`: the layouts of profiles, and who is asked before a default is taken."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.placement.placement_shapes import before
from toolkit.cli.main import main

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
PROFILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Profile {NS}>
    <layoutAssignments>
        <layout>Contact-Sales %28East%29 Layout</layout>
    </layoutAssignments>
    <layoutAssignments>
        <layout>Contact-Vip Layout</layout>
        <recordType>Contact.Vip</recordType>
    </layoutAssignments>
    <layoutAssignments>
        <layout>Case-Case Layout</layout>
    </layoutAssignments>
</Profile>
"""
DEFAULT = f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject {NS}>
    <actionOverrides>
        <actionName>View</actionName>
        <content>Old_Page</content>
        <formFactor>Large</formFactor>
        <type>Flexipage</type>
    </actionOverrides>
</CustomObject>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files: dict[str, bytes | str] = {
        "layouts/Contact-Sales %28East%29 Layout.layout-meta.xml": before("layout_standard"),
        "layouts/Contact-Vip Layout.layout-meta.xml": before("layout_standard"),
        "layouts/Contact-Other Layout.layout-meta.xml": before("layout_standard"),
        "profiles/Sales%3A East.profile-meta.xml": PROFILE,
        "profiles/Admin.profile-meta.xml": f"<Profile {NS}/>",
        "objects/Contact/Contact.object-meta.xml": DEFAULT,
        "flexipages/Old_Page.flexipage-meta.xml": before("standard"),
        "flexipages/New_Page.flexipage-meta.xml": before("standard"),
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def edited(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*.xml") if b"CobrowseWidgetContact" in p.read_bytes())


def place(folder: Path, *options: str) -> int:
    return main(["place", "Contact", "--source", str(folder), "--no-page-check", *options])


def test_the_layouts_that_a_profile_of_the_folder_is_assigned(folder: Path) -> None:
    assert place(folder, "--no-record-pages", "--layout-profile", "sales: east") == 0
    assert edited(folder) == [
        "Contact-Sales %28East%29 Layout.layout-meta.xml",
        "Contact-Vip Layout.layout-meta.xml",
    ]
    assert place(folder, "--no-record-pages", "--layout-profile", "Sales: East", "--layout", "Other Layout") == 0
    assert len(edited(folder)) == 3
    assert place(folder, "--remove", "--layout-profile", "Sales: East") == 0
    assert edited(folder) == ["Contact-Other Layout.layout-meta.xml"]
    assert place(folder, "--remove") == 0
    assert edited(folder) == []


def test_profiles_that_cannot_be_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert place(folder, "--no-record-pages", "--layout-profile", "Nobody", "--layout-profile", "Admin") == 1
    assert capsys.readouterr().err == (
        "error: no profile Nobody here (the profiles there are: Admin, Sales: East)\n"
        "error: profile Admin is assigned no layout of Contact (name the layouts, or leave the profile out)\n"
    )
    (folder / "layouts/Contact-Vip Layout.layout-meta.xml").unlink()
    assert place(folder, "--no-record-pages", "--layout-profile", "Sales: East") == 1
    assert "Contact has no layout Contact-Vip Layout here" in capsys.readouterr().err
    assert edited(folder) == []


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_somebody_at_a_terminal_is_asked_before_a_default_is_taken(folder: Path, answer: str, code: int) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "toolkit", "place", "Contact", "--source", str(folder), "--no-page-check"]
    with subprocess.Popen(
        [*command, "--org-default", "--page", "New_Page"], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        said = b""
        while b"]:" not in said:
            said += os.read(ours, 4096)
        assert b"Old_Page is the org default of Contact (Large). Shall New_Page take its place?" in said
        process.communicate()
        assert process.returncode == code
    os.close(ours)
    taken = b"<content>New_Page</content>" in (folder / "objects/Contact/Contact.object-meta.xml").read_bytes()
    assert taken is (code == 0)


def test_nobody_is_asked_in_a_pipeline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert place(folder, "--org-default", "--page", "New_Page") == 1
    assert "holds the org default (Large) (give --take-over" in capsys.readouterr().err
    assert edited(folder) == []
