"""Where the files that ship with the toolkit are: inside the wheel, or in the checkout it runs from."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """The folder `templates` or `config` as shipped; FileNotFoundError when the installation is broken."""
    for root in (_PACKAGE / "_shipped", _PACKAGE.parent):
        if (root / folder).is_dir():
            return root / folder
    raise FileNotFoundError(f"{folder}/ is missing from this installation of sfmeta; install it again")
