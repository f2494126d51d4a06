"""Links of the record pages and layouts: what a user gets for an object, and whether the widget is on it.

A Lightning record page is chosen by app, record type and profile first, then by app, then by the object's org
default (salesforce-facts 3.17); without any of them Salesforce shows its own page, which no widget is on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.config.model import Package, Placement
from toolkit.generate.names import Names
from toolkit.placement.layout import layout_object
from toolkit.placement.overrides import VIEW, Override
from toolkit.release.verify.facts import AppPages, Entity, Facts, PageFacts, Person
from toolkit.release.verify.links import Link, State
from toolkit.release.verify.mends import Mends

_FLEXIPAGE = "Flexipage"
_NONE = frozenset({"", "Default", "Standard"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What View shows where: page is the Lightning page, instead what else is shown when it is none.

    app, record_type are None for everybody who meets no narrower rule.
    """

    object: str
    form_factor: str
    page: str | None
    instead: str | None = None
    app: str | None = None
    record_type: str | None = None

    @property
    def subject(self) -> str:
        """ "Contact", "Contact in app Sales, record type VIP, small"."""
        parts = [f"in app {self.app}"] if self.app else []
        parts += [f"record type {self.record_type}"] if self.record_type else []
        parts += [self.form_factor.lower()] if self.form_factor != "Large" else []
        return self.object + (f" {', '.join(parts)}" if parts else "")


class Pages:
    """The record pages of one user, or of everybody when person is None."""

    def __init__(self, facts: Facts, package: Package, names: Names, mends: Mends, person: Person | None) -> None:
        self._facts = facts
        self._pages: PageFacts = facts.pages
        self._package = package
        self._names = names
        self._mends = mends
        self._person = person

    def links(self) -> tuple[Link, ...]:
        found: list[Link] = []
        for widget in self._package.widget.objects:
            found += self._of_object(widget.object)
        for object_name, named in self._asked_layouts().items():
            found += self._layouts(object_name, named)
        return tuple(found)

    # Lightning record pages

    def _of_object(self, object_name: str) -> Iterator[Link]:
        placements = [
            p
            for p in self._package.placements
            if p.object.casefold() == object_name.casefold() and p.target in ("lightning", "both")
        ]
        overrides = self._pages.overrides.get(object_name.casefold())
        if overrides is None:
            mend = "check widget.objects in package.yaml; the object's API name may differ in this org"
            yield Link("record page", object_name, State.MISSING, f"the org has no object {object_name}", mend)
            return
        asked = {form.capitalize() for p in placements for form in p.form_factors} or {"Large"}
        for form_factor in sorted(asked):
            mine = [p for p in placements if form_factor.lower() in p.form_factors]
            for shown in self._shown(object_name, form_factor, overrides):
                yield self._link(shown, [p for p in mine if self._concerns(p, shown)], placed=bool(mine))

    def _shown(self, object_name: str, form_factor: str, overrides: tuple[Override, ...]) -> Iterator[Shown]:
        """The page of everybody first, then those of the apps that show another one."""
        yield org_default(object_name, form_factor, overrides)
        for app in self._pages.apps:
            if self._may_open(app):
                profile = self._person.profile_file if self._person else None
                yield from of_app(object_name, form_factor, app, profile)

    def _may_open(self, app: AppPages) -> bool:
        """Whether the user can be in that app; yes where the org does not tell."""
        holders = self._facts.grants.get(Entity("CustomApplication", app.name))
        if self._person is None or app.id is None or not holders:
            return True
        return any(held.set_id in holders for held in self._person.holdings)

    def _concerns(self, placement: Placement, shown: Shown) -> bool:
        """Whether the configuration wants the widget exactly there for this user."""
        assign = placement.assign
        if shown.app is None:
            return assign.org_default
        if assign.app is None or assign.app.casefold() != shown.app.casefold():
            return False
        profile = self._person.profile if self._person else None
        if assign.profile is not None and assign.profile != profile:
            return False
        return assign.record_type is None or (shown.record_type or "").casefold() == assign.record_type.casefold()

    def _link(self, shown: Shown, wanted: list[Placement], *, placed: bool) -> Link:
        name, subject = "record page", shown.subject
        if shown.instead is not None:
            mend = (
                f"remove the override of View under Setup, Object Manager, {shown.object}, Buttons, Links, and Actions"
            )
            state = State.MISSING if wanted else State.WARNING
            return Link(name, subject, state, f"View is overridden by {shown.instead}: there is no record page", mend)
        if shown.page is None:
            text = "Salesforce's own page, without the widget"
            return self._without(shown, text, self._mends.place(shown.object), wanted=bool(wanted), placed=placed)
        widgets = self._pages.pages.get(shown.page)
        if widgets is None:
            text = f"page {shown.page}, which the org does not return"
            return Link(name, subject, State.UNKNOWN, text, f"look at {shown.page} in the Lightning App Builder")
        page = self._visualforce(shown.object)
        on = [widget for widget in widgets if widget.page.casefold() == page]
        if any(widget.shown and not widget.conditional for widget in on):
            region = next(widget.region for widget in on if widget.shown and not widget.conditional)
            return Link(name, subject, State.OK, f"page {shown.page} with the widget in region {region}")
        if any(widget.shown for widget in on):
            text = f"page {shown.page} with the widget, but a visibility rule of the page decides who sees it"
            return Link(name, subject, State.WARNING, text, f"look at its visibility in the page {shown.page}")
        why = "in a part of it that nothing shows" if on else "without the widget"
        mend = self._mends.place_on(shown.object, shown.page)
        return self._without(shown, f"page {shown.page}, {why}", mend, wanted=bool(wanted), placed=placed)

    def _without(self, shown: Shown, text: str, mend: str, *, wanted: bool, placed: bool) -> Link:
        if wanted:
            return Link("record page", shown.subject, State.MISSING, text, self._mends.deploy)
        if not placed:
            mend = self._mends.place(shown.object) if shown.app is None else mend
            text = f"{text}; no placement asks for it"
        return Link("record page", shown.subject, State.WARNING, text, mend)

    def _visualforce(self, object_name: str) -> str:
        """The page of an object's widget, in lower case; a placement may write the object in another case."""
        pages = {name.casefold(): page for name, page in self._names.widget_pages.items()}
        return pages.get(object_name.casefold(), "").casefold()

    # classic layouts

    def _asked_layouts(self) -> dict[str, frozenset[str] | None]:
        """The layouts that placements name, by object; None for all layouts of the object."""
        asked: dict[str, frozenset[str] | None] = {}
        for placement in self._package.placements:
            if placement.target not in ("layout", "both"):
                continue
            name = next((known for known in asked if known.casefold() == placement.object.casefold()), placement.object)
            before = asked.get(name, frozenset())
            every = not placement.layouts and not placement.layout_profiles
            named = {*placement.layouts, *self._layouts_of_profiles(placement)}
            asked[name] = None if every or before is None else before | named
        return asked

    def _layouts_of_profiles(self, placement: Placement) -> Iterator[str]:
        """What the profiles of a placement are assigned, without the object."""
        for profile in placement.layout_profiles:
            folded = profile.casefold()
            known = self._pages.profile_files.get(folded, folded)
            for _, layout in self._pages.assigned.get(_plain(known), ()):
                if layout_object(layout).casefold() == placement.object.casefold():
                    yield layout.partition("-")[2]

    def _layouts(self, object_name: str, named: frozenset[str] | None) -> Iterator[Link]:
        prefix = f"{object_name}-".casefold()
        mine = [name for name in self._pages.layouts if name.casefold().startswith(prefix)]
        folded = {name.casefold().removeprefix(prefix) for name in named or ()}
        wanted = {n.casefold() for n in mine if named is None or n.casefold().removeprefix(prefix) in folded}
        if self._person is None:
            yield from self._layouts_of_org(object_name, wanted, named)
            return
        assigned = self._pages.assigned.get(_plain(self._person.profile_file or ""), ())
        given = [(rt, layout) for rt, layout in assigned if layout_object(layout).casefold() + "-" == prefix]
        if not given:
            text = f"the org does not tell which layout the profile {self._person.profile} gets"
            yield Link("layout", object_name, State.UNKNOWN, text, "look under Setup, Object Manager, Page Layouts")
        for record_type, layout in given:
            subject = object_name + (f" record type {record_type.rpartition('.')[2]}" if record_type else "")
            yield self._layout(object_name, layout, subject, wanted=layout.casefold() in wanted)

    def _layouts_of_org(self, object_name: str, wanted: set[str], named: frozenset[str] | None) -> Iterator[Link]:
        if not wanted:
            said = ", ".join(sorted(named or ())) or f"of {object_name}"
            mend = "check placements in package.yaml against Setup, Object Manager, Page Layouts"
            yield Link("layout", object_name, State.MISSING, f"the org has no layout {said}", mend)
        for layout in self._pages.layouts:
            if layout.casefold() in wanted:
                yield self._layout(object_name, layout, layout, wanted=True)

    def _layout(self, object_name: str, layout: str, subject: str, *, wanted: bool) -> Link:
        pages = next((p for n, p in self._pages.layouts.items() if n.casefold() == layout.casefold()), None)
        if pages is None:
            text = f"{layout}, which the org does not return"
            return Link("layout", subject, State.UNKNOWN, text, "look under Setup, Object Manager, Page Layouts")
        if self._visualforce(object_name) in pages:
            return Link("layout", subject, State.OK, f"{layout} with the widget")
        text = f"{layout}, without the widget"
        if wanted:
            return Link("layout", subject, State.MISSING, text, self._mends.deploy)
        return Link("layout", subject, State.WARNING, text, self._mends.place_on_layout(object_name, layout))


