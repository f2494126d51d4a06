"""What several keys must have in common.

The checks work on the plain values of the YAML and take nothing for granted about them, so that they run - and all
mistakes come out at once - also when other values are wrong. What is of the wrong type they leave to the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toolkit.config.nodes import Path, Plain


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit, at the path of a value."""

    path: Path
    message: str
    mend: str | None = None


Values = dict[str, Plain]
_LAYOUT_SPOTS = ("section", "beforeField", "afterField", "beforeSection", "afterSection")
MAX_LABEL = 80


def package(values: Plain) -> Iterator[Finding]:
    """What does not fit in package.yaml."""
    for check in _PACKAGE:
        yield from check(_map(values))


def orgs(values: Plain) -> Iterator[Finding]:
    """What does not fit in orgs.yaml."""
    for check in _ORGS:
        yield from check(_map(values))


def _map(value: Plain) -> Values:
    return value if isinstance(value, dict) else {}


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _text(value: Plain) -> str | None:
    return value if isinstance(value, str) else None


def _under(values: Values, *keys: str) -> Values:
    for key in keys:
        values = _map(values.get(key))
    return values


def _rows(values: Values, *keys: str) -> Iterator[tuple[Path, Values]]:
    for index, row in enumerate(_list(_under(values, *keys[:-1]).get(keys[-1]))):
        yield (*keys, index), _map(row)


def _objects(values: Values) -> dict[str, str]:
    """The widget's objects by their name in small letters."""
    names = (_text(row.get("object")) for _, row in _rows(values, "widget", "objects"))
    return {name.casefold(): name for name in names if name is not None}


def _widget_objects(values: Values) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for path, row in _rows(values, "widget", "objects"):
        name = _text(row.get("object"))
        if name is None:
            continue
        if name.casefold() in seen:
            first = seen[name.casefold()][-1]
            yield Finding(
                (*path, "object"),
                f"the widget has {name} twice",
                f"merge it with widget.objects.{first}, or remove one",
            )
        seen.setdefault(name.casefold(), path)
        suffix = name.rpartition("__")[2] if "__" in name else "c"
        if suffix not in {"c", "x", "kav"}:
            yield Finding(
                (*path, "object"),
                f"{name} has no record pages",
                "name a standard object, or a custom object that ends in __c",
            )
        yield from _filters((*path, "filters"), _map(row.get("filters")))


def _filters(path: Path, filters: Values) -> Iterator[Finding]:
    fields: dict[str, str] = {}
    keys: dict[str, str] = {}
    for field, value in filters.items():
        if field.casefold() in fields:
            yield Finding(
                (*path, field), f"{field} and {fields[field.casefold()]} are the same field", "remove one of them"
            )
        fields.setdefault(field.casefold(), field)
        key = _text(value)
        if key is None:
            continue
        if key in keys:
            yield Finding(
                (*path, field),
                f"the custom-data key {key} is filtered by {keys[key]} and by {field}; no device could match both",
                "map one field to each key",
            )
        keys.setdefault(key, field)


def _permission_sets(values: Values) -> Iterator[Finding]:
    sets = _under(values, "permissionSets")
    for key, what in (("name", "name"), ("label", "label")):
        agent, admin = (_text(_under(sets, role).get(key)) for role in ("agent", "admin"))
        if agent is not None and admin is not None and agent.casefold() == admin.casefold():
            yield Finding(
                ("permissionSets", "admin", key),
                f"the Agent and the Admin permission set have the same {what} {agent}",
                "give each its own",
            )


def _labels(values: Values) -> Iterator[Finding]:
    """A page without a label of its own is called after the widget and the object."""
    widget = _text(_under(values, "widget").get("label", "Cobrowse.io"))
    for path, row in _rows(values, "widget", "objects"):
        name = _text(row.get("object"))
        if widget is None or name is None or "label" in row or len(widget) > MAX_LABEL:
            continue
        if len(f"{widget} {name}") > MAX_LABEL:
            yield Finding(
                path,
                f"the page's label, {name} after the widget's label, has more than {MAX_LABEL} characters",
                "add a shorter `label` to this object",
            )


