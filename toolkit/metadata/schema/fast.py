"""When a document takes the fast tier: decided by what its root says and by how its type has fared so far.

Nothing here changes a result. A type is walked until enough of it has been seen to pay for compiling a schema, and
again for documents that no schema accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from toolkit.metadata.schema import reading, roots
from toolkit.metadata.schema.plan import Planner
from toolkit.metadata.schema.walker import Walker

if TYPE_CHECKING:
    from toolkit.metadata.schema.skeleton import Skeletons
    from toolkit.metadata.schema.xsd import Orders

LARGEST = 4 * 1024 * 1024
"""Bytes; larger documents are walked, since libxml2 keeps a message of every violation."""
_WORTH_A_LOOK = 8 * 1024  # bytes of one type that were walked before it is asked what a schema costs
_PRICE = 150  # bytes to walk for each member of the schema's types: about what compiling it costs
_OVERHEAD = 1500  # bytes that the walk of an empty document is worth
_SCHEMAS = 3  # of one type at a time, for different orders
_COMPILES = 8  # of one type in all
_FAIR = 20  # documents that a schema may reject before it is judged
SMALL = 2048
"""Bytes of a document that is worth a look at its skeleton; the larger ones are seldom alike."""
_SMALL = (6, 60)  # small clean documents of one type: then their skeletons are kept, by the names that they had
_LARGE = 12 * 1024  # bytes of a document for which a schema is compiled before any was walked
_HUGE = 48 * 1024  # bytes of a document whose beginning is tried first
_BEGINNING = 4096  # bytes of it
_HEADS = 2000  # heads of documents that are remembered

# A document in UTF-8 whose first tag names its namespace; no document type can stand before that tag.
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[ ]version=["']1\.0["'](?:[ ]encoding=["'][Uu][Tt][Ff]-8["'])?[ ]?"""
    rb"""(?:standalone=["'](?:yes|no)["'][ ]?)?\?>\s*"""
    rb"""(?:<!--[^-]*+(?:-[^-]++)*+-->\s*)?<([A-Za-z]\w*+)[ ]xmlns="([^"]*+)\"""",
)
_NAME = re.compile(rb"<([A-Za-z]\w*)")


class Tools(NamedTuple):
    """What judges the documents of one API version and namespace."""

    planner: Planner
    walker: Walker


class _NoTree:
    """A parser target that asks for no events: the document is read and validated, and nothing is built."""

    def close(self) -> None:
        return None


class _Compiled:
    """A schema in a parser. Validation as the parser reads, without a tree, takes a third less than with one."""

    def __init__(self, schema: etree.XMLSchema, orders: Orders) -> None:
        self.orders = orders
        self.hits = self.misses = 0
        self._parser = reading.parser(schema, target=_NoTree())
        if self.takes(b"<no-metadata/>"):  # an lxml that does not report what a target's parser finds invalid
            self._parser = reading.parser(schema)

    def takes(self, data: bytes) -> bool:
        """Whether the document is valid."""
        if len(data) > _HUGE and not self._begins(data):
            return False
        try:
            etree.fromstring(data, self._parser)
        except etree.XMLSyntaxError:
            return False
        return not self._parser.error_log

    def _begins(self, data: bytes) -> bool:
        """Whether the first lines are in the schema's order; a large document that is not would cost much in vain."""
        try:
            etree.fromstring(data[: data.rfind(b"\n", 0, _BEGINNING)], self._parser)
        except etree.XMLSyntaxError:
            return not any("not expected" in entry.message for entry in self._parser.error_log)
        return True

    @property
    def useless(self) -> bool:
        return self.misses > _FAIR and self.hits * 3 < self.misses


