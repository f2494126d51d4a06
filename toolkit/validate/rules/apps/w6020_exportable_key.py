from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6020",
    severity=WARNING,
    title="A certificate whose private key can leave the org",
    why="privateKeyExportable is true unless the file says false; who exports the key can sign as the org.",
    mend="set <privateKeyExportable>false</privateKeyExportable>",
    source="Metadata API Developer Guide, Certificate",
    bad={
        "certs/C.crt": "",
        "certs/C.crt-meta.xml": "<Certificate><caSigned>false</caSigned><masterLabel>C</masterLabel></Certificate>",
    },
    good={
        "certs/C.crt": "",
        "certs/C.crt-meta.xml": """<Certificate>
    <caSigned>false</caSigned><masterLabel>C</masterLabel><privateKeyExportable>false</privateKeyExportable>
</Certificate>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.text("privateKeyExportable") not in ("false", "0"):
        message = f"the private key of the certificate {document.name} can be exported"
        yield document.finding(RULE, None, message, "privateKeyExportable")
