"""Rows: a record becomes what REST shows of it, with its parents and children inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql.functions import FUNCTIONS
from toolkit.localorg.soql.nodes import Aliased, Call, Path, Query, TypeOf
from toolkit.localorg.soql.parser import malformed
from toolkit.localorg.soql.targets import ANY_RECORD, Target, Targets
from toolkit.localorg.soql.values import shown
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record, Value

Matching = Callable[[Query, SObject, Iterable[Record]], list[Record]]
Shape = Callable[[Record], dict[str, Json]]
MAX_ALL_FIELDS = 200


class Shapes:
    """Makes the shapes of the rows of one query; matching answers the queries nested in its SELECT."""

    def __init__(self, targets: Targets, version: str, matching: Matching) -> None:
        self._targets = targets
        self._version = version
        self._matching = matching

    def shape(self, query: Query, sobject: SObject) -> Shape:
        """What a record looks like in the answer."""
        targets: list[Target] = []
        children: list[tuple[str, Callable[[Record], Json]]] = []
        seen: set[tuple[str, ...]] = set()
        for item in self._selected(query, sobject):
            if isinstance(item, Query):
                children.append(self._children(item, sobject))
                continue
            if isinstance(item, TypeOf):
                children.append(self._typeof(item, sobject))
                continue
            target = self._targets.value(sobject, item, query.alias)
            if isinstance(item, Call) and item.alias:
                target = replace(target, names=(item.alias,))
            if target.names in seen:
                what = f"duplicate field selected: {'.'.join(target.names)}"
                raise malformed(self._targets.text, item.line, item.column, what)
            seen.add(target.names)
            targets.append(target)

        def shape(record: Record) -> dict[str, Json]:
            row: dict[str, Json] = {"attributes": self._attributes(sobject.name, record)}
            for target in targets:
                self._put(row, record, target)
            for name, answer in children:
                row[name] = answer(record)
            return row

        return shape

    def _selected(self, query: Query, sobject: SObject) -> Iterator[Path | Call | TypeOf | Query]:
        for item in query.select:
            if isinstance(item, Aliased):
                raise Refusal("MALFORMED_QUERY", "only aggregate expressions use field aliasing")
            if not isinstance(item, Call):
                yield item
            elif item.function.lower() == "fields" and isinstance(item.argument, Path):
                yield from _all_fields(query, sobject, str(item.argument).upper())
            elif (known := FUNCTIONS.get(item.function.lower())) is not None and not known.shows:
                raise Refusal("MALFORMED_QUERY", f"Field must be grouped or aggregated: {item.field}")
            else:
                yield item

    def _typeof(self, item: TypeOf, sobject: SObject) -> tuple[str, Callable[[Record], Json]]:
        """What a relationship leads to, shown by what it is."""
        name = str(item.relationship)
        link = self._targets.relationship(sobject, name)
        if link is None or link.relationship is None or len(link.references) < 2:
            what = f"Invalid TYPEOF expression: '{name}' is not a polymorphic relationship of {sobject.name}"
            raise malformed(self._targets.text, item.relationship.line, item.relationship.column, what)
        schema = self._targets.work.schema
        shapes: dict[str, Shape] = {}
        for kind, fields in item.branches:
            target = schema.get(kind)
            if target is None or target.name not in link.references:
                what = f"sObject type '{kind}' is not supported in this TYPEOF expression"
                raise malformed(self._targets.text, item.relationship.line, item.relationship.column, what,
                                code="INVALID_TYPE")  # fmt: skip
            shapes[target.name] = self.shape(Query(fields, target.name, 1, 1), target)
        other = self.shape(Query(item.otherwise, "Name", 1, 1), ANY_RECORD) if item.otherwise else None
        field_name = link.name

        def answer(record: Record) -> Json:
            found = self._targets.parent(record.get(field_name))
            target = schema.of_id(str(found["Id"])) if found else None
            if found is None or target is None:
                return None
            attributes: dict[str, Json] = {"attributes": self._attributes(target.name, found)}
            chosen = shapes.get(target.name, other)
            return {**chosen(found), **attributes} if chosen is not None else attributes

        return link.relationship, answer

    def _attributes(self, sobject: str, record: Record) -> dict[str, Json]:
        tooling = "tooling/" if self._targets.api == "tooling" else ""
        url = f"/services/data/v{self._version}/{tooling}sobjects/{sobject}/{record.get('Id')}"
        return {"type": sobject, "url": url}

    def _put(self, row: dict[str, Json], record: Record, target: Target) -> None:
        schema = self._targets.work.schema
        *links, last = target.names
        held: Record | None = record
        place = row
        for link in links:
            sobject = schema.of_id(str(held["Id"])) if held and held.get("Id") else None
            field = self._targets.relationship(sobject, link) if sobject else None
            held = self._targets.parent(held.get(field.name)) if held is not None and field is not None else None
            if held is None:
                place.setdefault(link, None)
                return
            deeper = place.get(link)
            if not isinstance(deeper, dict):
                found = schema.of_id(str(held["Id"]))
                deeper = {"attributes": self._attributes(found.name if found else "Name", held)}
                place[link] = deeper
            place = deeper
        place[last] = shown(target.field, target.get(record))

    def _children(self, query: Query, parent: SObject) -> tuple[str, Callable[[Record], Json]]:
        sobject, field = self._targets.children(query, parent)
        shape = self.shape(query, sobject)
        by_parent: dict[Value, list[Record]] = {}
        for record in self._targets.work.records.all(sobject.name):
            by_parent.setdefault(record.get(field.name), []).append(record)

        def answer(record: Record) -> Json:
            found = self._matching(query, sobject, by_parent.get(record["Id"], []))
            rows: list[Json] = [shape(child) for child in found]
            return {"totalSize": len(rows), "done": True, "records": rows} if rows else None

        return str(field.child_relationship), answer


def _all_fields(query: Query, sobject: SObject, which: str) -> Iterator[Path]:
    if which != "STANDARD" and (query.limit is None or query.limit > MAX_ALL_FIELDS):
        message = f"The SOQL FIELDS function must have a LIMIT of at most {MAX_ALL_FIELDS}"
        raise Refusal("MALFORMED_QUERY", message)
    for field in sobject.fields.values():
        if which == "ALL" or (which == "CUSTOM") == field.custom:
            yield Path((field.name,))
