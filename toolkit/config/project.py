"""Project: the typed, frozen content of the YAML after layering, with the place of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.config.model import Package
from toolkit.errors import Location


@dataclass(frozen=True, slots=True)
class Project:
    """package is what was configured; sources maps a value's path ("widget.objects.0.object") to its place."""

    package: Package
    root: Path
    """The configuration folder; `${file:...}` and template overrides are relative to it."""
    org: str | None
    """The target whose overlay has been laid over the package, None when there is none."""
    sources: Mapping[str, Location]

    def where(self, path: str) -> Location | None:
        """The place of a value or of the nearest parent that is written down."""
        while path and path not in self.sources:
            path = path.rpartition(".")[0]
        return self.sources.get(path)