class Record:
    """How the documents of one type have fared at one API version and namespace."""

    def __init__(self, root: str, tools: Tools) -> None:
        self.root = root
        self._planner = tools.planner
        self._walked = 0
        self._price = _WORTH_A_LOOK  # bytes to walk before the first schema; twice that for the next
        self._compiles = 0
        self._schemas: list[_Compiled] = []
        self._small = 0
        self._small_names: set[str] = set()  # of the elements of small clean documents
        self._skeletons: Skeletons | None = None
        self._skeleton: bytes | None = None  # of the document that accepts() was asked about last

    def accepts(self, data: bytes) -> bool:
        """Whether the document is certainly without a finding. False says nothing."""
        self._skeleton = None
        skeletons = self._skeletons
        if skeletons is not None and len(data) <= SMALL:
            self._skeleton = skeletons.of(data)
            if self._skeleton is not None and skeletons.knows(self._skeleton):
                return True
            if skeletons.useless:
                self._skeletons = None
        if self._taken(data) or (len(data) > _LARGE and self._compile(len(data)) and self._schemas[0].takes(data)):
            self._keep(data)
            return True
        return False

    def learn(self, data: bytes) -> None:
        """Take note of a clean document that accepts() did not know, and compile a schema when that pays."""
        self._keep(data)
        self._walked += len(data) + _OVERHEAD
        self._compile(0)

    def _keep(self, data: bytes) -> None:
        """Take note of a clean document that may be one of many small ones alike."""
        if self._skeleton is not None and self._skeletons is not None:
            self._skeletons.keep(self._skeleton)
        if self._small < _SMALL[-1] and len(data) <= SMALL:
            self._small += 1
            self._small_names.update(map(bytes.decode, _NAME.findall(data)))
            if self._small in _SMALL:
                from toolkit.metadata.schema.skeleton import Skeletons, free_texts

                strings, typed = free_texts(self._planner, self._planner.known(self.root))
                self._skeletons = Skeletons(strings & self._small_names, typed & self._small_names)

    def _taken(self, data: bytes) -> bool:
        for index, schema in enumerate(self._schemas):
            if schema.takes(data):
                schema.hits += 1
                if index:
                    self._schemas.insert(0, self._schemas.pop(index))
                return True
            schema.misses += 1
        if self._schemas:
            self._schemas = [schema for schema in self._schemas if not schema.useless]
        return False

    def _due(self, size: int) -> bool:
        """Whether walking so many bytes more would cost as much as a schema."""
        return self._compiles < _COMPILES and self._walked + size >= self._price << self._compiles

    def _compile(self, size: int) -> bool:
        """Compile a schema that takes what no earlier one does; False when there is none, or when it is too early.

        size: bytes of the document that waits for it.
        """
        if not self._due(size):
            return False
        from toolkit.metadata.schema import xsd

        orders = [schema.orders for schema in self._schemas]
        draft = xsd.Draft(self._planner, self.root, orders)
        self._price = max(draft.size * _PRICE, _WORTH_A_LOOK)
        if not self._due(size):
            return False
        self._walked = 0
        self._compiles += 1
        if not draft.sound:
            self._compiles = _COMPILES
        if not draft.sound or draft.orders in orders:
            return False
        kept = [schema for schema in self._schemas if not draft.takes_all(schema.orders)]
        self._schemas = [_Compiled(draft.compile(), draft.orders), *kept][:_SCHEMAS]
        return True


def head(data: bytes) -> re.Match[bytes] | None:
    """The start of a document up to the namespace of its root; None for one that must be walked."""
    return _HEAD.match(data) if len(data) <= LARGEST else None


class FastTier:
    """What is known of each root at one API version."""

    def __init__(self, tools: Callable[[str], Tools]) -> None:
        """tools: gives those of a namespace."""
        self._tools = tools
        self._records: dict[tuple[bytes | None, ...], Record | None] = {}
        self._heads: dict[bytes, Record | None] = {}

    def record(self, data: bytes, type_name: str | None) -> Record | None:
        """The record of a document's root; None for a document that must be walked."""
        end = data.find(b'"', data.find(b' xmlns="') + 8) + 1
        start = data[:end]
        try:
            record = self._heads[start]
        except KeyError:
            record = self._known(data, end)
            if len(self._heads) < _HEADS and end < _LARGE:
                self._heads[start] = record
        if record is None or len(data) > LARGEST:
            return None
        return record if type_name is None or type_name == record.root else None

    def _known(self, data: bytes, end: int) -> Record | None:
        """The record of a document whose head ends there; the same for all documents that start with these bytes."""
        found = _HEAD.match(data)
        if found is None or found.end() != end:
            return None
        key = found.groups()
        if key not in self._records:
            root, space = found[1].decode(), found[2].decode("utf-8", "replace")
            tools = self._tools(space)
            judged = roots.plain(root, space, tools.planner.schema)
            self._records[key] = Record(root, tools) if judged else None
        return self._records[key]
