"""How a missing link is mended: the very command, or the way through Setup."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

_HEIGHT = 900
"""What `sfmeta place` takes when nothing is said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The widget of an object: its Visualforce page, and its height in pixels."""

    object: str
    visualforce: str
    height: int


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

    def place(self, widget: Wanted) -> str:
        """The widget onto the page that everybody gets."""
        return self.deploy if self.places else self._by_folder(widget, "--org-default")

    def place_on(self, widget: Wanted, page: str) -> str:
        """The widget onto one page that is there."""
        if self.places:
            return f"add a placement of {widget.object} with `page: {page}` to package.yaml, then {self.deploy}"
        return self._by_folder(widget, "--page", page)

    def want(self, widget: Wanted) -> str:
        """The widget onto the page of an object that has no placement yet."""
        return f"add a placement of {widget.object} to package.yaml, then {self.place(widget)}"

    def place_on_layout(self, widget: Wanted, layout: str) -> str:
        if self.places:
            return self.deploy
        name = layout.removeprefix(f"{widget.object}-")
        return self._by_folder(widget, "--no-record-pages", "--layout", name)

    def _by_folder(self, widget: Wanted, *options: str) -> str:
        """By way of a project folder that holds the pages, edited in place and deployed."""
        words = ["sfmeta", "place", widget.object, "--source", "FOLDER", *options]
        if widget.visualforce != f"CobrowseWidget{widget.object}":
            words += ["--vf-page", widget.visualforce]
        if widget.height != _HEIGHT:
            words += ["--height", str(widget.height)]
        return f"{shlex.join(words)}, then {shlex.join(('sfmeta', 'deploy', 'FOLDER', '--org', self.org))}"
