"""A Query over the records of one transaction: filter, sort, cut, shape.

targets    what names mean           filters     conditions
values     literals and comparing    shapes      rows with parents and children
moments    dates and date literals   aggregates  GROUP BY and functions over groups
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain

from toolkit.localorg.model import virtual
from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql import aggregates
from toolkit.localorg.soql.filters import Filters
from toolkit.localorg.soql.nodes import Order, Query
from toolkit.localorg.soql.ordering import cut, sort
from toolkit.localorg.soql.shapes import Shapes
from toolkit.localorg.soql.targets import Api, Targets
from toolkit.localorg.soql.values import Literals
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record

MAX_OFFSET = 2000


class Evaluator:
    """Answers queries of one API within one transaction."""

    def __init__(self, work: Work, text: str, *, api: Api, version: str, deleted: bool = False) -> None:
        """deleted: whether the recycle bin is looked at, too."""
        self.work = work
        self._deleted = deleted
        self.targets = Targets(work, text, api)
        self._filters = Filters(self.targets, Literals(text, date.fromisoformat(work.now[:10])), self.matching)
        self._shapes = Shapes(self.targets, version, self.matching)

    def matching(self, query: Query, sobject: SObject, among: Iterable[Record] | None = None) -> list[Record]:
        """The records a query selects, in order, cut to its LIMIT and OFFSET (groups are cut later)."""
        if query.offset > MAX_OFFSET:
            raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
        test = self._filters.test(sobject, query.where, query.alias)
        records = self._rows(query, sobject) if among is None else among
        found = [record for record in records if test(record)]
        if not aggregates.is_grouped(query):
            for order in reversed(query.order):
                self._sort(found, sobject, order, query.alias)
            return cut(found, query)
        return found

    def _rows(self, query: Query, sobject: SObject) -> Iterable[Record]:
        """Every record of the scope that a query is about."""
        records: Iterable[Record] = virtual.rows(self.work, sobject.name)
        if self._deleted or query.all_rows:
            records = chain(records, self.work.records.binned(sobject.name))
        scope = query.scope.lower()
        if scope == "everything":
            return records
        if scope != "mine" or sobject.field("OwnerId") is None:
            raise Refusal("MALFORMED_QUERY", f"scope {query.scope} is not supported for {sobject.name}")
        return (record for record in records if record.get("OwnerId") == self.work.user_id)

    def _sort(self, records: list[Record], sobject: SObject, order: Order, alias: str | None) -> None:
        sort(records, self.targets.value(sobject, order.by, alias).get, order)

    def count(self, query: Query) -> int:
        """The answer to SELECT COUNT() FROM ..."""
        return len(self.matching(query, self.targets.source(query)))

    def rows(self, query: Query) -> list[dict[str, Json]]:
        """Every row of the answer, as REST shows it."""
        sobject = self.targets.source(query)
        if aggregates.is_grouped(query):
            return aggregates.rows(self, query, sobject)
        shape = self._shapes.shape(query, sobject)
        return [shape(record) for record in self.matching(query, sobject)]
