"""DeployOptions as clients send them: over JSON or SOAP, booleans in any spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json

TEST_LEVELS = ("NoTestRun", "RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests")


@dataclass(frozen=True, slots=True)
class DeployOptions:
    allow_missing_files: bool = False
    auto_update_package: bool = False
    check_only: bool = False
    ignore_warnings: bool = False
    purge_on_delete: bool = False
    rollback_on_error: bool = False
    single_package: bool = False
    run_tests: tuple[str, ...] = ()
    test_level: str | None = None

    @classmethod
    def read(cls, raw: Mapping[str, Json]) -> DeployOptions:
        """Unknown members are left alone; Refusal for a test level that does not exist."""
        tests = raw.get("runTests") or []
        level = raw.get("testLevel")
        if isinstance(level, str) and level in ("", "None"):
            level = None
        if level is not None and level not in TEST_LEVELS:
            raise Refusal("INVALID_TYPE", f"'{level}' is not a valid value for the enum 'TestLevel'")
        return cls(
            allow_missing_files=_flag(raw.get("allowMissingFiles")),
            auto_update_package=_flag(raw.get("autoUpdatePackage")),
            check_only=_flag(raw.get("checkOnly")),
            ignore_warnings=_flag(raw.get("ignoreWarnings")),
            purge_on_delete=_flag(raw.get("purgeOnDelete")),
            rollback_on_error=_flag(raw.get("rollbackOnError")),
            single_package=_flag(raw.get("singlePackage")),
            run_tests=tuple(str(test) for test in tests) if isinstance(tests, list) else (str(tests),),
            test_level=level if isinstance(level, str) else None,
        )

    def shown(self) -> dict[str, Json]:
        """In the order of the WSDL; also how a job keeps them."""
        return {
            "allowMissingFiles": self.allow_missing_files,
            "autoUpdatePackage": self.auto_update_package,
            "checkOnly": self.check_only,
            "ignoreWarnings": self.ignore_warnings,
            "performRetrieve": False,
            "purgeOnDelete": self.purge_on_delete,
            "rollbackOnError": self.rollback_on_error,
            "runTests": list(self.run_tests),
            "singlePackage": self.single_package,
            "testLevel": self.test_level,
        }


def _flag(value: Json) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "1"))
