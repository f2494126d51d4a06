"""The steps of a release, in the order in which they depend on each other (salesforce-facts 4).

A step is loaded when a release has it: a folder of metadata needs two of them, and the whole integration eight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from toolkit.metadata.component import Bundle, Destructive
from toolkit.release.seen import SeenRow
from toolkit.release.step import Reversible, Step

if TYPE_CHECKING:
    from toolkit.config.project import Project

# Any: each step has a state of its own, which the runner only carries from one method to the next.
AnyStep = Step[Any]

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "Preflight": "preflight",
        "CertificateStep": "certificate",
        "Components": "components",
        "SettingsStep": "settings",
        "AssignmentsStep": "assignments",
        "ExternalClientAppStep": "external_client_app",
        "ConnectedAppStep": "connected_app",
        "PlacementStep": "placement",
        "PlacementBack": "restore_placement",
        "RestoreComponents": "restore_components",
        "RestoreRows": "restore_rows",
        "Unassign": "unassign",
    }
)
"""Where each step is defined, by the name of its class."""


def _made(name: str, /, *given: Any, **more: Any) -> Any:
    """A step by the name of its class."""
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)(*given, **more)


def integration_steps(
    project: Project, left: tuple[SeenRow, ...] = (), bundle: Bundle | None = None
) -> tuple[AnyStep, ...]:
    """The steps that put the configured integration into an org.

    left: records that earlier releases made; those that are not wanted any more go. bundle: what it deletes is freed
    first.
    """
    return (
        _made("Preflight"),
        _made("CertificateStep"),
        *_freed(bundle),
        _made("Components"),
        _made("SettingsStep", left=left),
        _made("AssignmentsStep", left=left),
        *_access(project.package.app.kind.value, left),
        _made("PlacementStep"),
    )


def _access(kind: str, left: tuple[SeenRow, ...]) -> tuple[AnyStep, ...]:
    """The step of app access for a kind of app. The lists of an external client app are all ours: nothing is left."""
    if kind == "external_client_app":
        return (_made("ExternalClientAppStep"),)
    return (_made("ConnectedAppStep", left=left),) if kind == "connected_app" else ()


def _freed(bundle: Bundle | None) -> tuple[AnyStep, ...]:
    """Permission sets that are to be deleted are taken from everybody first."""
    going = bundle.destructive if bundle is not None else Destructive()
    keys = (*going.pre, *going.plain, *going.post)
    sets = tuple(sorted(key.full_name for key in keys if key.type == "PermissionSet"))
    return (_made("Unassign", "assignments", "Assignments of what goes", sets),) if sets else ()


_LONE: Mapping[str, Callable[[tuple[SeenRow, ...]], AnyStep]] = MappingProxyType(
    {
        "certificate": lambda _left: _made("CertificateStep"),
        "settings": lambda left: _made("SettingsStep", left=left),
        "assignments": lambda left: _made("AssignmentsStep", left=left),
    }
)


def lone_step(name: str, left: tuple[SeenRow, ...] = ()) -> tuple[AnyStep, ...]:
    """The steps that do only what the step of this name does; left as for `integration_steps`."""
    return (_made("Preflight"), _LONE[name](left))


def component_steps(bundle: Bundle | None = None) -> tuple[AnyStep, ...]:
    """The steps that put any folder of metadata into an org. bundle: what it deletes is freed first."""
    return (_made("Preflight"), *_freed(bundle), _made("Components"))


def steps_for(project: Project | None, bundle: Bundle, left: tuple[SeenRow, ...]) -> tuple[AnyStep, ...]:
    """The steps of a release: of the integration, or of any folder when there is no project."""
    return integration_steps(project, left, bundle) if project is not None else component_steps(bundle)


def reversible_of(kind: str, name: str, title: str) -> Reversible | None:
    """How a step of this class, name and title is undone; the ledger keeps it under the name of its class.

    None for one that changes nothing, or that this version does not know.
    """
    if kind == "PlacementStep":  # it names its steps itself
        return cast("Reversible", _made("PlacementBack"))
    if kind in ("Preflight", "PlacementBack") or kind not in _MODULES:
        return None
    return cast("Reversible", _made(kind, name, title))


def reversible(step: AnyStep) -> Reversible | None:
    """How a step is undone; None for one that changes nothing."""
    return reversible_of(type(step).__name__, step.name, step.title)
