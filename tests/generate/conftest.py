"""Projects to generate from: the shipped configuration, the variant, and either with values changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.errors import Location

ROOT = Path(__file__).parent.parent.parent
CONFIGS = {"shipped": ROOT / "config", "variant": ROOT / "tests" / "fixtures" / "generate" / "variant"}


@pytest.fixture(scope="session")
def shipped() -> Project:
    return load_project(CONFIGS["shipped"])


@pytest.fixture(scope="session")
def variant() -> Project:
    return load_project(CONFIGS["variant"])


def _changed(value: Any, path: list[str], new: object) -> Any:
    """A copy of a frozen model or tuple with one value replaced, whatever a validator would say about it."""
    head, rest = path[0], path[1:]
    if isinstance(value, tuple):
        index = int(head)
        inner = _changed(value[index], rest, new) if rest else new
        return (*value[:index], inner, *value[index + 1 :])
    inner = _changed(getattr(value, head), rest, new) if rest else new
    return value.model_copy(update={head: inner})


@pytest.fixture(scope="session")
def altered() -> Callable[[Project, Mapping[str, object]], Project]:
    """altered(project, {"widget.label": "x"}): past the validators, as a project from other hands might be."""

    def alter(project: Project, changes: Mapping[str, object]) -> Project:
        package = project.package
        for path, new in changes.items():
            package = _changed(package, path.split("."), new)
        sources = {path: Location("package.yaml", line, 1) for line, path in enumerate(changes, 1)}
        return Project(package, project.root, project.org, sources)

    return alter


# The Apex language reference's escapes in a string literal, read by a decoder that knows nothing of the encoder.
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}


def _apex_value(literal: str) -> str:
    assert literal[0] == literal[-1] == "'"
    body = literal[1:-1]
    assert re.fullmatch(r"(?:[^'\\\n\r]|\\(?:u[0-9A-F]{4}|[ntrbf'\"\\]))*", body), literal
    units = re.sub(
        r"\\(u[0-9A-F]{4}|.)",
        lambda found: chr(int(found[1][1:], 16)) if found[1][0] == "u" else _ESCAPES[found[1]],
        body,
    )
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@pytest.fixture(scope="session")
def apex() -> Callable[[str], str]:
    """The value of an Apex string literal."""
    return _apex_value