def _app(values: Values) -> Iterator[Finding]:
    app = _under(values, "app")
    kind = app.get("kind", "external_client_app")
    if kind != "none" and "contactEmail" not in app:
        yield Finding(
            ("app",),
            "missing key `contactEmail` in `app`",
            "Salesforce wants one for every app; or set app.kind to none",
        )
    if kind == "external_client_app" and app.get("create") is True:
        yield Finding(
            ("app", "create"),
            "`app.create` is for kind connected_app; an external client app is always created",
            "remove it",
        )
    always = [_under(values, "permissionSets", role).get("name") for role in ("agent", "admin")]
    for index, name in enumerate(_list(app.get("permissionSets"))):
        if isinstance(name, str) and name.casefold() in {one.casefold() for one in always if isinstance(one, str)}:
            yield Finding(("app", "permissionSets", index), f"{name} is always in the list", "remove it")
    if app.get("permittedUsers") == "all_users":
        for key in ("profiles", "permissionSets"):
            if app.get(key):
                yield Finding(
                    ("app", key),
                    f"`app.{key}` has no effect when all users are permitted",
                    "remove it, or set app.permittedUsers to admin_approved",
                )


def _refresh_token(values: Values) -> Iterator[Finding]:
    token = _under(values, "app", "refreshToken")
    policy = token.get("policy", "specific_lifetime")
    if policy in ("infinite", "zero"):
        for key in ("period", "unit"):
            if key in token:
                yield Finding(
                    ("app", "refreshToken", key),
                    f"`app.refreshToken.{key}` has no meaning with the policy {policy}",
                    "remove it (write null in an overlay), or choose specific_lifetime or specific_inactivity",
                )


def _settings(values: Values) -> Iterator[Finding]:
    objects = _objects(values)
    seen: dict[tuple[str, str], Path] = {}
    for path, row in _rows(values, "settings"):
        owner = row.get("owner")
        if isinstance(owner, dict):
            known = [key for key in ("org", "profile", "user") if key in owner]
            if len(known) != 1:
                yield Finding(
                    (*path, "owner"),
                    f"`owner` must name exactly one of org, profile and user; it names {' and '.join(known) or 'none'}",
                    "write a row for each owner",
                )
            else:
                key = (known[0], str(owner[known[0]]).casefold())
                if key in seen:
                    yield Finding(
                        (*path, "owner"),
                        f"this owner has a row already, settings.{seen[key][-1]}",
                        "merge the two rows",
                    )
                seen.setdefault(key, path)
        if set(row) == {"owner"}:
            yield Finding(path, "this row sets nothing", "remove it, or add what differs for its owner")
        filters = _map(row.get("filters"))
        for name, mapping in filters.items():
            if name.casefold() not in objects:
                yield _no_widget((*path, "filters", name), name, objects)
            yield from _filters((*path, "filters", name), _map(mapping))


def _no_widget(path: Path, name: str, objects: dict[str, str]) -> Finding:
    known = ", ".join(objects.values()) or "none"
    return Finding(path, f"{name} is no object of the widget", f"add it to widget.objects, which has {known}")


def _placements(values: Values) -> Iterator[Finding]:
    objects = _objects(values)
    seen: dict[str, Path] = {}
    for path, row in _rows(values, "placements"):
        name = _text(row.get("object"))
        if name is not None and name.casefold() not in objects:
            yield _no_widget((*path, "object"), name, objects)
        yield from _placement_target(path, row)
        yield from _placement_spot(path, row)
        yield from _placement_assignment(path, _map(row.get("assign")))
        target = row.get("target", "lightning")
        for side, keys in (("lightning", ("page", "assign")), ("layout", ("layouts", "layoutProfiles"))):
            if name is None or target not in (side, "both"):
                continue
            said = {**row, "assign": {k: v for k, v in _map(row.get("assign")).items() if k != "takeOver"}}
            spot = repr((side, name.casefold(), *(said.get(key) for key in keys)))
            if spot in seen:
                yield Finding(path, f"placements.{seen[spot][-1]} has the same place", "remove one of them")
            seen.setdefault(spot, path)


