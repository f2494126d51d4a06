"""Values of queries: whether a literal fits a field, how values compare and sort, how an API shows them."""

from __future__ import annotations

from datetime import date

from toolkit.localorg import ids
from toolkit.localorg.model.fields import Field
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql import moments
from toolkit.localorg.soql.nodes import Call, Moment, Path, Scalar
from toolkit.localorg.soql.parser import malformed
from toolkit.localorg.store.records import Value

_ID_TYPES = {"id", "reference"}
_TIME_TYPES = {"date", "datetime"}
_NUMBER_TYPES = {"double", "currency", "percent", "int"}


class Literals:
    """Reads the literals of one query, on one day."""

    def __init__(self, text: str, today: date) -> None:
        """text is the query, which messages show."""
        self._text = text
        self._today = today

    def value(self, field: Field, given: Scalar | Moment, path: Path | Call) -> Scalar | moments.Range:
        """The literal as a value of this field's type; INVALID_FIELD when it is of another."""
        if given is None:
            return None
        if isinstance(given, Moment):
            return self._moment(field, given, path)
        if field.type in _ID_TYPES and isinstance(given, str):
            return _id(field, given)
        fits = {
            "boolean": isinstance(given, bool),
            **dict.fromkeys(_NUMBER_TYPES, isinstance(given, int | float) and not isinstance(given, bool)),
            **dict.fromkeys(_TIME_TYPES, False),
        }.get(field.type, isinstance(given, str))
        if not fits:
            raise self._wrong_type(field, path)
        return given

    def _moment(self, field: Field, given: Moment, path: Path | Call) -> moments.Range:
        if field.type not in _TIME_TYPES or given.kind not in ("literal", field.type):
            raise self._wrong_type(field, path)
        try:
            return moments.range_of(given, self._today)
        except moments.BadMomentError:
            raise malformed(self._text, path.line, path.column, f"unexpected token: '{given.text}'") from None

    def _wrong_type(self, field: Field, path: Path | Call) -> Refusal:
        quoted = field.type not in _NUMBER_TYPES | _TIME_TYPES | {"boolean"}
        name = {"datetime": "dateTime"}.get(field.type, field.type)
        what = (
            f"value of filter criterion for field '{field.name}' must be of type {name} and should "
            f"{'' if quoted else 'not '}be enclosed in quotes"
        )
        return malformed(self._text, path.line, path.column, what, code="INVALID_FIELD")


def _id(field: Field, value: str) -> str | None:
    if not value:
        return None
    found = ids.canonical(value)
    if found is None and (field.references or field.type == "id"):
        raise Refusal("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
    return found or value


def comparable(value: Scalar | moments.Range) -> Scalar:
    """Text without regard to case; ids as they are."""
    if isinstance(value, str):
        return value.casefold() if not ids.canonical(value) or len(value) != 18 else value
    return None if isinstance(value, tuple) else value


def sort_key(value: Value) -> tuple[int, float, str]:
    if value is None:
        return 0, 0, ""
    if isinstance(value, int | float):
        return 1, float(value), ""
    return 2, 0, value.casefold()


def shown(field: Field, value: Value) -> Value:
    """A stored value as an API shows it."""
    if field.type == "datetime" and isinstance(value, str) and value.endswith("Z"):
        return value[:-1] + "+0000"
    if field.type in {"double", "currency", "percent"} and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
