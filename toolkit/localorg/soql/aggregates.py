"""GROUP BY and the functions over groups."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from toolkit.localorg.model.fields import Field, SObject
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql import wildcards
from toolkit.localorg.soql.functions import FUNCTIONS
from toolkit.localorg.soql.nodes import (
    Aliased,
    Call,
    Comparison,
    Condition,
    Junction,
    Moment,
    Negation,
    Path,
    Query,
    TypeOf,
)
from toolkit.localorg.soql.ordering import cut, sort
from toolkit.localorg.soql.values import comparable, shown
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record, Value

if TYPE_CHECKING:
    from toolkit.localorg.soql.evaluate import Evaluator

_NUMBER = Field("expr", "int")
Group = list[Record]
Column = Callable[[Group], Value]


def _numbers(values: list[Value]) -> list[float]:
    return [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _total(values: list[Value]) -> Value:
    numbers = _numbers(values)
    return sum(numbers) if numbers else None


def _average(values: list[Value]) -> Value:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


def _extreme(pick: Callable[..., Value]) -> Callable[[list[Value]], Value]:
    def answer(values: list[Value]) -> Value:
        return pick(values, default=None)

    return answer


_FUNCTIONS: dict[str, Callable[[list[Value]], Value]] = {
    "count": len,
    "count_distinct": lambda values: len({v.casefold() if isinstance(v, str) else v for v in values}),
    "sum": _total,
    "avg": _average,
    "min": _extreme(min),
    "max": _extreme(max),
}


def _column(evaluator: Evaluator, sobject: SObject, alias: str | None, item: Path | Call) -> Column:
    if isinstance(item, Path) or item.function.lower() in FUNCTIONS:
        return _of_first(evaluator, sobject, alias, item)
    function = _FUNCTIONS.get(item.function.lower())
    if function is None or (item.argument is None and item.function.lower() != "count"):
        raise _invalid(item)
    if item.argument is None:
        return len
    target = evaluator.targets.value(sobject, item.argument, alias)
    get = target.get

    def answer(group: Group) -> Value:
        found = function([value for record in group if (value := get(record)) is not None])
        return shown(target.field, found) if item.function.lower() in ("min", "max") else found

    return answer


def _invalid(item: Call) -> Refusal:
    return Refusal("MALFORMED_QUERY", f"Invalid Aggregate Function: {item.function}")


def _of_first(evaluator: Evaluator, sobject: SObject, alias: str | None, item: Path | Call) -> Column:
    """What all records of a group have in common, or a function of what a function over the group gives."""
    inner = item.argument if isinstance(item, Call) else None
    if isinstance(item, Call) and isinstance(inner, Call) and inner.function.lower() in _FUNCTIONS:
        if not FUNCTIONS[item.function.lower()].shows:
            raise _invalid(item)
        column = _column(evaluator, sobject, alias, inner)
        of = FUNCTIONS[item.function.lower()].of
        field = evaluator.targets.value(sobject, inner.argument, alias).field if inner.argument else _NUMBER
        return lambda group: of(field, column(group))
    get = evaluator.targets.value(sobject, item, alias).get
    return lambda group: get(group[0]) if group else None


def _is_over_groups(item: Path | Call) -> bool:
    """Whether an expression has a function over groups in it."""
    if isinstance(item, Path):
        return False
    return item.function.lower() in _FUNCTIONS or (item.argument is not None and _is_over_groups(item.argument))


def _having(evaluator: Evaluator, sobject: SObject, query: Query, condition: Condition) -> Callable[[Group], bool]:
    if isinstance(condition, Negation):
        inner = _having(evaluator, sobject, query, condition.part)
        return lambda group: not inner(group)
    if isinstance(condition, Junction):
        tests = [_having(evaluator, sobject, query, part) for part in condition.parts]
        every = all if condition.operator == "AND" else any
        return lambda group: every(test(group) for test in tests)
    return _having_comparison(evaluator, sobject, query, condition)


_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operators.eq, "!=": operators.ne, "<": operators.lt, "<=": operators.le, ">": operators.gt,
    ">=": operators.ge,
}  # fmt: skip


def _having_comparison(
    evaluator: Evaluator, sobject: SObject, query: Query, comparison: Comparison
) -> Callable[[Group], bool]:
    column = _column(evaluator, sobject, query.alias, comparison.left)
    wanted, operator = comparison.right, comparison.operator
    if isinstance(wanted, tuple) and operator in ("IN", "NOT IN"):
        values = {comparable(value) for value in wanted if not isinstance(value, Moment)}
        return lambda group: (comparable(column(group)) in values) == (operator == "IN")
    if isinstance(wanted, str) and operator == "LIKE":
        return lambda group: wildcards.matches(wanted, str(column(group) or ""))
    if wanted is None and operator in ("=", "!="):
        return lambda group: (column(group) is None) == (operator == "=")
    if not isinstance(wanted, int | float | str) or operator not in _ORDERINGS:
        raise Refusal("MALFORMED_QUERY", "this HAVING clause is not supported")
    compare = _ORDERINGS[operator]

    def test(group: Group) -> bool:
        value = comparable(column(group))
        given = comparable(wanted)
        if value is None or isinstance(value, str) != isinstance(given, str):
            return operator == "!="
        return compare(value, given)

    return test


def is_grouped(query: Query) -> bool:
    """Whether the rows of the answer are groups; SELECT COUNT() is answered by a number alone."""
    functions = (item for item in query.select if isinstance(item, Call))
    return bool(query.group) or (not query.counts_only and any(map(_is_over_groups, functions)))


def _sort(evaluator: Evaluator, sobject: SObject, query: Query, groups: list[Group]) -> None:
    grouped = {str(by).lower() for by in query.group}
    for order in reversed(query.order):
        if not _is_over_groups(order.by) and str(order.by).lower() not in grouped:
            raise Refusal("MALFORMED_QUERY", f"Ordered field must be grouped or aggregated: {order.by}")
        sort(groups, _column(evaluator, sobject, query.alias, order.by), order)


def _names(query: Query) -> list[str]:
    names: list[str] = []
    unnamed = 0
    for item in query.select:
        if isinstance(item, Path):
            names.append(item.parts[-1])
        elif isinstance(item, Aliased):
            names.append(item.name)
        elif isinstance(item, Call) and item.alias:
            names.append(item.alias)
        else:
            names.append(f"expr{unnamed}")
            unnamed += 1
    return names


def rows(evaluator: Evaluator, query: Query, sobject: SObject) -> list[dict[str, Json]]:
    """One row for each group, in the order asked for, else that in which the groups were met."""
    records = evaluator.matching(query, sobject)
    keys = [evaluator.targets.value(sobject, by, query.alias).get for by in query.group]
    groups: dict[tuple[Value, ...], Group] = {} if query.group else {(): []}
    for record in records:
        groups.setdefault(tuple(get(record) for get in keys), []).append(record)
    columns: list[Column] = []
    grouped = {str(by).lower() for by in query.group}
    for item in query.select:
        if isinstance(item, Query | TypeOf):
            raise Refusal("MALFORMED_QUERY", "aggregate queries cannot hold a nested query or TYPEOF")
        plain = item.path if isinstance(item, Aliased) else item
        if not _is_over_groups(plain) and str(plain).lower() not in grouped:
            named = plain.field if isinstance(plain, Call) else plain
            raise Refusal("MALFORMED_QUERY", f"Field must be grouped or aggregated: {named}")
        columns.append(_column(evaluator, sobject, query.alias, plain))
    keep = _having(evaluator, sobject, query, query.having) if query.having is not None else lambda _group: True
    names = _names(query)
    kept = list(filter(keep, groups.values()))
    _sort(evaluator, sobject, query, kept)
    found: list[dict[str, Json]] = []
    for group in cut(kept, query):
        row: dict[str, Json] = {"attributes": {"type": "AggregateResult"}}
        row |= {name: column(group) for name, column in zip(names, columns, strict=True)}
        found.append(row)
    return found
