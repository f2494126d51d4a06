"""Build toolkit/metadata/data/*.json from the npm packages @salesforce/source-deploy-retrieve and mime.

    python scripts/build_registry.py [REGISTRY_PACKAGE_FOLDER MIME_PACKAGE_FOLDER]

The folders are unpacked copies of the packages (they hold package.json); without them the versions named
below are fetched with `npm pack`. Only facts are taken over: names of types, folders, suffixes and XML
elements, and which extension goes with a MIME type. The same packages give the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "@salesforce/source-deploy-retrieve"
VERSION = "12.37.2"
MIME_VERSION = "2.6.0"
TARGET = Path(__file__).parent.parent / "toolkit" / "metadata" / "data"

KINDS = {
    None: "file",
    "default": "file",
    "decomposed": "file",
    "partiallyDecomposed": "file",
    "matchingContentFile": "content",
    "mixedContent": "mixed",
    "bundle": "bundle",
    "uiBundles": "bundle",
    "digitalExperience": "experience",
}


# ours -> theirs, taken over as they are when present
CHILD_FACTS = {"id": "uniqueIdElement", "legacySuffix": "legacySuffix"}
CHILD_FLAGS = {"needsParent": "unaddressableWithoutParent", "bareName": "ignoreParentName"}
TYPE_FLAGS = {
    "inFolder": "inFolder",
    "strict": "strictDirectoryName",
    "ownName": "ignoreParsedFullName",
    "partialDelete": "supportsPartialDelete",
    "wildcardAndName": "supportsWildcardAndName",
}
TYPE_REFERENCES = {"folderType": "folderType", "folderOf": "folderContentType", "aliasOf": "aliasFor"}
TYPE_FACTS = {"metaFile": "metaFileSuffix", "legacySuffix": "legacySuffix"}


def child(entry: dict[str, Any]) -> dict[str, Any]:
    """One child type; the XML element falls back to the folder name, as the source says."""
    record: dict[str, Any] = {
        "name": entry["name"],
        "directory": entry["directoryName"],
        "suffix": entry["suffix"],
        "element": entry.get("xmlElementName") or entry.get("xmlElement") or entry["directoryName"],
    }
    record |= {ours: entry[theirs] for ours, theirs in CHILD_FACTS.items() if theirs in entry}
    record |= {ours: True for ours, theirs in CHILD_FLAGS.items() if entry.get(theirs)}
    if entry.get("isAddressable") is False:
        record["addressable"] = False
    return record


def type_record(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """One type, with the defaults left out; references to other types are by name."""
    strategies = entry.get("strategies") or {}
    record: dict[str, Any] = {"directory": entry["directoryName"]}
    record |= {"suffix": entry["suffix"]} if "suffix" in entry else {}
    kind = KINDS[strategies.get("adapter")]
    record |= {"kind": kind} if kind != "file" else {}
    record |= {ours: True for ours, theirs in TYPE_FLAGS.items() if entry.get(theirs)}
    record |= {ours: names[entry[theirs]] for ours, theirs in TYPE_REFERENCES.items() if theirs in entry}
    record |= {ours: entry[theirs] for ours, theirs in TYPE_FACTS.items() if theirs in entry}
    if strategies.get("transformer") not in (None, "decomposed"):
        record["transformer"] = strategies["transformer"]
    if "decomposition" in strategies:
        record["decomposition"] = strategies["decomposition"]
    if "children" in entry:
        record["children"] = [child(c) for _, c in sorted(entry["children"]["types"].items())]
    return record


def build(package: Path) -> bytes:
    """The bytes of registry.json for an unpacked package; one type a line, sorted by name."""
    source = package / "lib" / "src" / "registry"
    data = json.loads((source / "metadataRegistry.json").read_text(encoding="utf-8"))
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    names = {key: entry["name"] for key, entry in data["types"].items()}
    types = {entry["name"]: type_record(entry, names) for entry in data["types"].values()}
    # a suffix that several types share belongs, outside their own folders, to the one the source names
    suffixes = {
        s: names[key] for s, key in data["suffixes"].items() if key in names and types[names[key]].get("suffix") == s
    }
    shared = {s for s in suffixes if sum(t.get("suffix") == s for t in types.values()) > 1}
    presets = {}
    for path in sorted((source / "presets").glob("*.json")):
        preset = json.loads(path.read_text(encoding="utf-8"))
        presets[path.stem] = {e["name"]: type_record(e, names) for _, e in sorted(preset["types"].items())}

    def lines(records: dict[str, Any]) -> str:
        return ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in sorted(records.items()))

    head = json.dumps({"package": PACKAGE, "version": version, "licence": "Apache-2.0"}, separators=(",", ":"))
    owners = json.dumps({s: suffixes[s] for s in sorted(shared)}, separators=(",", ":"))
    return (
        f'{{"source":{head},\n"suffixOwners":{owners},\n"types":{{\n{lines(types)}\n}},\n"presets":{{\n{lines(presets)}\n}}}}\n'
    ).encode()


def extensions(package: Path) -> bytes:
    """The bytes of extensions.json: MIME type -> file extension, from the unpacked npm package `mime`."""
    found: dict[str, str] = {}
    for table in ("standard.js", "other.js"):
        text = (package / "types" / table).read_text(encoding="utf-8")
        for mime, names in json.loads(text[text.index("{") : text.rindex("}") + 1]).items():
            found.setdefault(mime, names[0].removeprefix("*"))
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    lines = ",\n".join(f"{json.dumps(mime)}:{json.dumps(name)}" for mime, name in sorted(found.items()))
    head = json.dumps({"package": "mime", "version": version, "licence": "MIT"}, separators=(",", ":"))
    return f'{{"source":{head},\n"extensions":{{\n{lines}\n}}}}\n'.encode()


def fetch(package: str, folder: Path) -> Path:
    """The package unpacked below folder, fetched with npm's own client."""
    folder.mkdir()
    npm = ["npm", "pack", package, "--silent", "--pack-destination", str(folder)]
    subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        given = [Path(argument) for argument in sys.argv[1:]]
        registry, mime = given or (
            fetch(f"{PACKAGE}@{VERSION}", Path(scratch) / "registry"),
            fetch(f"mime@{MIME_VERSION}", Path(scratch) / "mime"),
        )
        contents = {"registry.json": build(registry), "extensions.json": extensions(mime)}
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (TARGET / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
