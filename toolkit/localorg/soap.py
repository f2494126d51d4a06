"""SOAP envelopes: reading what clients send in any dialect, writing what all of them can read.

Replies are unprefixed, in the namespace of the API as default: some clients read them with regular
expressions or by tag name (jsforce, CumulusCI). Faults carry a prefixed detail for simple-salesforce.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from toolkit.localorg.http import Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.tree import XSD_TYPES, Node, TreeError, parse

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
METADATA = "http://soap.sforce.com/2006/04/metadata"
PARTNER = "urn:partner.soap.sforce.com"
_XML = "text/xml; charset=utf-8"


class Nil:
    """A value that is written as xsi:nil."""


NIL = Nil()


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a value of any simple type, with the XML Schema type it has."""

    text: str
    kind: str


Content = Json | Nil | Typed | Mapping[str, "Content"] | list["Content"]


def _write(name: str, value: Content, out: list[str]) -> None:
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            _write(name, item, out)
    elif isinstance(value, Mapping):
        kind = value.get("@type")
        out.append(f'<{name} xsi:type="{escape(str(kind))}">' if kind else f"<{name}>")
        for key, inner in value.items():
            if key != "@type":
                _write(key, inner, out)
        out.append(f"</{name}>")
    elif isinstance(value, Typed):
        out.append(f'<{name} xsi:type="xsd:{value.kind}">{escape(value.text)}</{name}>')
    elif isinstance(value, Nil):
        out.append(f'<{name} xsi:nil="true"/>')
    elif isinstance(value, bool):
        out.append(f"<{name}>{str(value).lower()}</{name}>")
    else:
        out.append(f"<{name}>{escape(str(value))}</{name}>")


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{}"{} '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"{}>'
    "<soapenv:Body>"
)
_TAIL = "</soapenv:Body></soapenv:Envelope>"


def reply(operation: str, result: Content, *, namespace: str = METADATA) -> Reply:
    """The answer to an operation; a list becomes several <result> elements, None no element at all."""
    out = [_HEAD.format(ENVELOPE, f' xmlns="{namespace}"', ""), f"<{operation}Response>"]
    _write("result", result, out)
    out += [f"</{operation}Response>", _TAIL]
    return Reply(200, "".join(out).encode(), _XML)


def fault(refusal: Refusal, *, namespace: str = METADATA, kind: str = "UnexpectedErrorFault") -> Reply:
    """A refusal as a SOAP fault: HTTP 500 with the code as sf:CODE."""
    detail = namespace if namespace == METADATA else "urn:fault.partner.soap.sforce.com"
    # no default namespace, for the elements of a fault have none; jsforce finds them only without attributes
    head = _HEAD.format(ENVELOPE, "", f' xmlns:sf="{detail}"')
    code, message = escape(refusal.code), escape(refusal.message)
    body = (
        f"{head}<soapenv:Fault>"
        f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>"
        f'<detail><sf:{kind} xsi:type="sf:{kind}"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{kind}></detail></soapenv:Fault>{_TAIL}"
    )
    return Reply(500, body.encode(), _XML)


def node_content(node: Node, kind: str = "") -> Content:
    """An element as content; the text of a leaf, else its children by name with repeated ones as lists."""
    if not node.children:
        local = node.attributes.get("type", "").rpartition(":")[2]
        if local in XSD_TYPES and not node.nil:
            return Typed(node.text, local)
        return NIL if node.nil else node.text
    groups: dict[str, list[Content]] = {}
    for child in node.children:
        groups.setdefault(child.name, []).append(node_content(child))
    members: dict[str, Content] = {"@type": kind} if kind else {}
    return members | groups


class Envelope:
    """A request: its session and the one operation in its body."""

    def __init__(self, data: bytes) -> None:
        """Refusal when the data is no envelope with an operation."""
        try:
            root = parse(data)
        except TreeError as error:
            raise Refusal("UNKNOWN_EXCEPTION", f"{error.message} at line {error.line}") from None
        body = root.child("Body") if root.name == "Envelope" else None
        if body is None or not body.children:
            raise Refusal("UNKNOWN_EXCEPTION", "no operation in the SOAP body")
        header = root.child("Header")
        session = next(header.at("SessionHeader/sessionId"), None) if header else None
        self.session: str | None = session.text.strip() if session else None
        all_or_none = next(header.at("AllOrNoneHeader/allOrNone"), None) if header else None
        self.all_or_none = all_or_none is not None and all_or_none.text.strip().lower() == "true"
        self.operation: Node = body.children[0]
