"""What JSON answers of an org are made of, read without guessing at their shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def as_map(value: Json) -> dict[str, Json]:
    """The object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """The list; the platform writes a list of one as the object itself, and an empty one as null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text(value: Json) -> str | None:
    """The value as text; null, objects and lists have none. Booleans read "true" and "false"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def as_flag(value: Json) -> bool:
    """A boolean that may have come as text."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def as_count(value: Json) -> int:
    """A number that may have come as text; 0 when there is none."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, (int, float)):
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a query. Paths name fields, also of parents: "Profile.Name"; names are as in the query."""

    values: Mapping[str, Json]

    def value(self, path: str) -> Json:
        here: Json = dict(self.values)
        for name in path.split("."):
            here = as_map(here).get(name)
        return here

    def text(self, path: str) -> str | None:
        return as_text(self.value(path))

    def need(self, path: str) -> str:
        """The text of a field that always has one; empty when the org left it out."""
        return self.text(path) or ""

    def flag(self, path: str) -> bool:
        return as_flag(self.value(path))

    @property
    def id(self) -> str:
        return self.need("Id")


@dataclass(frozen=True, slots=True)
class SaveError:
    """One reason why a record was not saved: the platform's code, its text, the fields it names."""

    code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = f" [{', '.join(self.fields)}]" if self.fields else ""
        return f"{self.code}: {self.message}{named}"


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What the org answered for one record of a collection."""

    id: str | None
    success: bool
    errors: tuple[SaveError, ...] = ()

    @property
    def locked(self) -> bool:
        """Whether nothing but a lock of somebody else's stood against it."""
        return bool(self.errors) and all(error.code == "UNABLE_TO_LOCK_ROW" for error in self.errors)


def save_result(value: Json) -> SaveResult:
    """The result from its JSON; errors come under `statusCode` or `errorCode`."""
    data = as_map(value)
    errors = tuple(save_error(error) for error in as_list(data.get("errors")))
    return SaveResult(as_text(data.get("id")), as_flag(data.get("success")) and not errors, errors)


def save_error(value: Json) -> SaveError:
    data = as_map(value)
    code = as_text(data.get("statusCode")) or as_text(data.get("errorCode")) or "UNKNOWN"
    fields = tuple(filter(None, map(as_text, as_list(data.get("fields")))))
    return SaveError(code, as_text(data.get("message")) or "", fields)
