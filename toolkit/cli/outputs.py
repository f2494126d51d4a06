"""What a command may write to: stdout, stderr, files of its own. Everything passes one redactor first."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from toolkit.org.net import Net
    from toolkit.org.redact import Redactor


class Outputs:
    """The outputs of one command line. trace is where its HTTP exchanges are written down, None for nowhere."""

    def __init__(self) -> None:
        self.trace: Path | None = None
        self._redact: Redactor | None = None

    @property
    def redact(self) -> Redactor:
        """The redactor of this command; tell it of every secret before that is sent."""
        if self._redact is None:
            from toolkit.org.redact import Redactor

            self._redact = Redactor()
        return self._redact

    def net(self) -> Net:
        """What the requests of this command share. UsageError when the trace cannot be written."""
        from toolkit.org.net import Net
        from toolkit.org.trace import Trace

        if self.trace is None:
            return Net(self.redact)
        trace = Trace(self.trace, self.redact, lambda text: click.echo(f"warning: {text}", err=True))
        trace.open()
        return Net(self.redact, trace=trace)

    def masked(self, text: str) -> str:
        """The text as it may be seen. A command that has no secrets has nothing masked."""
        return text if self._redact is None else self._redact.mask(text)

    def write_file(self, path: Path, text: str) -> None:
        """A report of ours in a file. What happened is also told elsewhere: a failure is said, no more."""
        try:
            path.write_text(self.masked(text), encoding="utf-8", newline="\n")
        except OSError as error:
            click.echo(f"warning: {path} cannot be written: {error.strerror}", err=True)

    @contextlib.contextmanager
    def guarded(self) -> Iterator[Outputs]:
        """While it lasts, stdout and stderr pass the redactor, and a stderr that nobody reads is no failure."""
        before = sys.stdout, sys.stderr
        sys.stdout = cast("Any", _Guarded(sys.stdout, self))
        sys.stderr = cast("Any", _Guarded(sys.stderr, self, vital=False))
        try:
            yield self
        finally:
            sys.stdout, sys.stderr = before


def outputs() -> Outputs:
    """The outputs of the command that is running."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Outputs) if context is not None else None
    return found or Outputs()


class _Guarded:
    """A text stream before which the redactor stands. vital: whether a text that cannot be written is a failure."""

    def __init__(self, stream: IO[str], through: Outputs, *, vital: bool = True) -> None:
        self._stream = stream
        self._through = through
        self._vital = vital

    def write(self, text: str) -> int:
        self._do(lambda: self._stream.write(self._through.masked(text)))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._do(self._stream.flush)

    def _do(self, deed: Any) -> None:
        try:
            deed()
        except OSError:
            if self._vital:
                raise

    @property
    def buffer(self) -> _GuardedBytes:
        return _GuardedBytes(self._stream, self._through)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _GuardedBytes:
    """The same for who writes bytes; what is no UTF-8 text goes through as it is."""

    def __init__(self, stream: IO[str], through: Outputs) -> None:
        self._stream: IO[bytes] = stream.buffer  # type: ignore[attr-defined]  # TextIOWrapper has it, IO[str] has not
        self._through = through

    def write(self, data: bytes) -> int:
        with contextlib.suppress(UnicodeDecodeError):
            self._stream.write(self._through.masked(bytes(data).decode()).encode())
            return len(data)
        return self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
