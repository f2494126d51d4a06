"""An org to break one link of, and what verify says about it then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.config.project import Project
from toolkit.generate.project import generate
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component
from toolkit.org import soql
from toolkit.org.jobs import DeployOptions
from toolkit.release.verify.gather import gather
from toolkit.release.verify.judge import judge
from toolkit.release.verify.links import Link, Verification
from toolkit.release.verify.mends import Mends

AGENT = "agent@local.example"
ADMIN = "admin@local.example"
DEPLOY = "sfmeta deploy --org local"
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


@dataclass
class Broken:
    """An org to break, and what verify says then."""

    against: Any
    project: Project

    @property
    def org(self) -> Any:
        return self.against.org

    def id_of(self, sobject: str, field: str, value: str) -> str:
        (row,) = self.org.query(soql.select("Id", source=sobject, where=soql.equals(field, value)))
        return row.id

    def user_id(self, username: str = AGENT) -> str:
        return self.id_of("User", "Username", username)

    def deploy(self, *components: Component) -> None:
        """As one job, without the proof that a release asks for: some of it is to be as no release leaves it."""
        job = self.org.start_deploy(write_zip(Bundle.of(components, api_version="62.0")), DeployOptions())
        result = self.org.follow_deploy(job, wait=60)
        assert result.status_text == "Succeeded", result.failures

    def verify(
        self,
        *users: str,
        project: Project | None = None,
        now: datetime | None = None,
        config: Path = Path("config"),
        sets: tuple[str, ...] = (),
        **context: object,
    ) -> Verification:
        project = project or self.project
        ctx = self.against.context(generate(project), project, **context)
        facts = gather(ctx, users, now or datetime.now(UTC))
        return judge(facts, project, Mends("local", config, sets), named=bool(users))

    def chain(self, user: str = AGENT, **more: Any) -> dict[str, Link]:
        (person,) = self.verify(user, **more).people
        return keyed(person.links)


def keyed(links: tuple[Link, ...]) -> dict[str, Link]:
    found = {f"{link.name} {link.subject}": link for link in links}
    assert len(found) == len(links), "two links of one name"
    return found


def bad(links: dict[str, Link]) -> dict[str, tuple[str, str, str | None]]:
    """The links that are not ok, by name and subject: state, text and mend."""
    return {key: (str(link.state), link.text, link.mend) for key, link in links.items() if link.state != "ok"}
