"""What Visualforce markup refers to: controllers, extensions, components, pages, resources, labels.

Markup is looked at tag by tag and not parsed as XML: the platform takes `&&` and `<` inside expressions and scripts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.localorg.families.base import Pointer

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_TAG = re.compile(r"<([A-Za-z_][\w.-]*):([A-Za-z_][\w.-]*)")
_ATTRIBUTE = re.compile(r"\s+([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_GLOBAL = re.compile(r"\$(Resource|Label|Page|Component|Permission)\.(\w+)", re.I)
_EXPRESSION = re.compile(r"\{!.*?\}", re.S)


@dataclass(frozen=True, slots=True)
class Tag:
    prefix: str
    name: str
    attributes: dict[str, str]
    """By lower-case name."""
    offset: int


class Markup:
    """A Visualforce page or component."""

    def __init__(self, text: str) -> None:
        self.text = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        self._lines = [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def tags(self) -> Iterator[Tag]:
        for match in _TAG.finditer(self.text):
            attributes: dict[str, str] = {}
            end = match.end()
            while found := _ATTRIBUTE.match(self.text, end):
                attributes[found[1].lower()] = found[2] if found[2] is not None else found[3]
                end = found.end()
            yield Tag(match[1], match[2], attributes, match.start())

    def root(self) -> Tag | None:
        """apex:page or apex:component."""
        return next((t for t in self.tags() if t.prefix == "apex" and t.name.lower() in ("page", "component")), None)

    def pointers(self) -> Iterator[Pointer]:
        """Everything of the org that the markup names."""
        for tag in self.tags():
            line, column = self.place(tag.offset)
            if tag.prefix == "c":
                what = f"Component c:{tag.name} does not exist"
                yield Pointer("c", "ApexComponent", tag.name, line, column, holds=True, missing=what)
            elif tag.prefix == "apex":
                yield from self._apex(tag, line, column)
        for expression in _EXPRESSION.finditer(self.text):
            for match in _GLOBAL.finditer(expression[0]):
                yield from self._global(match[1], match[2], *self.place(expression.start() + match.start()))

    @staticmethod
    def _apex(tag: Tag, line: int, column: int) -> Iterator[Pointer]:
        name, values = tag.name.lower(), tag.attributes
        if name in ("page", "component"):
            for attribute in ("controller", "extensions"):
                for named in filter(None, (part.strip() for part in values.get(attribute, "").split(","))):
                    what = f"Apex class '{named}' does not exist"
                    yield Pointer(attribute, "ApexClass", named, line, column, holds=True, missing=what)
            if standard := values.get("standardcontroller", "").strip():
                what = f"Unknown standard controller: {standard}"
                yield Pointer("standardController", "CustomObject", standard, line, column, holds=True, missing=what)
        for tag_name, attribute in (("include", "pagename"), ("composition", "template")):
            target = values.get(attribute, "").strip()
            if name == tag_name and target and "{!" not in target:
                what = f"Page {target} does not exist"
                yield Pointer(attribute, "ApexPage", target, line, column, holds=True, missing=what)

    @staticmethod
    def _global(kind: str, name: str, line: int, column: int) -> Iterator[Pointer]:
        if "__" in name:  # of a managed package
            return
        words = kind.lower()
        if words == "resource":
            what = f"Static Resource named {name} does not exist. Check spelling."
            yield Pointer("$Resource", "StaticResource", name, line, column, holds=True, missing=what)
        elif words == "label" and name.lower() != "site":
            what = f"Field $Label.{name} does not exist. Check spelling."
            yield Pointer("$Label", "CustomLabel", name, line, column, holds=True, missing=what)
        elif words == "page":
            what = f"Page {name} does not exist"
            yield Pointer("$Page", "ApexPage", name, line, column, holds=True, missing=what)
        elif words == "permission":
            what = f"Field $Permission.{name} does not exist. Check spelling."
            yield Pointer("$Permission", "CustomPermission", name, line, column, holds=True, missing=what)
