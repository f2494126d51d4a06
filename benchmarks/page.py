"""Run every benchmark and write docs/benchmarks.md with what they printed.

    python benchmarks/page.py [--sf PATH_TO_SF] [--project DIR ...]

The projects are checkouts of public repositories that you have; none is part of this one. A benchmark that misses a
goal still goes onto the page, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `python benchmarks/page.py`; every comparison is between commands that took turns in one run. Machines are
noisy: read ratios, not single figures. Goals and what is measured stand at the top of each program.
"""


def run(title: str, *arguments: str) -> tuple[str, bool]:
    """One benchmark's section, and whether it met its goals."""
    done = subprocess.run([sys.executable, *arguments], cwd=HERE.parent, capture_output=True, text=True, check=False)
    said = done.stdout.strip() or done.stderr.strip()
    print(f"{title}: exit {done.returncode}", file=sys.stderr)
    body = said if said.startswith("|") else f"```text\n{said}\n```"
    shown = " ".join(Path(a).name if a.startswith("/") else a for a in arguments)
    return f"\n## {title}\n\n`python {shown}`\n\n{body}\n", done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sf", default=shutil.which("sf"), help="the Salesforce CLI; its peers are left out without it"
    )
    parser.add_argument("--project", action="append", default=[], help="a checkout to measure on; may be repeated")
    options = parser.parse_args()
    peer = ["--sf", options.sf] if options.sf else []
    sections = [
        run("Everyday commands", "benchmarks/commands.py", *peer),
        run("Placing the widget", "benchmarks/placement.py"),
        run("Seeing a release before it", "benchmarks/plan.py"),
        run("The local org", "benchmarks/localorg.py", *peer),
        run("Deploying", "benchmarks/deploy.py", "--long", "30", *peer),
        run("What a large package costs in memory", "benchmarks/memory.py"),
    ]
    if options.project:
        sections.append(run("Checking against the schema", "benchmarks/schema.py", *options.project))
    if options.project:
        sections.append(run("Validating", "benchmarks/validate.py", "--project", options.project[0]))
    if options.project and peer:
        sections.append(run("Packaging a whole project", "benchmarks/package.py", *options.project[:1], *peer))
    machine = f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}."
    PAGE.write_text(f"{HEAD}\n{machine}\n" + "".join(text for text, _ in sections), encoding="utf-8")
    return 0 if all(met for _, met in sections) else 1


if __name__ == "__main__":
    raise SystemExit(main())
