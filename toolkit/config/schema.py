"""The models as JSON Schema, for editors that complete and check YAML while it is written.

Built by scripts/build_config_schema.py and committed in config/; nothing at run time reads it. A schema says what can
be said about one value; what several values must have in common (checks.py) only the toolkit itself tells.
"""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from toolkit.config import model, targets
from toolkit.config.types import Model

Json = dict[str, Any]  # a JSON Schema; its form depends on its keys
DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that the common YAML editors know whole


def package_schema() -> Json:
    """The schema of package.yaml."""
    return _finished(model.Package, "package.yaml: the Cobrowse.io integration for Salesforce")


def orgs_schema() -> Json:
    """The schema of orgs.yaml."""
    return _finished(targets.OrgsFile, "orgs.yaml: the orgs that sfmeta works with")


def overlay_schema() -> Json:
    """The schema of overlays/<org>.yaml: every key of package.yaml may be left out, or null for the default.

    Items of lists stay whole, because lists replace each other.
    """
    whole = package_schema()
    definitions: Json = whole["$defs"]
    partial: Json = {}

    def relaxed(schema: Json) -> Json:
        """The schema with every key optional, along maps."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            target = definitions[name]
            if target.get("type") != "object":
                return schema
            if f"{name}Overlay" not in partial:
                partial[f"{name}Overlay"] = {}
                partial[f"{name}Overlay"].update(relaxed(target))
            return {**schema, "$ref": f"#/$defs/{name}Overlay"}
        if schema.get("type") == "object" and "properties" in schema:
            properties = {key: _or_null(relaxed(value)) for key, value in schema["properties"].items()}
            return {key: value for key, value in schema.items() if key != "required"} | {"properties": properties}
        if isinstance(schema.get("additionalProperties"), dict):
            # an entry of a map such as `filters` is removed by null, and the map need not be whole
            inner = _or_null(relaxed(schema["additionalProperties"]))
            kept = {key: value for key, value in schema.items() if key != "minProperties"}
            return kept | {"additionalProperties": inner}
        return schema

    body = {key: value for key, value in whole.items() if key != "$defs"}
    done = relaxed(body) | {"title": "overlays/<org>.yaml: what differs from package.yaml for one org"}
    done["description"] = "Maps merge with package.yaml, lists replace, null resets to the default."
    return _ordered(done | {"$defs": _reachable(done, definitions | partial)})


def documentation(module: ModuleType) -> dict[str, dict[str, str]]:
    """The docstrings below the fields of every model in a module: model name -> field name -> text."""
    found: dict[str, dict[str, str]] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if not isinstance(statement, ast.ClassDef):
            continue
        fields: dict[str, str] = {}
        for field, text in zip(statement.body, statement.body[1:], strict=False):
            if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
                continue
            if (
                isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            ):
                fields[field.target.id] = " ".join(text.value.value.split())
        found[statement.name] = fields
    return found


def described(kind: type[BaseModel]) -> dict[str, str]:
    """What each key of a model means, by its YAML name, with the keys of its base classes."""
    texts: dict[str, str] = {}
    everything = documentation(model) | documentation(targets)
    for base in reversed(kind.__mro__):
        texts.update(everything.get(base.__name__, {}))
    return {(info.alias or name): texts.get(name, "") for name, info in kind.model_fields.items()}


def models() -> dict[str, type[Model]]:
    """Every model of the configuration, by name."""
    found: dict[str, type[Model]] = {}
    for module in (model, targets):
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, Model) and value is not Model:
                found[name] = value
    return found


def _finished(kind: type[Model], title: str) -> Json:
    schema = kind.model_json_schema(by_alias=True)
    known = models()
    for name, definition in [(kind.__name__, schema), *schema.get("$defs", {}).items()]:
        definition.pop("title", None)
        described_model = known.get(name)
        if described_model is None:
            continue
        definition["description"] = " ".join((described_model.__doc__ or "").split())
        texts = described(described_model)
        for key, value in definition.get("properties", {}).items():
            value.pop("title", None)
            if texts.get(key):
                value["description"] = texts[key]
    _plain_maps(schema)
    return _ordered({"$schema": DIALECT, "title": title} | schema)


def _plain_maps(value: object) -> None:
    """Say what the keys of a free map look like in propertyNames, so that a key of another form is refused."""
    if isinstance(value, dict):
        value.pop("discriminator", None)  # OpenAPI's; not a word of JSON Schema
        patterns = value.pop("patternProperties", None)
        if patterns:
            ((pattern, content),) = patterns.items()
            value["additionalProperties"] = content
            value["propertyNames"] = {"pattern": pattern, **value.get("propertyNames", {})}
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _plain_maps(one)


def _or_null(schema: Json) -> Json:
    options = schema.get("anyOf")
    if options is not None:
        return schema if {"type": "null"} in options else schema | {"anyOf": [*options, {"type": "null"}]}
    outer = ("description", "default")
    inside = {key: value for key, value in schema.items() if key not in outer}
    around: Json = {key: value for key, value in schema.items() if key in outer}
    return {"anyOf": [inside, {"type": "null"}]} | around


def _reachable(schema: Json, definitions: Json) -> Json:
    """The definitions that schema refers to, directly or not."""
    found: Json = {}

    def visit(value: object) -> None:
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found[name] = definitions[name]
                visit(definitions[name])
            for one in value.values():
                visit(one)
        elif isinstance(value, list):
            for one in value:
                visit(one)

    visit(schema)
    return dict(sorted(found.items()))


_FIRST = ("$schema", "title", "description", "$ref", "type", "const", "enum", "anyOf", "oneOf", "default")
_LAST = ("$defs",)


def _ordered(schema: Json) -> Json:
    """Keys in the order in which a person reads a schema; properties keep the order of the model."""

    def place(key: str) -> tuple[int, str]:
        if key in _FIRST:
            return _FIRST.index(key), ""
        return (len(_FIRST) + 1, "") if key in _LAST else (len(_FIRST), key)

    def order(value: Any, *, names: bool) -> Any:
        if isinstance(value, list):
            return [order(one, names=False) for one in value]
        if not isinstance(value, dict):
            return value
        keys = list(value) if names else sorted(value, key=place)
        return {key: order(value[key], names=not names and key in {"properties", "$defs"}) for key in keys}

    ordered: Json = order(schema, names=False)
    return ordered
