"""What a Salesforce org does not have: whether the local one is up, and what goes wrong in it."""

from __future__ import annotations

from toolkit.errors import LocalOrgError
from toolkit.localorg.faults import parse_all
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json


def health(_call: Call) -> Reply:
    """200 as soon as the state can be read."""
    return Reply.of({"status": "up"})


def faults(call: Call) -> Reply:
    """The faults that are armed, with how often each could have happened and did."""
    armed = call.org.faults
    shown: list[Json] = [{"spec": spec, "seen": seen, "struck": struck} for spec, seen, struck in armed.shown()]
    return Reply.of({"seed": armed.seed, "faults": shown})


def set_faults(call: Call) -> Reply:
    """POST {"faults": [SPEC, ...], "seed": 0}: these take the place of those that are armed."""
    body = call.json()
    wanted, seed = body.get("faults", []), body.get("seed", 0)
    if not isinstance(wanted, list) or not isinstance(seed, int):
        raise Refusal("JSON_PARSER_ERROR", "faults must be an array of texts, seed a whole number")
    try:
        call.org.faults.arm(parse_all([str(text) for text in wanted]), seed)
    except LocalOrgError as error:
        raise Refusal("INVALID_FAULT", str(error)) from None
    return faults(call)


def clear_faults(call: Call) -> Reply:
    """Nothing goes wrong any more; sessions that are over stay over."""
    call.org.faults.arm(())
    return Reply(204)
