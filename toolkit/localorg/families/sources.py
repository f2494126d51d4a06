"""What the sources of Lightning web components and Aura bundles name, found without parsing them.

Only the forms are looked for that the platform's compilers resolve; comments are blanked out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SCRIPT_NOISE = re.compile(
    r"""(?P<kept>'(?:[^'\\\n]|\\.)*+'?|"(?:[^"\\\n]|\\.)*+"?|`(?:[^`\\]|\\.)*+`?)|//[^\n]*|/\*.*?(?:\*/|\Z)""",
    re.S,
)  # a text that is never closed is taken all the same, so that nothing is read twice
_MARKUP_NOISE = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_IMPORT = re.compile(
    r"(?:\bfrom|\bimport\s*\(?)\s*(?P<quote>['\"])(?P<name>(?:@salesforce|c)/[^'\"\n]+)(?P=quote)", re.ASCII
)
_TAG = re.compile(r"<c-([a-z][\w-]*)", re.ASCII | re.I)
_AURA_TAG = re.compile(r"<c:(\w+)", re.ASCII)
_AURA_ATTRIBUTE = re.compile(r"<aura:(\w+)\b([^>]*)", re.ASCII)
_ATTRIBUTE = re.compile(r"(?<![\w:])([\w:]++)\s*+=\s*(?:\"([^\"]*)\"|'([^']*)')", re.ASCII)
_AURA_GLOBAL = re.compile(r"\$(Label|Resource)\.(\w+)(?:\.(\w+))?", re.ASCII)


def text_of(data: bytes, *, script: bool) -> str:
    """The text of a file, its comments blanked out."""
    return (_SCRIPT_NOISE if script else _MARKUP_NOISE).sub(_blank, data.decode("utf-8", "replace"))


def _blank(match: re.Match[str]) -> str:
    return match[0] if match.groupdict().get("kept") is not None else re.sub(r"[^\n]", " ", match[0])


def shipped(files: Mapping[str, bytes], *suffixes: str) -> Iterator[tuple[str, bytes]]:
    """The files of a bundle with these endings; tests and mocks beside the component are not compiled."""
    return ((path, data) for path, data in sorted(files.items()) if path.endswith(suffixes) and "/__" not in path)


def imports(data: bytes) -> Iterator[tuple[str, str]]:
    """(kind, name) of every module of the org that a script imports: ("apex", "Class.method"), ("c", "other")."""
    if b"@salesforce/" not in data and b"'c/" not in data and b'"c/' not in data:
        return
    seen: set[str] = set()
    for match in _IMPORT.finditer(text_of(data, script=True)):
        name = match["name"].strip()
        if name in seen:
            continue
        seen.add(name)
        space, _, rest = name.partition("/")
        kind, _, what = rest.partition("/") if space == "@salesforce" else ("c", "", rest)
        if what:
            yield kind, what


def tags(data: bytes) -> Iterator[str]:
    """The components that a template shows: c-my-part is myPart, c-my-part-2 is myPart2."""
    if b"<c-" in data:
        for name in dict.fromkeys(match[1].lower() for match in _TAG.finditer(text_of(data, script=False))):
            yield re.sub("-(.)", lambda match: match[1].upper(), name)


def aura_tags(text: str) -> Iterator[str]:
    """The components that Aura markup shows: <c:part>."""
    yield from dict.fromkeys(match[1] for match in _AURA_TAG.finditer(text))


def aura_attributes(text: str) -> Iterator[tuple[str, str, str]]:
    """(tag, attribute, value) of the platform's own tags: ("component", "controller", "Class")."""
    for match in _AURA_ATTRIBUTE.finditer(text):
        for found in _ATTRIBUTE.finditer(match[2]):
            yield match[1], found[1], (found[2] if found[2] is not None else found[3]).strip()


def aura_globals(text: str) -> Iterator[tuple[str, str]]:
    """("Label", name) and ("Resource", name) of what has no namespace."""
    for match in _AURA_GLOBAL.finditer(text):
        if match[1] == "Resource":
            yield "Resource", match[2]
        elif match[2] == "c" and match[3]:
            yield "Label", match[3]
