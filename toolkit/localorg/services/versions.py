"""Which API versions there are, and what a version offers."""

from __future__ import annotations

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.options import MAX_API_VERSION, MIN_API_VERSION
from toolkit.localorg.refusals import Refusal, not_found
from toolkit.localorg.store.jobs import Json

_SEASONS = ("Winter", "Spring", "Summer")


def label(version: int) -> str:
    """The name of a release: 67 is Summer '26."""
    return f"{_SEASONS[(version - 2) % 3]} '{(version + 11) // 3:02d}"


def check(version: str) -> None:
    """Refuse a version in a URL that the org does not speak."""
    number, _, fraction = version.partition(".")
    if not number.isdigit() or fraction.strip("0") or int(number) > MAX_API_VERSION:
        raise not_found()
    if int(number) < MIN_API_VERSION:
        raise Refusal(
            "GONE", f"The requested API version is no longer supported. Use {MIN_API_VERSION}.0 or later.", status=410
        )


def versions(_call: Call) -> Reply:
    """All versions, ascending: some clients take the last one as the newest."""
    found: list[Json] = [
        {"label": label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(MIN_API_VERSION, MAX_API_VERSION + 1)
    ]
    return Reply.of(found)


def resources(call: Call) -> Reply:
    """The resources of one version."""
    check(call.version)
    base = f"/services/data/v{call.version}"
    names = ("composite", "limits", "metadata", "query", "queryAll", "sobjects", "tooling")
    return Reply.of({name: f"{base}/{name}" for name in names} | {"identity": identity_url(call)})


def identity_url(call: Call) -> str:
    with call.org.read() as work:
        return f"{call.origin}/id/{work.org_id}/{call.user_id}"
