"""What stands in an org for a wish, read from what the org returned: the proof, and the words of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.errors import MetadataError
from toolkit.metadata.component import ComponentKey
from toolkit.placement.app_pages import app_page
from toolkit.placement.arrange import named_layouts
from toolkit.placement.flexipage import regions
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import WidgetItem
from toolkit.placement.layout import read_layout
from toolkit.placement.overrides import org_default
from toolkit.placement.wish import Wish

ORG_DEFAULT = "Org default of "
"""What the subject of a proof begins with that tells who gets the page."""

_FORMS = {"Large": "desktop", "Medium": "tablet", "Small": "phone"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What was read back for one wish; ok says whether users get the widget as wanted."""

    wish: Wish
    subject: str
    ok: bool
    text: str


def proofs(inventory: Inventory, wish: Wish) -> Iterator[Proof]:
    """For the Lightning side of a wish one proof of the widget and one of the org default, and one for its layouts.

    Reads what is in the inventory.
    """
    if wish.lightning:
        yield _lightning(inventory, wish)
        if wish.org_default:
            yield _org_default(inventory, wish)
    if wish.layouts:
        yield _on_layouts(inventory, wish)


def _lightning(inventory: Inventory, wish: Wish) -> Proof:
    texts: list[str] = []
    wrong: list[str] = []
    for words, page in _shown(inventory, wish):
        if page is None:
            wrong.append(f"{words}: Salesforce's own page, without the widget")
            continue
        stands = on_page(inventory, page, wish.item)
        if stands is None:
            wrong.append(f"{words}: page {page}, without the widget")
        else:
            (texts if _as_wanted(stands, wish) else wrong).append(f"page {page}, {stands.words}, {words}")
    ok = not wrong and bool(texts)
    text = "; ".join(wrong or texts) or "no page is the org default"
    subject = f"{wish.object} in app {wish.app}" if wish.app else wish.object
    return Proof(wish, subject, ok, text)


def _org_default(inventory: Inventory, wish: Wish) -> Proof:
    shown = list(_org_defaults(inventory, wish))
    texts = [f"page {page}{_on(words)}" for words, page in shown if page is not None and _is_on(inventory, page, wish)]
    wrong = [
        f"page {page}, without the widget{_on(words)}" if page else f"Salesforce's own page{_on(words)}"
        for words, page in shown
        if page is None or not _is_on(inventory, page, wish)
    ]
    return Proof(wish, f"{ORG_DEFAULT}{wish.object}", ok=not wrong, text="; ".join(wrong or texts))


def _is_on(inventory: Inventory, page: str, wish: Wish) -> bool:
    return on_page(inventory, page, wish.item) is not None


def _on(words: str) -> str:
    return words.removeprefix("org default")


def _org_defaults(inventory: Inventory, wish: Wish) -> Iterator[tuple[str, str | None]]:
    """Each page that is the org default on some form factor of the wish, in words first."""
    key = inventory.find("CustomObject", wish.object)
    data = inventory.held(key) if key is not None else None
    shown = {form: org_default(data, form) if data else None for form in wish.form_factors}
    for page in dict.fromkeys(shown.values()):
        forms = [_FORMS[form] for form, held in shown.items() if held == page]
        yield "org default" if forms == ["desktop"] else f"org default ({' and '.join(forms)})", page


def _shown(inventory: Inventory, wish: Wish) -> Iterator[tuple[str, str | None]]:
    """For whom, and the page that they get."""
    if wish.page is not None and not wish.org_default and wish.app is None:
        yield "not assigned by this placement", wish.page
        return
    if wish.org_default or wish.app is None:
        yield from _org_defaults(inventory, wish)
    for scope in wish.scopes():
        app = inventory.find("CustomApplication", scope.app)
        held_by_app = app_page(inventory.held(app), scope) if app is not None else None
        yield scope.words, held_by_app.content if held_by_app is not None else None


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the widget stands on one page or layout: a region or section, and its properties.

    position counts from 1 within the region; None on a layout.
    """

    place: str
    height: str | None
    label: str | None
    show_label: str | None
    position: int | None = None

    @property
    def words(self) -> str:
        return f"{self.place}, height {self.height or 'not set'}"


def _as_wanted(stands: Stands, wish: Wish) -> bool:
    item = wish.item
    asked = (
        (item.height, stands.height and stands.height == str(item.height)),
        (item.label, stands.label == item.label),
        (item.show_label, stands.show_label == str(item.show_label).lower()),
    )
    return all(same for value, same in asked if value is not None)


def on_page(inventory: Inventory, page: str, item: WidgetItem) -> Stands | None:
    """Where the widget stands on a record page; None when it does not, or the page is not there."""
    key = inventory.find("FlexiPage", page)
    return page_stands(inventory.held(key), item, inventory.path(key)) if key is not None else None


def page_stands(data: bytes | None, item: WidgetItem, source: str) -> Stands | None:
    for region in regions(data, source) if data is not None else ():
        for position, found in enumerate(region.items, start=1):
            if found.shows(item.page):
                say = found.properties.get
                return Stands(region.name, say("height"), say("label"), say("showLabel"), position)
    return None


def layout_stands(data: bytes | None, item: WidgetItem, source: str) -> Stands | None:
    for section in read_layout(data, source) if data is not None else ():
        for column in section.columns:
            for found in column:
                if (found.page or "").casefold() == item.page.casefold():
                    return Stands(f"section {section.label or 'without label'}", found.height, None, None)
    return None


def _on_layouts(inventory: Inventory, wish: Wish) -> Proof:
    subject = f"{wish.object} layouts"
    try:
        layouts = named_layouts(inventory, wish)
    except MetadataError as error:
        return Proof(wish, subject, ok=False, text=str(error))
    stands = {_name(key): layout_stands(inventory.held(key), wish.item, inventory.path(key)) for key in layouts}
    missing = [name for name, found in stands.items() if found is None]
    other = [
        f"{name}: height {found.height}"
        for name, found in stands.items()
        if found is not None and wish.item.height is not None and found.height != str(wish.item.height)
    ]
    if missing or other:
        said = [f"without the widget: {', '.join(missing)}"] if missing else []
        return Proof(wish, subject, ok=False, text="; ".join([*said, *other]))
    heights = ", ".join(sorted({found.height or "not set" for found in stands.values() if found is not None}))
    return Proof(wish, subject, ok=True, text=f"{', '.join(stands)}: height {heights}")


def _name(key: ComponentKey) -> str:
    return unquote(key.full_name).partition("-")[2]
