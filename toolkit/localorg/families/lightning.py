"""Lightning web components and Aura bundles: what their sources name has to be there.

The sentences are those of public reports of deploys (docs/local-org.md); they stand without line and column there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from toolkit.localorg.families import sources
from toolkit.localorg.families.apex import body_without_comments
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic

MAX_SOURCE = 131_072
"""The most characters of one file of a web component."""
_BASE_FILES = (".js", ".ts", ".html", ".css")
_PART_OF_FIELD = re.compile(r"__(?:latitude|longitude)__s\Z", re.I)
_OF_MODULES = {
    "label": "CustomLabel", "resourceUrl": "StaticResource", "contentAssetUrl": "ContentAsset",
    "customPermission": "CustomPermission", "messageChannel": "LightningMessageChannel",
}  # fmt: skip
"""Kinds of @salesforce modules that name one component each; Apex and schema have forms of their own."""


def _pointer(kind: str, name: str, missing: str, file: str) -> Pointer:
    return Pointer(kind, kind, name, 0, 0, holds=True, missing=missing, file=file)


def _not_found(what: str, name: str, user: str) -> str:
    return f"No {what} named markup://c:{name} found : [markup://c:{user}]"


class LightningComponentBundle(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for path, data in sources.shipped(incoming.files, ".js", ".ts"):
            for kind, name in sources.imports(data):
                yield from self._imported(kind, name, incoming.full_name, path)
        for path, data in sources.shipped(incoming.files, ".html"):
            for name in sources.tags(data):
                yield self._component(name, incoming.full_name, path)
        for node in incoming.root.at("targetConfigs/targetConfig/objects/object"):
            if name := node.text.strip():
                path = f"{incoming.full_name}/{incoming.full_name}.js-meta.xml"
                yield self._reference("CustomObject", name, name, "sobjectClass", path)

    def _imported(self, kind: str, name: str, user: str, path: str) -> Iterator[Pointer]:
        if kind == "c":
            yield self._component(name.partition("/")[0], user, path)
        elif kind in ("apex", "apexContinuation"):
            owner = name.rpartition(".")[0]
            if owner:
                said = f"Unable to find Apex action class referenced as '{owner}'."
                yield _pointer("ApexClass", owner.replace(".", "__"), said, f"lwc/{path}")
        elif kind == "schema":
            yield from self._schema(name, path)
        elif kind in _OF_MODULES:
            target = _OF_MODULES[kind]
            own = name.removeprefix("c.") if kind == "label" else name
            own = own.removesuffix("__c") if kind == "messageChannel" else own
            if not (kind == "label" and "." in own):  # labels of the platform and of packages
                yield self._reference(target, own, name, kind, path)

    def _schema(self, name: str, path: str) -> Iterator[Pointer]:
        """The object, and of Object.Field or Object.Parent__r.Field the field of the object itself."""
        owner, _, rest = name.partition(".")
        yield self._reference("CustomObject", owner, name, "sobjectClass", path)
        field, _, further = rest.partition(".")
        if further:
            field = f"{field[:-1]}c" if field.lower().endswith("__r") else ""
        field = _PART_OF_FIELD.sub("__c", field)
        if field and not field.lower().endswith("__pc"):
            pointer = self._reference("CustomField", f"{owner}.{field}", name, "sobjectField", path)
            said = self._reference("CustomObject", owner, name, "sobjectClass", path).missing
            yield replace(pointer, missing_object=said)

    @staticmethod
    def _reference(target: str, name: str, written: str, kind: str, path: str) -> Pointer:
        said = f"Invalid reference {written} of type {kind} in file {path.rpartition('/')[2]}"
        return _pointer(target, name, said, f"lwc/{path}")

    @staticmethod
    def _component(name: str, user: str, path: str) -> Pointer:
        return _pointer("LightningComponentBundle", name, _not_found("MODULE", name, user), f"lwc/{path}")

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        name = incoming.full_name
        if incoming.files and not any(f"{name}/{name}{ending}" in incoming.files for ending in _BASE_FILES):
            yield Fault(f"No base file for markup://c:{name}")
        for path, data in sources.shipped(incoming.files, *_BASE_FILES):
            if len(data) > MAX_SOURCE and len(data.decode("utf-8", "replace")) > MAX_SOURCE:
                said = f"Value too long for field: Source maximum length is:{MAX_SOURCE}"
                yield Fault(said, file=f"lwc/{path}")
        for path, data in sources.shipped(incoming.files, ".js", ".ts"):
            for kind, named in sources.imports(data):
                if kind in ("apex", "apexContinuation") and not _has_action(named, deploy):
                    said = f"Unable to find Apex action method referenced as '{named}'."
                    yield Fault(said, file=f"lwc/{path}")


def _has_action(named: str, deploy: Deploy) -> bool:
    """Whether a class has, or may have, this method for Lightning: code is not compiled, so what is sure counts."""
    owner, _, method = named.rpartition(".")
    name = owner.replace(".", "__")
    incoming = deploy.incoming("ApexClass", name)
    files = incoming.files if incoming is not None else deploy.work.components.files("ApexClass", name)
    body = body_without_comments(files)
    if not owner or body is None:
        return True  # that the class is not there is said of the reference to it
    if "@auraenabled" not in body.lower():
        return False
    return re.search(rf"\b{re.escape(method)}\s*\(", body, re.I) is not None


_MARKUP = (".cmp", ".app", ".evt", ".intf", ".design", ".tokens")
_DEFINITIONS = {
    ("handler", "event"): "EVENT", ("registerEvent", "type"): "EVENT",
    ("component", "implements"): "INTERFACE", ("application", "implements"): "INTERFACE",
    ("interface", "extends"): "INTERFACE", ("event", "extends"): "EVENT",
    ("component", "extends"): "COMPONENT", ("application", "extends"): "APPLICATION",
    ("component", "template"): "COMPONENT", ("application", "template"): "COMPONENT",
}  # fmt: skip
"""What the attributes of the platform's tags name."""


