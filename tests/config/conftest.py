"""A configuration folder from texts, and what is wrong with it as lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.errors import ConfigError

WHOLE = """\
service:
  licenseKey: ${env:COBROWSE_LICENSE_KEY}
widget:
  objects:
    - object: Contact
      filters:
        Email: user_email
permissionSets:
  agent: {name: Cobrowse_Agent, label: Cobrowse.io Agent}
  admin: {name: Cobrowse_Admin, label: Cobrowse.io Admin}
app:
  contactEmail: admin@acme.example
"""


@pytest.fixture
def whole() -> str:
    """The smallest package.yaml that says everything it must."""
    return WHOLE


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes files (name -> text) into a configuration folder; package.yaml is WHOLE unless given."""

    def write(files: dict[str, str] | None = None) -> Path:
        for name, text in ({"package.yaml": WHOLE} | (files or {})).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def loaded(folder: Callable[..., Path]) -> Callable[..., Project]:
    """The project of a folder with these files, for an org, with overrides."""

    def load(*sets: str, org: str | None = None, files: dict[str, str] | None = None) -> Project:
        return load_project(folder(files), org=org, overrides=sets)

    return load


@pytest.fixture
def problems(folder: Callable[..., Path]) -> Callable[..., list[str]]:
    """What is wrong, one line each, with places relative to the configuration folder."""

    def load(*sets: str, org: str | None = None, files: dict[str, str] | None = None) -> list[str]:
        root = folder(files)
        with pytest.raises(ConfigError) as caught:
            load_project(root, org=org, overrides=sets)
        assert caught.value.exit_code == 2
        return [str(problem).replace(f"{root}/", "") for problem in caught.value.problems]

    return load
