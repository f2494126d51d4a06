"""When a document takes the fast tier: decided by what its root says and by how its type has fared so far.

Nothing here changes a result. A type is walked until enough of it has been seen to pay for compiling a schema, and
walked again when the schema accepts too little of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from toolkit.metadata.schema import reading, xsd
from toolkit.metadata.schema.plan import Planner

LARGEST = 4 * 1024 * 1024
"""Bytes; larger documents are walked, since libxml2 keeps a message of every violation."""
_PAYS_AFTER = 48 * 1024  # bytes of one type that were walked before a schema is compiled, and before another one is
_SCHEMAS = 4  # of one type, for different orders
_USELESS = 60  # documents that a schema rejected in a row before it is given up

# A document in UTF-8 whose first tag names its namespace; no document type can stand before that tag.
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[ ]version=["']1\.0["'](?:[ ]encoding=["'][Uu][Tt][Ff]-8["'])?[ ]?"""
    rb"""(?:standalone=["'](?:yes|no)["'][ ]?)?\?>\s*"""
    rb"""(?:<!--[^-]*(?:-[^-]+)*-->\s*)?<([A-Za-z]\w*)[ ]xmlns="([^"]*)\"""",
)


@dataclass(slots=True)
class _Compiled:
    parser: etree.XMLParser
    misses: int = 0


@dataclass(slots=True)
class Record:
    """How the documents of one root have fared at one API version and namespace."""

    root: str
    walked: int = 0
    schemas: list[_Compiled] = field(default_factory=list)
    orders: list[xsd.Orders] = field(default_factory=list)
    exhausted: bool = False

    def accepts(self, data: bytes) -> bool:
        for index, schema in enumerate(self.schemas):
            try:
                etree.fromstring(data, schema.parser)
            except etree.XMLSyntaxError:
                schema.misses += 1
                continue
            schema.misses = 0
            if index:
                self.schemas.insert(0, self.schemas.pop(index))
            return True
        return False

    def learn(self, size: int, planner: Planner) -> None:
        """Take note of a clean document that had to be walked, and compile a schema when that pays."""
        self.walked += size
        if self.walked < _PAYS_AFTER or self.exhausted:
            return
        self.walked = 0
        self.schemas = [schema for schema in self.schemas if schema.misses < _USELESS]
        compiled = xsd.compile_schema(planner, self.root, self.orders) if len(self.orders) < _SCHEMAS else None
        self.exhausted = compiled is None
        if compiled is not None:
            self.schemas.insert(0, _Compiled(reading.parser(compiled[0])))
            self.orders.append(compiled[1])


def head(data: bytes) -> re.Match[bytes] | None:
    """The start of a document up to the namespace of its root; None for one that must be walked."""
    return _HEAD.match(data) if len(data) <= LARGEST else None


class FastTier:
    """What is known of each root at one API version."""

    def __init__(self) -> None:
        self._records: dict[tuple[bytes | None, ...], Record] = {}

    def record(self, found: re.Match[bytes], type_name: str | None) -> Record | None:
        """The record of a document's root; None when its path contradicts it."""
        key = found.groups()
        record = self._records.get(key)
        if record is None:
            record = self._records[key] = Record(found[1].decode())
        return record if type_name is None or type_name == record.root else None
