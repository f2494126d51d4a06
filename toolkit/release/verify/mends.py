"""How a missing link is mended: the very command, or the way through Setup."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mends:
    """Commands for the target and configuration that verify was run with."""

    org: str
    config: Path
    sets: tuple[str, ...] = ()

    def _command(self, *words: str) -> str:
        config = () if self.config == Path("config") else ("--config", str(self.config))
        sets = (word for value in self.sets for word in ("--set", value))
        return shlex.join(("sfmeta", *words, "--org", self.org, *config, *sets))

    @property
    def deploy(self) -> str:
        """For what the configuration asks for."""
        return self._command("deploy")

    def verify(self, username: str) -> str:
        return f"{self._command('verify')} --user {shlex.quote(username)}"

    def assign(self, username: str) -> str:
        return f"add {username} to permissionSets.agent.assign.users in package.yaml, then {self.deploy}"

    def place(self, object_name: str) -> str:
        """The widget onto the page that everybody gets."""
        return self._command("place", object_name)

    def place_on(self, object_name: str, page: str) -> str:
        """The widget onto one page that is there; who gets it stays as it is."""
        return self._command("place", object_name, "--page", page, "--no-org-default")

    def place_on_layout(self, object_name: str, layout: str) -> str:
        name = layout.removeprefix(f"{object_name}-")
        return self._command("place", object_name, "--no-record-pages", "--layout", name)
