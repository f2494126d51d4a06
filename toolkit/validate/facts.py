"""What is remembered of each file after its tree is gone: declarations that rules over the whole project need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from toolkit.validate.document import Document


class Spot(NamedTuple):
    """An element to point at later: the file's number, the line, the element and the text it holds."""

    file: int
    line: int
    tag: str = ""
    value: str | None = None


class Mention(NamedTuple):
    """A name in a file that stands for a component of one of the target types. rule is the rule that asks."""

    rule: str
    name: str
    spot: Spot


class ObjectFact(NamedTuple):
    name: str
    settings: str
    """"Hierarchy", "List" or ""."""
    full: bool
    """The file defines the object (it has a label) and does not merely add to it."""
    sharing: str
    spot: Spot


class FieldFact(NamedTuple):
    object: str
    name: str
    type: str
    required: bool
    formula: bool
    length: str
    refers_to: str
    spot: Spot


class ChildFact(NamedTuple):
    """A record type, list view, compact layout, field set, label ... by name."""

    type: str
    parent: str
    name: str
    spot: Spot


class PageFact(NamedTuple):
    """A Visualforce page's first tag."""

    name: str
    standard_controller: str
    controller: str
    in_touch: bool | None
    spot: Spot


class InTouch(NamedTuple):
    """What a page's meta file says about Lightning Experience."""

    name: str
    in_touch: bool
    spot: Spot


class Placed(NamedTuple):
    """A Visualforce page or own component on a Lightning page, layout or tab. where is the kind of place."""

    kind: str
    """page or component"""
    name: str
    where: str
    """RecordPage, AppPage, HomePage, UtilityBar, Layout, Tab"""
    object: str
    spot: Spot


class LwcFact(NamedTuple):
    name: str
    exposed: bool
    targets: tuple[str, ...]
    spot: Spot


class AppPart(NamedTuple):
    """One of the five components of an External Client App, with what its rules compare."""

    type: str
    name: str
    header: str
    values: Mapping[str, str]
    spot: Spot


class ClassFact(NamedTuple):
    """An Apex class or trigger: what it is, and for a test which names it uses."""

    name: str
    test: bool
    trivial: bool
    """Nothing in it needs a test: an interface, an enum, an exception."""
    words: frozenset[str]
    """Lower-case names that a test class uses."""
    object: str
    """Lower-case object of a trigger."""
    spot: Spot


class AuraMethods(NamedTuple):
    """The lower-case names of the methods of an Apex class that Lightning components can call."""

    name: str
    methods: frozenset[str]


class ApexCall(NamedTuple):
    """An Apex method that a Lightning web component imports."""

    owner: str
    method: str
    spot: Spot


class VersionFact(NamedTuple):
    """The API version of a component, and the one that its project (or package.xml) states."""

    name: str
    version: float
    project: float
    spot: Spot


class ScriptMerge(NamedTuple):
    """A merge field in a script (or event attribute) that is not encoded, with the page's controllers."""

    expression: str
    event: bool
    controllers: tuple[str, ...]
    spot: Spot


class Member(NamedTuple):
    """A name in a manifest."""

    type: str
    name: str
    spot: Spot


class ManifestFact(NamedTuple):
    """A package.xml or destructive manifest. root is the path of its folder; named holds decoded lower-case names."""

    root: str
    destructive: bool
    in_root: bool
    members: tuple[Member, ...]
    named: frozenset[tuple[str, str]]


class Grant(NamedTuple):
    """Field access in a permission set: "Object.Field__c"."""

    field: str
    editable: bool
    spot: Spot


Fact = (
    VersionFact
    | ScriptMerge
    | ManifestFact
    | Grant
    | ObjectFact
    | FieldFact
    | ChildFact
    | PageFact
    | InTouch
    | Placed
    | LwcFact
    | AppPart
    | ClassFact
    | AuraMethods
    | ApexCall
)


def spot(document: Document, number: int) -> Spot:
    return Spot(number, document.root.sourceline or 1, document.root.tag.rpartition("}")[2])


def _object(document: Document, number: int) -> Iterator[Fact]:
    text = document.text
    yield ObjectFact(document.name, text("customSettingsType"), document.has("label"), text("sharingModel"),
                     spot(document, number))  # fmt: skip


def _field(document: Document, number: int) -> Iterator[Fact]:
    text = document.text
    yield FieldFact(
        document.parent, document.name, text("type"), document.yes("required"), document.has("formula"),
        text("length"), text("referenceTo"), spot(document, number),
    )  # fmt: skip


def _child(document: Document, number: int) -> Iterator[Fact]:
    yield ChildFact(document.type, document.parent, document.name, spot(document, number))


