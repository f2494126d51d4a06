"""The target that a command works with: its session, its secrets and the context that steps get."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli.session import STATE, connected, expected, talk_on_stderr
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import Location

if TYPE_CHECKING:
    from toolkit.config.project import Project
    from toolkit.config.targets import Orgs
    from toolkit.metadata.component import Bundle
    from toolkit.org.jobs import DeployOptions
    from toolkit.org.org import Org
    from toolkit.release.ledger.ledger import Ledger
    from toolkit.release.ledger.recorder import Who
    from toolkit.release.step import Context
    from toolkit.report.progress import LiveTalk, PlainTalk


@dataclass(frozen=True, slots=True)
class Against:
    """An open session with a target. name is the target's name, local whether it runs inside the command."""

    name: str
    local: bool
    org: Org
    secrets: SecretResolver
    talk: PlainTalk | LiveTalk

    def context(
        self,
        bundle: Bundle,
        project: Project | None,
        *,
        options: DeployOptions | None = None,
        wait: float = 3600.0,
        whole: bool = False,
        start_anew: bool = False,
    ) -> Context:
        """What steps work with."""
        from toolkit.org.jobs import DeployOptions
        from toolkit.release.journal.file import Journal
        from toolkit.release.step import Context

        def reveal(ref: SecretRef, where: Location | None) -> str:
            secret = self.secrets.resolve(ref, where)
            if secret in self.secrets.seen:  # what stands in for one in the local org is none
                self.org.redact.learn(secret)
            return secret

        return Context(
            self.org,
            bundle,
            project,
            reveal,
            self.talk,
            options or DeployOptions(),
            wait,
            whole,
            Journal(Path(STATE)),
            start_anew,
        )

    def say_placeholders(self) -> None:
        """Which unset variables the local org gets a placeholder for."""
        for variable, value in sorted(self.secrets.placeholders.items()):
            self.talk.say(f"{variable} is not set: the local org gets the placeholder {value}")


@contextmanager
def against(
    org: str | None,
    orgs: Orgs,
    config: Path,
    *,
    api_version: str | None,
    allow_commands: bool = False,
    wire: str = "auto",
) -> Iterator[Against]:
    """A session with a target of orgs.yaml; ConfigError when it is not the org that is expected there.

    api_version is what the calls need, None the org's newest; wire is how deploy jobs travel (auto, rest, soap).
    """
    name, target = orgs.target(org)
    local = target.kind == "local"
    secrets = SecretResolver(os.environ, config, allow_commands=allow_commands, placeholder=local)
    talk = talk_on_stderr()
    with connected(target, orgs, name, secrets, api_version, wire=wire) as connection:
        expected(target, connection, name)
        try:
            yield Against(name, local, connection, secrets, talk)
        finally:
            talk.close()


LEDGER = Path(".sfmeta") / "ledger.db"


def open_ledger() -> Ledger:
    """The ledger of this folder; made when there is none."""
    from toolkit.release.ledger.ledger import Ledger

    return Ledger(LEDGER)


def who(target: str, kind: str, bundle: Bundle, project: Project | None, path: Path | None) -> Who:
    """What the ledger is told of a release: who makes it, and a digest of what it is to put into the org."""
    import getpass
    import hashlib

    from toolkit.metadata.content import chunks_of
    from toolkit.release.ledger.recorder import Who
    from toolkit.release.ledger.standing import INTEGRATION

    total = hashlib.sha256(project.package.model_dump_json().encode() if project else b"")
    for file in bundle.files():
        total.update(f"{file.path}\0{file.size}\0".encode())
        for piece in chunks_of(file.body):
            total.update(piece)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without an entry in the system's list, as in containers
        user = "unknown"
    return Who(target, kind, str(path) if path else INTEGRATION, user, total.hexdigest())
