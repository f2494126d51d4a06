"""Who may import whom (the lines between the rooms)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "toolkit"

# room -> the rooms of ours it may import
ROOMS: dict[str, set[str]] = {
    "__main__": {"cli"},
    "errors": set(),
    "resources": set(),
    "metadata": {"errors", "resources"},
    "config": {"errors", "resources"},
    "generate": {"config", "metadata", "errors", "resources"},
    "validate": {"metadata", "errors", "resources"},
    "placement": {"metadata", "errors"},
    "org": {"config", "metadata", "errors"},
    "release": {"org", "placement", "generate", "metadata", "config", "errors", "resources"},
    "report": {"release", "validate", "placement", "org", "metadata", "errors"},
    "localorg": {"metadata", "errors", "resources"},
    "cli": {"*"},
}

# third-party or standard module -> the rooms that may import it
FENCED: dict[str, set[str]] = {
    "click": {"cli"},
    "lxml": {"metadata"},
    "requests": {"org"},
    "simple_salesforce": {"org"},
    "http.client": {"org"},
    "urllib.request": {"org"},
    "starlette": {"localorg"},
    "uvicorn": {"localorg"},
    "yaml": {"config"},
    "jinja2": {"generate"},
}
ENVIRONMENT = {"config", "cli"}


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    ours = {name.split(".")[1] for name in names if name.startswith("toolkit.")} - {room, "__version__"}
    assert ROOMS[room] == {"*"} or ours <= ROOMS[room]
    for fenced, rooms in FENCED.items():
        if any(name == fenced or name.startswith(fenced + ".") for name in names):
            assert room in rooms, f"{fenced} belongs in {sorted(rooms)}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_environment_is_read_in_config_and_cli_only(path: Path) -> None:
    if room_of(path) in ENVIRONMENT:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", "environ"), ("os", "getenv")}


def test_every_room_is_known() -> None:
    assert {room_of(path) for path in modules()} <= set(ROOMS)
