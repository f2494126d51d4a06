"""Writes the JSON Schemas in config/ and the reference of keys in docs/configuration.md from the models.

Run it after a change of toolkit/config/model.py, targets.py or types.py: python scripts/build_config_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from toolkit.config.reference import forms, reference
from toolkit.config.schema import Json, orgs_schema, overlay_schema, package_schema

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Path("docs/configuration.md")


def outputs() -> dict[Path, str]:
    """Every generated file by its path in the repository."""
    schemas = {"package": package_schema(), "orgs": orgs_schema(), "overlay": overlay_schema()}
    files = {Path(f"config/{name}.schema.json"): _json(schema) for name, schema in schemas.items()}
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    for name in ("package", "orgs"):
        text = _between(text, name, reference(schemas[name]))
    files[DOCUMENT] = _between(text, "forms", forms())
    return files


def _json(schema: Json) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _between(text: str, name: str, content: str) -> str:
    """text with content between the two marks of name."""
    begin, end = f"<!-- {name}: generated, begin -->\n", f"<!-- {name}: generated, end -->\n"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    if not rest or not (tail or rest.endswith(end)):
        raise SystemExit(f"{DOCUMENT} lacks the marks of {name}")
    return f"{head}{begin}\n{content}\n{end}{tail}"


def main() -> None:
    for path, content in outputs().items():
        (ROOT / path).write_text(content, encoding="utf-8", newline="\n")
        print(path)


if __name__ == "__main__":
    main()
