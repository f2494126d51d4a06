"""What a deploy job may be told in this org: found out before anything is sent."""

from __future__ import annotations

from toolkit.errors import DeployError, Problem
from toolkit.metadata.component import Bundle
from toolkit.org.jobs import RELEVANT_SINCE, DeployOptions, TestLevel
from toolkit.org.org import Org


def check_options(options: DeployOptions, org: Org, bundle: Bundle) -> None:
    """DeployError with every option that the platform would refuse, or pass over, in this org."""
    problems: list[Problem] = []
    newest = org.versions[-1]
    if options.test_level is TestLevel.RUN_RELEVANT_TESTS and float(newest) < RELEVANT_SINCE:
        problems.append(
            Problem(
                f"RunRelevantTests needs API version {RELEVANT_SINCE:.1f}, and the org's newest is {newest}",
                mend="use RunLocalTests, or RunSpecifiedTests with --tests",
            )
        )
    if org.organization.is_production:
        problems += _production(options, bundle)
    DeployError.raise_any(problems)


def _production(options: DeployOptions, bundle: Bundle) -> list[Problem]:
    """Source: Metadata API Developer Guide, DeployOptions."""
    wanted = (
        (not options.rollback_on_error, "a deployment to production is rolled back when anything fails", "no-rollback"),
        (options.allow_missing_files, "production takes no package with missing files", "allow-missing-files"),
        (options.auto_update_package, "production takes no automatic updates of package.xml", "auto-update-package"),
        (options.purge_on_delete, "deletions in production always go to the recycle bin", "purge-on-delete"),
    )
    problems = [Problem(text, mend=f"leave --{flag} out") for asked, text, flag in wanted if asked]
    apex = any(component.type in ("ApexClass", "ApexTrigger") for component in bundle)
    if options.test_level is TestLevel.NO_TEST_RUN and apex:
        problems.append(
            Problem(
                "production runs tests when Apex is deployed: NoTestRun is not accepted",
                mend="leave --test-level out, or choose RunLocalTests or RunSpecifiedTests",
            )
        )
    return problems
