"""Writing a bundle to a folder, in the format asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from toolkit.metadata.component import Bundle
from toolkit.metadata.mdapi import write_mdapi
from toolkit.metadata.source import write_source

Format = Literal["source", "mdapi"]

__all__ = ["Format", "write_bundle", "write_mdapi", "write_source"]


def write_bundle(bundle: Bundle, directory: Path, output_format: Format) -> list[Path]:
    """Write a bundle as a Salesforce DX project or as a package in Metadata API format; the files in order."""
    return write_source(bundle, directory) if output_format == "source" else write_mdapi(bundle, directory)
