"""SOAP envelopes of the Metadata API: what stands around every request, and what every reply is read by."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from toolkit.errors import MetadataError
from toolkit.metadata import xml
from toolkit.metadata.xml import METADATA_NS, local_name

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
CLIENT = "sfmeta"
_DEFAULT_NS: dict[str, str] = {None: METADATA_NS}  # type: ignore[dict-item]  # lxml-stubs: None is the default


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: its code without the prefix ("INVALID_SESSION_ID") and its text."""

    code: str
    message: str


def request(name: str) -> etree._Element:
    """The element of an operation, for what it is asked."""
    return etree.Element(f"{{{METADATA_NS}}}{name}", nsmap=_DEFAULT_NS)


def child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """A new last element of its parent. MetadataError for a text that XML cannot carry."""
    element = etree.SubElement(parent, f"{{{METADATA_NS}}}{name}")
    if text is not None:
        try:
            element.text = text
        except ValueError:
            raise MetadataError.of(f"{name} holds a character that XML cannot carry: {text!r}") from None
    return element


def envelope(token: str, asked: etree._Element) -> bytes:
    """The whole request."""
    whole = etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap={"soapenv": ENVELOPE_NS})
    header = etree.SubElement(whole, f"{{{ENVELOPE_NS}}}Header")
    session = etree.SubElement(header, f"{{{METADATA_NS}}}SessionHeader", nsmap=_DEFAULT_NS)
    child(session, "sessionId", token)
    options = etree.SubElement(header, f"{{{METADATA_NS}}}CallOptions", nsmap=_DEFAULT_NS)
    child(options, "client", CLIENT)
    etree.SubElement(whole, f"{{{ENVELOPE_NS}}}Body").append(asked)
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8")


def text_of(element: etree._Element, name: str) -> str:
    """The text of the first part of this name; empty when there is none."""
    return next((part.text or "" for part in element if local_name(part) == name), "")


def results(reply: bytes, source: str) -> list[etree._Element] | Fault:
    """The `result` elements of a reply, or its fault. MetadataError when it is no SOAP reply."""
    root = xml.parse(reply, source)
    body = next((element for element in root if local_name(element) == "Body"), None)
    if local_name(root) != "Envelope" or body is None or len(body) == 0:
        raise MetadataError.of(f"{source}: not a SOAP reply", mend="check that the URL is the org's own address")
    first = body[0]
    if local_name(first) == "Fault":
        return Fault(text_of(first, "faultcode").rpartition(":")[2], text_of(first, "faultstring"))
    return [element for element in first if local_name(element) == "result"]
