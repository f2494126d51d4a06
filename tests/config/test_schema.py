"""The JSON Schemas and the reference of keys are current, valid, and agree with the loader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from scripts.build_config_schema import outputs
from toolkit.config.load import load_orgs, load_project
from toolkit.config.schema import described, models, orgs_schema, overlay_schema, package_schema
from toolkit.errors import ConfigError

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
PACKAGE = Draft7Validator(package_schema())
OVERLAY = Draft7Validator(overlay_schema())


def test_committed_files_are_current() -> None:
    stale = [str(path) for path, text in outputs().items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert not stale, "run scripts/build_config_schema.py"


def test_every_key_is_described() -> None:
    lacking = [(name, key) for name, model in models().items() for key, text in described(model).items() if not text]
    assert lacking == []


@pytest.mark.parametrize("schema", [package_schema(), orgs_schema(), overlay_schema()])
def test_schemas_are_valid(schema: dict[str, object]) -> None:
    Draft7Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("name", "schema"),
    [("package.yaml", "package"), ("orgs.yaml", "orgs"), ("overlays/local.yaml", "overlay")],
)
def test_shipped_files_are_valid_and_name_their_schema(name: str, schema: str) -> None:
    text = (CONFIG / name).read_text(encoding="utf-8")
    content = json.loads((CONFIG / f"{schema}.schema.json").read_text(encoding="utf-8"))
    Draft7Validator(content).validate(yaml.safe_load(text))
    place = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (CONFIG / name).parent.joinpath(place).resolve() == CONFIG / f"{schema}.schema.json"


def commented_examples(path: Path) -> str:
    """The file with its commented examples switched on: comments that hold YAML, not prose."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        body = line.lstrip()
        example = body.removeprefix("# ")
        is_key = example.partition(":")[0].replace("- ", "").strip().replace(".", "").replace("_", "").isalnum()
        if body.startswith("# ") and ":" in example and is_key and not example.endswith("."):
            lines.append(line[: len(line) - len(body)] + example)
        else:
            lines.append(line)
    return "\n".join(lines)


def test_commented_targets_are_valid(tmp_path: Path) -> None:
    text = commented_examples(CONFIG / "orgs.yaml")
    (tmp_path / "orgs.yaml").write_text(text, encoding="utf-8")
    orgs = load_orgs(tmp_path)
    assert sorted({target.kind for target in orgs.orgs.values()}) == sorted(
        ["access_token", "client_credentials", "jwt", "local"]
    )
    assert len(orgs.orgs) == 4
    Draft7Validator(orgs_schema()).validate(yaml.safe_load(text))


def test_commented_examples_are_valid(tmp_path: Path) -> None:
    text = commented_examples(CONFIG / "package.yaml")
    (tmp_path / "package.yaml").write_text(text, encoding="utf-8")
    package = load_project(tmp_path).package
    assert [one.object for one in package.widget.objects] == ["Contact", "Case", "Account", "Lead", "Order__c"]
    assert dict(package.widget.objects[1].filters) == {
        "ContactEmail": "user_email",
        "Contact.MobilePhone": "user_phone",
    }
    assert package.permission_sets.agent.assign.profiles == ("Standard User",)
    assert [len(package.settings), len(package.placements)] == [2, 3]
    PACKAGE.validate(yaml.safe_load(text))


OVERRIDES: list[tuple[str, object]] = [
    ("widget.height", 49),
    ("widget.height", "900"),
    ("widget.height", 900),
    ("widget.heigth", 900),
    ("widget.label", "x" * 81),
    ("widget.label", "a\nb"),
    ("widget.label", "a b"),
    ("widget.objects", []),
    ("widget.iframeAllow", ["camera"]),
    ("widget.iframeAllow", ["tv"]),
    ("apiVersion", 62.0),
    ("apiVersion", 62.5),
    ("apiVersion", 59),
    ("apiVersion", "67.0"),
    ("service.tokenLifetime", "10m"),
    ("service.tokenLifetime", "10d"),
    ("service.tokenLifetime", 59),
    ("service.licenseKey", "literal"),
    ("service.licenseKey", "${file:a}"),
    ("service.url", 5),
    ("app.kind", "none"),
    ("app.kind", "nothing"),
    ("app.scopes", ["Api", "Web"]),
    ("app.scopes", ["api"]),
    ("certificate.keySize", 4096),
    ("certificate.keySize", 3072),
    ("trustedUrl", True),
    ("trustedUrl", "yes"),
    ("permissionSets.agent.assign.users", ["ada@acme.example"]),
    ("permissionSets.agent.assign.users", ["ada"]),
    ("placements", [{"object": "Contact", "position": "first"}]),
    ("placements", [{"object": "Contact", "position": 0}]),
    ("widget.objects", [{"object": "Contact", "filters": {"A.B.C": "x"}}]),
    ("widget.objects", [{"object": "Contact", "filters": {"A.B": "x"}}]),
]


@pytest.mark.parametrize(("path", "value"), OVERRIDES)
def test_schema_and_loader_agree(path: str, value: object, whole: str, folder: Callable[..., Path]) -> None:
    document = yaml.safe_load(whole)
    here = document
    *parents, last = path.split(".")
    for part in parents:
        here = here.setdefault(part, {})
    here[last] = value
    by_schema = PACKAGE.is_valid(document)
    root = folder({"package.yaml": json.dumps(document)})
    try:
        load_project(root)
    except ConfigError:
        assert not by_schema
    else:
        assert by_schema


OVERLAYS: list[tuple[dict[str, object], bool]] = [
    ({}, True),
    ({"widget": {"height": 700}}, True),
    ({"widget": {"height": None}}, True),
    ({"widget": None}, True),
    ({"permissionSets": {"agent": {"assign": {"users": ["a@b.example"]}}}}, True),
    ({"widget": {"heigth": 700}}, False),
    ({"widget": {"objects": [{"object": "Case"}]}}, False),
    ({"settings": [{"tokenLifetime": 90}]}, False),
    ({"app": {"refreshToken": {"policy": "infinite", "period": None}}}, True),
]


@pytest.mark.parametrize(("overlay", "valid"), OVERLAYS)
def test_overlays_may_say_as_little_as_they_like(overlay: dict[str, object], valid: bool) -> None:
    assert OVERLAY.is_valid(overlay) == valid


_HEIGHTS = st.integers(-10, 3000) | st.booleans() | st.none() | st.text(max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(value=_HEIGHTS)
def test_schema_and_loader_agree_on_any_height(value: object, folder: Callable[..., Path]) -> None:
    by_schema = OVERLAY.is_valid({"widget": {"height": value}})
    root = folder({"overlays/acme.yaml": json.dumps({"widget": {"height": value}})})
    try:
        load_project(root, org="acme")
    except ConfigError:
        assert not by_schema
    else:
        assert by_schema
