"""`sfmeta validate [PATH...]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.validate.changed import Changes
    from toolkit.validate.engine import Result
    from toolkit.validate.finding import Finding
    from toolkit.validate.outcome import Outcome
    from toolkit.validate.plan import Options
    from toolkit.validate.rule import Tuning
    from toolkit.validate.source import Sources

FORMATS = ("text", "json", "sarif", "junit", "github")


@click.command(short_help="Check metadata offline: schema, references and good sense, with file and line.")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option("--format", "-f", "format_", type=click.Choice(FORMATS), default="text", help="How to report.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write the report into this file.")
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="warning",
    help="Show what is at least so grave.",
)
@click.option("--strict", is_flag=True, help="Warnings fail the run, too.")
@click.option("--closed", is_flag=True, help="The files are all there is: what they name and do not hold is an error.")
@click.option(
    "--api-version", metavar="VERSION", help="Check against this API version (62.0) instead of the project's."
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Do not report what this file lists.")
@click.option("--write-baseline", is_flag=True, help="Write what is found now into the baseline.")
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only report what the changes since this git revision answer for: what is in files that differ, and what is "
    "new in the others.",
)
@click.option("--workers", type=click.IntRange(1, 32), help="Processes to use; the processors there are unless given.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default="config",
    show_default=True,
    help="Folder of validate.yaml and package.yaml.",
)
@click.option("--org", metavar="NAME", help="Without PATH: lay the overlay of this target over package.yaml.")
@click.option(
    "--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Without PATH: set a value of package.yaml."
)
def validate(
    paths: tuple[str, ...],
    *,
    format_: str,
    as_json: bool,
    output: Path | None,
    level: str,
    strict: bool,
    closed: bool,
    api_version: str | None,
    baseline: Path | None,
    write_baseline: bool,
    changed_since: str | None,
    workers: int | None,
    config: Path,
    org: str | None,
    overrides: tuple[str, ...],
) -> int:
    """Check metadata offline: schema, references and good sense, with file and line.

    PATH is a project, a folder, a file or a zip, in source format or Metadata API format; without one, what
    `sfmeta generate` would write is checked. Exit code 1 means that there is an error (with --strict: or a warning).

    A name that no file declares is only a note, because the org may have it; --closed makes it an error.
    Rules are tuned in config/validate.yaml, and ignored in place by <!-- sfmeta: ignore W7060 why --> or
    // sfmeta: ignore W8010 why. docs/rules.md explains every rule.
    """
    from toolkit.validate import engine
    from toolkit.validate.finding import Severity
    from toolkit.validate.outcome import outcome
    from toolkit.validate.plan import Options

    _check_usage(
        paths, baseline=baseline, write_baseline=write_baseline, org=org, overrides=overrides, api_version=api_version
    )
    tuning = _tuning(config)
    changes = _changes(changed_since)
    sources = _sources(paths, api_version, config, org, overrides)
    notes = level == "note" or changes is not None
    options = Options(closed=closed, tuning=tuning, notes=notes, workers=workers or os.cpu_count() or 1)
    result = engine.validate(sources, options)
    if changes is not None:
        result = _since(changes, result, options, paths, api_version)
    known = frozenset() if write_baseline else _accepted(baseline)
    shown = outcome(result, sources, level=Severity(level), baseline=known)
    if write_baseline and baseline is not None:
        everything = outcome(result, sources, level=Severity.NOTE)
        kept = [(name, finding) for name, finding in everything.findings if finding.severity is not Severity.NOTE]
        from toolkit.validate.baseline import write

        count = write(baseline, kept)
        click.echo(f"wrote {count} findings to {baseline}", err=True)
        return 0
    _report(shown, sources, "json" if as_json else format_, output)
    return 1 if shown.failed(strict=strict) else 0


def _check_usage(
    paths: tuple[str, ...],
    *,
    baseline: Path | None,
    write_baseline: bool,
    org: str | None,
    overrides: tuple[str, ...],
    api_version: str | None,
) -> None:
    from toolkit.errors import UsageError

    if write_baseline and baseline is None:
        raise UsageError.of("--write-baseline needs a file", mend="add --baseline FILE")
    if paths and (org or overrides):
        raise UsageError.of("--org and --set change the configuration, which a PATH does not use", mend="leave one out")
    if api_version is not None:
        whole, _, fraction = api_version.partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) <= 3 and fraction in ("", "0")):
            raise UsageError.of(f"{api_version!r} is not an API version", mend="write it like 62.0")


def _sources(
    paths: tuple[str, ...], api_version: str | None, config: Path, org: str | None, overrides: tuple[str, ...]
) -> Sources:
    from toolkit.validate import discover

    if paths:
        return discover.from_paths(paths, api_version=_with_fraction(api_version))
    from toolkit.config.load import load_project
    from toolkit.generate.project import generate

    bundle = generate(load_project(config, org=org, overrides=list(overrides)))
    return discover.from_bundle(bundle)


def _with_fraction(version: str | None) -> str | None:
    return f"{version.partition('.')[0]}.0" if version else None


def _changes(revision: str | None) -> Changes | None:
    if revision is None:
        return None
    from toolkit.validate.changed import changed_since

    return changed_since(revision)


def _since(
    changes: Changes, result: Result, options: Options, paths: tuple[str, ...], api_version: str | None
) -> Result:
    """The result with the findings that the changes have to answer for."""
    from toolkit.validate import discover, engine
    from toolkit.validate.changed import answered_for

    def check(there: Sequence[str]) -> tuple[Finding, ...]:
        sources = discover.from_paths(there, api_version=_with_fraction(api_version))
        return engine.validate(sources, options).findings

    settled = options.tuning.severities
    kept = answered_for(result.findings, changes, paths, check, environment=os.environ, settled=settled)
    return result._replace(findings=kept)


def _accepted(baseline: Path | None) -> frozenset[str]:
    if baseline is None:
        return frozenset()
    from toolkit.validate.baseline import read

    return read(baseline)


def _tuning(config: Path) -> Tuning:
    from toolkit.validate.rule import Tuning

    if not (config / "validate.yaml").exists():
        return Tuning()
    from toolkit.config.validate_config import load_validate_config
    from toolkit.validate.tune import tuning

    said = load_validate_config(config)
    return tuning(
        [(rule.id, rule.switch, rule.severity, dict(rule.parameters), rule.where) for rule in said.rules],
        [(row.path, row.rules, row.where) for row in said.ignore],
    )


def _report(shown: Outcome, sources: Sources, format_: str, output: Path | None) -> None:
    from toolkit.errors import UsageError
    from toolkit.report.findings import render
    from toolkit.report.findings_text import summary
    from toolkit.validate.outcome import Lines

    color = output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    text = render(format_, shown, Lines(sources), color=color)
    data = text.encode("utf-8", "backslashreplace")
    if output is None:
        click.echo(data, nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UsageError.of(
            f"cannot write {output}: {error.strerror}", mend="name a file that can be written"
        ) from None
    click.echo(summary(shown), err=True)
