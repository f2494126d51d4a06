"""What the sources of Lightning web components and Aura bundles name: Apex, schema, labels, resources, each other.

Nothing is parsed: names are found by the few forms that the platform's compilers resolve (`@salesforce/...` modules,
`c/` modules and `<c-...>` tags; in Aura `controller=`, `<c:...>`, `$Label` and `$Resource`), with comments blanked out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.validate.facts import ApexCall, AuraMethods, Fact, Mention, Spot
from toolkit.validate.known import custom_field, custom_object
from toolkit.validate.source import SourceFile

if TYPE_CHECKING:
    from toolkit.validate.apex import Apex
    from toolkit.validate.plan import Plan

# what a name stands for; the rules' REFERENCES use the same words
APEX, OBJECT, FIELD, LABEL, RESOURCE = "@apex", "@object", "@field", "@label", "@resource"
CHANNEL, PERMISSION, COMPONENT, ASSET = "@channel", "@permission", "@component", "@asset"

_Name = tuple[str, str, int]

_SCRIPT_NOISE = re.compile(
    r"""(?P<kept>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.S
)
_MARKUP_NOISE = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_MODULE = re.compile(
    r"(?:\bfrom|\bimport\s*\(?)\s*(?P<quote>['\"])(?P<name>(?:@salesforce|c)/[\w./@-]+)(?P=quote)", re.ASCII
)
_TAG = re.compile(r"<c-([a-z][\w-]*)", re.ASCII)
_AURA_TAG = re.compile(r"(?:<|markup://|\be\.|['\"])c:(\w+)", re.ASCII)
_AURA_CONTROLLER = re.compile(r"<aura:(?:component|application)\b[^>]*?\bcontroller\s*=\s*['\"]([\w.]+)", re.ASCII)
_AURA_LABEL = re.compile(r"\$Label\.(\w+)\.(\w+)", re.ASCII)
_AURA_RESOURCE = re.compile(r"\$Resource\.(\w+)", re.ASCII)
_ENABLED = re.compile(r"@auraenabled\b(?:\s*\([^)]*\))?((?:\s*@\w+(?:\s*\([^)]*\))?)*)([^;{}=]*?)(\w+)\s*\(", re.S)


def methods(code: Apex) -> Iterator[Fact]:
    """The methods of a class that a Lightning component can call: static ones with @AuraEnabled."""
    found = set()
    if "auraenabled" in code.lower_text:
        for match in _ENABLED.finditer(code.lower):
            if re.search(r"\bstatic\b", match[2]):
                found.add(match[3])
    yield AuraMethods(code.name, frozenset(found))


def facts(file: SourceFile, data: bytes, number: int) -> Iterator[Fact]:
    """The Apex methods that a module imports."""
    if not _is_script(file) or b"@salesforce/apex" not in data:
        return
    text = _without_comments(file, data)
    for module, name, start in _modules(text):
        if module in ("apex", "apexContinuation"):
            owner, _, method = name.rpartition(".")
            yield ApexCall(owner.replace(".", "__"), method, _spot(text, number, start))


def mentions(file: SourceFile, data: bytes, number: int, plan: Plan) -> Iterator[Mention]:
    """The names of other components in a bundle's file that are not among the files."""
    wanted = plan.script_references
    if not wanted or "/__" in file.path:  # tests and mocks beside the component are not deployed
        return
    text = ""
    for kind, name, start in _names(file, data):
        rule, targets = wanted.get(kind, ("", ()))
        if not rule or any(plan.components.has(target, name) for target in targets):
            continue
        text = text or _without_comments(file, data)
        yield Mention(rule, name, _spot(text, number, start))


def _is_script(file: SourceFile) -> bool:
    return file.path.endswith((".js", ".ts")) and "/__" not in file.path


def _names(file: SourceFile, data: bytes) -> Iterator[_Name]:
    aura = file.type == "AuraDefinitionBundle"
    if aura:
        if any(word in data for word in (b"c:", b"$Label", b"$Resource", b"controller")):
            yield from _aura_names(_without_comments(file, data))
    elif file.path.endswith(".html"):
        if b"<c-" in data:
            for match in _TAG.finditer(_without_comments(file, data)):
                yield COMPONENT, _camel(match[1]), match.start() + 1
    elif _is_script(file) and (b"@salesforce/" in data or b"'c/" in data or b'"c/' in data):
        for module, name, start in _modules(_without_comments(file, data)):
            yield from _module_names(module, name, start)


def _modules(text: str) -> Iterator[_Name]:
    """(kind, name, where it stands) of every module of the platform or of the project that is imported."""
    for match in _MODULE.finditer(text):
        space, _, rest = match["name"].partition("/")
        kind, _, name = rest.partition("/") if space == "@salesforce" else ("c", "", rest)
        if name:
            yield kind, name, match.start("name")


def _module_names(module: str, name: str, start: int) -> Iterator[_Name]:
    if module in ("apex", "apexContinuation"):
        owner = name.rpartition(".")[0]
        if owner:
            yield APEX, owner.replace(".", "__"), start
    elif module == "schema":
        yield from _schema_names(name, start)
    elif module == "label":
        prefix, _, label = name.partition(".")
        yield LABEL, label if prefix == "c" else f"{prefix}__{label}", start
    elif module == "resourceUrl":
        yield RESOURCE, name.partition("/")[0], start
    elif module == "contentAssetUrl":
        yield ASSET, name, start
    elif module == "messageChannel":
        yield CHANNEL, name.removesuffix("__c"), start
    elif module == "customPermission":
        yield PERMISSION, name, start
    elif module == "c":
        yield COMPONENT, name.partition("/")[0], start


def _schema_names(name: str, start: int) -> Iterator[_Name]:
    """The object, and of Object.Field or Object.Parent__r.Field the field on the object itself."""
    object_, _, path = name.partition(".")
    field = path.partition(".")[0]
    if "." in path:
        field = f"{field[:-1]}c" if field.endswith("__r") else ""
    if custom_object(object_):
        yield OBJECT, object_, start
    if field and custom_field(field):
        yield FIELD, f"{object_}.{field}", start


def _aura_names(text: str) -> Iterator[_Name]:
    for match in _AURA_TAG.finditer(text):
        yield COMPONENT, match[1], match.start(1) - 2
    for match in _AURA_CONTROLLER.finditer(text):
        yield APEX, match[1].replace(".", "__"), match.start(1)
    for match in _AURA_LABEL.finditer(text):
        yield LABEL, match[2] if match[1] == "c" else f"{match[1]}__{match[2]}", match.start()
    for match in _AURA_RESOURCE.finditer(text):
        yield RESOURCE, match[1], match.start()


def _camel(name: str) -> str:
    """The component that a tag names: c-my-part is myPart."""
    return re.sub("-([a-z])", lambda match: match[1].upper(), name)


def _without_comments(file: SourceFile, data: bytes) -> str:
    """The text with comments blanked out, of equal length and lines."""
    text = data.decode("utf-8", "replace")
    noise = _SCRIPT_NOISE if file.path.endswith((".js", ".ts")) else _MARKUP_NOISE
    return noise.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    if match.re is _SCRIPT_NOISE and match["kept"] is not None:
        return match[0]
    return re.sub(r"[^\n]", " ", match[0])


def _spot(text: str, number: int, index: int) -> Spot:
    return Spot(number, text.count("\n", 0, index) + 1, "", str(index - text.rfind("\n", 0, index)))
