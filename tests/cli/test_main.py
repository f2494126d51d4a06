"""The command line as a whole: help, version, completion, and how every ending is told."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from toolkit import __version__
from toolkit.cli import main as main_module
from toolkit.cli.main import COMMANDS, EXIT_BUG, EXIT_INTERRUPTED, cli, main
from toolkit.errors import ConfigError, Location, Problem, StillRunningError


def test_help_lists_every_command_with_its_own_words() -> None:
    context = click.Context(cli)
    for name, words in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(limit=200) == words


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sfmeta {__version__}\n"


def test_help_imports_no_command_and_nothing_heavy() -> None:
    script = (
        "import sys; from toolkit.cli.main import main; main(['--help']); "
        "heavy = {'pydantic', 'lxml', 'jinja2', 'yaml', 'rich', 'requests', 'simple_salesforce', 'starlette', "
        "'uvicorn', 'cryptography', 'lark'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert "_SFMETA_COMPLETE" in out
    assert "sfmeta" in out


def test_completion_completes_commands() -> None:
    environment = {"_SFMETA_COMPLETE": "bash_complete", "COMP_WORDS": "sfmeta com", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "toolkit"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stdout == "plain,completion\n"


def _ending(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(main_module.cli, "main", fail)


def test_every_problem_is_one_line_and_the_error_names_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = (Problem("no", Location("a.yaml", 3, 7), "say yes"), Problem("neither"))
    _ending(monkeypatch, ConfigError(*problems))
    assert main(["deploy"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "error: a.yaml:3:7: no (say yes)\nerror: neither\n"
    assert captured.out == ""


def test_json_is_one_document_also_when_it_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _ending(monkeypatch, StillRunningError(Problem("it goes on", mend="wait")))
    assert main(["deploy", "--json"]) == 69
    assert json.loads(capsys.readouterr().out) == {
        "status": "error",
        "exitCode": 69,
        "problems": [{"message": "it goes on", "where": None, "mend": "wait"}],
    }


def test_wrong_usage_says_where_to_read_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert capsys.readouterr().err.startswith("error: No such command 'fly'.")


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _ending(monkeypatch, KeyboardInterrupt())
    assert main([]) == EXIT_INTERRUPTED
    assert capsys.readouterr().err == "error: interrupted\n"


def test_a_bug_is_told_without_the_text_that_may_hold_a_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _ending(monkeypatch, RuntimeError("token 00Dxx!secret"))
    assert main([]) == EXIT_BUG
    err = capsys.readouterr().err
    assert "RuntimeError at test_main.py:" in err
    assert "secret" not in err
