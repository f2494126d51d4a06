"""Write the matrix of faults and the other bad days into docs/reliability.md, from what one run of the tests has left.

    python scripts/bad_days_page.py FOLDER

FOLDER is the run's BAD_DAYS: a file for each fault, and a line for each test that is a bad day (tests/baddays.py).
Exit 1, and the page as it was, when a fault or a day of them did not end as it has to.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- matrix: generated, begin -->\n", "<!-- matrix: generated, end -->\n"
ENDINGS = ("one run", "next run")


@dataclass(frozen=True, slots=True)
class Fault:
    """How a fault ended at every request: by the request's kind and the ending."""

    name: str
    requests: int
    jobs: int
    outcomes: Counter[tuple[str, str]]

    def cell(self, request: str) -> str:
        found = [f"{ending} {count}" for ending in ENDINGS if (count := self.outcomes[request, ending])]
        return ", ".join(found) or "-"


def read(folder: Path) -> list[Fault]:
    faults = []
    for path in sorted(folder.glob("[0-9]*.json")):
        told = json.loads(path.read_text())
        outcomes = Counter({(request, ending): count for request, ending, count in told["outcomes"]})
        faults.append(Fault(told["fault"], told["requests"], told["jobs"], outcomes))
    return faults


@dataclass(frozen=True, slots=True)
class Days:
    """The cases of one bad day beside the matrix; jobs: those that the org had then. failed: cases that went wrong."""

    day: str
    jobs: str
    cases: int
    failed: int


def read_days(folder: Path) -> list[Days]:
    lines = [line for path in sorted(folder.glob("days-*.jsonl")) for line in path.read_text().splitlines()]
    rows = [json.loads(line) for line in lines]
    cases = Counter((row["day"], row["jobs"]) for row in rows)
    failed = Counter((row["day"], row["jobs"]) for row in rows if not row["done"])
    return [Days(*named, count, failed[named]) for named, count in sorted(cases.items())]


def other_days(days: list[Days]) -> str:
    """The table of the days beside the matrix."""
    cases = sum(one.cases for one in days)
    lines = [
        "",
        f"{cases} more cases, of single deployments; the org was asked how many jobs there were, not the journal:",
        "",
        "| bad day | cases | successful jobs in the org |",
        "|---|---|---|",
        *(f"| {one.day} | {one.cases} | {one.jobs} |" for one in days),
    ]
    return "\n".join(lines) + "\n"


def matrix(faults: list[Fault]) -> str:
    """The sentence with the numbers, and a table with a row for each fault and a column for each kind of request."""
    total = sum((fault.outcomes for fault in faults), Counter[tuple[str, str]]())
    ended = Counter({ending: sum(n for (_, e), n in total.items() if e == ending) for ending in ENDINGS})
    requests = sorted({request for request, _ in total})
    first = faults[0]
    lines = [
        f"{total.total():,} cases: {len(faults)} faults, each at the requests of a release ({first.requests}; hostile "
        "answers: at those over SOAP), by their number in the order in which they came; steps read in parallel, so "
        f"that the order varies. In {ended['one run']:,} the release succeeded in spite of the fault; in "
        f"{ended['next run']:,} it ended with a clear error, or was killed, and the next run finished it. In every "
        f"case the org had {first.jobs} successful jobs at the end, as on a good day, and the same components, rows "
        "and assignments.",
        "",
        "| column | request |",
        "|---|---|",
        *(f"| {number} | `{request}` |" for number, request in enumerate(requests, 1)),
        "",
        f"| fault | {' | '.join(str(number) for number, _ in enumerate(requests, 1))} |",
        f"|---{'|---' * len(requests)}|",
        *(f"| {fault.name} | {' | '.join(fault.cell(request) for request in requests)} |" for fault in faults),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    folder = Path(sys.argv[1])
    faults, days = read(folder), read_days(folder)
    if not faults or not days:
        sys.exit(f"{folder} holds no results")
    if wrong := [f"{one.day}: {one.failed} of {one.cases} cases" for one in days if one.failed]:
        sys.exit("went wrong: " + "; ".join(wrong))
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(
        head + BEGIN + matrix(faults) + other_days(days) + END + rest.partition(END)[2], encoding="utf-8", newline="\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
