"""Where the elements of an XML document stand, as offsets into its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat  # for positions only: whoever asks has judged the document with `xml.parse` before

from toolkit.errors import Location, MetadataError
from toolkit.metadata.namespace import METADATA_NS

_PREFIX = f"{METADATA_NS} "


class Element:
    """An element of the metadata namespace (or a foreign one, whose name is then "uri name") and where it stands.

    start is the offset of its "<"; close that of its end tag, or just behind it when it is self-closed.
    """

    # No way up: an element that knew its parent would be a circle, and freeing a file's elements the work of the
    # garbage collector, which takes as long as reading the file.
    __slots__ = ("children", "close", "name", "start")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.close = -1
        self.children: list[Element] = []

    def all(self, name: str) -> list[Element]:
        """Its children of this name, in their order."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        for child in self.children:
            if child.name == name:
                return child
        return None

    def walk(self) -> Iterator[Element]:
        """It and everything under it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def positions(data: bytes, source: str) -> Element:
    """The root element of a document with everything under it.

    Raises MetadataError, with the place, for what is not well-formed.
    """
    parser = expat.ParserCreate(None, " ")
    top = Element("", 0)
    open_elements = [top]

    local: dict[str, str] = {}
    begin, finish = open_elements.append, open_elements.pop

    def start(name: str, _attributes: object) -> None:
        if name not in local:
            local[name] = name.removeprefix(_PREFIX)
        element = Element(local[name], parser.CurrentByteIndex)
        open_elements[-1].children.append(element)
        begin(element)

    def end(_name: str) -> None:
        finish().close = parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat's own signature
    except expat.ExpatError as error:
        raise MetadataError.of(
            f"not well-formed XML: {expat.ErrorString(error.code)}",
            where=Location(source, error.lineno, error.offset + 1),
            mend="mend the XML",
        ) from None
    finally:  # they and the parser hold one another
        parser.StartElementHandler = parser.EndElementHandler = None
    return top.children[0]