def org_default(object_name: str, form_factor: str, overrides: tuple[Override, ...]) -> Shown:
    """The page of everybody who has no narrower one."""
    views = [o for o in overrides if o.action == VIEW and o.form_factor in (None, form_factor)]
    page = next((o.content for o in views if o.type == _FLEXIPAGE and o.form_factor == form_factor), None)
    if page is not None:
        return Shown(object_name, form_factor, page)
    other = next((o for o in views if o.type not in _NONE and o.type != _FLEXIPAGE), None)
    instead = f"{other.type} {other.content or ''}".strip() if other else None
    return Shown(object_name, form_factor, None, instead)


def of_app(object_name: str, form_factor: str, app: AppPages, profile: str | None) -> Iterator[Shown]:
    """The pages that an app shows instead: for its record types (with this profile), then for the app.

    profile is the name that metadata gives it; None takes the overrides of no profile.
    """
    views = [
        o
        for o in app.overrides
        if o.action == VIEW
        and o.type == _FLEXIPAGE
        and o.form_factor == form_factor
        and (o.object or "").casefold() == object_name.casefold()
    ]
    mine = [o for o in views if o.profile is not None and _plain(o.profile) == _plain(profile or "")]
    for override in mine:
        if override.record_type is not None:
            record_type = override.record_type.rpartition(".")[2]
            yield Shown(object_name, form_factor, override.content, None, app.name, record_type)
    plain = next((o for o in mine if o.record_type is None), None) or next(
        (o for o in views if o.profile is None), None
    )
    if plain is not None:
        yield Shown(object_name, form_factor, plain.content, None, app.name)


def _plain(name: str) -> str:
    """A profile's name for comparing: some are URL-encoded, and names know no case."""
    return unquote(name).casefold()
