"""SOAP: describeValueType, which is the shipped schema in another shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.localorg import soap
from toolkit.localorg.families.registry import FAMILIES
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.options import MAX_API_VERSION
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.tree import METADATA_NS
from toolkit.metadata.registry import standard
from toolkit.metadata.schema.model import Member, schema

# where the WSDL has a type of its own for what the schema sums up
_SOAP = {"number": "double", "moment": "dateTime", "base64": "base64Binary", "any": "anyType"}


def describe_value_type(call: Call, envelope: soap.Envelope) -> Reply:
    number = call.version.partition(".")[0]
    version = int(number) if number.isdigit() else MAX_API_VERSION
    return soap.reply("describeValueType", {**value_type(envelope.operation.value("type") or "", version)})


def value_type(asked: str, version: int) -> dict[str, Json]:
    """DescribeValueTypeResult of `{namespace}Type`, in the order of the WSDL; Refusal INVALID_TYPE."""
    namespace, _, name = asked.rpartition("}")
    root = schema().root_type(name)
    if root is None or namespace.removeprefix("{") not in ("", METADATA_NS):
        raise Refusal("INVALID_TYPE", f"Unknown type:{asked}")
    info, child = standard().get(name), standard().child(name)
    by_call = info is not None or child is not None
    result: dict[str, Json] = {
        "apiCreatable": by_call, "apiDeletable": by_call, "apiReadable": by_call, "apiUpdatable": by_call,
    }  # fmt: skip
    if child is not None:
        result["parentField"] = _parent(child[0].name)
    elif info is not None and info.folder_type:
        result["parentField"] = _parent(info.folder_type)
    foreign = {spec.path: spec.type for spec in FAMILIES[name].names} if name in FAMILIES else {}
    result["valueTypeFields"] = list(_Describer(version, foreign).fields(root.members, (name,), ""))
    return result


def _parent(name: str) -> dict[str, Json]:
    return {
        "foreignKeyDomain": [name], "isForeignKey": True, "isNameField": False, "minOccurs": 1, "name": name,
        "soapType": "string", "valueRequired": True,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Describer:
    """Spells out the members of one type; foreign maps the path of a reference to the type it names."""

    version: int
    foreign: Mapping[str, str]

    def _there(self, member: Member) -> bool:
        return not (member.newer_than(self.version) or member.removed_before(self.version))

    def fields(self, members: tuple[Member, ...], above: tuple[str, ...], path: str) -> Iterator[Json]:
        """ValueTypeFields of members at a path ("" or "tabs/") inside the types above."""
        for member in filter(self._there, members):
            yield self._field(member, above, f"{path}{member.name}")

    def _field(self, member: Member, above: tuple[str, ...], path: str) -> dict[str, Json]:
        inner, values = schema().complex_type(member.type), schema().enum(member.type)
        field: dict[str, Json] = {}
        if inner is not None and member.type not in above:  # some types contain themselves
            field["fields"] = list(self.fields(inner.members, (*above, member.type), f"{path}/"))
        if path in self.foreign:
            field["foreignKeyDomain"] = [self.foreign[path]]
        field |= {
            "isForeignKey": path in self.foreign, "isNameField": path == "fullName",
            "minOccurs": int(member.required), "name": member.name,
        }  # fmt: skip
        if values is not None:
            field["picklistValues"] = [
                {"active": True, "defaultValue": False, "label": value.name, "value": value.name}
                for value in filter(self._there, values.values)
            ]
        field["soapType"] = _SOAP.get(member.type, member.type)
        field["valueRequired"] = member.required
        return field
