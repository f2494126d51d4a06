"""Options that several commands have, each declared once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.org.jobs import DeployOptions

Command = Callable[..., Any]

TEST_LEVELS = ("NoTestRun", "RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests")

path = click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))

org = click.option("--org", metavar="NAME", help="Target in orgs.yaml; its default when absent.")

allow_commands = click.option("--allow-commands", is_flag=True, help="Let ${command:...} in the configuration run.")

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")

sets = click.option("--set", "sets", metavar="KEY=VALUE", multiple=True, help="Override one value of package.yaml.")

prune = click.option("--prune", is_flag=True, help="Delete what earlier releases of the same have left behind.")


def waiting(what: str = "a job", seconds: float = 3600.0) -> Callable[[Command], Command]:
    """--wait, the seconds that something may take."""
    return click.option(
        "--wait",
        metavar="SECONDS",
        type=click.FloatRange(min=0),
        default=seconds,
        show_default=f"{seconds:g}",
        help=f"How long {what} may take.",
    )


wait = waiting()

yes = click.option("--yes", is_flag=True, help="Do not ask before changing the org.")

confirm = click.option(
    "--confirm", metavar="NAME", help="The name of a protected or production org, to say that it is meant."
)

junit = click.option(
    "--junit", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report, too."
)

wire = click.option(
    "--api",
    "wire",
    type=click.Choice(["auto", "rest", "soap"]),
    default="auto",
    help="How jobs travel; auto: REST, and SOAP where the org has no REST deployments.",
)


def config(content: str = "package.yaml and orgs.yaml") -> Callable[[Command], Command]:
    """--config, the folder of these files."""
    return click.option(
        "--config",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("config"),
        help=f"Folder of {content}; config when absent.",
    )


def reported(command: Command) -> Command:
    """--format, and --json for short; the command is given `form`."""

    @functools.wraps(command)
    def packed(*, form: str | None, as_json: bool, **rest: Any) -> Any:
        if as_json and form not in (None, "json"):
            raise UsageError.of(f"--json and --format {form} exclude each other", mend="leave one of them out")
        return command(form="json" if as_json else form or "text", **rest)

    more = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github"]),
        help="What stdout gets; github: annotations of the lines that failed.",
    )
    return more(as_json(packed))


@dataclass(frozen=True, slots=True)
class How:
    """What a deploy job is told, as it was asked for."""

    check_only: bool
    test_level: str | None
    tests: tuple[str, ...]
    ignore_warnings: bool
    purge_on_delete: bool
    rollback_on_error: bool
    allow_missing_files: bool
    auto_update_package: bool

    def options(self) -> DeployOptions:
        """The platform's options. UsageError when test level and tests do not go together."""
        from toolkit.org.jobs import DeployOptions, TestLevel

        named = tuple(name for text in self.tests for name in text.replace(",", " ").split())
        if named and self.test_level != TestLevel.RUN_SPECIFIED_TESTS:
            raise UsageError.of("--tests needs --test-level RunSpecifiedTests", mend="add it, or leave --tests out")
        if self.test_level == TestLevel.RUN_SPECIFIED_TESTS and not named:
            raise UsageError.of("--test-level RunSpecifiedTests needs --tests", mend="name the test classes")
        return DeployOptions(
            check_only=self.check_only,
            rollback_on_error=self.rollback_on_error,
            ignore_warnings=self.ignore_warnings,
            purge_on_delete=self.purge_on_delete,
            allow_missing_files=self.allow_missing_files,
            auto_update_package=self.auto_update_package,
            test_level=TestLevel(self.test_level) if self.test_level else None,
            run_tests=named,
        )


def deploy_options(command: Command) -> Command:
    """Every option of a deploy job; the command is given them as `how`."""

    @functools.wraps(command)
    def packed(
        *,
        check_only: bool,
        test_level: str | None,
        tests: tuple[str, ...],
        ignore_warnings: bool,
        purge_on_delete: bool,
        no_rollback: bool,
        allow_missing_files: bool,
        auto_update_package: bool,
        **rest: Any,
    ) -> Any:
        how = How(
            check_only,
            test_level,
            tests,
            ignore_warnings,
            purge_on_delete,
            not no_rollback,
            allow_missing_files,
            auto_update_package,
        )
        return command(how=how, **rest)

    shown: Command = packed
    for decorate in reversed(
        (
            click.option("--check-only", is_flag=True, help="Have the org check the components, and change nothing."),
            click.option("--test-level", type=click.Choice(TEST_LEVELS), help="Which Apex tests the org runs."),
            click.option("--tests", metavar="CLASS,...", multiple=True, help="Test classes, with RunSpecifiedTests."),
            click.option("--ignore-warnings", is_flag=True, help="A deployment with warnings may succeed."),
            click.option("--purge-on-delete", is_flag=True, help="Deletions skip the recycle bin; not in production."),
            click.option(
                "--no-rollback", is_flag=True, help="Keep what did not fail (rollbackOnError false); not in production."
            ),
            click.option(
                "--allow-missing-files",
                is_flag=True,
                help="What package.xml names may be absent from the package; not in production.",
            ),
            click.option("--auto-update-package", is_flag=True, help="Reserved by the platform; not in production."),
        )
    ):
        shown = decorate(shown)
    return shown
