"""Secret references in configuration: `${env:NAME}`, `${file:path}`, `${command:...}`.

A reference is only ever resolved by a step that sends it to an org; files, plans and logs hold the reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ConfigError, Location

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

MAX_SECRET_BYTES = 64 * 1024
COMMAND_SECONDS = 30.0
_REFERENCE = re.compile(r"\$\{(env|file|command):([^\x00-\x1f\x7f]+)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEND = "write ${env:NAME} or ${file:path} and keep the secret itself out of the configuration"


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret comes from; source is env, file or command."""

    source: str
    argument: str

    def __str__(self) -> str:
        return f"${{{self.source}:{self.argument}}}"

    @classmethod
    def parse(cls, text: str) -> SecretRef:
        """The reference that is written; ValueError, which does not repeat the text, for anything else."""
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise ValueError("must be a reference to a secret, not the secret itself")
        source, argument = found[1], found[2].strip()
        if not argument:
            raise ValueError(f"names no {'variable' if source == 'env' else source}")
        if source == "env" and not _VARIABLE.fullmatch(argument):
            raise ValueError("needs the name of an environment variable: letters, digits and underscores")
        return cls(source, argument)

    @classmethod
    def __get_pydantic_core_schema__(cls, source_type: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import PydanticCustomError, core_schema

        def validate(value: object) -> SecretRef:
            if isinstance(value, SecretRef):
                return value
            try:
                if not isinstance(value, str):
                    raise ValueError("must be a reference to a secret, not the secret itself")  # noqa: TRY301, TRY004  told as such
                return cls.parse(value)
            except ValueError as error:
                context = {"message": str(error), "mend": _MEND}
                raise PydanticCustomError("refused", "{message}", context) from None

        return core_schema.no_info_plain_validator_function(validate, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^\$\{(env|file|command):[^}]+\}$"}


class SecretResolver:
    """Turns references into secrets, and remembers what it gave out so that outputs can be redacted.

    env is the environment to read, root the folder that `${file:...}` and commands are relative to.
    placeholder is for the local org alone: an unset variable then stands for `local-<name in lower case>`.
    """

    def __init__(
        self, env: Mapping[str, str], root: Path, *, allow_commands: bool = False, placeholder: bool = False
    ) -> None:
        self._env = env
        self._root = root
        self._allow_commands = allow_commands
        self._placeholder = placeholder
        self._known: dict[SecretRef, str] = {}
        self._placeholders: dict[str, str] = {}

    @property
    def seen(self) -> frozenset[str]:
        """Every secret that has been resolved; placeholders are no secrets and not among them."""
        return frozenset(self._known.values())

    @property
    def placeholders(self) -> Mapping[str, str]:
        """Unset variables and what stood in for them."""
        return dict(self._placeholders)

    def resolve(self, ref: SecretRef, where: Location | None = None) -> str:
        """The secret. ConfigError names the variable, file or command and never what came out of it."""
        if ref in self._known:
            return self._known[ref]
        match ref.source:
            case "env":
                if self._placeholder and not self._env.get(ref.argument):
                    stand_in = f"local-{ref.argument.lower()}"
                    self._placeholders[ref.argument] = stand_in
                    return stand_in
                secret = self._variable(ref.argument, where)
            case "file":
                secret = self._file(ref.argument, where)
            case _:
                secret = self._command(ref.argument, where)
        self._known[ref] = secret
        return secret

    def _variable(self, name: str, where: Location | None) -> str:
        value = self._env.get(name)
        if value is None:
            raise ConfigError.of(
                f"the environment variable {name} is not set", where=where, mend=f"export {name}=... before the command"
            )
        if not value:
            raise ConfigError.of(
                f"the environment variable {name} is empty", where=where, mend=f"export {name}=... before the command"
            )
        return value

    def _file(self, name: str, where: Location | None) -> str:
        try:
            path = self._root / Path(name).expanduser()
            if not path.is_file():
                raise ConfigError.of(
                    f"the secret file {name} is missing, or not a file",
                    where=where,
                    mend=f"the path is relative to {self._root}",
                )
            with path.open("rb") as stream:
                data = stream.read(MAX_SECRET_BYTES + 1)
        except OSError as error:
            raise ConfigError.of(
                f"the secret file {name} cannot be read: {error.strerror}", where=where, mend="check its rights"
            ) from None
        except RuntimeError:  # what pathlib raises for ~name when there is no such user
            raise ConfigError.of(
                f"the secret file {name} is in the home of a user who is not there",
                where=where,
                mend="write the path out",
            ) from None
        return _text(data, f"the secret file {name}", where)

    def _command(self, line: str, where: Location | None) -> str:
        if not self._allow_commands:
            raise ConfigError.of(
                "a secret comes from a command, and commands are not allowed to run",
                where=where,
                mend="allow it with --allow-commands when you trust this configuration",
            )
        from toolkit.config.command import output_of

        data = output_of(line, root=self._root, where=where, limit=MAX_SECRET_BYTES, seconds=COMMAND_SECONDS)
        return _text(data, "the output of the secret command", where)


def _text(data: bytes, what: str, where: Location | None) -> str:
    """The secret in data: UTF-8, not empty, within bounds, without one newline at its end."""
    if len(data) > MAX_SECRET_BYTES:
        raise ConfigError.of(
            f"{what} is larger than {MAX_SECRET_BYTES >> 10} KiB", where=where, mend="is it the right one?"
        )
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ConfigError.of(f"{what} is not UTF-8 text", where=where, mend="is it the right one?") from None
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    if not text:
        raise ConfigError.of(f"{what} is empty", where=where, mend="put the secret into it")
    return text
