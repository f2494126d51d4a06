"""CPU, memory and wall time of the schema check beside `xmllint --noout`, on the same files, in one run.

    python benchmarks/schema.py FOLDER...     every metadata file below the folders (checkouts of public projects)
    python benchmarks/schema.py --list FILE   the files that FILE names, one a line

CPU is user and system time of a whole process, interpreter start included, the least of --rounds runs, the two
programs in turn. Prints one line for each figure, with its bar.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECK = """
import sys
from toolkit.metadata.schema.many import Job, check_many
with open(sys.argv[1]) as names:
    jobs = (Job(path, path, None, sys.argv[3]) for path in names.read().split(chr(0)))
errors = warnings = files = 0
for _, findings in check_many(jobs, workers=int(sys.argv[2])):
    files += 1
    if findings:
        found = {f.severity for f in findings}
        errors += "error" in found
        warnings += "warning" in found
print(files, errors, warnings)
"""
ONE = "import sys; from pathlib import Path; from toolkit.metadata.schema.check import check; " \
    "check(Path(sys.argv[1]).read_bytes(), source='f', api_version='62.0')"  # fmt: skip


def metadata_files(folders: list[str]) -> list[str]:
    """Files whose first 1,000 bytes name the metadata namespace, sorted."""
    found = []
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_symlink() or not path.is_file() or ".git" in path.parts:
                continue
            with path.open("rb") as file:
                start = file.read(1000)
            if start.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") and b"soap.sforce.com/2006/04/metadata" in start:
                found.append(str(path))
    return found


def run(command: list[str], files: list[str] | None = None) -> tuple[float, float, int, str]:
    """(CPU seconds, wall seconds, peak resident KiB, output) of one process; xargs passes long lists of files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    text = "\0".join(files).encode() if files else None
    full = ["xargs", "-0", "-n", str(len(files)), *command] if files else command
    done = subprocess.run(full, input=text, capture_output=True, check=False, cwd=ROOT)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, after.ru_maxrss, done.stdout.decode()


def report(name: str, value: str, bar: str) -> None:
    print(f"{name:<46} {value:>14}   bar: {bar}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--list", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--api-version", default="62.0")
    options = parser.parse_args()
    files = options.list.read_text().split("\n") if options.list else metadata_files(options.folders)
    if not files or shutil.which("xmllint") is None:
        print("needs metadata files and xmllint (the package libxml2-utils)", file=sys.stderr)
        return 2
    with tempfile.NamedTemporaryFile("w") as names:
        names.write("\0".join(files))
        names.flush()
        ours = [sys.executable, "-c", CHECK, names.name]
        figures: dict[str, list[tuple[float, float, int, str]]] = {"xmllint": [], "one": [], "two": []}
        for _ in range(options.rounds):
            figures["one"].append(run([*ours, "1", options.api_version]))
            figures["two"].append(run([*ours, "2", options.api_version]))
            figures["xmllint"].append(run(["xmllint", "--noout"], files))
    least = {name: min(runs)[0] for name, runs in figures.items()}
    wall = {name: min(r[1] for r in runs) for name, runs in figures.items()}
    size = sum(Path(path).stat().st_size for path in files)
    print(f"{len(files)} files, {size / 1e6:.1f} MB; files, with errors, with warnings: {figures['one'][0][3].strip()}")
    report("xmllint --noout, CPU", f"{least['xmllint']:.2f} s", "1.0 x")
    report("schema check, CPU", f"{least['one']:.2f} s = {least['one'] / least['xmllint']:.2f} x", "1.6 x")
    report("schema check, peak memory", f"{figures['one'][0][2] / 1024:.0f} MB", "120 MB")
    report("two workers, wall", f"{wall['two']:.2f} s = {wall['two'] / wall['one']:.2f}", "0.6 of one's")
    small = str(ROOT / "tests" / "metadata" / "schema" / "fixtures" / "ApexClass.meta.xml")
    bare = min(run([sys.executable, "-c", "pass"])[1] for _ in range(10))
    single = min(run([sys.executable, "-c", ONE, small])[1] for _ in range(10))
    report("one small file, above bare python", f"{(single - bare) * 1000:.0f} ms", "60 ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
