"""What the models want at a path: the keys of a map, and whether secrets may be below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from toolkit.config.nodes import Entry, Mapping, Node, Path, Scalar, Sequence
from toolkit.config.secrets import SecretRef
from toolkit.errors import Location

Annotation = Any  # what typing calls a type form; it has no type of its own


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that no model knows, with the keys that could have been meant."""

    path: Path
    where: Location
    allowed: tuple[str, ...]


def keys_of(model: type[BaseModel]) -> dict[str, Annotation]:
    """The YAML keys of a model with their annotations."""
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def bare(annotation: Annotation) -> list[Annotation]:
    """The alternatives of an annotation without Annotated and None."""
    origin: Any = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [one for part in get_args(annotation) for one in bare(part) if one is not NoneType]
    return [annotation]


def model_of(annotation: Annotation, node: Node | None) -> type[BaseModel] | None:
    """The model that a map is meant to be; of several the one whose `kind` is that of the map."""
    models = [one for one in bare(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    if len(models) < 2:
        return models[0] if models else None
    if not isinstance(node, Mapping) or "kind" not in node.entries:
        return None
    kind = node.entries["kind"].node
    for model in models:
        if isinstance(kind, Scalar) and get_args(model.model_fields["kind"].annotation) == (kind.value,):
            return model
    return None


def below(annotation: Annotation, key: str | int, node: Node | None) -> Annotation | None:
    """The annotation of a key or item; None when there is no such thing."""
    model = model_of(annotation, node)
    if model is not None:
        return keys_of(model).get(str(key))
    for one in bare(annotation):
        origin: Any = get_origin(one)
        if origin is dict:
            return get_args(one)[1]
        if origin is tuple:
            is_place = isinstance(key, int) or (key.isascii() and key.isdigit())
            return get_args(one)[0] if is_place else None
    return None


def holds_secret(annotation: Annotation) -> bool:
    """Whether a secret may stand here or anywhere below."""
    for one in bare(annotation):
        if one is SecretRef:
            return True
        if isinstance(one, type) and issubclass(one, BaseModel):
            if any(holds_secret(info.annotation) for info in one.model_fields.values()):
                return True
        elif any(holds_secret(part) for part in get_args(one) if part is not Ellipsis and not isinstance(part, str)):
            return True
    return False


def unknown_keys(node: Node, annotation: Annotation, path: Path = ()) -> Iterator[Unknown]:
    """Every key below node that its model does not know."""
    model = model_of(annotation, node)
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            wanted = below(annotation, key, node)
            if wanted is not None:
                yield from unknown_keys(entry.node, wanted, (*path, key))
            elif model is not None:
                yield Unknown((*path, key), entry.where, tuple(keys_of(model)))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            wanted = below(annotation, index, node)
            if wanted is not None:
                yield from unknown_keys(item, wanted, (*path, index))


def without_nulls(node: Node) -> Node:
    """The tree without the keys whose value is null: null means "the default"."""
    match node:
        case Mapping():
            kept = {
                key: Entry(entry.where, without_nulls(entry.node))
                for key, entry in node.entries.items()
                if not (isinstance(entry.node, Scalar) and entry.node.value is None)
            }
            return Mapping(kept, node.where, node.replaces)
        case Sequence():
            return Sequence(tuple(without_nulls(item) for item in node.items), node.where)
        case Scalar():
            return node
