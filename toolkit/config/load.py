"""The door of the room: a configuration folder -> Project and Orgs, or every mistake at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as List
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from toolkit.config import checks, messages
from toolkit.config.environment import inherited
from toolkit.config.nodes import Mapping, Node, Plain, Scalar, dotted, merge, plain, walk
from toolkit.config.nodes import Path as KeyPath
from toolkit.config.reader import MAX_PROBLEMS, read_file
from toolkit.config.shape import unknown_keys, without_nulls
from toolkit.config.types import MAX_ORG_NAME, ORG_NAME, Model
from toolkit.errors import ConfigError, Location, Problem

PACKAGE = "package.yaml"
ORGS = "orgs.yaml"
OVERLAYS = "overlays"

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from toolkit.config.project import Project
    from toolkit.config.targets import Orgs, Target

M = TypeVar("M", bound=Model)
T = TypeVar("T")
Check = Callable[[Plain], Iterable[checks.Finding]]


def load_project(root: Path, *, org: str | None = None, overrides: List[str] = ()) -> Project:
    """The integration that the configuration folder root describes, for one org.

    overlays/<org>.yaml is laid over package.yaml when it is there, then each of overrides ("widget.height=700").
    ConfigError holds every problem of all of them.
    """
    problems: list[Problem] = []
    project = _project(root, org, overrides, problems)
    _raise(problems)
    assert project is not None  # noqa: S101  # without a project there is a problem
    return project


def load_orgs(root: Path) -> Orgs:
    """The targets that orgs.yaml in the configuration folder root lists, and `local`; the file may be absent."""
    problems: list[Problem] = []
    orgs = _orgs(root, problems)
    _raise(problems)
    assert orgs is not None  # noqa: S101  # without orgs there is a problem
    return orgs


def load(root: Path, *, org: str | None = None, overrides: List[str] = ()) -> tuple[Project, Orgs]:
    """Project and targets in one go, so that the mistakes of all files are told at once.

    org is the one asked for; without it the overlay of the default org in orgs.yaml is taken.
    """
    problems: list[Problem] = []
    orgs = _orgs(root, problems)
    name = org or (orgs.default if orgs else None)
    if orgs is not None and name is not None and name not in orgs.orgs:
        try:
            orgs.target(name)
        except ConfigError as error:
            problems.extend(error.problems)
    if orgs is not None:
        problems.extend(_stray_overlays(root, orgs))
    project = _project(root, name, overrides, problems)
    _raise(problems)
    assert project is not None  # noqa: S101  # as above
    assert orgs is not None  # noqa: S101  an error was raised otherwise
    return project, orgs


def _raise(problems: list[Problem]) -> None:
    if len(problems) > MAX_PROBLEMS:
        kept = sorted(problems, key=lambda p: (p.where or Location(""), p.message))[:MAX_PROBLEMS]
        raise ConfigError(*kept, Problem("and more", mend="mend those above first"))
    ConfigError.raise_any(problems)


def _project(root: Path, org: str | None, sets: List[str], problems: list[Problem]) -> Project | None:
    from toolkit.config import overrides
    from toolkit.config.model import Package
    from toolkit.config.project import Project

    before = len(problems)
    base = _package_tree(root, problems)
    overlay = _overlay_tree(root, org, problems)
    parsed = [overrides.parse(text, Package, problems) for text in sets]
    if base is None:
        return None
    tree = base if overlay is None else merge(base, overlay)
    for one in parsed:
        if one is not None:
            tree = overrides.lay_over(tree, one, problems)
    package = _validated(tree, Package, checks.package, problems)
    if package is None or len(problems) > before:
        return None
    return Project(package, root, org, _sources(tree))


def _package_tree(root: Path, problems: list[Problem]) -> Node | None:
    path = root / PACKAGE
    if not _is_there(path):
        mend = "write one with `sfmeta init`, or name the folder that holds it"
        if _is_there(root / "package.yml"):
            mend = "rename package.yml, which is beside it"
        problems.append(Problem("there is no such file", Location(str(path)), mend))
        return None
    return _map_of(read_file(path, problems), problems)


def _is_there(path: Path) -> bool:
    """Whether something is there; what we may not look at is, so that reading it says why not."""
    try:
        return path.exists()
    except OSError:
        return True


def _map_of(tree: Node | None, problems: list[Problem]) -> Node | None:
    """The map that a file must hold; a file with nothing in it is an empty one."""
    if tree is None or isinstance(tree, Mapping):
        return tree
    if isinstance(tree, Scalar) and tree.value is None:
        return None if tree.broken else Mapping({}, tree.where)
    problems.append(
        Problem(f"the file must hold a map; found {messages.describe(plain(tree))}", tree.where, "write `key: value`")
    )
    return None


def _overlay_tree(root: Path, org: str | None, problems: list[Problem]) -> Node | None:
    """The overlay of an org; an empty map when there is none."""
    nothing = Mapping()
    if org is None:
        return nothing
    if not re.fullmatch(ORG_NAME, org) or len(org) > MAX_ORG_NAME:
        problems.append(Problem(f"{messages.describe(org)} cannot be the name of an org", mend="see orgs.yaml"))
        return None
    path = root / OVERLAYS / f"{org}.yaml"
    if not _is_there(path):
        return nothing
    return _map_of(read_file(path, problems), problems)


def _stray_overlays(root: Path, orgs: Orgs) -> Iterator[Problem]:
    """Overlays that no org would ever get, such as one with a slip in its name."""
    for path in sorted((root / OVERLAYS).glob("*.y*ml")):
        if path.suffix != ".yaml":
            yield Problem("the name of an overlay ends in .yaml", Location(str(path)), "rename it")
        elif path.stem not in orgs.orgs:
            like = messages.nearest(path.stem, orgs.orgs)
            mend = f"did you mean {like}?" if like else f"the orgs are {', '.join(orgs.orgs)}"
            yield Problem(f"there is no org `{path.stem}` to lay this over", Location(str(path)), mend)


def _orgs(root: Path, problems: list[Problem]) -> Orgs | None:
    from toolkit.config import from_environment
    from toolkit.config.targets import LOCAL, LocalTarget, Orgs, OrgsFile

    path = root / ORGS
    always: dict[str, Target] = {LOCAL: LocalTarget.model_validate({"kind": LOCAL})}
    unusable: dict[str, tuple[Problem, ...]] = {}
    default: str | None = None
    try:
        described = from_environment.target_of(inherited())
    except ConfigError as error:
        unusable = {from_environment.NAME: error.problems}
    else:
        if described is not None:
            default = from_environment.NAME
            always[default] = described
    if not _is_there(path):
        return Orgs(default, always, unusable=unusable)
    tree = _map_of(read_file(path, problems), problems)
    if tree is None:
        return None
    content = _validated(tree, OrgsFile, checks.orgs, problems)
    if content is None:
        return None
    return Orgs(content.default or default, {**always, **content.orgs}, _sources(tree), unusable)


def _validated(tree: Node, model: type[M], check: Check, problems: list[Problem]) -> M | None:
    """The model of a tree; None, and the problems, when it is not one. Nothing is said about broken values."""
    places = _places(tree)
    broken = {path for path, node, _ in walk(tree) if isinstance(node, Scalar) and node.broken}
    found: list[tuple[KeyPath, Problem]] = [
        (one.path, messages.unknown_key(one)) for one in _first(unknown_keys(tree, model))
    ]
    values = plain(without_nulls(tree))
    content: M | None = None
    try:
        content = model.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        for one in _first(error.errors(include_url=False)):
            if one["type"] == "extra_forbidden":
                continue
            path = _path_of(one["loc"], values, missing=one["type"] == "missing")
            item = one.get("ctx", {}).get("item")
            path = path if item is None else (*path, item)
            if one["type"] == "too_short" and (_is_echo(one) or _is_above(path, broken)):
                continue
            found.append((path, messages.from_pydantic(one, path, _nearest_place(path, places))))
    for finding in check(values):
        where = _nearest_place(finding.path, places)
        found.append((finding.path, Problem(finding.message, where, finding.mend)))
    told = {str(problem): problem for path, problem in found if not _is_below(path, broken)}
    problems.extend(told.values())
    return None if told or broken else content


def _is_echo(error: ErrorDetails) -> bool:
    """Whether a list is called too short only because pydantic counts no items that have mistakes of their own."""
    return len(error["input"]) >= int(error["ctx"]["min_length"])


def _first(values: Iterable[T]) -> Iterator[T]:
    """Enough for a report; a hostile file could hold thousands of mistakes."""
    for count, value in enumerate(values):
        if count > MAX_PROBLEMS:
            return
        yield value


def _path_of(loc: tuple[str | int, ...], values: Plain, *, missing: bool) -> KeyPath:
    """pydantic's location as a path of the YAML: without the names of union members and the like."""
    path: list[str | int] = []
    here: Plain = values
    for count, part in enumerate(loc):
        if isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        elif not (missing and count == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _places(tree: Node) -> dict[KeyPath, Location]:
    return {path: where for path, _, where in walk(tree)}


def _nearest_place(path: KeyPath, places: dict[KeyPath, Location]) -> Location | None:
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


def _is_below(path: KeyPath, broken: set[KeyPath]) -> bool:
    return any(path[:length] in broken for length in range(len(path) + 1))


def _is_above(path: KeyPath, broken: set[KeyPath]) -> bool:
    return any(one[: len(path)] == path for one in broken)


def _sources(tree: Node) -> dict[str, Location]:
    return {dotted(path): where for path, where in _places(tree).items() if path}
