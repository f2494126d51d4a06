"""What a deploy job is told. Source: Metadata API Developer Guide, DeployOptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from toolkit.org.values import Json

RELEVANT_SINCE = 66.0
"""The first API version with RunRelevantTests. Source: Metadata API Developer Guide, "Run Relevant Apex Tests"."""


class TestLevel(StrEnum):
    __test__ = False

    NO_TEST_RUN = "NoTestRun"
    RUN_SPECIFIED_TESTS = "RunSpecifiedTests"
    RUN_LOCAL_TESTS = "RunLocalTests"
    RUN_ALL_TESTS_IN_ORG = "RunAllTestsInOrg"
    RUN_RELEVANT_TESTS = "RunRelevantTests"


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What a deploy job is told; the defaults are what production accepts. performRetrieve is reserved, and false."""

    check_only: bool = False
    rollback_on_error: bool = True
    ignore_warnings: bool = False
    purge_on_delete: bool = False
    allow_missing_files: bool = False
    auto_update_package: bool = False
    single_package: bool = True
    test_level: TestLevel | None = None
    run_tests: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """The options by the platform's names, in the order of the WSDL; what is not set is left out."""
        options: dict[str, Json] = {
            "allowMissingFiles": self.allow_missing_files,
            "autoUpdatePackage": self.auto_update_package,
            "checkOnly": self.check_only,
            "ignoreWarnings": self.ignore_warnings,
            "performRetrieve": False,
            "purgeOnDelete": self.purge_on_delete,
            "rollbackOnError": self.rollback_on_error,
        }
        if self.run_tests:
            options["runTests"] = list(self.run_tests)
        options["singlePackage"] = self.single_package
        if self.test_level is not None:
            options["testLevel"] = self.test_level.value
        return options
