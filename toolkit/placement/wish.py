"""What is wanted of an org for one object: where the widget goes, and who gets the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.errors import Location
from toolkit.placement.app_pages import AppScope
from toolkit.placement.item import DEFAULT_LABEL, WidgetItem
from toolkit.placement.layout import LayoutSpot
from toolkit.placement.widget import Spot


@dataclass(frozen=True, slots=True)
class Wish:
    """One placement. Without a page it is the one that the users it is for get today.

    item says what an item that is there must have too; label is for a new one only. profile is the name that
    metadata uses (Admin), record_type has no object in front. where is the place of the wish in a configuration.
    """

    object: str
    item: WidgetItem
    label: str = DEFAULT_LABEL
    lightning: bool = True
    page: str | None = None
    spot: Spot = field(default_factory=Spot)
    form_factors: tuple[str, ...] = ("Large",)
    org_default: bool = True
    app: str | None = None
    profile: str | None = None
    record_type: str | None = None
    take_over: bool = False
    layouts: bool = False
    layout_names: tuple[str, ...] = ()
    layout_profiles: tuple[str, ...] = ()
    """Profiles, by the name that metadata uses: the layouts assigned to these, besides those named."""
    layout_spot: LayoutSpot = field(default_factory=LayoutSpot)
    prefix: str = "Cobrowse"
    """What the names of pages that we make begin with."""
    where: Location | None = None

    def scopes(self) -> tuple[AppScope, ...]:
        """The scopes of its app, one a form factor; none without an app."""
        if self.app is None or not self.lightning:
            return ()
        return tuple(
            AppScope(self.object, self.app, form, self.profile, self.record_type) for form in self.form_factors
        )
