"""Conditions: a WHERE clause becomes a test of one record."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql import moments, wildcards
from toolkit.localorg.soql.nodes import Comparison, Condition, Junction, Negation, Path, Query, Scalar
from toolkit.localorg.soql.parser import malformed
from toolkit.localorg.soql.targets import Target, Targets
from toolkit.localorg.soql.values import Literals, comparable
from toolkit.localorg.store.records import Record, Value

Test = Callable[[Record], bool]
Select = Callable[[Query, SObject], list[Record]]


class Filters:
    """Makes the tests of one query; select answers the queries inside its conditions."""

    def __init__(self, targets: Targets, literals: Literals, select: Select) -> None:
        self._targets = targets
        self._literals = literals
        self._select = select

    def test(self, sobject: SObject, condition: Condition | None, alias: str | None) -> Test:
        """Whether a record of the sobject meets the condition."""
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
        target = self._targets.value(sobject, left, alias)
        if not target.field.filterable:
            what = f"field '{target.field.name}' can not be filtered in a query call"
            raise malformed(self._targets.text, left.line, left.column, what, code="INVALID_FIELD")
        if comparison.operator == "LIKE" and target.field.type in ("id", "reference"):
            what, code = "invalid operator on id field", "INVALID_QUERY_FILTER_OPERATOR"
            raise malformed(self._targets.text, left.line, left.column, what, code=code)
        operator, right = comparison.operator, comparison.right
        if isinstance(right, Query):
            wanted = self._semi_join(sobject, target, right)
            inside = operator == "IN"
            return lambda record: (target.get(record) in wanted) == inside
        if isinstance(right, tuple):
            values = [self._literals.value(target.field, value, left) for value in right]
            return _choice(target, operator, values) if operator in ("INCLUDES", "EXCLUDES") else _membership(
                target, operator, values)  # fmt: skip
        return _relation(target, operator, self._literals.value(target.field, right, left))

    def _semi_join(self, sobject: SObject, target: Target, query: Query) -> set[Value]:
        """The values that an inner query selects; the restrictions are those of the SOQL reference."""
        if target.field.type not in ("id", "reference"):
            message = (
                "The left operand field in the where expression for outer query should be an id field, cannot use: "
                f"'{target.field.name}'"
            )
            raise Refusal("MALFORMED_QUERY", message)
        inner = self._targets.source(query)
        if inner.name == sobject.name:
            raise Refusal("MALFORMED_QUERY", "The inner and outer selects should not be on the same object type")
        if len(query.select) != 1 or not isinstance(query.select[0], Path):
            raise Refusal("MALFORMED_QUERY", "The inner select must select exactly one field")
        selected = self._targets.target(inner, query.select[0], query.alias)
        if selected.field.type not in ("id", "reference"):
            message = f"The selected field '{selected.field.name}' in the subquery and the left operand field in the "
            message += "where expression in the outer query should be id fields"
            raise Refusal("MALFORMED_QUERY", message)
        return {selected.get(record) for record in self._select(query, inner)} - {None}


def _choice(target: Target, operator: str, values: list[Scalar | moments.Range]) -> Test:
    """INCLUDES and EXCLUDES: any of the groups is chosen as a whole."""
    groups = [set(str(value).split(";")) for value in values]
    inside = operator == "INCLUDES"

    def chosen(record: Record) -> bool:
        held = set(str(target.get(record) or "").split(";"))
        return any(group <= held for group in groups) == inside

    return chosen


def _membership(target: Target, operator: str, values: list[Scalar | moments.Range]) -> Test:
    """IN and NOT IN a list."""
    spans = [value for value in values if isinstance(value, tuple)]
    plain = {comparable(value) for value in values if not isinstance(value, tuple)}
    inside = operator == "IN"

    def member(record: Record) -> bool:
        value = target.get(record)
        found = comparable(value) in plain or any(
            isinstance(value, str) and moments.compare("=", value, span) for span in spans
        )
        return found == inside

    return member


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
    expected = comparable(wanted)
    if operator == "=":
        return lambda record: comparable(get(record)) == expected
    if operator == "!=":
        return lambda record: comparable(get(record)) != expected

    def ordered(record: Record) -> bool:
        value = comparable(get(record))
        if value is None or expected is None or isinstance(value, str) != isinstance(expected, str):
            return False
        smaller, equal = value < expected, value == expected  # type: ignore[operator]
        return {"<": smaller, "<=": smaller or equal, ">": not smaller and not equal, ">=": not smaller}[operator]

    return ordered
