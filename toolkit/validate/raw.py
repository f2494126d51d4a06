"""Raw: any text file, for rules that look at its bytes."""

from __future__ import annotations

from typing import NamedTuple

from toolkit.errors import Location
from toolkit.validate.source import SourceFile


class Raw(NamedTuple):
    file: SourceFile
    data: bytes

    def at(self, index: int) -> Location:
        """The place of a byte."""
        line = self.data.count(b"\n", 0, index) + 1
        start = self.data.rfind(b"\n", 0, index) + 1
        return Location(self.file.path, line, len(self.data[start:index].decode("utf-8", "replace")) + 1)
