"""Links of access: which of a user's permission sets opens a page, a class, an app, a tab or a permission."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.generate.names import Names
from toolkit.release.verify.facts import Entity, Facts, Holding, Person
from toolkit.release.verify.links import Link, State
from toolkit.release.verify.mends import Mends

_SHOWN = 3
PAGE, CLASS, PERMISSION, APPLICATION = "ApexPage", "ApexClass", "CustomPermission", "CustomApplication"
_SAID = {
    PAGE: "Visualforce page",
    CLASS: "Apex class",
    PERMISSION: "custom permission",
    APPLICATION: "Lightning app",
}
_SESSION = "but only in a session in which it has been activated"
_STALE = "but Salesforce has not recalculated the group yet"


class Access:
    """What one user may open."""

    def __init__(self, facts: Facts, person: Person, names: Names, mends: Mends) -> None:
        self._facts = facts
        self._person = person
        self._names = names
        self._mends = mends

    @property
    def mend(self) -> str:
        """Deploy where the release would put it right; otherwise the configuration has to name the user first."""
        sets = (self._names.agent_permission_set, self._names.admin_permission_set)
        wanted = self._facts.wanted is not None and self._person.id in self._facts.wanted
        if wanted or any(self._person.has(name) for name in sets):
            return self._mends.deploy
        return self._mends.assign(self._person.username)

    def ways(self, entity: Entity) -> tuple[Holding, ...]:
        """The user's permission sets that open it."""
        holders = self._facts.grants.get(entity, frozenset())
        return tuple(held for held in self._person.holdings if held.set_id in holders)

    def holds(self, permission: str) -> bool:
        return bool(self.ways(Entity(PERMISSION, permission)))

    def link(self, name: str, entity: Entity) -> Link:
        """Access by a permission set or profile."""
        if entity not in self._facts.grants:
            text = f"the org has no {_SAID[entity.type]} {entity.name}"
            return Link(name, entity.name, State.MISSING, text, self._mends.deploy)
        ways = self.ways(entity)
        if ways:
            return self.by(name, entity.name, ways)
        text = "no permission set or profile of this user gives it"
        return Link(name, entity.name, State.MISSING, text, self.mend)

    def by(self, name: str, subject: str, ways: Iterable[Holding]) -> Link:
        """Access that these permission sets give; at least one."""
        ways = tuple(ways)
        steady = tuple(held for held in ways if not held.session_based and not held.stale)
        if steady:
            return Link(name, subject, State.OK, f"by {said(steady)}")
        doubt = _STALE if any(held.stale for held in ways) else _SESSION
        mend = "open the group under Setup, Permission Set Groups, and recalculate it" if doubt is _STALE else None
        return Link(name, subject, State.WARNING, f"by {said(ways)}, {doubt}", mend)

    def page(self, page: str) -> Link:
        name = "page access"
        entity = Entity(PAGE, page)
        every = tuple(held for held in self._person.holdings if held.all_pages)
        if entity in self._facts.grants and every and not self.ways(entity):
            return Link(name, page, State.OK, f'by "Customize Application" of {said(every)}')
        return self.link(name, entity)

    def apex(self, class_name: str, pages: Iterable[str]) -> Link:
        """The class of pages. A page that a permission set opens runs its class (Visualforce Page Security)."""
        name = "class access"
        entity = Entity(CLASS, class_name)
        every = tuple(held for held in self._person.holdings if held.all_classes)
        if entity not in self._facts.grants or self.ways(entity):
            return self.link(name, entity)
        if every:
            return Link(name, class_name, State.OK, f'by "Author Apex" of {said(every)}')
        if all(self.ways(Entity(PAGE, page)) for page in pages):
            text = "no permission set or profile of this user gives it; its pages run it, because they are open"
            return Link(name, class_name, State.WARNING, text, self.mend)
        return self.link(name, entity)

    def role(self) -> Link:
        """The custom permission that makes the user an agent or administrator at Cobrowse."""
        name = "custom permission"
        for permission, role in (
            (self._names.admin_permission, "administrator"),
            (self._names.agent_permission, "agent"),
        ):
            ways = self.ways(Entity(PERMISSION, permission))
            if ways:
                link = self.by(name, permission, ways)
                return Link(name, permission, link.state, f"{role} at Cobrowse, {link.text}", link.mend)
        link = self.link(name, Entity(PERMISSION, self._names.agent_permission))
        return Link(name, f"{self._names.agent_permission} or {self._names.admin_permission}", link.state, link.text,
                    link.mend)  # fmt: skip

    def tab(self, tab: str) -> Link:
        name = "tab"
        seen = self._facts.tabs.get(tab.casefold(), {})
        ways = tuple(held for held in self._person.holdings if held.set_id in seen)
        if not ways:
            return Link(name, tab, State.MISSING, "no permission set or profile of this user shows it", self.mend)
        return self.by(name, tab, ways)

    def oauth(self, kind: str, app_name: str) -> Link:
        """The OAuth app: pre-authorised by a permission set or by the profile."""
        name = "app access"
        app = self._facts.app
        if app is None:
            return Link(name, app_name, State.UNKNOWN, "the app could not be read; see App access above")
        ways = tuple(
            held
            for held in self._person.holdings
            if held.set_id in app.set_ids or held.name.casefold() in app.set_names
        )
        if not app.admin_approved:
            text = "everybody may authorise themselves; nobody is pre-authorised"
            return Link(name, app_name, State.WARNING, text, self._mends.deploy)
        if ways:
            return self.by(name, app_name, ways)
        if self._person.profile.casefold() in app.profiles:
            return Link(name, app_name, State.OK, f"by profile {self._person.profile}")
        text = f"neither the profile {self._person.profile} nor a permission set of this user is in the {kind}'s policy"
        return Link(name, app_name, State.MISSING, text, self.mend)


def said(ways: Iterable[Holding]) -> str:
    """The permission sets by name, at most three of them."""
    names = list(dict.fromkeys(held.said for held in ways))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
