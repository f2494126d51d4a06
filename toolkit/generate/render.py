"""Jinja2 templates: the shipped ones and a user's overrides, rendered in one sandbox."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.runtime import Context as JinjaContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context

from toolkit.errors import GenerateError, Location, MetadataError
from toolkit.generate import text
from toolkit.metadata import xml
from toolkit.resources import shipped

_MARKUP = (".page.j2", ".component.j2")


class Renderer:
    """Renders templates by name ("apex/Config.cls.j2"); an override with the same name wins.

    Everything but Apex is XML and is escaped as such. Text that reaches Visualforce markup may hold no `{!`.
    """

    def __init__(self, overrides: Path | None = None) -> None:
        self._shipped = shipped("templates")
        self._overrides = overrides
        folders = [self._shipped] if overrides is None else [overrides, self._shipped]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder, encoding="utf-8") for folder in folders]),
            undefined=StrictUndefined,
            autoescape=_is_xml,
            finalize=_guard_markup,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.filters.update({"apex": text.apex, "url": text.url, "visualforce": text.visualforce})

    def text(self, template: str, values: Mapping[str, object]) -> bytes:
        """The rendered template in UTF-8. GenerateError names the template's file and line."""
        try:
            return self._environment.get_template(template).render(values).encode()
        except TemplateSyntaxError as error:
            raise self._wrong(template, error.name, error.lineno, error.message or "cannot be read") from None
        except TemplateNotFound as error:
            raise self._wrong(template, template, 0, f"there is no template {error.name}") from None
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            name, line = self._failed_at(template, error)
            raise self._wrong(template, name, line, str(error) or type(error).__name__) from None

    def xml(self, template: str, values: Mapping[str, object]) -> bytes:
        """The rendered template as canonical metadata XML. GenerateError when it does not render XML."""
        rendered = self.text(template, values)
        try:
            return xml.serialise(xml.parse(rendered, template))
        except MetadataError as error:
            problem = error.problems[0]
            line = problem.where.line if problem.where else 0
            message = f"renders {problem.message}, at line {line} of what it renders"
            raise self._wrong(template, template, 0, message) from None

    def _failed_at(self, template: str, error: Exception) -> tuple[str, int]:
        """The innermost template and its line in a traceback, which Jinja2 has rewritten to template lines."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            for folder in filter(None, (self._overrides, self._shipped)):
                if frame.filename.startswith(str(folder)):
                    return str(Path(frame.filename).relative_to(folder).as_posix()), frame.lineno or 0
        return template, 0

    def _wrong(self, template: str, name: str | None, line: int, message: str) -> GenerateError:
        name = name or template
        override = self._overrides / name if self._overrides else None
        if override is not None and override.is_file():
            mend = "mend the override, or remove it to use the shipped template"
            return GenerateError.of(f"template: {message}", where=Location(str(override), line), mend=mend)
        return GenerateError.of(f"template: {message}", where=Location(f"templates/{name}", line))


def _is_xml(template: str | None) -> bool:
    return template is not None and not template.endswith(".cls.j2")


@pass_context
def _guard_markup(context: JinjaContext, value: object) -> object:
    if isinstance(value, str) and context.name is not None and context.name.endswith(_MARKUP):
        text.visualforce(value)
    return value
