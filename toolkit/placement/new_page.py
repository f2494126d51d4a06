"""New Lightning record pages: a copy of the standard layout, and a clone of a page that may not be edited."""

from __future__ import annotations

import hashlib

from toolkit.errors import MetadataError
from toolkit.metadata.edit import Markup, read, write
from toolkit.placement.flexipage import FACET, RECORD_PAGE, REGION
from toolkit.placement.item import WidgetItem
from toolkit.placement.widget import Shape, Spot, place_on_flexipage

_TEMPLATE = "flexipage:recordHomeTemplateDesktop"
_LONGEST_NAME = 40


def default_page_name(object_name: str, prefix: str = "Cobrowse") -> str:
    """The developer name of the page we make for an object: at most 40 characters, no double underscore."""
    stem = f"{prefix}_{object_name.removesuffix('__c').replace('__', '_')}"
    tail = "_Record_Page"
    if len(stem) + len(tail) > _LONGEST_NAME:  # what is cut off must still tell two objects apart
        tail = f"_{hashlib.sha256(object_name.encode()).hexdigest()[:6]}{tail}"
    return stem[: _LONGEST_NAME - len(tail)].rstrip("_") + tail


def default_record_page(
    object_name: str, api_version: str, item: WidgetItem | None, *, label: str | None = None
) -> bytes:
    """A record page like the one Salesforce shows for an object without one, the widget in the right sidebar.

    Highlights above, the tabs Related and Details in the main column. Only components that every org has:
    feeds and activities fail in an org without Chatter or activities. Without an item the sidebar is empty.
    """
    shape = Shape.of_version(api_version)
    highlights = shape.component(
        "force:highlightsPanel",
        {"collapsed": "false", "hideChatterActions": "false", "numVisibleActions": "3"},
        "force_highlightsPanel",
    )
    related = shape.component("force:relatedListContainer", {}, "force_relatedListContainer")
    details = shape.component("force:detailPanel", {}, "force_detailPanel")
    tabs = (
        _tab(shape, "relatedTabContent", "Standard.Tab.relatedLists", "relatedListsTab", active=True),
        _tab(shape, "detailTabContent", "Standard.Tab.detail", "detailTab", active=False),
    )
    tabset = shape.component("flexipage:tabset", {"tabs": "maintabs"}, "flexipage_tabset")
    page = Markup(
        "FlexiPage",
        (
            _region("header", REGION, highlights),
            _region("relatedTabContent", FACET, related),
            _region("detailTabContent", FACET, details),
            _region("maintabs", FACET, *tabs),
            _region("main", REGION, tabset),
            _region("sidebar", REGION),
            Markup("masterLabel", label or f"{object_name} Record Page with Cobrowse.io"),
            Markup("sobjectType", object_name),
            Markup("template", (Markup("name", _TEMPLATE),)),
            Markup("type", RECORD_PAGE),
        ),
    )
    data = write(page)
    return place_on_flexipage(data, item, Spot("sidebar"), api_version=api_version).data if item else data


def clone_page(data: bytes, label: str, *, source: str = "flexipage") -> bytes:
    """The same page under another label, for a managed page: the copy belongs to the org and can be edited.

    The developer name of a page is that of its file; give the copy one of its own.
    """
    document = read(data, source, "FlexiPage")
    element = document.root.first("masterLabel")
    if element is None:
        raise MetadataError.of("the page has no masterLabel", where=document.where(document.root))
    return document.apply([document.replace_text(element, label)])


def _region(name: str, kind: str, *items: Markup) -> Markup:
    return Markup("flexiPageRegions", (*items, Markup("name", name), Markup("type", kind)))


def _tab(shape: Shape, body: str, title: str, identifier: str, *, active: bool) -> Markup:
    properties = {"body": body, "title": title} | ({"active": "true"} if active else {})
    return shape.component("flexipage:tab", properties, identifier)
