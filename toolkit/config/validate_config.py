"""config/validate.yaml: which rules run, how grave they are, and their parameters.

rules:
  W8004: off                 # off | on | error | warning | note
  W8003:
    severity: error
    maximum: 20              # a parameter of the rule
ignore:
  - path: "force-app/legacy/**"
    rules: [W8004]           # left out: all rules
    reason: replaced in spring
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from toolkit.config.nodes import Mapping, Node, Scalar, Sequence
from toolkit.config.reader import read_file
from toolkit.errors import ConfigError, Location, Problem

FILE_NAME = "validate.yaml"
SEVERITIES = ("error", "warning", "note")
Switch = Literal["on", "off", ""]


@dataclass(frozen=True, slots=True)
class RuleConfig:
    """What is said about one rule; severity "" and switch "" leave it as it is."""

    id: str
    where: Location
    switch: Switch = ""
    severity: str = ""
    parameters: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoreConfig:
    """No finding of these rules (of any, when empty) in files that fit the glob."""

    path: str
    rules: tuple[str, ...]
    where: Location


@dataclass(frozen=True, slots=True)
class ValidateConfig:
    rules: tuple[RuleConfig, ...] = ()
    ignore: tuple[IgnoreConfig, ...] = ()
    problems: list[Problem] = field(default_factory=list, compare=False, repr=False)


def load_validate_config(root: Path) -> ValidateConfig:
    """What root/validate.yaml says, an empty record when there is none; ConfigError names every mistake."""
    path = root / FILE_NAME
    if not path.exists():
        return ValidateConfig()
    problems: list[Problem] = []
    tree = read_file(path, problems)
    rules: list[RuleConfig] = []
    ignore: list[IgnoreConfig] = []
    if tree is not None and not isinstance(tree, Mapping):
        problems.append(Problem("not a map", tree.where, "write `rules:` and below it the ids of rules"))
    elif tree is not None:
        for key, entry in tree.entries.items():
            if key == "rules":
                rules = _rules(entry.node, problems)
            elif key == "ignore":
                ignore = _ignores(entry.node, problems)
            else:
                problems.append(Problem(f"unknown key `{key}`", entry.where, "the keys are `rules` and `ignore`"))
    ConfigError.raise_any(problems)
    return ValidateConfig(tuple(rules), tuple(ignore))


def _rules(node: Node, problems: list[Problem]) -> list[RuleConfig]:
    if not isinstance(node, Mapping):
        problems.append(Problem("`rules` is not a map", node.where, "write `W8004: off`, one rule a line"))
        return []
    found = []
    for id_, entry in node.entries.items():
        value = entry.node
        if isinstance(value, Scalar):
            found.append(_switch(id_, value, entry.where, problems))
        elif isinstance(value, Mapping):
            found.append(_detailed(id_, value, entry.where, problems))
        else:
            problems.append(Problem(f"`{id_}` is a list", value.where, "write off, on, error, warning or note"))
    return found


def _switch(id_: str, value: Scalar, where: Location, problems: list[Problem]) -> RuleConfig:
    # YAML 1.2 reads off and on as text; a writer of true and false means the same
    word = {True: "on", False: "off"}.get(value.value, value.text) if isinstance(value.value, bool) else value.text
    if word == "on":
        return RuleConfig(id_, where, "on")
    if word == "off":
        return RuleConfig(id_, where, "off")
    if word in SEVERITIES:
        return RuleConfig(id_, where, severity=word)
    if not value.broken:
        problems.append(
            Problem(f"`{word}` is no way to set a rule", value.where, "write off, on, error, warning or note")
        )
    return RuleConfig(id_, where)


def _detailed(id_: str, value: Mapping, where: Location, problems: list[Problem]) -> RuleConfig:
    severity, parameters = "", []
    for name, entry in value.entries.items():
        node = entry.node
        if not isinstance(node, Scalar) or not isinstance(node.value, int | str):
            problems.append(Problem(f"`{name}` of {id_} is not a number or text", entry.where, "write one value"))
        elif name == "severity":
            severity = node.text
            if severity not in SEVERITIES:
                problems.append(Problem(f"`{severity}` is no severity", node.where, "write error, warning or note"))
        else:
            parameters.append((name, node.value))
    return RuleConfig(id_, where, "", severity, tuple(parameters))


def _ignores(node: Node, problems: list[Problem]) -> list[IgnoreConfig]:
    if not isinstance(node, Sequence):
        problems.append(Problem("`ignore` is not a list", node.where, "write `- path: folder/**`"))
        return []
    return [made for item in node.items if (made := _ignore(item, problems)) is not None]


def _ignore(item: Node, problems: list[Problem]) -> IgnoreConfig | None:
    if not isinstance(item, Mapping):
        problems.append(Problem("not a map", item.where, "write `path:` and, if need be, `rules:` and `reason:`"))
        return None
    path, rules = "", []
    for key, entry in item.entries.items():
        node = entry.node
        if key == "path" and isinstance(node, Scalar):
            path = node.text
        elif key == "rules" and isinstance(node, Sequence):
            rules = [part.text for part in node.items if isinstance(part, Scalar)]
        elif key != "reason":
            problems.append(Problem(f"`{key}` has no meaning here", entry.where, "the keys are path, rules and reason"))
    if not path:
        problems.append(Problem("`path` is missing", item.where, "write the files as a glob: force-app/legacy/**"))
        return None
    return IgnoreConfig(path, tuple(rules), item.where)
