"""SOAP: describeMetadata and listMetadata."""

from __future__ import annotations

from functools import cache

from toolkit.localorg import soap
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.retrieve import listing

MAX_QUERIES = 3  # facts 5.7


def describe_metadata(call: Call, _envelope: soap.Envelope) -> Reply:
    return _described(production=call.org.is_production)


@cache
def _described(*, production: bool) -> Reply:
    """The same for every org of a kind: types come with the version of this toolkit."""
    objects: list[soap.Content] = [dict(entry) for entry in listing.describe()]
    result: soap.Content = {
        "metadataObjects": objects,
        "organizationNamespace": "",
        "partialSaveAllowed": not production,
        "testRequired": production,
    }
    return soap.reply("describeMetadata", result)


def list_metadata(call: Call, envelope: soap.Envelope) -> Reply:
    queries = list(envelope.operation.all("queries"))
    if len(queries) > MAX_QUERIES:
        raise Refusal("LIMIT_EXCEEDED", f"listMetadata takes at most {MAX_QUERIES} queries")
    found: list[soap.Content] = []
    with call.org.read(call.user_id) as work:
        for query in queries:
            found += listing.list_type(work, query.value("type") or "", query.value("folder"))
    return soap.reply("listMetadata", found)
