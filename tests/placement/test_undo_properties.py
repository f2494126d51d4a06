"""Whatever others do to the pages in between, taking the widget out leaves their work, and nothing of ours."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.placement.placement_shapes import before, nodes
from toolkit.metadata.component import Component, ComponentFile
from toolkit.placement.arrange import arrange
from toolkit.placement.flexipage import widgets
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import WidgetItem
from toolkit.placement.overrides import PageOverride, merge_override, org_default
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage
from toolkit.placement.wish import Wish
from toolkit.placement.withdraw import withdraw

OURS = WidgetItem("CobrowseWidgetContact", height=900)
OTHER = WidgetItem("SomethingElse", height=300)
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
PAGES = ("A_Page", "B_Page")
EMPTY = f"<CustomObject {NS}>\n</CustomObject>\n".encode()


def by_hand(page: str) -> bytes:
    """The object with a default that App Builder has set, whatever was there."""
    return merge_override(EMPTY, PageOverride(page), take_over=False).data.replace(b"set by sfmeta place", b"by hand")


def inventory(held: dict[str, bytes], contact: bytes) -> Inventory:
    pages = [Component("FlexiPage", n, (ComponentFile(f"flexipages/{n}.flexipage", d),)) for n, d in held.items()]
    return Inventory(
        [*pages, Component("CustomObject", "Contact", (ComponentFile("objects/Contact.object", contact),))]
    )


def after(done: Inventory, held: dict[str, bytes], contact: bytes) -> tuple[dict[str, bytes], bytes]:
    """The org once what is staged has been deployed."""
    pages, told = dict(held), contact
    for key, _, new in done.changes():
        if key.type == "CustomObject":
            told = new or b""
        elif new is None:
            pages.pop(key.full_name)
        else:
            pages[key.full_name] = new
    return pages, told


edits = st.lists(
    st.tuples(
        st.sampled_from(["add", "take", "height", "move", "text", "double", "default"]),
        st.sampled_from(PAGES),
        st.sampled_from(["main", "sidebar", "header"]),
        st.sampled_from(["first", "last", 2]),
    ),
    max_size=6,
)


def by_others(
    what: str, page: str, region: str, position: object, held: dict[str, bytes], contact: bytes, *, ours: bool
) -> bytes:
    """One edit of somebody else's, of the pages in place and of the object; ours: whether they meet our widget."""
    data = held[page]
    spot = Spot(region, position)
    if what == "add" and not widgets(data, OTHER):
        held[page] = place_on_flexipage(data, OTHER, spot).data
    elif what == "take":
        held[page] = remove_from_flexipage(data, OTHER).data
    elif what == "text":
        held[page] = data.replace(b"<masterLabel>", b"<!-- seen --><masterLabel>New ", 1)
    elif what == "default":
        return by_hand(page)
    elif ours and what == "height" and widgets(data, OURS):
        held[page] = place_on_flexipage(data, WidgetItem(OURS.page, height=1500)).data
    elif (ours and what == "move" and widgets(data, OURS)) or (ours and what == "double" and not widgets(data, OURS)):
        held[page] = place_on_flexipage(data, OURS, spot).data
    return contact


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.booleans(), edits)
def test_the_same_as_if_we_had_never_been_there(page: str, has_default: bool, changes: list[tuple]) -> None:
    start = {name: before("standard").replace(b"Contact Record Page", name.encode()) for name in PAGES}
    contact = EMPTY
    if has_default:
        contact = by_hand("B_Page")
    wish = Wish("Contact", OURS, page=page, take_over=True)
    placing = inventory(start, contact)
    arrange(placing, [wish], "62.0")
    with_us, told = after(placing, start, contact)
    without_us, untouched = dict(start), contact
    taken = False
    for what, name, region, position in changes:
        told = by_others(what, name, region, position, with_us, told, ours=True)
        untouched = by_others(what, name, region, position, without_us, untouched, ours=False)
        taken = taken or what == "default"
    back = inventory(with_us, told)
    withdraw(back, [Wish("Contact", OURS)], "62.0")
    pages, final = after(back, with_us, told)
    for name, data in pages.items():
        assert widgets(data, OURS) == ()
        if all(kind in {"text", "take", "height", "default", "double"} for kind, *_ in changes):
            assert nodes(data) == nodes(without_us[name])
    if not taken:
        assert org_default(final) == org_default(untouched)
    again = inventory(pages, final)
    withdraw(again, [Wish("Contact", OURS)], "62.0")
    assert again.changes() == []