class AuraDefinitionBundle(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for path, data in sources.shipped(incoming.files, *_MARKUP):
            text = sources.text_of(data, script=False)
            for name in sources.aura_tags(text):
                yield self._definition("COMPONENT", name, incoming.full_name, path)
            for tag, attribute, value in sources.aura_attributes(text):
                yield from self._attribute(tag, attribute, value, incoming.full_name, path)
        yield from self._mentioned(incoming.files)

    def _attribute(self, tag: str, attribute: str, value: str, user: str, path: str) -> Iterator[Pointer]:
        if attribute == "controller" and tag in ("component", "application") and re.fullmatch(r"[\w.]+", value):
            name = value.removeprefix("c.")
            said = f"No CONTROLLER named apex://{value} found : [markup://c:{user}]"
            yield _pointer("ApexClass", name.replace(".", "__"), said, f"aura/{path}")
        kind = _DEFINITIONS.get((tag, attribute))
        if kind is not None:
            for named in value.split(","):
                space, _, name = named.strip().partition(":")
                if space == "c" and name.isidentifier():
                    yield self._definition(kind, name, user, path)

    @staticmethod
    def _definition(kind: str, name: str, user: str, path: str) -> Pointer:
        target = "component" if kind == "COMPONENT" else "AuraDefinitionBundle"
        return _pointer(target, name, _not_found(kind, name, user), f"aura/{path}")

    @staticmethod
    def _mentioned(files: Mapping[str, bytes]) -> Iterator[Pointer]:
        """Labels and resources are found when the component runs: they need not be there, and stay while it does."""
        for path, data in sources.shipped(files, *_MARKUP, ".js"):
            if b"$Label" not in data and b"$Resource" not in data:
                continue
            for kind, name in sources.aura_globals(sources.text_of(data, script=path.endswith(".js"))):
                target = "CustomLabel" if kind == "Label" else "StaticResource"
                yield Pointer(kind, target, name, 0, 0, holds=True, required=False)
