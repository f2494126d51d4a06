"""The laws of layering: maps merge, everything else replaces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.config.nodes import Entry, Mapping, Node, Plain, Scalar, Sequence, dotted, merge, plain, walk
from toolkit.config.shape import without_nulls
from toolkit.errors import Location


def node_of(value: Plain, where: str = "f.yaml") -> Node:
    """A tree of plain values, all at one place."""
    place = Location(where, 1, 1)
    if isinstance(value, dict):
        return Mapping({key: Entry(place, node_of(one, where)) for key, one in value.items()}, place)
    if isinstance(value, list):
        return Sequence(tuple(node_of(one, where) for one in value), place)
    return Scalar(value, place, str(value))


_KEYS = st.sampled_from("abc")
_TREES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)
_MAPS = st.dictionaries(_KEYS, _TREES, max_size=3)


def as_layered(*layers: Plain) -> Plain:
    """What merge must give, said in another way: the last layer that has a word on a path has it."""
    result: Plain = {}
    for layer in layers:
        result = _over(result, layer)
    return result


def _over(base: Plain, over: Plain) -> Plain:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    return {
        key: _over(base.get(key), over[key]) if key in over else base[key] for key in [*base, *(over.keys() - base)]
    }


@given(_MAPS, _MAPS)
def test_merge_is_layering(base: dict[str, Plain], over: dict[str, Plain]) -> None:
    assert plain(merge(node_of(base), node_of(over))) == as_layered(base, over)


@given(_TREES, _TREES, _TREES)
def test_merge_is_associative(a: Plain, b: Plain, c: Plain) -> None:
    left = merge(merge(node_of(a), node_of(b)), node_of(c))
    right = merge(node_of(a), merge(node_of(b), node_of(c)))
    assert plain(left) == plain(right)


@given(_MAPS)
def test_the_empty_map_is_the_identity(tree: dict[str, Plain]) -> None:
    assert plain(merge(node_of({}), node_of(tree))) == tree
    assert plain(merge(node_of(tree), node_of({}))) == tree


@given(_MAPS)
def test_merge_is_idempotent(tree: dict[str, Plain]) -> None:
    assert plain(merge(node_of(tree), node_of(tree))) == tree


@given(_MAPS, _MAPS)
def test_a_value_keeps_the_place_it_came_from(base: dict[str, Plain], over: dict[str, Plain]) -> None:
    merged = merge(node_of(base, "base.yaml"), node_of(over, "over.yaml"))
    above = {path for path, node, _ in walk(node_of(over)) if not isinstance(node, Mapping)}
    for path, node, where in walk(merged):
        if isinstance(node, Scalar):
            assert where.file == ("over.yaml" if any(path[: len(one)] == one for one in above) else "base.yaml") or (
                _below_replaced(path, base)
            )


def _below_replaced(path: tuple[str | int, ...], base: Plain) -> bool:
    """Whether the base has no map on the way to path, so that a map of the layer above came in whole."""
    for part in path[:-1]:
        if not isinstance(base, dict):
            return True
        base = base.get(str(part))
    return not isinstance(base, dict) or path[-1] not in base


def test_null_takes_away_what_lies_below() -> None:
    base, over = node_of({"a": {"b": 1, "c": 2}, "d": 3}), node_of({"a": {"b": None}, "d": None})
    assert plain(without_nulls(merge(base, over))) == {"a": {"c": 2}}


def test_lists_replace() -> None:
    assert plain(merge(node_of({"a": [1, 2, 3]}), node_of({"a": [4]}))) == {"a": [4]}


def test_a_map_over_null_starts_afresh() -> None:
    base, gone, back = node_of({"a": {"x": 1}}), node_of({"a": None}), node_of({"a": {"y": 2}})
    assert plain(merge(merge(base, gone), back)) == {"a": {"y": 2}}
    assert plain(merge(base, merge(gone, back))) == {"a": {"y": 2}}


def test_paths_are_dotted() -> None:
    assert dotted(("widget", "objects", 0, "object")) == "widget.objects.0.object"
