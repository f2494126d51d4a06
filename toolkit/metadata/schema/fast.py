"""When a document takes the fast tier: decided by what its root says and by how its type has fared so far.

Nothing here changes a result. A type is walked until enough of it has been seen to pay for compiling a schema, and
again for documents that no schema accepts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from toolkit.metadata.schema import reading, skeleton, xsd
from toolkit.metadata.schema.plan import Planner
from toolkit.metadata.schema.skeleton import Skeletons

LARGEST = 4 * 1024 * 1024
"""Bytes; larger documents are walked, since libxml2 keeps a message of every violation."""
_PAYS_AFTER = 48 * 1024  # bytes of one type that were walked before a schema is compiled; twice that for the next
_OVERHEAD = 1500  # bytes that the walk of an empty document is worth
_SCHEMAS = 3  # of one type at a time, for different orders
_COMPILES = 5  # of one type in all
_FAIR = 20  # documents that a schema may reject before it is judged
_SMALL = 6  # small clean documents of one type before their skeletons are kept

# A document in UTF-8 whose first tag names its namespace; no document type can stand before that tag.
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[ ]version=["']1\.0["'](?:[ ]encoding=["'][Uu][Tt][Ff]-8["'])?[ ]?"""
    rb"""(?:standalone=["'](?:yes|no)["'][ ]?)?\?>\s*"""
    rb"""(?:<!--[^-]*+(?:-[^-]++)*+-->\s*)?<([A-Za-z]\w*+)[ ]xmlns="([^"]*+)\"""",
)


class _NoTree:
    """A parser target that asks for no events: the document is read and validated, and nothing is built."""

    def close(self) -> None:
        return None


class _Compiled:
    """A schema in a parser. Validation as the parser reads, without a tree, takes a third less than with one."""

    def __init__(self, schema: etree.XMLSchema, orders: xsd.Orders) -> None:
        self.orders = orders
        self.hits = self.misses = 0
        self._parser = reading.parser(schema, target=_NoTree())
        if self.takes(b"<no-metadata/>"):  # an lxml that does not report what a target's parser finds invalid
            self._parser = reading.parser(schema)

    def takes(self, data: bytes) -> bool:
        try:
            etree.fromstring(data, self._parser)
        except etree.XMLSyntaxError:
            return False
        return not self._parser.error_log

    @property
    def useless(self) -> bool:
        return self.misses > _FAIR and self.hits * 3 < self.misses


@dataclass(slots=True)
class Record:
    """How the documents of one root have fared at one API version and namespace."""

    root: str
    walked: int = 0
    schemas: list[_Compiled] = field(default_factory=list)
    compiles: int = 0
    small: int = 0
    skeletons: Skeletons | None = None
    skeleton: bytes | None = None  # of the document that accepts() was asked about last

    def accepts(self, data: bytes) -> bool:
        """Whether the document is certainly without a finding. False says nothing."""
        self.skeleton = None
        if self.skeletons is not None and len(data) <= skeleton.LARGEST:
            self.skeleton = self.skeletons.of(data)
            if self.skeleton is not None and self.skeletons.knows(self.skeleton):
                return True
            if self.skeletons.useless:
                self.skeletons = None
        for index, schema in enumerate(self.schemas):
            if schema.takes(data):
                schema.hits += 1
                if index:
                    self.schemas.insert(0, self.schemas.pop(index))
                self._keep()
                return True
            schema.misses += 1
        if self.schemas and self.schemas[-1].useless:
            self.schemas.pop()
        return False

    def _keep(self) -> None:
        if self.skeletons is not None and self.skeleton is not None:
            self.skeletons.keep(self.skeleton)

    def learn(self, data: bytes, planner: Planner) -> None:
        """Take note of a clean document that accepts() did not know, and compile a schema when that pays."""
        self._keep()
        if len(data) <= skeleton.LARGEST:
            self.small += 1
            if self.small == _SMALL:
                strings = skeleton.free_strings(planner, planner.known(self.root))
                self.skeletons = Skeletons(strings) if strings else None
        self.walked += len(data) + _OVERHEAD
        if self.walked < _PAYS_AFTER << self.compiles or self.compiles == _COMPILES or len(self.schemas) == _SCHEMAS:
            return
        self.walked = 0
        self.compiles += 1
        compiled = xsd.compile_schema(planner, self.root, [schema.orders for schema in self.schemas])
        if compiled is None:
            self.compiles = _COMPILES
        else:
            self.schemas.insert(0, _Compiled(*compiled))


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
