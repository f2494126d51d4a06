"""A local org as it is on the first day, one with the shipped integration in it, and a release against either."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import Location
from toolkit.generate.project import generate
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.component import Bundle
from toolkit.org.jobs import DeployOptions, DeployResult
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken
from toolkit.release import run
from toolkit.release.run import PlannedStep, ReleaseReport
from toolkit.release.step import Context
from toolkit.release.steps import component_steps, integration_steps
from toolkit.resources import shipped

KEY = "licence-0123456789"


@dataclass
class Heard:
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)

    def job(self, title: str, result: DeployResult) -> None:
        self.lines.append(f"{title} {result.status_text}")


@dataclass
class Against:
    """Releases against one org."""

    org: Org
    talk: Heard = field(default_factory=Heard)

    def context(self, bundle: Bundle, project: Project | None, **more: object) -> Context:
        root = project.root if project else Path()
        secrets = SecretResolver({"COBROWSE_LICENSE_KEY": KEY, "OTHER_KEY": "other-9876543210"}, root)

        def reveal(ref: SecretRef, where: Location | None) -> str:
            secret = secrets.resolve(ref, where)
            self.org.redact.learn(secret)
            return secret

        return Context(self.org, bundle, project, reveal, self.talk, **more)

    def plan(self, project: Project) -> tuple[Context, tuple[PlannedStep, ...]]:
        ctx = self.context(generate(project), project)
        return ctx, run.plan(ctx, integration_steps(project))

    def release(self, project: Project, *, check_only: bool = False) -> ReleaseReport:
        ctx = self.context(generate(project), project, options=DeployOptions(check_only=check_only))
        return run.apply(ctx, run.plan(ctx, integration_steps(project)))

    def deploy(self, bundle: Bundle, *, wait: float = 60.0, **options: object) -> ReleaseReport:
        made = DeployOptions(**options)
        ctx = self.context(bundle, None, options=made, wait=wait, whole=True)
        return run.apply(ctx, run.plan(ctx, component_steps()))


Configured = Callable[..., Project]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    """The shipped configuration with these top-level keys laid over it, from a folder of its own."""

    def make(**over: object) -> Project:
        folder = tmp_path / "config"
        shutil.copytree(shipped("config"), folder, dirs_exist_ok=True)
        (folder / "overlays" / "local.yaml").unlink(missing_ok=True)
        path = folder / "package.yaml"
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**values, **over}), encoding="utf-8")
        return load_project(folder)

    return make


Started = Callable[..., AbstractContextManager[Against]]


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("first-day") / "state"
    with EmbeddedOrg(state):
        pass
    return state


@pytest.fixture(scope="session")
def with_integration(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("installed") / "state"
    shutil.copytree(first_day, state)
    with serving(state) as against:
        report = against.release(load_project(shipped("config"), org="local"))
        assert report.error is None, str(report.error)
    return state


@contextmanager
def serving(state: Path, **options: object) -> Iterator[Against]:
    with EmbeddedOrg(state, **options) as local:
        yield Against(connect(AccessToken(local.url, local.access_token), api_version="62.0"))


@pytest.fixture
def new_org(first_day: Path, tmp_path: Path) -> Iterator[Against]:
    """An org that nothing has been deployed to."""
    with serving(Path(shutil.copytree(first_day, tmp_path / "new"))) as against:
        yield against


@pytest.fixture
def installed(with_integration: Path, tmp_path: Path) -> Iterator[Against]:
    """An org with the shipped integration."""
    with serving(Path(shutil.copytree(with_integration, tmp_path / "installed"))) as against:
        yield against


@pytest.fixture
def started(tmp_path: Path) -> Started:
    """serving() for a state folder of this test, with options of the local org."""
    return lambda **options: serving(tmp_path / "own", **options)
