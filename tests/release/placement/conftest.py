"""An org with the integration but no placement."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.conftest import serving
from tests.release.placement.placing import Placing
from toolkit.config.load import load_project
from toolkit.config.project import Project
from toolkit.resources import shipped


@pytest.fixture(scope="session")
def bare_state(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("bare") / "state"
    shutil.copytree(first_day, state)
    project = load_project(shipped("config"), org="local", overrides=["placements=[]"])
    with serving(state) as against:
        report = against.release(project)
        assert report.error is None, str(report.error)
    return state


@pytest.fixture
def org(bare_state: Path, tmp_path: Path) -> Iterator[Placing]:
    with serving(Path(shutil.copytree(bare_state, tmp_path / "bare"))) as against:
        yield Placing(against)


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(shipped("config"), org="local")
