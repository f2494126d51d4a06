"""The script that builds types.txt, on small sources; the whole build needs the registries and runs by hand."""

# ruff: noqa: E501 - documents and messages are longer than lines of code
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_schema", ROOT / "scripts" / "build_schema.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_schema"] = module
    spec.loader.exec_module(module)
    return module


WSDL = b"""<definitions xmlns:xsd="http://www.w3.org/2001/XMLSchema"><types><xsd:schema>
<xsd:complexType name="Metadata"><xsd:sequence><xsd:element name="fullName" minOccurs="0" type="xsd:string"/></xsd:sequence></xsd:complexType>
<xsd:complexType name="Thing"><xsd:complexContent><xsd:extension base="tns:Metadata"><xsd:sequence>
<xsd:element name="count" type="xsd:int"/><xsd:element name="parts" minOccurs="0" maxOccurs="unbounded" type="tns:Part"/>
<xsd:element name="old" minOccurs="0" type="xsd:boolean"/></xsd:sequence></xsd:extension></xsd:complexContent></xsd:complexType>
<xsd:complexType name="Part"><xsd:sequence><xsd:element name="mode" type="tns:Mode"/></xsd:sequence></xsd:complexType>
<xsd:complexType name="Answer"><xsd:sequence><xsd:element name="id" type="tns:ID"/></xsd:sequence></xsd:complexType>
<xsd:simpleType name="Mode"><xsd:restriction base="xsd:string"><xsd:enumeration value="On"/></xsd:restriction></xsd:simpleType>
</xsd:schema></types></definitions>"""
TYPESCRIPT = b"""export type Mode = 'On' | 'Half on';
export type Metadata = {
    fullName?: string;
};
export type Thing = Metadata & {
    count: number;
    fresh?: string;
    parts: Part[];
};
export type Part = {
    mode: Mode;
};
"""


def test_sources_merge_with_order_types_and_versions(build: ModuleType) -> None:
    views = {47: build.flatten(build.read_wsdl(WSDL)), 60: build.flatten(build.read_typescript(TYPESCRIPT))}
    types = build.merge(views, {60})
    text = build.write(types)
    assert text.splitlines()[1:] == [
        "Mode E - On Half%20on@47-60",
        "Part C - mode=Mode!",
        "Thing M - fullName count=int! fresh@47-60 parts=Part* old=boolean~47-60",
    ]
    assert text == build.write(build.merge(views, {60}))


def test_legacy_names_are_added_and_refined_and_never_repeated(build: ModuleType) -> None:
    views = {60: build.flatten(build.read_typescript(TYPESCRIPT))}
    types = build.merge(views, {60})
    build.add_legacy(types, build.read_lines("Thing M - bygone=boolean~30-31 count=number!@20-21\nMode V -\n"))
    assert build.write(types).splitlines()[1:] == [
        "Mode V - On Half%20on",
        "Part C - mode=Mode!",
        "Thing M - fullName bygone=boolean~30-31 count=number!@20-21 fresh parts=Part*",
    ]
    with pytest.raises(SystemExit, match="a source has Thing fresh as it is"):
        build.add_legacy(types, build.read_lines("Thing M - fresh\n"))


def test_a_declaration_of_a_new_shape_is_an_error(build: ModuleType) -> None:
    with pytest.raises(ValueError, match="unknown member"):
        build.read_typescript(b"export type A = {\n    b: string | null;\n};\n")
    with pytest.raises(ValueError, match="unknown declaration of A"):
        build.read_typescript(b"export type A = Array<string>;\n")


def test_an_enum_varies_when_a_value_comes_and_goes(build: ModuleType) -> None:
    views = {v: {"E": build.Decl("E", values=values)} for v, values in ((1, ["a", "b"]), (2, ["a"]), (3, ["a", "b"]))}
    assert build.varies("E", views)
    assert not build.varies("E", {v: views[v] for v in (1, 2)})


def test_members_keep_the_order_of_every_source(build: ModuleType) -> None:
    assert build.merge_order([["a", "d", "z"], ["a", "b", "z"], ["c", "d"]]) == ["a", "b", "c", "d", "z"]


def test_the_data_file_says_where_it_comes_from_and_is_sorted() -> None:
    lines = (ROOT / "toolkit/metadata/schema/data/types.txt").read_text(encoding="ascii").splitlines()
    assert lines[0].startswith("# ")
    names = [line.split(" ")[0] for line in lines[1:]]
    assert names == sorted(set(names))


def test_a_damaged_download_is_refused(build: ModuleType, tmp_path: Path) -> None:
    source = build.SOURCES[0]
    (tmp_path / source.archive).write_bytes(b"not the archive")
    with pytest.raises(SystemExit, match="not the pinned"):
        build.fetch(source, tmp_path)
