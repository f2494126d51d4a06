"""SOQL over REST, for the data API and the Tooling API."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.services import versions
from toolkit.localorg.soql.evaluate import Evaluator
from toolkit.localorg.soql.nodes import Aliased, Path, Query, Selected, TypeOf
from toolkit.localorg.soql.nodes import Call as Function
from toolkit.localorg.soql.parser import parse
from toolkit.localorg.soql.targets import Api
from toolkit.localorg.store.jobs import Json

MAX_BATCH, MIN_BATCH = 2000, 200
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d{1,6})", re.I)


def _api(call: Call) -> Api:
    return "tooling" if "/tooling/" in call.path else "data"


def _batch(call: Call) -> int:
    """Rows of one answer: 2,000, or what the header Sforce-Query-Options asks for within its bounds."""
    match = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    return max(MIN_BATCH, min(MAX_BATCH, int(match[1]))) if match else MAX_BATCH


def _evaluator(work: Work, call: Call, text: str, *, deleted: bool) -> Evaluator:
    return Evaluator(work, text, api=_api(call), version=call.version, deleted=deleted)


def _text(call: Call) -> str:
    text = call.query.get("q")
    if text is None:
        raise Refusal("MALFORMED_QUERY", "A query string has to be specified")
    return text


def query(call: Call) -> Reply:
    """Rows of a query, 2,000 at a time; with columns=true what its columns are. queryAll finds deleted records, too."""
    versions.check(call.version)
    text, deleted = _text(call), call.path.rstrip("/").endswith("/queryAll")
    parsed = parse(text)
    with call.org.read(call.user_id) as work:
        evaluator = _evaluator(work, call, text, deleted=deleted)
        if call.query.get("columns", "").lower() == "true":
            return Reply.of(_columns(evaluator, parsed))
        return Reply.of(_page(work, call, 0, _answer(evaluator, parsed), _Asked(text, deleted)))


def _answer(evaluator: Evaluator, parsed: Query) -> tuple[int, list[dict[str, Json]]]:
    if parsed.counts_only:
        return evaluator.count(parsed), []
    rows = evaluator.rows(parsed)
    return len(rows), rows


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as it is kept until all of its rows are fetched; deleted: whether it looks into the recycle bin."""

    text: str
    deleted: bool


def _page(
    work: Work, call: Call, start: int, answer: tuple[int, list[dict[str, Json]]], asked: _Asked
) -> dict[str, Json]:
    total, rows = answer
    end = start + _batch(call)
    page = rows[start:end]
    body: dict[str, Json] = {"totalSize": total, "done": end >= len(rows)}
    if not body["done"]:
        body["nextRecordsUrl"] = f"{call.path.rpartition('/query')[0]}/query/{_locator(work, asked)}-{end}"
    if _api(call) == "tooling":
        body |= {"size": len(page), "queryLocator": None, "entityTypeName": None}
    body["records"] = list(page)
    return body


def _locator(work: Work, asked: _Asked) -> str:
    """An id that stands for a query, kept with the org so that any process can go on with it."""
    import hashlib

    held = json.dumps([asked.text, asked.deleted])
    key = hashlib.sha256(held.encode()).hexdigest()[:12]
    with work.org.write() as writing:
        if writing.facts.get(f"locator:{key}") is None:
            writing.facts.put(f"locator:{key}", held)
    return f"01g{key}"


def more(call: Call) -> Reply:
    """The next rows of a query."""
    versions.check(call.version)
    key, _, start = call.params["locator"].removeprefix("01g").partition("-")
    with call.org.read(call.user_id) as work:
        held = work.facts.get(f"locator:{key}")
        if held is None or not start.isdigit():
            raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        asked = _Asked(*json.loads(held))
        parsed = parse(asked.text)
        evaluator = _evaluator(work, call, asked.text, deleted=asked.deleted)
        return Reply.of(_page(work, call, int(start), _answer(evaluator, parsed), asked))


def _columns(evaluator: Evaluator, parsed: Query) -> dict[str, Json]:
    """What `?columns=true` answers: the shape of the rows."""
    sobject = evaluator.targets.source(parsed)
    columns: list[Json] = [_column(evaluator, sobject, item, parsed) for item in parsed.select]
    return {
        "columnMetadata": columns if not parsed.counts_only else [],
        "entityName": sobject.name,
        "groupBy": bool(parsed.group),
        "idSelected": any(isinstance(item, Path) and item.parts[-1].lower() == "id" for item in parsed.select),
        "keyPrefix": sobject.prefix,
    }


def _entry(name: str, label: str, kind: str, joined: list[Json], *, aggregate: bool, custom: bool) -> dict[str, Json]:
    numeric = kind in {"double", "currency", "percent", "int"}
    return {
        "aggregate": aggregate, "apexType": kind, "booleanType": kind == "boolean", "columnName": name,
        "custom": custom,
        "displayName": label, "foreignKeyName": None, "insertable": False, "joinColumns": joined, "numberType": numeric,
        "textType": not numeric and kind != "boolean", "updatable": False,
    }  # fmt: skip


def _column(evaluator: Evaluator, sobject: SObject, item: Selected, parsed: Query) -> dict[str, Json]:
    if isinstance(item, TypeOf):
        name = str(item.relationship)
        return _entry(name, name, "reference", [], aggregate=False, custom=name.endswith("__r"))
    if isinstance(item, Aliased):
        return _column(evaluator, sobject, item.path, parsed) | {"columnName": item.name, "displayName": item.name}
    if isinstance(item, Query):
        children = evaluator.targets.children(item, sobject)[0]
        joined: list[Json] = [_column(evaluator, children, inner, item) for inner in item.select]
        return _entry(item.source, item.source, "reference", joined, aggregate=True, custom=False)
    if isinstance(item, Function):
        name = item.alias or "expr0"
        return _entry(name, name, "double", [], aggregate=True, custom=False)
    target = evaluator.targets.target(sobject, item, parsed.alias)
    *links, last = target.names
    entry = _entry(last, last, target.field.type, [], aggregate=False, custom=target.field.custom)
    for link in reversed(links):
        entry = _entry(link, link, "reference", [entry], aggregate=False, custom=link.endswith("__r"))
    return entry
