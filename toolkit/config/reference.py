"""The reference of every key, as Markdown, from the models and their JSON Schema (docs/configuration.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from toolkit.config.schema import Json
from toolkit.config.types import FORMS, LIFETIME


def reference(schema: Json) -> str:
    """A section for the document and for each kind of map in it, in the order in which they are met."""
    definitions: Json = schema.get("$defs", {})
    paths: dict[str, list[str]] = {}
    waiting: list[tuple[str, str]] = [("", "")]
    while waiting:
        path, name = waiting.pop(0)
        if path not in paths.setdefault(name, []):
            paths[name].append(path)
        above = path.partition(" ")[0]  # without the kind, which says nothing further down
        current = definitions[name] if name else schema
        waiting[:0] = [
            (f"{above}.{key}{more}".removeprefix("."), deeper)
            for key, value in current.get("properties", {}).items()
            for more, deeper in _maps(value, definitions)
        ]
    sections = [_section(found, definitions[name] if name else schema, definitions) for name, found in paths.items()]
    return "\n\n".join(sections) + "\n"


def forms() -> str:
    """What each form of text in the tables is."""
    rows = [f"| {name} | {rule} |" for name, rule in FORMS.values()]
    return "\n".join(["| text | rule |", "|---|---|", *rows]) + "\n"


def _maps(value: Json, definitions: Json) -> Iterator[tuple[str, str]]:
    """The definitions of maps at or below a value, with what their path adds to the value's."""
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/$defs/")
        if definitions[name].get("type") == "object":
            yield "", name
    for option in [*value.get("anyOf", []), *value.get("oneOf", [])]:
        yield from _maps(option, definitions)
    if value.get("type") == "array":
        for more, name in _maps(value["items"], definitions):
            yield f"[]{more}", name
    extra = value.get("additionalProperties")
    if isinstance(extra, dict):
        for more, name in _maps(extra, definitions):
            kind = definitions[name]["properties"].get("kind", {}).get("const")
            yield f".<name>{more}" + (f" (kind {kind})" if kind else ""), name


def _section(paths: list[str], current: Json, definitions: Json) -> str:
    required = current.get("required", [])
    title = " and ".join(f"`{path}`" for path in paths) if paths != [""] else "The whole file"
    lines = [f"### {title}", "", current.get("description", ""), ""]
    lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, value in current.get("properties", {}).items():
        if key in required:
            default = "required"
        elif value.get("default") is None or isinstance(value["default"], dict):
            default = ""
        else:
            default = f"`{json.dumps(value['default'], ensure_ascii=False)}`"
        cells = (f"`{key}`", words(value, definitions), default, value.get("description", ""))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def words(value: Json, definitions: Json) -> str:
    """What a value may be, in words."""
    if "$ref" in value:
        definition = definitions[value["$ref"].removeprefix("#/$defs/")]
        return "map" if definition.get("type") == "object" else words(definition, definitions)
    options = [one for one in [*value.get("anyOf", []), *value.get("oneOf", [])] if one.get("type") != "null"]
    if options:
        return ", or ".join(dict.fromkeys(words(one, definitions) for one in options))
    if "const" in value:
        return f"`{json.dumps(value['const'])}`".replace('"', "")
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    return _typed(value, definitions)


def _typed(value: Json, definitions: Json) -> str:
    match value.get("type"):
        case "array":
            return f"list of {words(value['items'], definitions)}"
        case "object":
            key = FORMS[value["propertyNames"]["pattern"]][0]
            return f"map of {key} to {words(value['additionalProperties'], definitions)}"
        case "integer":
            return f"whole number{_range(value)}"
        case "number":
            return f"number{_range(value)}"
        case "boolean":
            return "`true` or `false`"
        case _:
            return _text(value)


def _range(value: Json) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    return f" from {low} to {high}" if low is not None and high is not None else ""


def _text(value: Json) -> str:
    pattern = value.get("pattern", "")
    if value.get("format") == "uri":
        return "URL"
    if "(env|file|command)" in pattern:
        return "secret reference"
    if pattern == LIFETIME:
        return "text such as 10m"
    limit = f", at most {value['maxLength']} characters" if "maxLength" in value else ""
    return (FORMS[pattern][0] if pattern in FORMS else "text") + limit
