"""Build docs/errors.md from the catalogue of toolkit/release/hints.

    python scripts/build_hints_page.py [--check]

--check writes nothing and fails when the page is not what the catalogue gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from toolkit.release.hints.catalogue import entries, topics  # noqa: E402
from toolkit.release.hints.entry import Confidence, Entry, Role, Topic  # noqa: E402

PAGE = ROOT / "docs" / "errors.md"

HEAD = """\
# Deployment errors

<!-- written by scripts/build_hints_page.py; change toolkit/release/hints/topics/ instead -->

What the platform's messages mean and how to mend them: {count} errors, {french} of them in French as well.
`sfmeta explain "message"` looks a message up here and fills in the names; `sf project deploy start ... 2>&1 |
sfmeta explain -` reads a whole output and puts the errors that follow from another one under it.

Each entry says how sure it is. *Documented*: Salesforce's documentation or schema says so. *Reported*: the message
stands in public threads or in the source of a public tool. *Not confirmed*: general knowledge; an org may word it
differently. Most French wordings are not confirmed. The platform speaks the language of the user who deploys.
"""

ROLES = {
    Role.CAUSE: "Usually a root cause.",
    Role.EITHER: "A root cause, unless what it names failed in the same deployment.",
    Role.CONSEQUENCE: "Usually a consequence of another error.",
}
CONFIDENCES = {
    Confidence.DOCUMENTED: "Documented",
    Confidence.REPORTED: "Reported",
    Confidence.UNCONFIRMED: "Not confirmed",
}
_GAP = re.compile(r"\{([a-z_]*)(?::word)?\}")
_SPECIAL = re.compile(r"([\\\\`*_<>\[\]$])")


def page() -> str:
    """The whole page."""
    known = entries()
    parts = [HEAD.format(count=len(known), french=sum(bool(entry.french) for entry in known))]
    parts.append("\n".join(f"- [{topic.title}](#{_anchor(topic.title)}) ({len(topic.entries)})" for topic in topics()))
    parts += [block for topic in topics() for block in _section(topic)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(topic: Topic) -> Iterator[str]:
    yield f"## {topic.title}"
    for entry in topic.entries:
        yield f"### {entry.id}: {_plain(entry.title)}"
        yield _code(entry)
        yield f"{_told(entry.meaning)}\n\n**Mend:** {_told(entry.mend)}"
        yield f"{ROLES[entry.role]} {CONFIDENCES[entry.confidence]}: {_plain(entry.source)}."


def _code(entry: Entry) -> str:
    lines = [entry.example, *filter(None, (entry.french_example,))]
    return "\n".join(f"    {' '.join(line.split())}" for line in lines)


def _told(text: str) -> str:
    """The text with its gaps as words in italics."""
    return "".join(
        f"*{part}*" if index % 2 else _plain(part) for index, part in enumerate(_GAP.split(text)) if part or index % 2
    )


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        if current != text:
            print(f"{PAGE.name} is not current: run python scripts/build_hints_page.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(entries())} errors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
