"""Which Apex tests a deployment runs when nobody has said."""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.metadata.component import Bundle, Component
from toolkit.org.jobs import DeployOptions, TestLevel

_NO_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_TEST = re.compile(r"@\s*istest\b|\btestmethod\b", re.IGNORECASE)


def classes_with_tests(bundle: Bundle) -> tuple[str, ...]:
    """Names of the Apex classes that hold tests; what stands in comments and strings does not count."""
    return tuple(sorted(component.full_name for component in bundle if _is_test(component)))


def _is_test(component: Component) -> bool:
    if component.type != "ApexClass":
        return False
    body = next((file.content for file in component.files if file.path.endswith(".cls")), b"")
    return _TEST.search(_NO_CODE.sub(" ", body.decode("utf-8", "replace"))) is not None


def chosen(options: DeployOptions, sent: Bundle, whole: Bundle, *, production: bool) -> DeployOptions:
    """The options with the package's own tests on production, when Apex is sent and no test level is given.

    So a customer's broken tests do not stop the deployment, and every class sent is covered by tests it came with.
    Without tests of its own the org's default, all local tests, is left to the org.
    """
    if options.test_level is not None or not production:
        return options
    if not any(component.type in ("ApexClass", "ApexTrigger") for component in sent):
        return options
    tests = classes_with_tests(whole)
    if not tests:
        return options
    return replace(options, test_level=TestLevel.RUN_SPECIFIED_TESTS, run_tests=tests)
