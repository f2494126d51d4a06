"""The type registry: what it knows, how it is found, and that it is built reproducibly."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.metadata.bundle_samples import sample
from toolkit.errors import MetadataError
from toolkit.metadata.registry import Registry, TypeInfo, standard, type_of

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_registry.py"
DATA = Path(__file__).parents[2] / "toolkit" / "metadata" / "data"


def test_it_knows_the_types_of_the_platform() -> None:
    registry = standard()
    assert len(registry) == 533
    assert registry["ApexClass"] == TypeInfo("ApexClass", "classes", "cls", "content", wildcard_and_name=True)
    field = registry.child("CustomField")
    assert field is not None
    parent, child = field
    assert (parent.name, child.directory, child.suffix, child.element) == ("CustomObject", "fields", "field", "fields")
    assert registry.get("Nonsense") is None
    assert registry.child("Nonsense") is None
    assert registry.knows("CustomField")
    assert not registry.knows("Nonsense")


def test_folders_and_suffixes() -> None:
    registry = standard()
    assert {t.name for t in registry.of_directory("reports")} == {"Report", "ReportFolder"}
    assert registry.of_directory("nothing") == ()
    owner = registry.of_suffix("settings")
    assert owner is not None
    assert owner.name == "Settings"
    assert registry.of_suffix("nothing") is None


def test_what_a_type_says_of_its_files() -> None:
    registry = standard()
    assert registry["LightningComponentBundle"].bundle
    assert registry["Certificate"].has_meta_file
    assert not registry["CustomTab"].has_meta_file
    assert registry["ReportFolder"].manifest_type == "Report"
    assert registry["EmailTemplateFolder"].manifest_type == "EmailTemplate"
    assert registry["CustomObject"].decomposition == "folderPerType"


@pytest.mark.parametrize("info", list(standard()), ids=lambda info: info.name)
def test_every_type_finds_its_own_files(info: TypeInfo) -> None:
    component = sample(info)
    expected = "EmailFolder" if info.name == "EmailTemplateFolder" else info.name
    for file in component.files:
        found = type_of(file.path)
        assert found is not None, file.path
        if info.folder_of:  # the Metadata API calls a folder's file alike for all of them
            assert found[0].directory == info.directory
        else:
            assert found[0].name == expected
        assert found[1] == component.full_name


def test_presets_change_the_layout() -> None:
    registry = standard().with_presets(["decomposeWorkflowBeta"])
    assert registry["Workflow"].decomposition == "folderPerType"
    assert standard()["Workflow"].decomposition is None
    with pytest.raises(MetadataError, match="unknown registry preset 'nonsense'"):
        standard().with_presets(["nonsense"])


def test_loading_is_cheap() -> None:
    """Loading is measured in its own process so that nothing is cached; 20 ms leave room for a busy machine."""
    script = (
        "import toolkit.metadata.registry as r, time\n"
        "best = 1.0\n"
        "for _ in range(5):\n"
        "    r._data.cache_clear(); r.standard.cache_clear(); start = time.perf_counter(); r.standard()\n"
        "    best = min(best, time.perf_counter() - start)\n"
        "print(best)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.02


def test_types_are_made_when_they_are_asked_for() -> None:
    registry = Registry({"A": {"directory": "as", "suffix": "a"}}, {})
    assert registry["A"] is registry["A"]
    assert list(registry) == [TypeInfo("A", "as", "a")]


def _package(root: Path) -> tuple[Path, Path]:
    """Two small npm packages in the shape that the script reads."""
    registry, mime = root / "sdr", root / "mime"
    folder = registry / "lib" / "src" / "registry"
    (folder / "presets").mkdir(parents=True)
    types = {
        "b": {"id": "b", "name": "B", "directoryName": "bs", "suffix": "x", "strictDirectoryName": True},
        "a": {
            "id": "a",
            "name": "A",
            "directoryName": "as",
            "suffix": "x",
            "inFolder": False,
            "folderType": "b",
            "strategies": {"adapter": "matchingContentFile"},
            "children": {"types": {"c": {"name": "C", "directoryName": "cs", "suffix": "c", "isAddressable": False}}},
        },
    }
    data = {"types": types, "suffixes": {"x": "a"}, "childTypes": {}, "strictDirectoryNames": {}}
    (folder / "metadataRegistry.json").write_text(json.dumps(data))
    (folder / "presets" / "p.json").write_text(json.dumps({"types": {"b": types["b"]}}))
    (registry / "package.json").write_text('{"version": "1.0.0"}')
    (mime / "types").mkdir(parents=True)
    (mime / "package.json").write_text('{"version": "2.0.0"}')
    (mime / "types" / "standard.js").write_text('module.exports = {"text/a":["*aa","ab"]};')
    (mime / "types" / "other.js").write_text('module.exports = {"text/a":["zz"],"text/b":["b"]};')
    return registry, mime


def test_the_build_script_gives_the_same_bytes(tmp_path: Path) -> None:
    registry, mime = _package(tmp_path)
    namespace: dict[str, object] = {"__name__": "build_registry", "__file__": str(SCRIPT)}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), namespace)
    build, extensions = namespace["build"], namespace["extensions"]
    assert callable(build)
    assert callable(extensions)
    assert (
        build(registry)
        == build(registry)
        == (
            b'{"source":{"package":"@salesforce/source-deploy-retrieve","version":"1.0.0","licence":"Apache-2.0"},\n'
            b'"suffixOwners":{"x":"A"},\n"types":{\n'
            b'"A":{"directory":"as","suffix":"x","kind":"content","folderType":"B",'
            b'"children":[{"name":"C","directory":"cs","suffix":"c","element":"cs","addressable":false}]},\n'
            b'"B":{"directory":"bs","suffix":"x","strict":true}\n},\n'
            b'"presets":{\n"p":{"B":{"directory":"bs","suffix":"x","strict":true}}\n}}\n'
        )
    )
    assert extensions(mime) == (
        b'{"source":{"package":"mime","version":"2.0.0","licence":"MIT"},\n'
        b'"extensions":{\n"text/a":"aa",\n"text/b":"b"\n}}\n'
    )


def test_the_data_says_where_it_comes_from() -> None:
    versions = {name: json.loads((DATA / name).read_bytes())["source"] for name in ("registry.json", "extensions.json")}
    script = SCRIPT.read_text(encoding="utf-8")
    assert f'VERSION = "{versions["registry.json"]["version"]}"' in script
    assert f'MIME_VERSION = "{versions["extensions.json"]["version"]}"' in script
