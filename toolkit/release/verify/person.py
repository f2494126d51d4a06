"""The whole chain of one user: from signing in to Salesforce to the widget on the record page."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.generate import filters
from toolkit.generate.names import names_of
from toolkit.release.verify import effective
from toolkit.release.verify.access import APPLICATION, Access
from toolkit.release.verify.certificates import certificate_link
from toolkit.release.verify.effective import Level
from toolkit.release.verify.facts import Entity, Facts, KeyFact, Person
from toolkit.release.verify.links import Link, PersonReport, State
from toolkit.release.verify.mends import Mends
from toolkit.release.verify.pages import Pages

_ORG_ROW = "row of the org"
_KINDS = {AppKind.EXTERNAL_CLIENT_APP: "External Client App", AppKind.CONNECTED_APP: "connected app"}


class Chain:
    """Judges one user by the facts; nothing is read and nothing is changed."""

    def __init__(self, facts: Facts, project: Project, person: Person, mends: Mends) -> None:
        self._facts = facts
        self._project = project
        self._package = project.package
        self._names = names_of(project.package, sources=project.sources)
        self._person = person
        self._mends = mends
        self._access = Access(facts, person, self._names, mends)
        self._levels = self._rows()

    def report(self) -> PersonReport:
        links = (*self._user(), *self._rights(), *self._settings(), *self._pages())
        return PersonReport(self._person.username, self._person.name, links)

    def _rows(self) -> tuple[Level, ...]:
        """The rows that hold for the user, nearest first."""
        person = self._person
        owners = (
            (person.id, f"row of user {person.username}"),
            (person.profile_id, f"row of profile {person.profile}"),
            (self._facts.org_id, _ORG_ROW),
        )
        return tuple(Level(said, self._facts.rows[owner]) for owner, said in owners if owner in self._facts.rows)

    # the user

    def _user(self) -> Iterator[Link]:
        person = self._person
        setup = f"Setup, Users, {person.username}"
        if not person.active:
            yield Link("user", person.username, State.MISSING, "inactive", f"{setup}, Edit: Active")
        elif person.frozen:
            yield Link("user", person.username, State.MISSING, "frozen", f"{setup}: Unfreeze")
        else:
            told = "" if person.frozen is False else "; whether frozen is not told"
            yield Link("user", person.username, State.OK, f"active, profile {person.profile}{told}")
        if person.email and person.email.strip():
            yield Link("e-mail", person.username, State.OK, f"{person.email}, the user's name at Cobrowse")
        else:
            text = "none; the token names the user by it"
            yield Link("e-mail", person.username, State.MISSING, text, f"{setup}, Edit: Email")

    # what the user may open

    def _rights(self) -> Iterator[Link]:
        names, access = self._names, self._access
        pages = [*names.widget_pages.values(), names.dashboard_page]
        classes = {
            "WidgetController": tuple(names.widget_pages.values()),
            "DashboardController": (names.dashboard_page,),
        }
        tabs = [names.dashboard_tab]
        if access.holds(names.admin_permission):
            pages.append(names.settings_page)
            classes["SettingsController"] = (names.settings_page,)
            tabs.append(names.settings_tab)
        yield access.role()
        yield from (access.page(page) for page in pages)
        yield from (access.apex(names.class_named(suffix), opened) for suffix, opened in classes.items())
        kind = self._package.app.kind
        if kind is not AppKind.NONE:
            yield access.oauth(_KINDS[kind], self._package.app.name)
        yield access.link("app", Entity(APPLICATION, names.application))
        yield from (access.tab(tab) for tab in tabs)

    # what the settings say for the user

    def _settings(self) -> Iterator[Link]:
        package = self._package
        yield self._key()
        url = effective.service_url(self._levels, package.service.url)
        text = f"{url.text}, from the {url.source}"
        if effective.is_safe(url.text):
            yield Link("service address", self._names.fields.service_url, State.OK, text)
        else:
            text += ": the widget sends no token to it, because it is not https://"
            mend = self._clear(url.source)
            yield Link("service address", self._names.fields.service_url, State.MISSING, text, mend)
        certificate = effective.certificate(self._levels, package.certificate.name)
        bits = package.certificate.key_size if certificate.text == package.certificate.name else None
        link = certificate_link(self._facts, certificate.text, bits, self._mends)
        yield Link(link.name, link.subject, link.state, f"{link.text}; named by the {certificate.source}", link.mend)
        for widget in package.widget.objects:
            yield self._filters(widget.object)

    def _key(self) -> Link:
        """Whether the user's token has an issuer; the key itself is never told."""
        name, subject = "licence key", self._names.fields.license_key
        found, source = effective.key_of(self._levels)
        if found is KeyFact.SET:
            return Link(name, subject, State.OK, f"set, from the {source}")
        if found is KeyFact.BLANK:
            text = f"blank in the {source}, which hides what the rows behind it say"
            return Link(name, subject, State.MISSING, text, self._clear(source))
        text = "no row has it" if self._levels else "the setting has no row for this user, the profile or the org"
        return Link(name, subject, State.MISSING, text, self._mends.deploy)

    def _filters(self, object_name: str) -> Link:
        found = effective.filters_of(self._levels, object_name, filters.configured(self._package))
        if found.error is not None:
            text = f"{found.error}, in the {found.source}"
            return Link("filters", object_name, State.MISSING, text, self._clear(found.source))
        if found.fields is None:
            text = "no row has any, and the generated package neither"
            return Link("filters", object_name, State.MISSING, text, self._mends.deploy)
        pairs = ", ".join(f"{field} to {key}" for field, key in found.fields.items())
        if not pairs:
            text = f"none, from the {found.source}: the widget has nothing to find a device by"
            return Link("filters", object_name, State.WARNING, text, self._clear(found.source))
        return Link("filters", object_name, State.OK, f"{pairs}, from the {found.source}")

    def _clear(self, source: str) -> str:
        """Deploy writes the rows that the configuration has; any other row is cleared in Setup."""
        settings = self._package.settings
        mine = any(
            (row.owner.user or "").casefold() == self._person.username.casefold()
            or row.owner.profile == self._person.profile
            for row in settings
        )
        if mine or source in (_ORG_ROW, effective.GENERATED):
            return self._mends.deploy
        setting = self._names.setting
        return f"Setup, Custom Settings, {setting}, Manage: delete or complete the {source}"

    # where the widget is

    def _pages(self) -> tuple[Link, ...]:
        return Pages(self._facts, self._package, self._names, self._mends, self._person).links()
