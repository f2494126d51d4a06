"""How a missing link is mended: the very command, or the way through Setup."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mends:
    """Commands for the target and configuration that verify was run with.

    places: whether deploy places the widget itself; otherwise a project folder is edited and deployed.
    """

    org: str
    config: Path
    sets: tuple[str, ...] = ()
    places: bool = False

    def _command(self, *words: str) -> str:
        config = () if self.config == Path("config") else ("--config", str(self.config))
        sets = (word for value in self.sets for word in ("--set", value))
        return shlex.join(("sfmeta", *words, "--org", self.org, *config, *sets))

    @property
    def deploy(self) -> str:
        return self._command("deploy")

    def verify(self, username: str) -> str:
        return f"{self._command('verify')} --user {shlex.quote(username)}"

    def assign(self, username: str) -> str:
        return f"add {username} to permissionSets.agent.assign.users in package.yaml, then {self.deploy}"

    def place(self, object_name: str) -> str:
        """The widget onto the page that everybody gets."""
        if self.places:
            return self.deploy
        place = shlex.join(("sfmeta", "place", object_name, "--source", "FOLDER", "--org-default"))
        return f"{place}, then {shlex.join(('sfmeta', 'deploy', 'FOLDER', '--org', self.org))}"

    def place_on(self, object_name: str, page: str) -> str:
        """The widget onto one page that is there."""
        if self.places:
            return f"add a placement of {object_name} with `page: {page}` to package.yaml, then {self.deploy}"
        place = shlex.join(("sfmeta", "place", object_name, "--source", "FOLDER", "--page", page))
        return f"{place}, then {shlex.join(('sfmeta', 'deploy', 'FOLDER', '--org', self.org))}"

    def want(self, object_name: str) -> str:
        return f"add a placement of {object_name} to package.yaml, then {self.place(object_name)}"

    def place_on_layout(self, object_name: str, layout: str) -> str:
        if self.places:
            return self.deploy
        layout_name = layout.removeprefix(f"{object_name}-")
        words = ("sfmeta", "place", object_name, "--source", "FOLDER", "--no-record-pages", "--layout", layout_name)
        return f"{shlex.join(words)}, then {shlex.join(('sfmeta', 'deploy', 'FOLDER', '--org', self.org))}"
