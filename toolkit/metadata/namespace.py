"""The namespace of metadata documents; apart from toolkit.metadata.xml, which loads lxml."""

from typing import Final

METADATA_NS: Final = "http://soap.sforce.com/2006/04/metadata"
