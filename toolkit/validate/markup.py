"""Visualforce as rules see it: tags, attributes, merge fields, each with line and column.

A scanner, not a parser: it takes whatever stands in the file in one pass, in linear time, and never fails.
Comments are left out; what is inside script and style elements is text of that element.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.errors import Location
from toolkit.validate.facts import Fact, Mention, PageFact, ScriptMerge, Spot
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.rule import Rule
from toolkit.validate.source import SourceFile

if TYPE_CHECKING:
    from toolkit.validate.plan import Plan

_NAME = re.compile(r"[A-Za-z_][\w:.\-]*")
_SPACE = re.compile(r"\s*")
_BARE = re.compile(r"[^\s>]+")
_EMPTY = re.compile(r"/\s*>")  # an org takes <apex:column / > too
_RAW = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    value: str
    start: int
    """Offset of the name."""
    value_start: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag; name as written ("apex:outputText", "c:Widget", "div")."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    closed: bool
    """Ends with />."""

    def get(self, name: str) -> Attribute | None:
        wanted = name.lower()
        return next((a for a in self.attributes if a.name.lower() == wanted), None)

    def value(self, name: str) -> str:
        found = self.get(name)
        return found.value.strip() if found else ""


@dataclass(frozen=True, slots=True)
class Merge:
    """{!expression}: where it begins, and whether it stands in a script, in a style, in an attribute or in text."""

    expression: str
    start: int
    place: str
    """script, style, attribute or text"""
    tag: str = ""
    attribute: str = ""


class Markup:
    """One page or component."""

    def __init__(self, file: SourceFile, text: str) -> None:
        self.file = file
        self.name = file.name
        self.text = text
        self.tags: list[Tag] = []
        self.merges: list[Merge] = []
        self.ends: list[tuple[str, int]] = []
        """End tags: name and offset."""
        _Scan(self).run()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    def at(self, index: int) -> Location:
        line = bisect_right(self._starts, index)
        return Location(self.file.path, line, index - self._starts[line - 1] + 1)

    def finding(
        self, rule: Rule, index: int, message: str, *, mend: str = "", severity: Severity | None = None
    ) -> Finding:
        return rule.finding(self.at(index), message, mend=mend, severity=severity)

    def named(self, *names: str) -> Iterator[Tag]:
        wanted = {name.lower() for name in names}
        return (tag for tag in self.tags if tag.name.lower() in wanted)

    @cached_property
    def page(self) -> Tag | None:
        """The apex:page or apex:component tag."""
        return next(self.named("apex:page", "apex:component"), None)


class _Scan:
    def __init__(self, markup: Markup) -> None:
        self.out = markup
        self.text = markup.text

    def run(self) -> None:
        text, index, size = self.text, 0, len(self.text)
        while index < size:
            begin = text.find("<", index)
            if begin < 0:
                self.merge(index, size, "text")
                return
            self.merge(index, begin, "text")
            index = self.markup_at(begin)

    def markup_at(self, begin: int) -> int:
        """Read what begins with < and return the offset behind it."""
        text = self.text
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")):
            if text.startswith(opening, begin):
                end = text.find(closing, begin + len(opening))
                end = len(text) if end < 0 else end + len(closing)
                if opening == "<![CDATA[":
                    self.merge(begin, end, "text")
                return end
        closing_tag = text.startswith("</", begin)
        match = _NAME.match(text, begin + (2 if closing_tag else 1))
        if match is None:
            return begin + 1
        if closing_tag:
            self.out.ends.append((match[0], begin))
            end = text.find(">", match.end())
            return len(text) if end < 0 else end + 1
        return self.start_tag(begin, match[0], match.end())

    def start_tag(self, begin: int, name: str, index: int) -> int:
        text, size = self.text, len(self.text)
        attributes: list[Attribute] = []
        closed = False
        while index < size:
            index = self.skip(index)
            if index >= size:
                break
            character = text[index]
            if character == ">":
                index += 1
                break
            if character in "/<":
                closed = _EMPTY.match(text, index) is not None
                if character == "<":  # the tag was never closed: what follows is another one
                    break
                index += 1
                continue
            index = self.attribute(index, name, attributes)
        tag = Tag(name, tuple(attributes), begin, index, closed)
        self.out.tags.append(tag)
        low = name.lower()
        if low in _RAW and not closed:
            end = self.find_end(low, index)
            self.merge(index, end, low, name)
            return end
        return index

    def skip(self, index: int) -> int:
        match = _SPACE.match(self.text, index)
        return match.end() if match else index

    def attribute(self, index: int, tag: str, attributes: list[Attribute]) -> int:
        text = self.text
        match = _NAME.match(text, index)
        if match is None:
            return index + 1
        name, start = match[0], index
        index = self.skip(match.end())
        if not text.startswith("=", index):
            attributes.append(Attribute(name, "", start, start))
            return index
        index = self.skip(index + 1)
        quote = text[index : index + 1]
        if quote in ("'", '"') and quote:
            end = text.find(quote, index + 1)
            while end > 0 and text[end - 1] == "\\" and self.in_expression(index, end):
                end = text.find(quote, end + 1)
            end = len(text) if end < 0 else end
            value_start, after = index + 1, end + 1
        else:
            bare = _BARE.match(text, index)
            end = bare.end() if bare else index
            value_start, after = index, end
        attributes.append(Attribute(name, text[value_start:end], start, value_start))
        self.merge(value_start, end, "attribute", tag, name)
        return max(after, index)

    def in_expression(self, start: int, index: int) -> bool:
        """Whether a merge field that begins behind start is open at index; there \\" is a quote of its text."""
        start = max(start, index - 2000)
        return self.text.rfind("{!", start, index) > self.text.rfind("}", start, index)

    def find_end(self, name: str, index: int) -> int:
        match = re.compile(f"</{name}", re.IGNORECASE).search(self.text, index)
        return match.start() if match else len(self.text)

    def merge(self, start: int, end: int, place: str, tag: str = "", attribute: str = "") -> None:
        if start >= end:
            return
        begin = self.text.find("{!", start, end)
        while begin >= 0:
            close = _closing(self.text, begin + 2, end)
            self.out.merges.append(Merge(self.text[begin + 2 : close].strip(), begin, place, tag, attribute))
            begin = self.text.find("{!", close, end)  # behind the expression, so that no character is read twice


