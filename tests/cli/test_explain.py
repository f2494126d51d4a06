"""`sfmeta explain`: one message, or a whole output."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.cli.explain import MOST, explain
from toolkit.cli.main import main
from toolkit.errors import UsageError


def run(*arguments: str) -> object:
    return explain.main(list(arguments), prog_name="sfmeta explain", standalone_mode=False)


def given(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_its_help() -> None:
    assert explain.name == "explain"
    assert explain.get_short_help_str(limit=200) == "Say what a deployment error means and how to mend it."


def test_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Unknown user permission: Fly (3:4)") == 0
    assert capsys.readouterr().out == (
        "Unknown user permission: Fly (3:4)\n"
        "  what      A user permission that this org does not have [user-permission-unknown]\n"
        "  means     The permission set or profile grants Fly, which exists only where its feature or licence\n"
        "            does. Files retrieved from another org bring such entries along.\n"
        "  mend      Take the userPermissions entry of Fly out, or turn its feature on in this org.\n"
        "  note      usually a root cause; reported in public (trailheadapps/coral-cloud issue 130)\n"
    )


def test_words_need_no_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Invalid", "type:", "Token") == 0
    assert capsys.readouterr().out.startswith("Invalid type: Token\n  what ")


def test_all_shows_the_less_likely(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--all", "Property 'componentInstances' not valid in version 49.0") == 0
    out = capsys.readouterr().out
    assert "[flexipage-old-shape]" in out
    assert "\n  or what   An element is not of this API version [property-version]\n" in out


def test_an_unknown_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Hello, world") == 1
    assert capsys.readouterr().out == (
        "Hello, world\n  unknown   no entry of docs/errors.md fits; Setup, Deployment Status may say more\n"
    )


OUTPUT = b"""
error: p/applications/A.app:2:111: CustomApplication A: In field: tabs - no CustomTab named T found
error: p/tabs/T.tab:2:106: CustomTab T: In field: page - no ApexPage named Nope found
"""


def test_a_whole_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given(OUTPUT, monkeypatch)
    assert run("-") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "CustomTab T: In field: page - no ApexPage named Nope found (2:106)"
    assert lines[-1] == "  explains  CustomApplication A: In field: tabs - no CustomTab named T found (2:111)"


def test_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given(OUTPUT + b"error: what is this\n", monkeypatch)
    assert run("-", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "ok"
    first, unknown = document["groups"]
    assert (first["type"], first["name"], first["line"], first["column"]) == ("CustomTab", "T", 2, 106)
    assert first["message"] == "In field: page - no ApexPage named Nope found"
    assert [hint["id"] for hint in first["hints"]] == ["missing-apex-page", "missing-component"]
    assert set(first["hints"][0]) == {"id", "title", "meaning", "mend", "role", "confidence", "source", "values"}
    assert first["hints"][0]["values"] == {"field": "page", "name": "Nope"}
    [part] = first["consequences"]
    assert part["name"] == "A"
    assert part["because"] == {"type": "CustomTab", "name": "T"}
    assert unknown == {
        "message": "what is this",
        "type": None,
        "name": None,
        "line": None,
        "column": None,
        "hints": [],
        "consequences": [],
    }


def test_a_token_in_the_text_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("INVALID_SESSION_ID: 00D000000000001!AQEAQSECRET.SECRET_x") == 0
    out = capsys.readouterr().out
    assert "SECRET" not in out
    assert "00D000000000001!***" in out


@pytest.mark.parametrize("text", [b"", b"all is\nwell\n"])
def test_a_text_without_errors(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    given(text, monkeypatch)
    with pytest.raises(UsageError, match="no error message"):
        run("-")


def test_a_text_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    given(b"x" * (MOST + 1), monkeypatch)
    with pytest.raises(UsageError, match="longer than"):
        run("-")


def test_a_text_that_is_no_utf8(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given(b"Invalid type: \xff\xfe", monkeypatch)
    assert run("-") == 0
    assert "apex-invalid-type" in capsys.readouterr().out


def test_it_imports_nothing_heavy() -> None:
    script = (
        "import sys; from toolkit.cli.explain import explain; "
        "explain.main(['Invalid type: X'], standalone_mode=False); "
        "heavy = {'pydantic', 'lxml', 'jinja2', 'yaml', 'rich', 'requests', 'simple_salesforce', 'starlette'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def written(folder: Path, path: str, inner: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    root = inner.split(">", 1)[0].strip("<")
    xmlns = "http://soap.sforce.com/2006/04/metadata"
    text = inner.replace(f"<{root}>", f'<{root} xmlns="{xmlns}">', 1)
    file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', encoding="utf-8")


def test_the_output_of_a_deployment_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    members = "".join(
        f"<types><members>{name}</members><name>{kind}</name></types>"
        for kind, name in (("CustomTab", "T"), ("CustomApplication", "A"))
    )
    written(tmp_path, "p/package.xml", f"<Package>{members}<version>62.0</version></Package>")
    written(
        tmp_path,
        "p/tabs/T.tab",
        "<CustomTab><label>T</label><motif>Custom68: Globe</motif><page>Nope</page></CustomTab>",
    )
    written(
        tmp_path,
        "p/applications/A.app",
        "<CustomApplication><label>A</label><navType>Standard</navType><tabs>T</tabs><uiType>Lightning</uiType>"
        "</CustomApplication>",
    )
    capfd.readouterr()
    assert main(["deploy", "p", "--org", "local", "--yes"]) == 1
    told = capfd.readouterr()
    given((told.out + told.err).encode(), monkeypatch)
    assert run("-") == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("CustomTab T: In field: page - no ApexPage named Nope found (")
    assert [line.partition(" (")[0] for line in lines if line.startswith("  explains")] == [
        "  explains  CustomApplication A: In field: tab - no CustomTab named T found"
    ]
