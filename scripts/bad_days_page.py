"""Write the matrix of faults into docs/reliability.md, from what the tests of BAD_DAYS=FOLDER have left there.

python scripts/bad_days_page.py FOLDER
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
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text())
        outcomes = Counter({(request, ending): count for request, ending, count in told["outcomes"]})
        faults.append(Fault(told["fault"], told["requests"], told["jobs"], outcomes))
    return faults


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
        f"{ended['next run']:,} it ended with a clear error, and the next run finished it. In every case the org had "
        f"{first.jobs} successful jobs at the end, as on a good day, and the same components, rows and assignments.",
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
    faults = read(Path(sys.argv[1]))
    if not faults:
        sys.exit(f"{sys.argv[1]} holds no results")
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(head + BEGIN + matrix(faults) + END + rest.partition(END)[2], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
