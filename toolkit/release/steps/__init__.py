"""The steps of a release, in the order in which they depend on each other (salesforce-facts 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.release.step import Reversible, Step
from toolkit.release.steps.assignments import AssignmentsStep
from toolkit.release.steps.certificate import CertificateStep
from toolkit.release.steps.components import Components
from toolkit.release.steps.connected_app import ConnectedAppStep
from toolkit.release.steps.external_client_app import ExternalClientAppStep
from toolkit.release.steps.placement import PlacementStep
from toolkit.release.steps.preflight import Preflight
from toolkit.release.steps.restore_components import RestoreComponents
from toolkit.release.steps.restore_placement import PlacementBack
from toolkit.release.steps.restore_rows import RestoreRows
from toolkit.release.steps.settings import SettingsStep
from toolkit.release.steps.unassign import Unassign

# Any: each step has a state of its own, which the runner only carries from one method to the next.
AnyStep = Step[Any]

ACCESS: Mapping[AppKind, tuple[AnyStep, ...]] = MappingProxyType(
    {
        AppKind.EXTERNAL_CLIENT_APP: (ExternalClientAppStep(),),
        AppKind.CONNECTED_APP: (ConnectedAppStep(),),
        AppKind.NONE: (),
    }
)


def integration_steps(project: Project) -> tuple[AnyStep, ...]:
    """The steps that put the configured integration into an org."""
    return (
        Preflight(),
        CertificateStep(),
        Components(),
        SettingsStep(),
        AssignmentsStep(),
        *ACCESS[project.package.app.kind],
        PlacementStep(),
    )


def component_steps() -> tuple[AnyStep, ...]:
    """The steps that put any folder of metadata into an org."""
    return (Preflight(), Components())


REVERSIBLE: Mapping[str, Callable[[str, str], Reversible]] = MappingProxyType(
    {
        "CertificateStep": CertificateStep,
        "Components": Components,
        "SettingsStep": SettingsStep,
        "AssignmentsStep": AssignmentsStep,
        "ExternalClientAppStep": ExternalClientAppStep,
        "ConnectedAppStep": ConnectedAppStep,
        "PlacementStep": lambda name, title: PlacementBack(),  # noqa: ARG005  it names its steps itself
        "RestoreComponents": RestoreComponents,
        "RestoreRows": RestoreRows,
        "Unassign": Unassign,
    }
)
"""How a step of this name and title is undone, by the name of its class, under which the ledger keeps it."""


def reversible(step: AnyStep) -> Reversible | None:
    """How a step is undone; None for one that changes nothing."""
    made = REVERSIBLE.get(type(step).__name__)
    return made(step.name, step.title) if made is not None else None
