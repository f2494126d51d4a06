"""Running the rules over all files, and over the project as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import NamedTuple

from toolkit.errors import Location
from toolkit.validate import ignore
from toolkit.validate.finding import Finding, sort
from toolkit.validate.inspector import Inspected, Inspector, guarded
from toolkit.validate.plan import Options, Plan
from toolkit.validate.project import Project
from toolkit.validate.rule import Tuning
from toolkit.validate.source import Sources, forget_archives

_WORTH_TWO = 400
"""Files from which a second process pays for its start."""


class Result(NamedTuple):
    """findings in stable order; not_run are rules that had work but could not do it, with the reason."""

    findings: tuple[Finding, ...]
    files: int
    unchecked: dict[str, int]
    """Types that the schema does not know -> files."""
    not_run: tuple[tuple[str, str], ...] = ()


def validate(sources: Sources, options: Options | None = None) -> Result:
    """All findings about these files. Never raises for what is in them."""
    options = options or Options()
    forget_archives()
    plan = Plan(sources, options)
    total = Inspected(sources.problems)
    for part in _inspect_all(plan):
        total.findings += part.findings
        total.facts += part.facts
        total.mentions += part.mentions
        total.ignores += part.ignores
        for type_name, count in part.unchecked.items():
            total.unchecked[type_name] = total.unchecked.get(type_name, 0) + count
    project = Project(
        sources, plan.components, total.facts, total.mentions, closed=options.closed, options=options.tuning.parameters
    )
    for entry in plan.project_rules:
        total.findings += guarded(entry.rule, Location("."), entry.check, project)
    tuned = _tuned(total.findings, options.tuning)
    kept = ignore.apply(
        tuned, total.ignores, all_rules=sources.whole and options.notes and options.only is None and not plan.not_run
    )
    return Result(tuple(sort(kept)), len(sources.files), dict(sorted(total.unchecked.items())), plan.not_run)


def _inspect_all(plan: Plan) -> Iterator[Inspected]:
    files = plan.sources.files
    if plan.options.workers > 1 and len(files) >= _WORTH_TWO:
        from toolkit.validate import workers

        yield from workers.run(plan, plan.options.workers)
        return
    inspector = Inspector(plan)
    for number in range(len(files)):
        yield inspector.inspect(number)


def _tuned(findings: Iterable[Finding], tuning: Tuning) -> Iterator[Finding]:
    """The findings as the configuration wants them."""
    for finding in findings:
        if finding.rule in tuning.off or _off_here(finding, tuning):
            continue
        severity = tuning.severities.get(finding.rule)
        if severity is not None and finding.severity is not severity:
            yield finding._replace(severity=severity)
        else:
            yield finding


def _off_here(finding: Finding, tuning: Tuning) -> bool:
    path = finding.where.file
    return any((not ids or finding.rule in ids) and fnmatch(path, glob) for glob, ids in tuning.paths_off)
