"""Text to Query; mistakes are answered with MALFORMED_QUERY and a caret under the place."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, v_args

from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql.nodes import (
    Aliased,
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
    TypeOf,
)

MAX_QUERY = 100_000
MAX_NESTING = 50
MAX_NEGATIONS = 500
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_NOT = re.compile(r"\bNOT\b", re.IGNORECASE)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def unescape(quoted: str, *, like: bool = False) -> str:
    """The text of a quoted string; with like, escaped wildcards keep their backslash."""
    out: list[str] = []
    inner, place = quoted[1:-1], 0
    while place < len(inner):
        char = inner[place]
        if char != "\\":
            out.append(char)
            place += 1
            continue
        following = inner[place + 1]
        place += 2
        if following in "uU" and len(code := inner[place : place + 4]) == 4 and _is_hex(code):
            out.append(chr(int(code, 16)))
            place += 4
        elif following in "_%":
            out.append("\\" + following if like else following)
        elif like and following == "\\":
            out.append("\\\\")
        else:
            out.append(_ESCAPES.get(following.lower(), following))
    return "".join(out)


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdefABCDEF" for char in text)


def malformed(text: str, line: int, column: int, what: str, *, code: str = "MALFORMED_QUERY") -> Refusal:
    """The refusal with the query's line, a caret under the place, and what is wrong there."""
    lines = text.split("\n")
    at = min(max(line, 1), len(lines)) - 1
    shown = lines[at].replace("\r", " ")
    start = max(0, column - 100)
    caret = " " * (column - 1 - start) + "^"
    return Refusal(code, f"\n{shown[start : start + 200]}\n{caret}\nERROR at Row:{line}:Column:{column}\n{what}")


@v_args(inline=True)
class _ToNodes(Transformer[Token, Any]):
    """Lark's tree to ours; rule names are the methods."""

    def path(self, *names: Token) -> Path:
        return Path(tuple(map(str, names)), names[0].line or 1, names[0].column or 1)

    def field(self, path: Path, alias: Token | None) -> Path | Aliased:
        return Aliased(path, str(alias)) if alias else path

    def call(self, function: Token, argument: Path | Call | None, alias: Token | None) -> Call:
        name = str(alias) if alias else None
        return Call(str(function), argument, name, function.line or 1, function.column or 1)

    def bare_call(self, function: Token, argument: Path | Call | None) -> Call:
        return Call(str(function), argument, None, function.line or 1, function.column or 1)

    def typeof(self, relationship: Path, *parts: tuple[str, tuple[Path, ...]] | Path | None) -> TypeOf:
        branches = tuple(part for part in parts if isinstance(part, tuple))
        return TypeOf(relationship, branches, tuple(part for part in parts if isinstance(part, Path)))

    def when(self, name: Token, *fields: Path) -> tuple[str, tuple[Path, ...]]:
        return str(name).lower(), fields

    def using(self, name: Token) -> str:
        return str(name)

    def subquery(self, query: Query) -> Query:
        return query

    def alias(self, name: Token) -> str:
        return str(name)

    def source(self, name: Token, alias: str | None) -> tuple[str, int, int, str | None]:
        return str(name), name.line or 1, name.column or 1, alias

    def dotted_source(self, head: Token, name: Token, alias: str | None) -> tuple[str, int, int, str | None]:
        return f"{head}.{name}", head.line or 1, head.column or 1, alias

    def where(self, condition: Condition) -> Condition:
        return condition

    def conjunction(self, *parts: Condition) -> Junction:
        return Junction("AND", parts)

    def disjunction(self, *parts: Condition) -> Junction:
        return Junction("OR", parts)

    def negation(self, part: Condition) -> Negation:
        return Negation(part)

    def compare(self, left: Path | Call, operator: Token, right: Scalar | Moment) -> Comparison:
        value = unescape(right) if isinstance(right, Token) else right
        return Comparison(left, "!=" if operator == "<>" else str(operator), value)

    def like(self, left: Path | Call, right: Scalar | Moment) -> Comparison:
        return Comparison(left, "LIKE", unescape(right, like=True) if isinstance(right, Token) else right)

    def isin(self, left: Path | Call, right: tuple[Scalar, ...] | Query) -> Comparison:
        return Comparison(left, "IN", right)

    def notin(self, left: Path | Call, right: tuple[Scalar, ...] | Query) -> Comparison:
        return Comparison(left, "NOT IN", right)

    def includes(self, left: Path | Call, right: tuple[Scalar, ...] | Query) -> Comparison:
        return Comparison(left, "INCLUDES", right)

    def excludes(self, left: Path | Call, right: tuple[Scalar, ...] | Query) -> Comparison:
        return Comparison(left, "EXCLUDES", right)

    def list(self, *values: Scalar | Moment) -> tuple[Scalar | Moment, ...]:
        return tuple(unescape(value) if isinstance(value, Token) else value for value in values)

    def semi_join(self, query: Query) -> Query:
        return query

    def string(self, token: Token) -> Token:
        return token  # what it means depends on the operator

    def datetime(self, token: Token) -> Moment:
        return Moment(str(token), "datetime")

    def date(self, token: Token) -> Moment:
        return Moment(str(token), "date")

    def number(self, token: Token) -> float | int:
        return int(token) if token.lstrip("+-").isdigit() else float(token)

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def null(self) -> None:
        return None

    def literal(self, name: Token, count: Token | None) -> Moment:
        return Moment(f"{name}:{count}" if count else str(name), "literal")

    def having(self, condition: Condition) -> tuple[Condition]:
        return (condition,)

    def group(self, *parts: Path | Call | tuple[Condition] | None) -> tuple[tuple[Path | Call, ...], Condition | None]:
        *by, having = parts
        return tuple(part for part in by if isinstance(part, Path | Call)), having[0] if isinstance(
            having, tuple
        ) else None

    def ordered(self, by: Path | Call, direction: Token | None, nulls: Token | None) -> Order:
        descending = direction is not None and direction.upper() == "DESC"
        return Order(by, descending, nulls.upper() == "LAST" if nulls is not None else descending)

    def order(self, *orders: Order) -> tuple[Order, ...]:
        return orders

    def limit(self, count: Token) -> int:
        return int(count)

    def offset(self, count: Token) -> int:
        return int(count)

    def for_clause(self) -> str:
        return ""

    def with_clause(self) -> str:
        return ""

    def all_rows(self) -> str:
        return "ALL ROWS"

    def query(self, *parts: Any) -> Query:
        at = next(place for place, part in enumerate(parts) if isinstance(part, tuple))  # all selected are nodes
        (source, line, column, alias), scope, where, group, order, limit, offset = parts[at : at + 7]
        paths, having = group or ((), None)
        return Query(
            select=parts[:at],
            source=source,
            source_line=line,
            source_column=column,
            alias=alias,
            scope=scope or "everything",
            where=where,
            group=paths,
            having=having,
            order=order or (),
            limit=limit,
            offset=offset or 0,
            all_rows="ALL ROWS" in parts[at + 7 :],
        )

    def start(self, query: Query) -> Query:
        return query