def _page_defaults(values: Values) -> Iterator[Finding]:
    """One page alone can be the default of an object, for all or in one app."""
    seen: dict[tuple[str, ...], tuple[Path, Plain]] = {}
    for path, row in _rows(values, "placements"):
        name, assign = _text(row.get("object")), _map(row.get("assign"))
        if name is None or row.get("target", "lightning") == "layout":
            continue
        scopes: list[tuple[str, ...]] = []
        if assign.get("orgDefault", "app" not in assign) is True:
            scopes.append(("the org default",))
        if "app" in assign:
            scopes.append(
                ("the default in that app", *(str(assign.get(key)) for key in ("app", "profile", "recordType")))
            )
        factors = [str(factor) for factor in _list(row.get("formFactors", ["large"]))]
        for scope in scopes:
            keys = [(name.casefold(), *(part.casefold() for part in scope), factor) for factor in factors]
            other = next((seen[key] for key in keys if key in seen and seen[key][1] != row.get("page")), None)
            if other is not None:
                yield Finding(
                    path,
                    f"placements.{other[0][-1]} makes another page {scope[0]} for {name}",
                    "set `assign.orgDefault: false` in one of them" if len(scope) == 1 else "remove one of them",
                )
            for key in keys:
                seen.setdefault(key, (path, row.get("page")))


def _placement_target(path: Path, row: Values) -> Iterator[Finding]:
    target = row.get("target", "lightning")
    others = {
        "lightning": ("layouts", "layoutProfiles", "column", *_LAYOUT_SPOTS),
        "layout": ("page", "region", "formFactors", "assign"),
    }
    for key in others.get(target if isinstance(target, str) else "", ()):
        if key in row:
            other = "layout" if target == "lightning" else "lightning"
            yield Finding(
                (*path, key),
                f"`{key}` has no meaning with target {target}",
                f"remove it, or set target to {other} or both",
            )


def _placement_spot(path: Path, row: Values) -> Iterator[Finding]:
    """One place on a layout."""
    named = [key for key in _LAYOUT_SPOTS if key in row]
    for key in named[1:]:
        yield Finding((*path, key), f"`{key}` and `{named[0]}` are two places on a layout", "remove one of them")
    if "column" in row and "section" not in row:
        yield Finding((*path, "column"), "`column` needs `section`", "name the section that has the column")
    if row.get("target") == "layout" and "position" in row and named and named[0] != "section":
        yield Finding((*path, "position"), f"`position` and `{named[0]}` are two places", "remove one of them")


def _placement_assignment(path: Path, assign: Values) -> Iterator[Finding]:
    if "profile" in assign and "app" not in assign:
        yield Finding(
            (*path, "assign", "profile"), "`profile` needs `app`", "the platform assigns pages to profiles app by app"
        )
    for key in ("app", "profile"):
        if "recordType" in assign and key not in assign:
            yield Finding(
                (*path, "assign", "recordType"),
                f"`recordType` needs `{key}`",
                "the platform assigns all three together",
            )


def _trusted_url(values: Values) -> Iterator[Finding]:
    if _under(values, "widget").get("cspHeader") is True and values.get("trustedUrl") is not True:
        yield Finding(
            ("widget", "cspHeader"),
            "`widget.cspHeader` needs `trustedUrl`, else the browser refuses the frame",
            "add `trustedUrl: true`",
        )


def _default_org(values: Values) -> Iterator[Finding]:
    default = _text(values.get("default"))
    known = list(dict.fromkeys(["local", *_under(values, "orgs")]))
    if default is not None and default not in known:
        yield Finding(("default",), f"there is no org `{default}`", f"the orgs are {', '.join(known)}")


def _org_names(values: Values) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name in _under(values, "orgs"):
        if name.casefold() in seen:
            yield Finding(
                ("orgs", name),
                f"{name} and {seen[name.casefold()]} differ by case alone",
                "rename one; both would read the same overlay on some machines",
            )
        seen.setdefault(name.casefold(), name)


def _local_org(values: Values) -> Iterator[Finding]:
    kind = _under(values, "orgs", "local").get("kind")
    if isinstance(kind, str) and kind != "local":
        yield Finding(
            ("orgs", "local", "kind"), "`local` is the org on this machine", "choose another name, or kind local"
        )


def _jwt(values: Values) -> Iterator[Finding]:
    for name, org in _under(values, "orgs").items():
        if {"loginUrl", "domain"} <= set(_map(org)):
            yield Finding(("orgs", name, "domain"), "`domain` and `loginUrl` say the same thing", "keep one of them")


_PACKAGE: tuple[Callable[[Values], Iterator[Finding]], ...] = (
    _widget_objects,
    _labels,
    _permission_sets,
    _app,
    _refresh_token,
    _settings,
    _placements,
    _page_defaults,
    _trusted_url,
)
_ORGS: tuple[Callable[[Values], Iterator[Finding]], ...] = (_default_org, _org_names, _local_org, _jwt)
