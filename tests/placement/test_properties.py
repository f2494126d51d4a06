"""Any page, any layout, any formatting: what holds for every placement, judged by other code than does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.placement.placement_shapes import added, grouped, only_lines_added
from toolkit.errors import MetadataError
from toolkit.placement.item import WidgetItem
from toolkit.placement.layout import LayoutSpot, place_on_layout, remove_from_layout
from toolkit.placement.templates import RECORD_TEMPLATES
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage

NS = "{http://soap.sforce.com/2006/04/metadata}"


@dataclass(frozen=True)
class Formatting:
    """How a file is written down, without a change of what it says."""

    unit: str
    eol: str
    bom: bool
    last_eol: bool
    comments: bool
    trailing: str

    def write(self, root: str, lines: list[tuple[int, str]]) -> bytes:
        out = [f'<{root} xmlns="http://soap.sforce.com/2006/04/metadata">']
        for number, (level, line) in enumerate(lines):
            note = f" <!-- n - {number} -->" if self.comments and number % 3 == 0 else ""
            out.append(f"{self.unit * level}{line}{note}{self.trailing}")
        text = self.eol.join([*out, f"</{root}>"]) + (self.eol if self.last_eol else "")
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode()


formattings = st.builds(
    Formatting,
    unit=st.sampled_from(["    ", "  ", "\t", ""]),
    eol=st.sampled_from(["\n", "\r\n", ""]),
    bom=st.booleans(),
    last_eol=st.booleans(),
    comments=st.booleans(),
    trailing=st.sampled_from(["", "  "]),
)
labels = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
)
items = st.builds(
    WidgetItem,
    page=st.sampled_from(["CobrowseWidgetContact", "ns__Widget", "P"]),
    height=st.none() | st.integers(50, 2000),
    label=st.none() | labels.filter(lambda text: text == text.strip()),
    show_label=st.none() | st.booleans(),
)  # fmt: skip
positions = st.none() | st.sampled_from(["first", "last"]) | st.integers(1, 8)


# Record pages


def component(name: str, identifier: str | None, *, old: bool) -> list[tuple[int, str]]:
    inner = [(0, f"<componentName>{name}</componentName>")]
    inner += [(0, f"<identifier>{identifier}</identifier>")] if identifier else []
    if old:
        return [(2, "<componentInstances>"), *((3, line) for _, line in inner), (2, "</componentInstances>")]
    return [
        (2, "<itemInstances>"),
        (3, "<componentInstance>"),
        *((4, line) for _, line in inner),
        (3, "</componentInstance>"),
        (2, "</itemInstances>"),
    ]


@st.composite
def pages(draw: st.DrawFn) -> tuple[list[tuple[int, str]], list[str]]:
    """The lines of a page with their levels, and the names of its regions."""
    template = draw(st.sampled_from([*RECORD_TEMPLATES, "c:own"]))
    known = RECORD_TEMPLATES.get(template)
    names = list(known.regions) if known else ["left", "center", "right"]
    present = draw(st.permutations(names)) if known is None else draw(st.lists(st.sampled_from(names), unique=True))
    old = draw(st.booleans())
    identifiers = not old and draw(st.booleans())
    parent = draw(st.booleans())
    lines: list[tuple[int, str]] = []
    facets = [f"Facet-{i}" for i in range(draw(st.integers(0, 2)))]
    for name in draw(st.permutations([*present, *facets])):
        lines.append((1, "<flexiPageRegions>"))
        for number in range(draw(st.integers(0, 3))):
            identifier = f"{name}_{number}".replace("-", "_") if identifiers else None
            lines += component(draw(st.sampled_from(["c:x", "force:detailPanel"])), identifier, old=old)
        lines += [(2, "<mode>Replace</mode>")] if parent else []
        kind = "Facet" if name in facets else "Region"
        lines += [(2, f"<name>{name}</name>"), (2, f"<type>{kind}</type>"), (1, "</flexiPageRegions>")]
    lines.append((1, "<masterLabel>Page &amp; more</masterLabel>"))
    lines += [(1, "<parentFlexiPage>flexipage__default_rec_L</parentFlexiPage>")] if parent else []
    lines += [(1, "<sobjectType>Contact</sobjectType>"), (1, "<template>"), (2, f"<name>{template}</name>")]
    lines += [(1, "</template>"), (1, "<type>RecordPage</type>")]
    return lines, [*present, *facets]


def regions_with(data: bytes, page: str) -> list[tuple[str, int]]:
    """The regions that show a page, with the index of its item, by ElementTree."""
    found = []
    for region in ElementTree.fromstring(data).iter(f"{NS}flexiPageRegions"):
        listed = [e for e in region if e.tag in {f"{NS}itemInstances", f"{NS}componentInstances"}]
        for index, item in enumerate(listed):
            if page in [value.text for value in item.iter(f"{NS}value")]:
                found.append((region.findtext(f"{NS}name", ""), index))
    return found


@given(pages(), formattings, items, positions, st.data())
def test_record_pages(
    page: tuple[list[tuple[int, str]], list[str]],
    formatting: Formatting,
    item: WidgetItem,
    position: object,
    draw: st.DataObject,
) -> None:
    lines, names = page
    data = formatting.write("FlexiPage", lines)
    spot = Spot(draw.draw(st.sampled_from([None, "sidebar", *names])), position)

    once = place_on_flexipage(data, item, spot)
    assert regions_with(once.data, item.page)[0][0] == once.spot
    assert len(regions_with(once.data, item.page)) == 1
    if spot.region not in {None, "sidebar"}:
        assert once.spot == spot.region
    if position in {"first", 1}:
        assert regions_with(once.data, item.page)[0][1] == 0
    added(data, once.data)
    assert grouped(once.data)
    if formatting.eol == "\n":
        assert only_lines_added(data, once.data)

    assert place_on_flexipage(once.data, item, spot).data == once.data
    assert remove_from_flexipage(once.data, item).data == data

    elsewhere = Spot(draw.draw(st.sampled_from([None, *names])), draw.draw(positions))
    moved = place_on_flexipage(once.data, item, elsewhere)
    assert len(regions_with(moved.data, item.page)) == 1
    assert grouped(moved.data)
    assert place_on_flexipage(moved.data, item, elsewhere).data == moved.data
    if not re.search(rb"region added", once.data):
        assert remove_from_flexipage(moved.data, item).data == data


# Layouts


@st.composite
def layouts(draw: st.DrawFn) -> tuple[list[tuple[int, str]], list[str], list[str]]:
    """The lines of a layout with their levels, the labels of its sections and its fields."""
    lines: list[tuple[int, str]] = [(1, "<excludeButtons>Submit</excludeButtons>")] if draw(st.booleans()) else []
    labels_there: list[str] = []
    fields: list[str] = []
    for number in range(draw(st.integers(0, 4))):
        label = f"Section {number}"
        labels_there.append(label)
        lines += [(1, "<layoutSections>"), (2, "<customLabel>true</customLabel>"), (2, f"<label>{label}</label>")]
        for _ in range(draw(st.integers(1, 3))):
            count = draw(st.integers(0, 3))
            if not count:
                lines.append((2, "<layoutColumns/>"))
                continue
            lines.append((2, "<layoutColumns>"))
            for _ in range(count):
                fields.append(f"F{len(fields)}__c")
                lines += [(3, "<layoutItems>"), (4, "<behavior>Edit</behavior>"), (4, f"<field>{fields[-1]}</field>")]
                lines.append((3, "</layoutItems>"))
            lines.append((2, "</layoutColumns>"))
        style = draw(st.sampled_from(["TwoColumnsTopToBottom", "OneColumn", "CustomLinks"]))
        lines += [(2, f"<style>{style}</style>"), (1, "</layoutSections>")]
    lines.append((1, "<showEmailCheckbox>false</showEmailCheckbox>"))
    return lines, labels_there, fields


@st.composite
def layout_spots(draw: st.DrawFn, labels_there: list[str], fields: list[str]) -> LayoutSpot:
    choices = [st.builds(LayoutSpot, position=positions)]
    if labels_there:
        one = st.sampled_from(labels_there)
        choices += [st.builds(LayoutSpot, position=positions, section=one, column=st.none() | st.just(1))]
        choices += [st.builds(LayoutSpot, before_section=one), st.builds(LayoutSpot, after_section=one)]
    if fields:
        one = st.sampled_from(fields)
        choices += [st.builds(LayoutSpot, before_field=one), st.builds(LayoutSpot, after_field=one)]
    return draw(st.one_of(choices))


@given(layouts(), formattings, items, st.data())
def test_layouts(
    layout: tuple[list[tuple[int, str]], list[str], list[str]],
    formatting: Formatting,
    item: WidgetItem,
    draw: st.DataObject,
) -> None:
    lines, labels_there, fields = layout
    data = formatting.write("Layout", lines)
    spot = draw.draw(layout_spots(labels_there, fields))

    once = place_on_layout(data, item, spot)
    pages_there = [e.text for e in ElementTree.fromstring(once.data).iter(f"{NS}page")]
    assert pages_there == [item.page]
    added(data, once.data)
    assert grouped(once.data)

    again = place_on_layout(once.data, item, spot)
    assert again.data == once.data
    assert not again.changed
    assert remove_from_layout(once.data, item).data == data

    elsewhere = draw.draw(layout_spots(labels_there, fields))
    moved = place_on_layout(once.data, item, elsewhere)
    assert [e.text for e in ElementTree.fromstring(moved.data).iter(f"{NS}page")] == [item.page]
    assert place_on_layout(moved.data, item, elsewhere).data == moved.data
    assert remove_from_layout(moved.data, item).data == data


# Whatever comes in, an error is one of ours


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: f"<FlexiPage>{t}</FlexiPage>".encode()))
def test_any_bytes_are_refused_with_a_placement_error(data: bytes) -> None:
    for act in (place_on_flexipage, remove_from_flexipage, place_on_layout, remove_from_layout):
        with pytest.raises(MetadataError) as caught:
            act(data, WidgetItem("P"))
        assert caught.value.problems