@cache
def _lark() -> Lark:
    grammar = (resources.files("toolkit.localorg.soql") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=True)


def _nesting(text: str) -> int:
    deepest = depth = 0
    for char in text:
        if char == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif char == ")":
            depth -= 1
    return deepest


def parse(text: str) -> Query:
    """The query; Refusal MALFORMED_QUERY when it is none."""
    if len(text) > MAX_QUERY:
        raise Refusal("MALFORMED_QUERY", f"SOQL statements cannot be longer than {MAX_QUERY} characters.")
    if not text.strip():
        raise Refusal("MALFORMED_QUERY", "A query string has to be specified")
    bare = _STRING.sub("''", text)
    if _nesting(bare) > MAX_NESTING or len(_NOT.findall(bare)) > MAX_NEGATIONS:
        raise Refusal("QUERY_TOO_COMPLICATED", "Query is nested too deeply")
    try:
        query = _ToNodes().transform(_lark().parse(text))
    except UnexpectedEOF:
        raise malformed(text, *_end_of(text), "unexpected token: '<EOF>'") from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise malformed(text, *_end_of(text), "unexpected token: '<EOF>'") from None
        raise malformed(text, *_culprit(text, error)) from None
    except UnexpectedCharacters as error:
        raise malformed(text, error.line, error.column, _character(text, error)) from None
    except UnexpectedInput:
        raise Refusal("MALFORMED_QUERY", "unexpected token") from None
    if not isinstance(query, Query):
        raise Refusal("MALFORMED_QUERY", "unexpected token")
    return query


def _culprit(text: str, error: UnexpectedToken) -> tuple[int, int, str]:
    """Line, column and words of the token that does not fit: what stands for FROM was taken for an alias."""
    before = text[: error.pos_in_stream or 0]
    alias = re.search(r"([A-Za-z]\w*)\s+\Z", before)
    if "FROM" in error.expected and alias is not None and alias[1].upper() != "SELECT":
        start = alias.start(1)
        line = before.count("\n", 0, start) + 1
        return line, start - before.rfind("\n", 0, start), _unexpected(alias[1])
    return error.line, error.column, _unexpected(str(error.token))


def _unexpected(token: str) -> str:
    bound = token.startswith(":")
    return "Bind variables only allowed in Apex code" if bound else f"unexpected token: '{token}'"


def _character(text: str, error: UnexpectedCharacters) -> str:
    at = error.pos_in_stream or 0
    if text[at : at + 1] == "'":
        return "unterminated string literal"
    word = text[at:].split(None, 1)
    return _unexpected(word[0][:40] if word else "")


def _end_of(text: str) -> tuple[int, int]:
    stripped = text.rstrip()
    return stripped.count("\n") + 1, len(stripped) - (stripped.rfind("\n") + 1) or 1
