"""The error tree: exit codes, order of problems, one line each."""

from __future__ import annotations

import pytest

from toolkit import errors
from toolkit.errors import ConfigError, Location, MetadataError, Problem, SfmetaError


def _tree(cls: type[SfmetaError]) -> set[type[SfmetaError]]:
    return {cls}.union(*(_tree(sub) for sub in cls.__subclasses__()))


def test_the_tree_is_the_one_drawn_at_the_top_of_its_file() -> None:
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.split() if word.endswith("Error")}
    assert drawn == {cls.__name__ for cls in _tree(SfmetaError)}


def test_exit_codes() -> None:
    assert {cls.__name__: cls.exit_code for cls in _tree(SfmetaError) if cls.exit_code != 1} == {
        "ConfigError": 2,
        "GenerateError": 2,
        "UsageError": 2,
        "PartialDeployError": 68,
        "StillRunningError": 69,
        "UnsettledError": 69,
    }


def test_an_error_needs_a_problem() -> None:
    with pytest.raises(ValueError, match="at least one Problem"):
        ConfigError()


def test_all_problems_at_once_in_the_order_of_their_places() -> None:
    problems = [Problem("b", Location("x.yaml", 2, 1)), Problem("a", Location("x.yaml", 1, 9)), Problem("c")]
    with pytest.raises(MetadataError) as caught:
        MetadataError.raise_any(iter(problems))
    assert str(caught.value) == "c\nx.yaml:1:9: a\nx.yaml:2:1: b"


def test_no_problem_raises_nothing() -> None:
    MetadataError.raise_any([])
