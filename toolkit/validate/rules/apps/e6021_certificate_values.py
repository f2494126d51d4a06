from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6021",
    severity=ERROR,
    title="A certificate with a value that the org refuses",
    why="The deploy fails: expirationDate is a full date and time, keySize is 2048 or 4096, a label has 64 characters.",
    mend="write 2027-08-01T00:00:00.000Z; 2048 or 4096; a shorter label",
    source="Metadata API Developer Guide, Certificate",
    bad={
        "certs/C.crt": "",
        "certs/C.crt-meta.xml": """<Certificate>
    <caSigned>false</caSigned><expirationDate>2027-08-01</expirationDate><masterLabel>C</masterLabel>
</Certificate>""",
    },
    good={
        "certs/C.crt": "",
        "certs/C.crt-meta.xml": """<Certificate>
    <caSigned>false</caSigned><expirationDate>2027-08-01T00:00:00.000Z</expirationDate><masterLabel>C</masterLabel>
</Certificate>""",
    },
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?\Z")


def check(document: Document) -> Iterator[Finding]:
    date, size, label = document.text("expirationDate"), document.text("keySize"), document.text("masterLabel")
    if date and not _MOMENT.match(date):
        yield document.finding(RULE, None, f"expirationDate {date} is not a date with time", "expirationDate")
    if size and size not in ("2048", "4096"):
        yield document.finding(RULE, None, f"keySize {size} is not 2048 or 4096", "keySize")
    if len(label) > 64:
        yield document.finding(RULE, None, f"masterLabel has {len(label)} characters, 64 are the most", "masterLabel")
