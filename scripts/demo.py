"""`make demo`: the main job, from one YAML file to a working integration in the embedded local org.

Everything happens in build/demo, which is made anew each time and left there to look at.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "demo"

STORY = (
    ("Write the two configuration files; nothing in them needs to be changed for the local org.", "init"),
    ("Check what would be generated, offline: schema, references and good sense.", "validate --org local"),
    ("Generate the Salesforce project; any Salesforce tool can open it.", "generate --org local --output-dir project"),
    ("Package it; the same configuration gives the same bytes on every machine.", "package --org local -o package.zip"),
    (
        "Deploy it to the embedded local org and read back what the manual has an admin do by hand.",
        "deploy --org local --yes",
    ),
    ("Deploy again: nothing is left to change.", "deploy --org local --yes"),
    ("Does it work, for whom?", "verify --org local --user agent@local.example"),
)


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for words, line in STORY:
        print(f"\n# {words}\n$ sfmeta {line}", flush=True)
        done = subprocess.run([sys.executable, "-m", "toolkit", *line.split()], cwd=FOLDER, check=False)
        if done.returncode:
            print(f"demo: `sfmeta {line}` left with {done.returncode}", file=sys.stderr)
            return done.returncode
    print(f"\nLeft to look at in {FOLDER.relative_to(ROOT)}: project/ (any Salesforce tool opens it) and package.zip.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
