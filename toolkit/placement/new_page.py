"""New Lightning record pages: a copy of the standard layout, and a clone of a page that may not be edited."""

from __future__ import annotations

import hashlib
import re

from toolkit.errors import MetadataError
from toolkit.metadata.edit import Markup, read, write
from toolkit.placement.flexipage import FACET, RECORD_PAGE, REGION
from toolkit.placement.item import WidgetItem
from toolkit.placement.widget import Shape, Spot, place_on_flexipage

_TEMPLATE = "flexipage:recordHomeTemplateDesktop"
TEMPLATE_SINCE = 39.0
"""The API version since which pages name a template (the Metadata API's WSDLs, version by version)."""
_LONGEST_NAME = 40
_LONGEST_LABEL = 80
_LONGEST_DESCRIPTION = 255
MADE = "Made by sfmeta place"
"""The description of a page that we made in an org; a copy of another page also says of which."""
_COPY = re.compile(r"Made by sfmeta place, copy of: ([A-Za-z0-9_]+)")


def default_page_name(object_name: str, prefix: str = "Cobrowse") -> str:
    """The developer name of the page we make for an object: at most 40 characters, no double underscore."""
    return _name(prefix, object_name.removesuffix("__c"), object_name)


def scoped_page_name(object_name: str, scope: tuple[str, ...], prefix: str = "Cobrowse") -> str:
    """The name of the page for an object in an app (and a record type and profile)."""
    words = "_".join(re.sub(r"[^A-Za-z0-9]+", "_", part).strip("_") for part in scope)
    return _name(prefix, f"{object_name.removesuffix('__c')}_{words}", "\n".join((object_name, *scope)))


def copy_name(page: str, prefix: str = "Cobrowse") -> str:
    """The name of our copy of a managed page (`ns__Contact_Page`)."""
    return _name(prefix, page.replace("_Record_Page", "").replace("_record_page", ""), page)


def _name(prefix: str, stem: str, told_by: str) -> str:
    stem = f"{prefix}_{re.sub('_{2,}', '_', stem)}"
    tail = "_Record_Page"
    if len(stem) + len(tail) > _LONGEST_NAME:  # what is cut off must still tell two pages apart
        tail = f"_{hashlib.sha256(told_by.encode()).hexdigest()[:6]}{tail}"
    return stem[: _LONGEST_NAME - len(tail)].rstrip("_") + tail


def default_record_page(
    object_name: str,
    api_version: str,
    item: WidgetItem | None,
    *,
    label: str | None = None,
    description: str | None = None,
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
            *((Markup("description", description),) if description else ()),
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


def clone_page(data: bytes, label: str, *, description: str | None = None, source: str = "flexipage") -> bytes:
    """The same page under another label, for a managed page: the copy belongs to the org and can be edited.

    The developer name of a page is that of its file; give the copy one of its own.
    """
    document = read(data, source, "FlexiPage")
    element = document.root.first("masterLabel")
    if element is None:
        raise MetadataError.of("the page has no masterLabel", where=document.where(document.root))
    splices = [document.replace_text(element, label[:_LONGEST_LABEL])]
    if description is not None:
        said = document.root.first("description")
        text = description[:_LONGEST_DESCRIPTION]
        if said is not None:
            splices.append(document.replace_text(said, text))
        else:
            splices.append(document.insert(document.root, None, Markup("description", text)))
    return document.apply(splices)


def copy_of(data: bytes, page: str, *, source: str = "flexipage") -> bytes:
    """A copy of a page that says so, for `origin_of`."""
    document = read(data, source, "FlexiPage")
    label = document.child_text(document.root, "masterLabel") or page
    return clone_page(data, f"{label[:60]} with Cobrowse.io", description=f"{MADE}, copy of: {page}", source=source)


def made_here(data: bytes, *, source: str = "flexipage") -> bool:
    """Whether a page says that we made it."""
    document = read(data, source, "FlexiPage")
    return (document.child_text(document.root, "description") or "").startswith(MADE)


def origin_of(data: bytes, *, source: str = "flexipage") -> str | None:
    """The page that this one is our copy of."""
    document = read(data, source, "FlexiPage")
    said = _COPY.fullmatch(document.child_text(document.root, "description") or "")
    return said[1] if said else None


def _region(name: str, kind: str, *items: Markup) -> Markup:
    return Markup("flexiPageRegions", (*items, Markup("name", name), Markup("type", kind)))


def _tab(shape: Shape, body: str, title: str, identifier: str, *, active: bool) -> Markup:
    properties = {"body": body, "title": title} | ({"active": "true"} if active else {})
    return shape.component("flexipage:tab", properties, identifier)
