"""A local org in which everything works, and what verify says about it after something was broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.release.verify.broken_org import Broken
from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.generate.names import names_of
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken
from toolkit.placement.item import WidgetItem
from toolkit.placement.new_page import default_page_name, default_record_page
from toolkit.placement.overrides import PageOverride, merge_override
from toolkit.resources import shipped

OBJECTS = ("Contact", "Case", "Account", "Lead")


def flexipage(name: str, data: bytes) -> Component:
    return Component("FlexiPage", name, (ComponentFile(f"flexipages/{name}.flexipage", data),))


def custom_object(name: str, data: bytes) -> Component:
    return Component("CustomObject", name, (ComponentFile(f"objects/{name}.object", data),))


def placed(project: Project) -> Bundle:
    """A record page with the widget for every object, made the org default."""
    pages = names_of(project.package).widget_pages
    parts: list[Component] = []
    for name in OBJECTS:
        page = default_page_name(name)
        parts.append(flexipage(page, default_record_page(name, "62.0", WidgetItem(pages[name]))))
        override = merge_override(None, PageOverride(page), take_over=True)
        parts.append(custom_object(name, override.data))
    return Bundle.of(parts, api_version="62.0")


@pytest.fixture(scope="session")
def integration() -> Project:
    return load_project(shipped("config"), org="local")


@pytest.fixture(scope="session")
def working_state(with_integration: Path, integration: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = Path(shutil.copytree(with_integration, tmp_path_factory.mktemp("working") / "state"))
    with EmbeddedOrg(state) as local:
        org = connect(AccessToken(local.url, local.access_token), api_version="62.0")
        job = org.start_deploy(write_zip(placed(integration)), DeployOptions())
        assert org.follow_deploy(job, wait=60).status_text == "Succeeded"
    return state


Started = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def working(working_state: Path, started: Started, tmp_path: Path, integration: Project) -> Iterator[Broken]:
    """An org with the integration and the widget on the record pages of all objects."""
    shutil.copytree(working_state, tmp_path / "own")
    with started() as against:
        yield Broken(against, integration)
