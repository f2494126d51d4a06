"""Runs the command of a `${command:...}` reference: no shell, bounded in time and output, nothing shown."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from pathlib import Path

from toolkit.errors import ConfigError, Location


def output_of(line: str, *, root: Path, where: Location | None, limit: int, seconds: float) -> bytes:
    """Standard output of a command line, at most limit + 1 bytes; ConfigError when it fails or is not done in time.

    The line is split like a shell's words but no shell reads it. It runs in root with our environment; what it
    writes on standard error is thrown away, because it may repeat the secret.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise ConfigError.of(
            "the secret command has a quote that is not closed", where=where, mend="close it"
        ) from None
    try:
        process = subprocess.Popen(  # noqa: S603  # the user's own command, run only when explicitly allowed
            words,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigError.of(
            f"the secret command {words[0]} cannot be run: {error.strerror}", where=where, mend="check its path"
        ) from None
    output, timed_out = _drained(process, limit, seconds)
    if timed_out:
        raise ConfigError.of(
            f"the secret command {words[0]} was not done after {seconds:g} seconds",
            where=where,
            mend="it gets no input; sign in to the secret store beforehand",
        )
    if len(output) <= limit and process.returncode:
        raise ConfigError.of(
            f"the secret command {words[0]} failed with exit code {process.returncode}",
            where=where,
            mend="run it by hand; its output is not shown here because it may hold the secret",
        )
    return output


def _drained(process: subprocess.Popen[bytes], limit: int, seconds: float) -> tuple[bytes, bool]:
    """At most limit + 1 bytes of the output, and whether the time was over; the process has ended then."""
    received: list[bytes] = []
    pipe = process.stdout

    def read() -> None:
        if pipe is not None:
            received.append(pipe.read(limit + 1))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(seconds)
    timed_out = reader.is_alive()
    if not timed_out and len(received[0]) <= limit:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
    if process.poll() is None:
        _kill(process)
    reader.join(1)
    if pipe is not None and not reader.is_alive():
        pipe.close()
    return (received[0] if received else b""), timed_out


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command with all it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
