"""The placements of a configuration as wishes of the placement room."""

from __future__ import annotations

from toolkit.config.model import Placement
from toolkit.config.project import Project
from toolkit.generate.names import names_of
from toolkit.placement.item import Position, WidgetItem
from toolkit.placement.layout import LayoutSpot
from toolkit.placement.widget import Spot
from toolkit.placement.wish import Wish


def wishes_of(project: Project) -> tuple[Wish, ...]:
    """One wish for each placement of package.yaml, in its order."""
    return tuple(
        wish_of(project, placement, f"placements.{number}")
        for number, placement in enumerate(project.package.placements)
    )


def wish_of(project: Project, placement: Placement, path: str, page: str | None = None) -> Wish:
    """The wish of one placement; path is its place in the configuration.

    page is the Visualforce page, that of the object's widget when None. Region, position, label and whether the
    label shows are asked for only where they are written down: a widget that an admin has moved stays there.
    """
    package = project.package
    pages = names_of(package, sources=project.sources).widget_pages
    known = {name.casefold(): name for name in pages}
    name = known.get(placement.object.casefold(), placement.object)
    said = placement.model_fields_set
    position = placement.position if "position" in said else None
    item = WidgetItem(
        page or pages[name],
        height=placement.height or package.widget.height,
        label=placement.label,
        show_label=placement.show_label if "show_label" in said else None,
    )
    return Wish(
        object=name,
        item=item,
        label=package.widget.label,
        lightning=placement.target in ("lightning", "both"),
        page=placement.page,
        spot=Spot(placement.region if "region" in said else None, position),
        form_factors=tuple(form.capitalize() for form in placement.form_factors),
        org_default=placement.assign.org_default,
        app=placement.assign.app,
        profile=placement.assign.profile,
        record_type=placement.assign.record_type,
        take_over=placement.assign.take_over,
        layouts=placement.target in ("layout", "both"),
        layout_names=placement.layouts,
        layout_profiles=placement.layout_profiles,
        layout_spot=_layout_spot(placement, position),
        prefix=package.prefix,
        where=project.where(path),
    )


def _layout_spot(placement: Placement, position: Position | None) -> LayoutSpot:
    """Where on a layout; a neighbour takes the place of a position, which then is for pages alone."""
    neighbours = (
        placement.before_field,
        placement.after_field,
        placement.before_section,
        placement.after_section,
    )
    return LayoutSpot(None if any(neighbours) else position, placement.section, placement.column, *neighbours)
