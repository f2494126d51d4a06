"""Where refresh tokens of browser sign-ins are kept: the system's keyring, else a file that only its owner can read.

The keyring is used when the package `keyring` is installed and has a place to keep secrets.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from toolkit.errors import AuthError

R = TypeVar("R")

SERVICE = "sfmeta"


class Keep(Protocol):
    """A place for secrets by name."""

    @property
    def place(self) -> str:
        """What it is, for people."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def remove(self, name: str) -> bool:
        """Forget a secret; False when there was none."""


@dataclass(frozen=True, slots=True)
class KeyringKeep:
    """The system's keyring, by three functions of the package `keyring`."""

    read: Callable[[str, str], str | None]
    write: Callable[[str, str, str], None]
    delete: Callable[[str, str], None]
    place: str = "the system's keyring"

    def get(self, name: str) -> str | None:
        return self._do(lambda: self.read(SERVICE, name))

    def put(self, name: str, secret: str) -> None:
        self._do(lambda: self.write(SERVICE, name, secret))

    def remove(self, name: str) -> bool:
        if self.get(name) is None:
            return False
        self._do(lambda: self.delete(SERVICE, name))
        return True

    def _do(self, call: Callable[[], R]) -> R:
        try:
            return call()
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "keyring":
                raise
            raise AuthError.of(
                f"the system's keyring refuses: {type(error).__name__}", mend="unlock it, then run this again"
            ) from None


@dataclass(frozen=True, slots=True)
class FileKeep:
    """A JSON file with mode 0600 in a folder with 0700; it is not read when anybody else could have."""

    path: Path

    @property
    def place(self) -> str:
        return str(self.path)

    def get(self, name: str) -> str | None:
        return self._read().get(name)

    def put(self, name: str, secret: str) -> None:
        self._write({**self._read(), name: secret})

    def remove(self, name: str) -> bool:
        held = self._read()
        if name not in held:
            return False
        del held[name]
        self._write(held)
        return True

    def _read(self) -> dict[str, str]:
        try:
            with self.path.open("rb") as stream:
                self._only_ours(os.fstat(stream.fileno()))
                data = json.loads(stream.read(1 << 20))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise AuthError.of(f"{self.path} cannot be read: {error.strerror}", mend="check its rights") from None
        except ValueError:
            data = None
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise AuthError.of(f"{self.path} is damaged", mend="delete it, then sign in again")
        return data

    def _only_ours(self, found: os.stat_result) -> None:
        if os.name != "posix":
            return
        if found.st_uid != os.getuid():
            raise AuthError.of(f"{self.path} belongs to another user", mend="delete it, then sign in again")
        if found.st_mode & 0o077:
            raise AuthError.of(
                f"{self.path} can be read by others (mode {stat.S_IMODE(found.st_mode):04o}), so it is not used",
                mend=f"run `chmod 600 {self.path}`; when others may have read it, revoke its tokens and sign in again",
            )

    def _write(self, held: dict[str, str]) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".credentials.")  # made with 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(held, stream, indent=1, sort_keys=True)
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(name).replace(self.path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise AuthError.of(f"{self.path} cannot be written: {error.strerror}", mend="check its folder") from None


def default_keep() -> Keep:
    """The keyring when it works on this machine, else ~/.config/sfmeta/credentials.json."""
    keyring = _keyring()
    return keyring or FileKeep(Path.home() / ".config" / SERVICE / "credentials.json")


def _keyring() -> KeyringKeep | None:
    try:
        module = importlib.import_module("keyring")
        backend = module.get_keyring()
    except (ImportError, AttributeError, RuntimeError):  # not installed, or set to a backend that is none
        return None
    if getattr(backend, "priority", 0) < 1:  # its fail, null and plaintext backends
        return None
    return KeyringKeep(module.get_password, module.set_password, module.delete_password)
