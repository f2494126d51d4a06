"""Secret references: what they are, how they resolve, and that no secret gets out on the way."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.config import command as command_module
from toolkit.config import secrets as secrets_module
from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import ConfigError, Location

WHERE = Location("package.yaml", 2, 15)


def refused(resolver: SecretResolver, ref: SecretRef) -> str:
    with pytest.raises(ConfigError) as caught:
        resolver.resolve(ref, WHERE)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("${env:COBROWSE_LICENSE_KEY}", SecretRef("env", "COBROWSE_LICENSE_KEY")),
        ("${env: A }", SecretRef("env", "A")),
        ("${file:secrets/key.pem}", SecretRef("file", "secrets/key.pem")),
        ("${command:pass show cobrowse}", SecretRef("command", "pass show cobrowse")),
        ("${command:sh -c 'echo ${X}'}", SecretRef("command", "sh -c 'echo ${X}'")),
    ],
)
def test_references(text: str, ref: SecretRef) -> None:
    assert SecretRef.parse(text) == ref
    assert SecretRef.parse(str(ref)) == ref


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HUSH",
        "$HUSH",
        "${HUSH}",
        "a${env:HUSH}",
        "${env:HUSH}x",
        "${vault:HUSH}",
        "${env:HUSH",
        "${env:}",
        "${file: }",
        "${env:A-B HUSH}",
        "${file:a\nHUSH}",
    ],
)
def test_what_is_no_reference_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"reference|names no|environment variable") as caught:
        SecretRef.parse(text)
    assert "HUSH" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    for value in (text, f"{text}~hush~{text}"):  # the text alone may be words of the refusal
        try:
            ref = SecretRef.parse(value)
        except ValueError as error:
            assert "~hush~" not in str(error)  # noqa: PT017  # most texts are refused, not all
        else:
            assert ref.source in {"env", "file", "command"}


def test_a_literal_in_the_configuration_is_refused_and_not_repeated(problems: Callable[..., list[str]]) -> None:
    assert problems("service.licenseKey=HUSH") == [
        "--set service.licenseKey=...: `service.licenseKey` must be a reference to a secret, not the secret itself "
        "(write ${env:NAME} or ${file:path} and keep the secret itself out of the configuration)"
    ]


def test_models_show_the_reference(loaded: Callable[..., Project]) -> None:
    package = loaded().package
    assert package.service.model_dump(mode="json")["license_key"] == "${env:COBROWSE_LICENSE_KEY}"


def test_environment(tmp_path: Path) -> None:
    resolver = SecretResolver({"KEY": "hush", "EMPTY": ""}, tmp_path)
    assert resolver.resolve(SecretRef("env", "KEY"), WHERE) == "hush"
    assert resolver.seen == {"hush"}
    assert refused(resolver, SecretRef("env", "NONE")) == (
        "package.yaml:2:15: the environment variable NONE is not set (export NONE=... before the command)"
    )
    assert refused(resolver, SecretRef("env", "EMPTY")) == (
        "package.yaml:2:15: the environment variable EMPTY is empty (export EMPTY=... before the command)"
    )


def test_placeholders_are_for_unset_variables_alone(tmp_path: Path) -> None:
    resolver = SecretResolver({"KEY": "hush"}, tmp_path, placeholder=True)
    assert resolver.resolve(SecretRef("env", "KEY")) == "hush"
    assert resolver.placeholders == {}
    assert resolver.resolve(SecretRef("env", "COBROWSE_LICENSE_KEY")) == "local-cobrowse_license_key"
    assert resolver.placeholders == {"COBROWSE_LICENSE_KEY": "local-cobrowse_license_key"}
    assert resolver.seen == {"hush"}
    assert "is missing" in refused(resolver, SecretRef("file", "none"))


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"hush", "hush"),
        (b"hush\n", "hush"),
        (b"hush\r\n", "hush"),
        (b"a\nb\n\n", "a\nb\n"),
        (b" hush ", " hush "),
        ("\u00e9".encode(), "\u00e9"),
    ],
)
def test_files(content: bytes, secret: str, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_bytes(content)
    resolver = SecretResolver({}, tmp_path)
    assert resolver.resolve(SecretRef("file", "secrets/key"), WHERE) == secret
    assert resolver.resolve(SecretRef("file", str(tmp_path / "secrets" / "key")), WHERE) == secret
    assert resolver.seen == {secret}


def test_files_that_are_refused(tmp_path: Path) -> None:
    resolver = SecretResolver({}, tmp_path)
    (tmp_path / "empty").write_bytes(b"\n")
    (tmp_path / "large").write_bytes(b"HUSH" * 20_000)
    (tmp_path / "binary").write_bytes(b"HUSH\xff")
    (tmp_path / "folder").mkdir()
    said = {name: refused(resolver, SecretRef("file", name)) for name in ("none", "empty", "large", "binary", "folder")}
    assert said == {
        "none": "package.yaml:2:15: the secret file none is missing, or not a file "
        f"(the path is relative to {tmp_path})",
        "empty": "package.yaml:2:15: the secret file empty is empty (put the secret into it)",
        "large": "package.yaml:2:15: the secret file large is larger than 64 KiB (is it the right one?)",
        "binary": "package.yaml:2:15: the secret file binary is not UTF-8 text (is it the right one?)",
        "folder": "package.yaml:2:15: the secret file folder is missing, or not a file "
        f"(the path is relative to {tmp_path})",
    }
    assert "is in the home of a user who is not there" in refused(resolver, SecretRef("file", "~no-such-user-here/key"))
    assert "cannot be read: File name too long" in refused(resolver, SecretRef("file", "x" * 5000))
    assert resolver.seen == frozenset()


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], SecretRef]:
    """A reference to a command that runs a Python program."""

    def make(program: str) -> SecretRef:
        (tmp_path / "program.py").write_text(program, encoding="utf-8")
        return SecretRef("command", f"'{sys.executable}' program.py")

    return make


def test_commands_need_permission(script: Callable[[str], SecretRef], tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    ref = script(f"open({str(mark)!r}, 'w')")
    assert refused(SecretResolver({}, tmp_path), ref) == (
        "package.yaml:2:15: a secret comes from a command, and commands are not allowed to run "
        "(allow it with --allow-commands when you trust this configuration)"
    )
    assert not mark.exists()


def test_commands(script: Callable[[str], SecretRef], tmp_path: Path) -> None:
    resolver = SecretResolver({}, tmp_path, allow_commands=True)
    program = "import os, sys; assert sys.stdin.read() == ''; print('hush ' + os.getcwd()); print('x', file=sys.stderr)"
    assert resolver.resolve(script(program), WHERE) == f"hush {tmp_path.resolve()}"
    assert resolver.seen == {f"hush {tmp_path.resolve()}"}


def test_a_command_runs_once(script: Callable[[str], SecretRef], tmp_path: Path) -> None:
    resolver = SecretResolver({}, tmp_path, allow_commands=True)
    ref = script("open('count', 'a').write('x'); print('hush')")
    assert [resolver.resolve(ref), resolver.resolve(ref)] == ["hush", "hush"]
    assert (tmp_path / "count").read_text(encoding="utf-8") == "x"


def test_no_shell_reads_a_command(tmp_path: Path) -> None:
    resolver = SecretResolver({}, tmp_path, allow_commands=True)
    words = f"'{sys.executable}' -c 'import sys; print(sys.argv[1:])' $HOME ; touch ran | `x` > y"
    assert resolver.resolve(SecretRef("command", words)) == ("['$HOME', ';', 'touch', 'ran', '|', '`x`', '>', 'y']")
    assert not list(tmp_path.iterdir())


def test_commands_that_fail_show_nothing_of_their_output(script: Callable[[str], SecretRef], tmp_path: Path) -> None:
    resolver = SecretResolver({}, tmp_path, allow_commands=True)
    program = "import sys; print('HUSH'); print('HUSH', file=sys.stderr); sys.exit(3)"
    assert refused(resolver, script(program)) == (
        f"package.yaml:2:15: the secret command {sys.executable} failed with exit code 3 "
        "(run it by hand; its output is not shown here because it may hold the secret)"
    )
    assert "is empty" in refused(resolver, script("pass"))
    assert "larger than 64 KiB" in refused(resolver, script("print('HUSH' * 100_000)"))
    assert "not UTF-8" in refused(resolver, script("import sys; sys.stdout.buffer.write(b'HUSH' + bytes([255]))"))
    assert "HUSH" not in refused(resolver, script("print('HUSH' * 100_000)"))
    assert refused(resolver, SecretRef("command", "no-such-program-here x")) == (
        "package.yaml:2:15: the secret command no-such-program-here cannot be run: No such file or directory "
        "(check its path)"
    )
    assert refused(resolver, SecretRef("command", "a 'b")) == (
        "package.yaml:2:15: the secret command has a quote that is not closed (close it)"
    )


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "import sys, time; sys.stdout.close(); time.sleep(60)",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "import sys\nwhile True: sys.stdout.write('HUSH' * 1000); sys.stdout.flush()",
    ],
)
def test_commands_end(
    program: str, script: Callable[[str], SecretRef], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets_module, "COMMAND_SECONDS", 0.5)
    began = time.monotonic()
    said = refused(SecretResolver({}, tmp_path, allow_commands=True), script(program))
    assert time.monotonic() - began < 10
    if "while True" in program:
        assert "larger than 64 KiB" in said
    else:
        assert "was not done after 0.5 seconds" in said


def test_nothing_stays_behind_a_command(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(ConfigError):
            command_module.output_of(
                f"'{sys.executable}' -c 'raise SystemExit(1)'", root=tmp_path, where=None, limit=9, seconds=9
            )
    assert len(list(Path("/proc/self/fd").iterdir())) == before