def _closing(text: str, index: int, end: int) -> int:
    """The } that ends an expression; quotes inside may hold one."""
    quote = ""
    for position in range(index, min(end, index + 20_000)):
        character = text[position]
        if quote:
            if character == quote and text[position - 1] != "\\":
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "}":
            return position
    found = text.find("}", index, end)
    return found if found >= 0 else end


def read(file: SourceFile, data: bytes) -> Markup:
    return Markup(file, data.decode("utf-8-sig", "replace"))


_ENCODED = re.compile(
    r"\s*(?:(?:JSENCODE|JSINHTMLENCODE|URLENCODE|HTMLENCODE|CASESAFEID|LEN|NOT|AND|OR|ISBLANK|ISNULL|ISPICKVAL|ROUND"
    r"|VALUE|YEAR|MONTH|DAY|TODAY|NOW|CONTAINS|BEGINS|FIND|URLFOR)\s*\(|[\d.]"
    r"|\$(?:Component|RemoteAction|Resource|Page|Label|ObjectType|Action|Site|Permission|Api|FieldSet|System|MessageChannel)\b"
    r"|\$(?:User|Profile|Organization|UserRole)\.(?:Id|\w*Id|Is\w+|UI\w+)\s*\Z|(?:[\w.]+\.)?Id\s*\Z|[\w.]+\[\s*['\"]Id['\"]\s*\]\s*\Z|(?:true|false|null)\s*\Z|[\w.]+\.size\s*\Z)",
    re.IGNORECASE,
)


# what these hold in a script is evaluated and not written there
_NOT_WRITTEN = re.compile(
    r"<apex:(?:repeat|variable)\b[^>]{0,2000}>|\brendered\s*=\s*(?:\"[^\"]{0,2000}\"|'[^']{0,2000}')", re.IGNORECASE
)


def _script_merges(page: Markup, number: int) -> Iterator[Fact]:
    """Merge fields in scripts and event attributes that nothing encodes."""
    quiet = [match.span() for match in _NOT_WRITTEN.finditer(page.text)]
    starts = [start for start, _ in quiet]
    own = {tag.value("name").lower() for tag in page.named("apex:attribute")}  # whoever uses the component decides
    controllers = tuple(name.lower() for kind, name, _ in _controllers(page) if kind == "ApexClass")
    for merge in page.merges:
        event = merge.place == "attribute" and merge.attribute.lower().startswith("on") and "'" in _around(page, merge)
        if merge.place != "script" and not event:
            continue
        if event and ":" in merge.tag and not merge.tag.lower().startswith("apex:"):
            continue
        if harmless(merge.expression) or merge.expression.lower() in own:
            continue
        before = bisect_right(starts, merge.start)
        if before and merge.start < quiet[before - 1][1]:
            continue
        where = page.at(merge.start)
        spot = Spot(number, where.line, "", str(where.column))
        yield ScriptMerge(merge.expression, event, controllers, spot)


