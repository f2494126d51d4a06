"""A local org in which everything works, and what verify says about it after something was broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.generate.names import names_of
from toolkit.generate.project import generate
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org import soql
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken
from toolkit.placement.item import WidgetItem
from toolkit.placement.new_page import default_page_name, default_record_page
from toolkit.placement.overrides import PageOverride, merge_override
from toolkit.release.verify.gather import gather
from toolkit.release.verify.judge import judge
from toolkit.release.verify.links import Link, Verification
from toolkit.release.verify.mends import Mends
from toolkit.resources import shipped

AGENT = "agent@local.example"
ADMIN = "admin@local.example"
DEPLOY = "sfmeta deploy --org local"
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
OBJECTS = ("Contact", "Case", "Account", "Lead")


def flexipage(name: str, data: bytes) -> Component:
    return Component("FlexiPage", name, (ComponentFile(f"flexipages/{name}.flexipage", data),))


def custom_object(name: str, data: bytes) -> Component:
    return Component("CustomObject", name, (ComponentFile(f"objects/{name}.object", data),))


def app(name: str, body: str) -> Component:
    text = (
        f"<CustomApplication {NS}>{body}<formFactors>Large</formFactors><label>{name}</label>"
        "<navType>Standard</navType><tabs>CobrowseDashboard</tabs><uiType>Lightning</uiType></CustomApplication>"
    )
    return Component("CustomApplication", name, (ComponentFile(f"applications/{name}.app", text.encode()),))


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


@dataclass
class Broken:
    """An org to break, and what verify says then."""

    against: Any
    project: Project

    @property
    def org(self) -> Any:
        return self.against.org

    def id_of(self, sobject: str, field: str, value: str) -> str:
        (row,) = self.org.query(soql.select("Id", source=sobject, where=soql.equals(field, value)))
        return row.id

    def verify(
        self,
        *users: str,
        project: Project | None = None,
        now: datetime | None = None,
        config: Path = Path("config"),
        sets: tuple[str, ...] = (),
        places: bool = False,
        **context: object,
    ) -> Verification:
        project = project or self.project
        ctx = self.against.context(generate(project), project, **context)
        facts = gather(ctx, users, now or datetime.now(UTC))
        return judge(facts, project, Mends("local", config, sets, places), named=bool(users))

    def chain(self, user: str = AGENT, **more: Any) -> dict[str, Link]:
        (person,) = self.verify(user, **more).people
        return keyed(person.links)


def keyed(links: tuple[Link, ...]) -> dict[str, Link]:
    found = {f"{link.name} {link.subject}": link for link in links}
    assert len(found) == len(links), "two links of one name"
    return found


def bad(links: dict[str, Link]) -> dict[str, tuple[str, str, str | None]]:
    """The links that are not ok: state, text and mend."""
    return {key: (str(link.state), link.text, link.mend) for key, link in links.items() if link.state != "ok"}


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