def _version(document: Document, number: int) -> Iterator[Fact]:
    for element in document.all("apiVersion"):
        text = document.value(element)
        if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text):
            place = Spot(number, element.sourceline or 1, "apiVersion", text)
            yield VersionFact(document.name, float(text), document.api_version, place)


def _page_meta(document: Document, number: int) -> Iterator[Fact]:
    yield from _version(document, number)
    yield InTouch(document.name, document.yes("availableInTouch"), spot(document, number))


def _labels(document: Document, number: int) -> Iterator[Fact]:
    for element in document.all("labels"):
        name = document.value(element, "fullName")
        yield ChildFact("CustomLabel", "", name, Spot(number, element.sourceline or 1, "labels"))


def _flexipage(document: Document, number: int) -> Iterator[Fact]:
    where, object_ = document.text("type"), document.text("sobjectType")
    for instance in document.deep("componentInstance"):
        name = document.value(instance, "componentName")
        line = instance.sourceline or 1
        if name == "flexipage:visualforcePage":
            for row in document.all("componentInstanceProperties", instance):
                if document.value(row, "name") == "pageName":
                    page = document.value(row, "value")
                    yield Placed("page", page, where, object_, Spot(number, row.sourceline or line, "value", page))
        elif name.startswith("c:") or ":" not in name:
            yield Placed(
                "component", name.removeprefix("c:"), where, object_, Spot(number, line, "componentName", name)
            )


def _layout(document: Document, number: int) -> Iterator[Fact]:
    object_ = document.name.partition("-")[0]
    for item in document.deep("layoutItems"):
        if page := document.value(item, "page"):
            yield Placed("page", page, "Layout", object_, Spot(number, item.sourceline or 1, "page", page))


def _tab(document: Document, number: int) -> Iterator[Fact]:
    for element in document.all("page"):
        page = document.value(element)
        yield Placed("page", page, "Tab", "", Spot(number, element.sourceline or 1, "page", page))


def _lwc(document: Document, number: int) -> Iterator[Fact]:
    yield from _version(document, number)
    targets = tuple(document.value(target) for target in document.deep("target"))
    exposed = document.yes("isExposed")
    yield LwcFact(document.name, exposed, targets, spot(document, number))


def _app_part(document: Document, number: int) -> Iterator[Fact]:
    cut = len(document.ns)
    values = {e.tag[cut:]: (e.text or "").strip() for e in document.root if isinstance(e.tag, str)}
    yield AppPart(document.type, document.name, values.get("externalClientApplication", document.name), values,
                  spot(document, number))  # fmt: skip


def _manifest(document: Document, number: int) -> Iterator[Fact]:
    members = []
    for types in document.all("types"):
        type_name = document.value(types, "name")
        for element in document.all("members", types):
            name = document.value(element)
            members.append(Member(type_name, name, Spot(number, element.sourceline or 1, "members", name)))
    file = document.file
    root = file.path[: -len(file.base)].rstrip("/")
    named = frozenset((member.type, unquote(member.name).lower()) for member in members)
    destructive = file.base.startswith("destructiveChanges")
    yield ManifestFact(root, destructive, file.base == "package.xml" and bool(file.folder), tuple(members), named)


def _grants(document: Document, number: int) -> Iterator[Fact]:
    for entry in document.entries("fieldPermissions"):
        name = entry["field"]
        if name.endswith("__c") and (entry.yes("editable") or entry.yes("readable")):
            spot_ = Spot(number, entry.element.sourceline or 1, "field", name)
            yield Grant(name, entry.yes("editable"), spot_)


COLLECTORS: dict[str, Callable[[Document, int], Iterator[Fact]]] = {
    "Package": _manifest,
    "PermissionSet": _grants,
    "CustomObject": _object,
    "CustomField": _field,
    "RecordType": _child,
    "CompactLayout": _child,
    "FieldSet": _child,
    "BusinessProcess": _child,
    "WebLink": _child,
    "ApexClass": _version,
    "ApexTrigger": _version,
    "ApexComponent": _version,
    "AuraDefinitionBundle": _version,
    "ApexPage": _page_meta,
    "CustomLabels": _labels,
    "FlexiPage": _flexipage,
    "Layout": _layout,
    "CustomTab": _tab,
    "LightningComponentBundle": _lwc,
    "ExternalClientApplication": _app_part,
    "ExtlClntAppGlobalOauthSettings": _app_part,
    "ExtlClntAppOauthSettings": _app_part,
    "ExtlClntAppConfigurablePolicies": _app_part,
    "ExtlClntAppOauthConfigurablePolicies": _app_part,
}