def _around(page: Markup, merge: Merge) -> str:
    """The characters before and behind a merge field."""
    start = merge.start
    end = page.text.find("}", start)
    return page.text[start - 1 : start] + page.text[end + 1 : end + 2]


def harmless(expression: str) -> bool:
    """Whether what an expression gives cannot break out of where it is written: encoded, a literal, true or false."""
    text = expression.strip()
    if text[:2].upper() == "IF" and text[2:].lstrip().startswith("(") and text.endswith(")"):
        parts = _arguments(text[text.index("(") + 1 : -1])
        return len(parts) == 3 and all(harmless(part) for part in parts[1:])
    if text[:1] in "'\"" and text:
        return text.find(text[0], 1) == len(text) - 1
    return bool(_ENCODED.match(text)) or _compares(text)


def _arguments(text: str) -> list[str]:
    """The arguments of a call, split at the commas that are not inside quotes or parentheses."""
    parts, depth, quote, start = [], 0, "", 0
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _compares(expression: str) -> bool:
    """Whether the value is a comparison, which is true or false."""
    outside = re.sub(r"'[^']*'|\"[^\"]*\"|\([^()]*\)", "", expression)
    return bool(re.search(r"==|!=|<>|&&|\|\||^\s*!|[<>]", outside)) and "?" not in outside


def facts(page: Markup, number: int) -> Iterator[Fact]:
    yield from _script_merges(page, number)
    tag = page.page
    if tag is None or tag.name.lower() != "apex:page":
        return
    line = page.at(tag.start).line
    yield PageFact(
        page.name, tag.value("standardController"), tag.value("controller"), None, Spot(number, line, tag.name)
    )


_RESOURCE = re.compile(r"\$Resource\.(\w+)", re.IGNORECASE)
_LABEL = re.compile(r"\$Label\.(\w+)(?:\.(\w+))?", re.IGNORECASE)
_PAGE = re.compile(r"\$Page\.(\w+)", re.IGNORECASE)


def mentions(page: Markup, number: int, plan: Plan) -> Iterator[Mention]:
    """The names of other components in the page that are not among the files."""
    wanted = plan.markup_references
    if not wanted:
        return
    components = plan.components
    for target, name, index in _names(page):
        rule = wanted.get(target)
        if rule is None or (target != "CustomLabel" and components.has(target, name)):
            continue
        yield Mention(rule, name, Spot(number, page.at(index).line, "", f"{page.at(index).column}"))


def _names(page: Markup) -> Iterator[tuple[str, str, int]]:
    yield from _controllers(page)
    for tag in page.tags:
        prefix, _, name = tag.name.partition(":")
        if prefix.lower() == "c" and name:
            yield "ApexComponent", name, tag.start
    for merge in page.merges:
        yield from _globals(merge)


def _controllers(page: Markup) -> Iterator[tuple[str, str, int]]:
    tag = page.page
    for key in ("controller", "extensions"):
        attribute = tag.get(key) if tag is not None else None
        if attribute is not None:
            for match in re.finditer(r"[\w.]+", attribute.value):
                # ns.Class is another package's
                yield "ApexClass", match[0].replace(".", "__"), attribute.value_start + match.start()


def _globals(merge: Merge) -> Iterator[tuple[str, str, int]]:
    expression, start = merge.expression, merge.start + 2
    if "$" not in expression:
        return
    for match in _RESOURCE.finditer(expression):
        yield "StaticResource", match[1], start + match.start()
    for match in _PAGE.finditer(expression):
        yield "ApexPage", match[1], start + match.start()
    for match in _LABEL.finditer(expression):
        prefix, name = match[1], match[2]
        if name is None:
            yield "CustomLabel", prefix, start + match.start()
        elif prefix.lower() == "c":
            yield "CustomLabel", name, start + match.start()
        elif prefix.lower() != "site":  # $Label.Site.x is the platform's
            yield "CustomLabel", f"{prefix}__{name}", start + match.start()
