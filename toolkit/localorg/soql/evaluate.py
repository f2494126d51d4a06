"""A Query over the records of one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from toolkit.localorg import ids
from toolkit.localorg.model import virtual
from toolkit.localorg.model.fields import Field, SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql import aggregates, moments, wildcards
from toolkit.localorg.soql.nodes import (
    Call,
    Comparison,
    Condition,
    Junction,
    Moment,
    Negation,
    Order,
    Path,
    Query,
    Scalar,
)
from toolkit.localorg.soql.parser import malformed
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record, Value

Api = Literal["data", "tooling"]
Getter = Callable[[Record], Value]
Test = Callable[[Record], bool]
MAX_HOPS = 5
MAX_SUBQUERY_ROWS = 2000
_SEE = "Please reference your WSDL or the describe call for the appropriate names."
_PASS_THROUGH = {"tolabel", "format", "convertcurrency"}
_AGGREGATES = {"count", "count_distinct", "sum", "avg", "min", "max"}
_ID_TYPES = {"id", "reference"}
_TIME_TYPES = {"date", "datetime"}
_NUMBER_TYPES = {"double", "currency", "percent", "int"}


@dataclass(frozen=True, slots=True)
class Target:
    """A field at the end of a path, how to get its value, and its canonical path."""

    field: Field
    get: Getter
    names: tuple[str, ...]


class Evaluator:
    """Answers queries of one API within one transaction."""

    def __init__(self, work: Work, text: str, *, api: Api, version: str) -> None:
        self.work = work
        self.text = text
        self.api = api
        self.version = version
        self._parents: dict[str, Record | None] = {}
        self._today = date.fromisoformat(work.now[:10])

    # what a query is about ------------------------------------------------------------

    def source(self, query: Query) -> SObject:
        """The sobject a query reads; INVALID_TYPE when there is none of that name in this API."""
        found = self.work.schema.get(query.source)
        if found is None or self.api not in found.apis:
            what = (
                f"sObject type '{query.source}' is not supported. If you are attempting to use a custom object, be "
                "sure to "
                f"append the '__c' after the entity name. {_SEE}"
            )
            raise malformed(self.text, query.source_line, query.source_column, what, code="INVALID_TYPE")
        return found

    def target(self, sobject: SObject, path: Path, alias: str | None = None) -> Target:
        """Where a path leads from an sobject; INVALID_FIELD when it leads nowhere."""
        parts = path.parts
        heads = {sobject.name.lower(), (alias or "").lower()}
        if len(parts) > 1 and parts[0].lower() in heads and self._relationship(sobject, parts[0]) is None:
            parts = parts[1:]
        if len(parts) - 1 > MAX_HOPS:
            raise malformed(self.text, path.line, path.column, "Relationship path is too long", code="INVALID_FIELD")
        return self._follow(sobject, parts, path)

    @staticmethod
    def _relationship(sobject: SObject, name: str) -> Field | None:
        wanted = name.lower()
        return next((f for f in sobject.fields.values() if f.relationship and f.relationship.lower() == wanted), None)

    def _follow(self, sobject: SObject, parts: tuple[str, ...], path: Path) -> Target:
        if len(parts) == 1:
            field = sobject.field(parts[0])
            if field is None:
                what = (
                    f"No such column '{parts[0]}' on entity '{sobject.name}'. If you are attempting to use a custom "
                    "field, be "
                    f"sure to append the '__c' after the custom field name. {_SEE}"
                )
                raise malformed(self.text, path.line, path.column, what, code="INVALID_FIELD")
            name = field.name
            return Target(field, lambda record: record.get(name), (name,))
        link = self._relationship(sobject, parts[0])
        if link is None or link.relationship is None:
            what = (
                f"Didn't understand relationship '{parts[0]}' in field path. If you are attempting to use a custom "
                f"relationship, be sure to append the '__r' after the custom relationship name. {_SEE}"
            )
            raise malformed(self.text, path.line, path.column, what, code="INVALID_FIELD")
        parent = self._parent_type(link)
        inner = self._follow(parent, parts[1:], path)
        link_name, get = link.name, inner.get

        def through(record: Record) -> Value:
            found = self.parent(record.get(link_name))
            return None if found is None else get(found)

        return Target(inner.field, through, (link.relationship, *inner.names))

    def _parent_type(self, link: Field) -> SObject:
        """What a relationship leads to; one that leads to several things shows what they share."""
        first, *others = (self.work.schema.get(name) for name in link.references)
        if first is None:
            raise Refusal("INVALID_FIELD", f"Relationship {link.relationship} leads nowhere")
        shared = dict(first.fields)
        for other in others:
            if other is not None:
                shared |= {key: field for key, field in other.fields.items() if key not in shared}
        if others and "name" not in shared:
            shared["name"] = Field("Name", "string", "Name", length=255)
        return first if not others else first.plus(*shared.values())

    def parent(self, record_id: Value) -> Record | None:
        """The record of this id, whatever its type."""
        if not isinstance(record_id, str):
            return None
        if record_id not in self._parents:
            sobject = self.work.schema.of_id(record_id)
            found = self.work.records.get(sobject.name, record_id) if sobject else None
            self._parents[record_id] = found
        return self._parents[record_id]

    # conditions -----------------------------------------------------------------------

    def test(self, sobject: SObject, condition: Condition | None, alias: str | None) -> Test:
        if condition is None:
            return lambda _record: True
        if isinstance(condition, Negation):
            inner = self.test(sobject, condition.part, alias)
            return lambda record: not inner(record)
        if isinstance(condition, Junction):
            tests = [self.test(sobject, part, alias) for part in condition.parts]
            if condition.operator == "AND":
                return lambda record: all(test(record) for test in tests)
            return lambda record: any(test(record) for test in tests)
        return self._comparison(sobject, condition, alias)

    def _comparison(self, sobject: SObject, comparison: Comparison, alias: str | None) -> Test:
        left = comparison.left
        if isinstance(left, Call):
            if left.function.lower() not in _PASS_THROUGH or left.argument is None:
                raise Refusal("MALFORMED_QUERY", f"function {left.function} is not supported in a filter")
            left = left.argument
        target = self.target(sobject, left, alias)
        operator, right = comparison.operator, comparison.right
        if isinstance(right, Query):
            wanted = self._semi_join(right)
            inside = operator == "IN"
            return lambda record: (target.get(record) in wanted) == inside
        if isinstance(right, tuple):
            return self._membership(target, operator, [self._typed(target.field, value, left) for value in right])
        return self._relation(target, operator, self._typed(target.field, right, left))

    def _semi_join(self, query: Query) -> set[Value]:
        inner = self.source(query)
        if len(query.select) != 1 or not isinstance(query.select[0], Path):
            raise Refusal("MALFORMED_QUERY", "The inner select must select exactly one field")
        target = self.target(inner, query.select[0], query.alias)
        return {target.get(record) for record in self.matching(query, inner)} - {None}

    @staticmethod
    def _membership(target: Target, operator: str, values: list[Scalar | moments.Range]) -> Test:
        if operator in ("INCLUDES", "EXCLUDES"):
            groups = [set(str(value).split(";")) for value in values]
            inside = operator == "INCLUDES"

            def chosen(record: Record) -> bool:
                held = set(str(target.get(record) or "").split(";"))
                return any(group <= held for group in groups) == inside

            return chosen
        spans = [value for value in values if isinstance(value, tuple)]
        plain = {_comparable(value) for value in values if not isinstance(value, tuple)}
        inside = operator == "IN"

        def member(record: Record) -> bool:
            value = target.get(record)
            found = _comparable(value) in plain or any(
                isinstance(value, str) and moments.compare("=", value, span) for span in spans
            )
            return found == inside

        return member

    @staticmethod
    def _relation(target: Target, operator: str, wanted: Scalar | moments.Range) -> Test:
        get = target.get
        if isinstance(wanted, tuple):
            span = wanted
            return lambda record: (
                moments.compare(operator, value, span) if isinstance(value := get(record), str) else operator == "!="
            )
        if operator == "LIKE":
            pattern = str(wanted or "")
            return lambda record: wildcards.matches(pattern, str(get(record) or ""))
        expected = _comparable(wanted)
        if operator == "=":
            return lambda record: _comparable(get(record)) == expected
        if operator == "!=":
            return lambda record: _comparable(get(record)) != expected

        def ordered(record: Record) -> bool:
            value = _comparable(get(record))
            if value is None or expected is None or isinstance(value, str) != isinstance(expected, str):
                return False
            smaller, equal = value < expected, value == expected  # type: ignore[operator]
            return {"<": smaller, "<=": smaller or equal, ">": not smaller and not equal, ">=": not smaller}[operator]

        return ordered

    def _typed(self, field: Field, value: Scalar | Moment, path: Path) -> Scalar | moments.Range:
        """The literal as a value of this field's type; INVALID_FIELD when it is of another."""
        if value is None:
            return None
        if isinstance(value, Moment):
            if field.type not in _TIME_TYPES:
                raise self._wrong_type(field, path)
            try:
                return moments.range_of(value, self._today)
            except moments.BadMomentError:
                raise malformed(self.text, path.line, path.column, f"unexpected token: '{value.text}'") from None
        if field.type in _ID_TYPES and isinstance(value, str):
            return self._id(field, value)
        fits = {
            "boolean": isinstance(value, bool),
            **dict.fromkeys(_NUMBER_TYPES, isinstance(value, int | float) and not isinstance(value, bool)),
            **dict.fromkeys(_TIME_TYPES, False),
        }.get(field.type, isinstance(value, str))
        if not fits:
            raise self._wrong_type(field, path)
        return value

    def _id(self, field: Field, value: str) -> str | None:
        if not value:
            return None
        found = ids.canonical(value)
        if found is None and (field.references or field.type == "id"):
            raise Refusal("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
        return found or value

    def _wrong_type(self, field: Field, path: Path) -> Refusal:
        quoted = field.type not in _NUMBER_TYPES | _TIME_TYPES | {"boolean"}
        name = {"datetime": "dateTime", "id": "id", "reference": "reference"}.get(field.type, field.type)
        what = (
            f"value of filter criterion for field '{field.name}' must be of type {name} and should "
            f"{'' if quoted else 'not '}be enclosed in quotes"
        )
        return malformed(self.text, path.line, path.column, what, code="INVALID_FIELD")

    # rows -----------------------------------------------------------------------------

    def matching(self, query: Query, sobject: SObject, among: Iterable[Record] | None = None) -> list[Record]:
        """The records a query selects, in order, cut to its LIMIT and OFFSET."""
        test = self.test(sobject, query.where, query.alias)
        records = virtual.rows(self.work, sobject.name) if among is None else among
        found = [record for record in records if test(record)]
        for order in reversed(query.order):
            self._sort(found, sobject, order, query.alias)
        if query.group:
            return found
        end = None if query.limit is None else query.offset + query.limit
        return found[query.offset : end]

    def _sort(self, records: list[Record], sobject: SObject, order: Order, alias: str | None) -> None:
        if isinstance(order.by, Call):
            return
        get = self.target(sobject, order.by, alias).get
        records.sort(key=lambda record: _sort_key(get(record)), reverse=order.descending)
        blank = [record for record in records if get(record) is None]
        filled = [record for record in records if get(record) is not None]
        records[:] = filled + blank if order.nulls_last else blank + filled

    def count(self, query: Query) -> int:
        """The answer to SELECT COUNT() FROM ..."""
        return len(self.matching(query, self.source(query)))

    def rows(self, query: Query) -> list[dict[str, Json]]:
        """Every row of the answer, as REST shows it."""
        sobject = self.source(query)
        functions = [s for s in query.select if isinstance(s, Call) and s.function.lower() in _AGGREGATES]
        if query.group or functions:
            return aggregates.rows(self, query, sobject)
        shape = self._shape(query, sobject)
        return [shape(record) for record in self.matching(query, sobject)]

    def _selected(self, query: Query, sobject: SObject) -> Iterator[Path | Query]:
        for item in query.select:
            if not isinstance(item, Call):
                yield item
            elif item.function.lower() in _PASS_THROUGH and item.argument is not None:
                yield item.argument
            elif item.function.lower() == "fields" and item.argument is not None:
                yield from self._all_fields(query, sobject, str(item.argument).upper())
            else:
                raise Refusal("MALFORMED_QUERY", f"function {item.function} is not supported here")

    @staticmethod
    def _all_fields(query: Query, sobject: SObject, which: str) -> Iterator[Path]:
        if which != "STANDARD" and (query.limit is None or query.limit > 200):
            message = "The SOQL FIELDS function must have a LIMIT of at most 200"
            raise Refusal("MALFORMED_QUERY", message)
        for field in sobject.fields.values():
            if which == "ALL" or (which == "CUSTOM") == field.custom:
                yield Path((field.name,))

    def _shape(self, query: Query, sobject: SObject) -> Callable[[Record], dict[str, Json]]:
        targets: list[Target] = []
        children: list[tuple[str, Callable[[Record], Json]]] = []
        for item in self._selected(query, sobject):
            if isinstance(item, Query):
                children.append(self._children(item, sobject))
            else:
                targets.append(self.target(sobject, item, query.alias))

        def shape(record: Record) -> dict[str, Json]:
            row: dict[str, Json] = {"attributes": self.attributes(sobject.name, record)}
            for target in targets:
                self._put(row, record, target)
            for name, answer in children:
                row[name] = answer(record)
            return row

        return shape

    def attributes(self, sobject: str, record: Record) -> dict[str, Json]:
        tooling = "tooling/" if self.api == "tooling" else ""
        return {
            "type": sobject,
            "url": f"/services/data/v{self.version}/{tooling}sobjects/{sobject}/{record.get('Id')}",
        }

    def _put(self, row: dict[str, Json], record: Record, target: Target) -> None:
        *links, last = target.names
        held: Record | None = record
        place = row
        for link in links:
            sobject = self.work.schema.of_id(str(held["Id"])) if held and held.get("Id") else None
            field = self._relationship(sobject, link) if sobject else None
            held = self.parent(held.get(field.name)) if held is not None and field is not None else None
            if held is None:
                place.setdefault(link, None)
                return
            deeper = place.get(link)
            if not isinstance(deeper, dict):
                found = self.work.schema.of_id(str(held["Id"]))
                deeper = {"attributes": self.attributes(found.name if found else "Name", held)}
                place[link] = deeper
            place = deeper
        place[last] = shown(target.field, target.get(record))

    def child_type(self, query: Query, parent: SObject) -> SObject:
        """The sobject that a nested query reads."""
        return self._child_of(query, parent)[0]

    def _child_of(self, query: Query, parent: SObject) -> tuple[SObject, Field]:
        link = self._child_link(query, parent)
        if link is None:
            what = (
                f"Didn't understand relationship '{query.source}' in FROM part of query call. If you are attempting "
                "to use a "
                f"custom relationship, be sure to append the '__r' after the custom relationship name. {_SEE}"
            )
            raise malformed(self.text, query.source_line, query.source_column, what, code="INVALID_TYPE")
        return link

    def _children(self, query: Query, parent: SObject) -> tuple[str, Callable[[Record], Json]]:
        sobject, field = self._child_of(query, parent)
        shape = self._shape(query, sobject)
        by_parent: dict[Value, list[Record]] = {}
        for record in self.work.records.all(sobject.name):
            by_parent.setdefault(record.get(field.name), []).append(record)

        def answer(record: Record) -> Json:
            found = self.matching(query, sobject, by_parent.get(record["Id"], []))[:MAX_SUBQUERY_ROWS]
            rows: list[Json] = [shape(child) for child in found]
            return {"totalSize": len(rows), "done": True, "records": rows} if rows else None

        return str(field.child_relationship), answer

    def _child_link(self, query: Query, parent: SObject) -> tuple[SObject, Field] | None:
        wanted = query.source.lower().split(".")[-1]
        for sobject in self.work.schema.by_name.values():
            for field in sobject.fields.values():
                name = field.child_relationship
                if name is not None and name.lower() == wanted and parent.name in field.references:
                    return sobject, field
        return None


def shown(field: Field, value: Value) -> Value:
    """A stored value as an API shows it."""
    if field.type == "datetime" and isinstance(value, str) and value.endswith("Z"):
        return value[:-1] + "+0000"
    if field.type in {"double", "currency", "percent"} and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _comparable(value: Scalar | moments.Range) -> Scalar:
    if isinstance(value, str):
        return value.casefold() if not ids.canonical(value) or len(value) != 18 else value
    return None if isinstance(value, tuple) else value


def _sort_key(value: Value) -> tuple[int, float, str]:
    if value is None:
        return 0, 0, ""
    if isinstance(value, int | float):
        return 1, float(value), ""
    return 2, 0, value.casefold()
