"""generate: Project -> Bundle."""

from __future__ import annotations

from pathlib import Path

from toolkit.config.project import Project
from toolkit.errors import GenerateError, UsageError
from toolkit.generate.families import FAMILIES
from toolkit.generate.family import Context
from toolkit.generate.names import names_of
from toolkit.generate.render import Renderer
from toolkit.generate.rows import setting_rows
from toolkit.generate.text import check_texts
from toolkit.metadata.component import Bundle

OLDEST_API_VERSION = 60
"""Binds and user mode in dynamic SOQL came with 57, External Client Apps in access lists with 60."""


def generate(project: Project, *, overrides: Path | None = None) -> Bundle:
    """Every component of the configured integration, in Metadata API format; the same project gives the same bytes.

    overrides is a folder whose files replace shipped templates of the same name ("visualforce/Frame.component.j2");
    without it, the folder `templates` of the configuration is taken when there is one.
    Nothing is written and no secret is resolved. GenerateError names the place of a value that cannot be used, or the
    template's file and line; UsageError when the folder of overrides is not there.
    """
    if overrides is not None and not overrides.is_dir():
        raise UsageError.of(f"{overrides} is not a folder", mend="name the folder that holds your templates")
    _check_api_version(project)
    check_texts(project)
    setting_rows(project)  # what cannot be stored in the setting is an error before anything is generated
    names = names_of(project.package, sources=project.sources)
    context = Context(project, names, Renderer(overrides or _own_templates(project)))
    found = [component for family in FAMILIES for component in family.components(context)]
    return Bundle.of(found, api_version=project.package.api_version)


def _own_templates(project: Project) -> Path | None:
    folder = project.root / "templates"
    return folder if folder.is_dir() else None


def _check_api_version(project: Project) -> None:
    version = project.package.api_version
    if float(version) < OLDEST_API_VERSION:
        raise GenerateError.of(
            f"API version {version} is too old for the generated Apex",
            where=project.where("apiVersion"),
            mend=f"use {OLDEST_API_VERSION}.0 or newer",
        )
