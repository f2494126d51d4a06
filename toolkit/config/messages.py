"""pydantic's errors and unknown keys -> Problems in our words, at the place in the YAML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.config.nodes import Path, dotted
from toolkit.config.shape import Unknown
from toolkit.config.types import FORMS
from toolkit.errors import Location, Problem

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a map of keys to values",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a map of keys to values",
    "model_attributes_type": "a map of keys to values",
    "none_required": "nothing",
}
_YES_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_LONGEST = 60


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; case does not count."""
    by_case = {one.casefold(): one for one in known}
    if len(word) > 2 * _LONGEST:
        return None
    found = difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None


def unknown_key(unknown: Unknown) -> Problem:
    """ "unknown key `heigth`, did you mean `height`?" """
    key = str(unknown.path[-1])
    like = nearest(key, unknown.allowed)
    if like:
        return Problem(f"unknown key `{_short(key)}`, did you mean `{like}`?", unknown.where)
    parent = dotted(unknown.path[:-1])
    of = f" of `{parent}`" if parent else ""
    return Problem(f"unknown key `{_short(key)}`", unknown.where, f"the keys{of} are {', '.join(unknown.allowed)}")


def from_pydantic(error: Mapping[str, Any], path: Path, where: Location | None) -> Problem:
    """One error of pydantic about the value at path."""
    kind, context = str(error["type"]), error.get("ctx", {})
    name = f"`{dotted(path)}`" if path else "the configuration"
    found = error.get("input")
    match kind:
        case "refused":
            problem = Problem(f"{name} {context['message']}", where, context.get("mend"))
        case "missing":
            inside = f" in `{dotted(path[:-1])}`" if path[:-1] else ""
            problem = Problem(f"missing key `{path[-1]}`{inside}", where, f"add `{path[-1]}:`")
        case "literal_error" | "enum":
            problem = _choice(name, str(context.get("expected", "")), found, where)
        case "union_tag_not_found":
            problem = Problem(f"missing key `kind` in {name}", where, "add `kind:` with how to sign in")
        case "union_tag_invalid":
            problem = _choice(f"`{dotted((*path, 'kind'))}`", str(context["expected_tags"]), context["tag"], where)
        case "string_pattern_mismatch":
            form, wanted = FORMS[str(context["pattern"])]
            article = "an" if form[0] in "aeio" else "a"
            problem = Problem(f"{name} is not {article} {form}; found {describe(found)}", where, wanted)
        case _ if kind in _WANTED:
            problem = _wrong_type(name, kind, found, where)
        case _:
            problem = Problem(f"{name} {_limit(kind, context, found)}", where)
    return problem


def _wrong_type(name: str, kind: str, found: object, where: Location | None) -> Problem:
    mend = None
    if kind == "string_type" and isinstance(found, (bool, int, float)):
        mend = "put it in quotes"
    elif kind == "string_type" and isinstance(found, dict) and where is not None and where.file.startswith("--set "):
        mend = 'write a part of the path that holds a dot in double quotes, as in filters."Account.Phone"'
    elif kind == "bool_type" and isinstance(found, str) and found.casefold() in _YES_NO:
        mend = f"write {_YES_NO[found.casefold()]}; YAML 1.2 reads `{found}` as text"
    elif kind in {"tuple_type", "list_type"}:
        mend = "begin each item with `- `, or write [a, b]"
    elif kind == "int_type" and isinstance(found, str) and found.isdigit():
        mend = "write it without quotes and without zeros at its beginning"
    return Problem(f"{name} must be {_WANTED[kind]}; found {describe(found)}", where, mend)


def _choice(name: str, expected: str, found: object, where: Location | None) -> Problem:
    values = [quoted or other for quoted, other in re.findall(r"'([^']*)'|([^\s',]+)", expected) if other != "or"]
    values = [{"True": "true", "False": "false"}.get(value, value) for value in values]
    like = nearest(found, values) if isinstance(found, str) else None
    mend = f"did you mean {like}?" if like else None
    choices = values[0] if len(values) == 1 else f"one of {', '.join(values)}"
    return Problem(f"{name} must be {choices}; found {describe(found)}", where, mend)


def _limit(kind: str, context: Mapping[str, Any], found: object) -> str:
    size = len(found) if isinstance(found, (str, list, dict)) else 0
    text = {
        "greater_than_equal": "must be at least {ge}; found {found}",
        "less_than_equal": "must be at most {le}; found {found}",
        "string_too_long": "must have at most {max_length} characters; it has {size}",
        "string_too_short": "must have at least {min_length} characters; it has {size}",
        "too_short": "must have at least {min_length} of them; it has {size}",
        "too_long": "must have at most {max_length} of them; it has {size}",
    }.get(kind)
    if text is None:
        return f"is refused ({kind.replace('_', ' ')})"
    return text.format(**context, found=describe(found), size=size)


def describe(value: object) -> str:
    """A value for a message, shortened."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {_short(str(value))}"
        case str():
            return f'the text "{_short(value)}"' if value else "an empty text"
        case dict():
            return "a map"
        case _:
            return "a list"


def _short(text: str) -> str:
    """The beginning of a text on one line, harmless to a terminal."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[: _LONGEST + 1])
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "..."
