"""Deploy jobs: start, status, cancel, quick deploy and following one to its end, over REST or SOAP alike."""

from toolkit.org.jobs.following import Looks, follow, pause
from toolkit.org.jobs.jobs import DeployJobs, Wire
from toolkit.org.jobs.options import RELEVANT_SINCE, DeployOptions, TestLevel
from toolkit.org.jobs.result import (
    ComponentMessage,
    Coverage,
    CoverageWarning,
    DeployResult,
    Status,
    TestFailure,
    TestSuccess,
    checked_id,
    deploy_result,
    page_of,
)

__all__ = [
    "RELEVANT_SINCE",
    "ComponentMessage",
    "Coverage",
    "CoverageWarning",
    "DeployJobs",
    "DeployOptions",
    "DeployResult",
    "Looks",
    "Status",
    "TestFailure",
    "TestLevel",
    "TestSuccess",
    "Wire",
    "checked_id",
    "deploy_result",
    "follow",
    "page_of",
    "pause",
]
