"""The vendor's manual, step by step, with what a release proved of each.

The wording of the rows is the manual's ("Salesforce (Legacy)", Cobrowse documentation), shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.generate.names import names_of
from toolkit.placement.standing import ORG_DEFAULT
from toolkit.release.run import Outcome, ReleaseReport
from toolkit.release.step import Evidence
from toolkit.release.steps.certificate import PUBLIC_KEY
from toolkit.release.steps.external_client_app import PERMISSION_SETS, PERMITTED_USERS, PROFILES

_DONE = frozenset({Outcome.APPLIED, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the manual. done is None for a step that this release does not do."""

    manual: str
    done: bool | None
    read_back: str


@dataclass(frozen=True, slots=True)
class _Line:
    """Which evidence of which step answers for a row; text says it, and is not asked when there is no evidence."""

    manual: str
    step: str
    concerns: Callable[[Evidence], bool]
    text: Callable[[list[Evidence]], str]


def checklist(report: ReleaseReport, project: Project) -> tuple[Row, ...]:
    """One row for each step of the manual, in its order."""
    rows = [_row(report, line) for line in _lines(project)]
    if project.package.app.kind is AppKind.NONE:
        nothing = Row("", None, "the configuration wants no app (app.kind: none)")
        rows = [Row(row.manual, nothing.done, nothing.read_back) if row.manual in _APP_ROWS else row for row in rows]
    if not project.package.placements:
        rows = [Row(row.manual, None, _NO_PLACEMENT) if row.manual in _PLACEMENT_ROWS else row for row in rows]
    return tuple(rows)


_POLICY = "Permitted users: Admin approved users are pre-authorized"
_PROFILES = "Manage profiles of the app"
_APP_ROWS = frozenset({_POLICY, _PROFILES})
_EDIT_PAGE = "Edit Page: the widget, right sidebar, Height 900"
_ASSIGN = "Assign as Org Default"
_PLACEMENT_ROWS = frozenset({_EDIT_PAGE, _ASSIGN})
_NO_PLACEMENT = "the configuration wants none (placements)"


def _lines(project: Project) -> tuple[_Line, ...]:
    names = names_of(project.package, sources=project.sources)
    launcher = {
        f"CustomApplication {names.application}",
        f"CustomTab {names.dashboard_tab}",
        f"CustomTab {names.settings_tab}",
    }
    pages = {f"ApexPage {page}" for page in names.widget_pages.values()}
    key = "License_Key__c"
    return (
        _Line("Install the app", "components", lambda _: True, _counted),
        _Line("App Launcher: dashboard and settings", "components", lambda e: e.subject in launcher, _subjects),
        _Line(
            "Insert the licence key",
            "settings",
            lambda e: e.subject.endswith("org default"),
            lambda found: "; ".join(part for e in found for part in e.text.split(", ") if part.startswith(key)),
        ),
        _Line(_POLICY, "access", lambda e: e.subject == PERMITTED_USERS, _texts),
        _Line(_PROFILES, "access", lambda e: e.subject in (PROFILES, PERMISSION_SETS), _both),
        _Line("Assign the permission sets", "assignments", lambda _: True, _both),
        _Line(
            "Self-signed certificate", "certificate", lambda e: e.subject == f"Certificate {names.certificate}", _both
        ),
        _Line("Public key of the certificate", "certificate", lambda e: e.subject == PUBLIC_KEY, _key),
        _Line("Widget pages for record pages", "components", lambda e: e.subject in pages, _subjects),
        _Line(_EDIT_PAGE, "placement", lambda e: not e.subject.startswith(ORG_DEFAULT), _both),
        _Line(_ASSIGN, "placement", lambda e: e.subject.startswith(ORG_DEFAULT), _default_of),
    )


def _row(report: ReleaseReport, line: _Line) -> Row:
    step = next((one for one in report.steps if one.name == line.step), None)
    found = [e for e in report.evidence(line.step) if line.concerns(e)]
    if step is None or not found:
        outcome = "not part of this release" if step is None else step.outcome.value
        failed = step is not None and step.outcome is Outcome.FAILED
        return Row(line.manual, False if failed else None, outcome)
    wrong = [e for e in found if not e.ok]
    if wrong:
        return Row(line.manual, done=False, read_back="; ".join(f"{e.subject}: {e.text}" for e in wrong))
    return Row(line.manual, done=True, read_back=line.text(found))


def _counted(found: list[Evidence]) -> str:
    kinds: dict[str, int] = {}
    for evidence in found:
        kind = evidence.subject.partition(" ")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    return f"{len(found)} components: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def _subjects(found: list[Evidence]) -> str:
    return ", ".join(evidence.subject for evidence in found)


def _texts(found: list[Evidence]) -> str:
    return "; ".join(evidence.text for evidence in found)


def _both(found: list[Evidence]) -> str:
    return "; ".join(f"{evidence.subject}: {evidence.text}" for evidence in found)


def _default_of(found: list[Evidence]) -> str:
    return "; ".join(f"{evidence.subject.removeprefix(ORG_DEFAULT)}: {evidence.text}" for evidence in found)


def _key(found: Iterable[Evidence]) -> str:
    lines = sum(evidence.text.count("\n") for evidence in found)
    return f"{lines} lines of PEM, printed below; read from the certificate that the org returned"


def pem_of(report: ReleaseReport) -> str | None:
    """The public key that was read back, in PEM form."""
    return next((e.text for e in report.evidence("certificate") if e.subject == PUBLIC_KEY and e.ok), None)
