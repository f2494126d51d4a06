from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

_LIMITS = {
    "StaticResource": (5 << 20, "5 MB"),
    "ApexClass": (1_000_000, "1 million characters"),
    "ApexTrigger": (1_000_000, "1 million characters"),
    "ApexPage": (1 << 20, "1 MB"),
    "ApexComponent": (1 << 20, "1 MB"),
}
RULE = Rule(
    id="E2033",
    severity=ERROR,
    title="A static resource, class or page is larger than Salesforce takes",
    why="The deploy fails: a static resource may have 5 MB, an Apex class 1 million characters, a page 1 MB.",
    mend="split it, or make it smaller",
    source="Salesforce limits quick reference; Metadata API Developer Guide, StaticResource and CustomLabels",
    bad={"pages/P.page": "<apex:page>" + "x" * (1 << 20) + "</apex:page>"},
    good={"pages/P.page": "<apex:page/>"},
)


def check(project: Project) -> Iterator[Finding]:
    sizes: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], str] = {}
    for file in project.sources.files:
        if file.part == "content" and file.type in _LIMITS:
            sizes[file.key] = sizes.get(file.key, 0) + file.size
            first.setdefault(file.key, file.path)
    archives = _folders(project)
    for key, size in sizes.items():
        limit, words = _LIMITS[key[0]]
        # the files of an archive are packed before they count; they rarely pack to less than a third
        if size > (limit * 3 if key in archives else limit):
            yield RULE.finding(Location(first[key], 1, 1), f"{key[0]} {key[1]} has {size:,} bytes, more than {words}")


def _folders(project: Project) -> frozenset[tuple[str, str]]:
    """Static resources that stand as a folder of files."""
    counts: dict[tuple[str, str], int] = {}
    for file in project.files_of("StaticResource"):
        if file.part == "content":
            counts[file.key] = counts.get(file.key, 0) + 1
    return frozenset(key for key, count in counts.items() if count > 1)
