"""What an org may use, and how many records it holds."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.services import versions
from toolkit.localorg.store.jobs import Json

# what the limits resource of a Developer Edition says of the things that are here, and of those that clients look at
_MAX: Mapping[str, int] = {
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyApiRequests": 15_000,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 80,
    "DataStorageMB": 5,
    "FileStorageMB": 20,
    "HourlyAsyncReportRuns": 1_200,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 50,
    "MassEmail": 10,
    "PermissionSets": 1_500,
    "SingleEmail": 15,
}


def limits(call: Call) -> Reply:
    """Every limit with all of it left: nothing is counted here."""
    versions.check(call.version)
    return Reply.of({name: {"Max": most, "Remaining": most} for name, most in _MAX.items()})


def record_counts(call: Call) -> Reply:
    """How many records each object has; all that have any when sObjects names none. Unknown names are left out."""
    versions.check(call.version)
    wanted = {name.strip().lower() for name in call.query.get("sObjects", "").split(",") if name.strip()}
    found: list[Json] = []
    with call.org.read(call.user_id) as work:
        for key, sobject in sorted(work.schema.by_name.items()):
            if "data" not in sobject.apis or (wanted and key not in wanted):
                continue
            count = work.records.count(sobject.name)
            if count or wanted:
                found.append({"count": count, "name": sobject.name})
    return Reply.of({"sObjects": found})
