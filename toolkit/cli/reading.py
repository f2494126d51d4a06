"""Reading what a command works on: replacements take their values from the environment, notes go to stderr."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolkit.metadata.component import Bundle


def read_path(path: Path) -> Bundle:
    """The components at a path as a deployment sends them; what the reader decided on the way is said on stderr."""
    from toolkit.metadata.read import read_lenient

    reading = read_lenient(path, environment=os.environ)
    bundle = reading.checked()
    for note in reading.notes:
        click.echo(f"note: {note}", err=True)
    return bundle
