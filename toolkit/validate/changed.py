"""What a pull request has to answer for: its own files, and what it does to files that it leaves alone.

In a file that differs from the revision everything counts. In every other file only what was not found at the
revision counts, for which that revision is checked, too: the two ends of a reference are rarely in one file.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.validate.finding import Finding, Severity

_TIMEOUT = 60

_Key = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """top is the repository's folder, base the commit that is compared with, files the paths below top that were
    added or changed since, with what is not committed and not tracked."""

    top: str
    base: str
    files: frozenset[str]

    def inside(self, path: str) -> str | None:
        """A path (of a file, or of a zip with its member) from the repository's top; None when it is elsewhere."""
        whole = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))  # noqa: PTH118, PTH119, PTH120  # text
        below = os.path.relpath(os.path.realpath(whole) if Path(whole).is_dir() else whole, self.top)
        return None if below.startswith("..") else below.replace(os.sep, "/")


def changed_since(revision: str, *, root: Path = Path()) -> Changes:
    """What differs from the merge base with a revision. UsageError when git cannot say."""
    if revision.startswith("-") or not revision.strip():
        raise UsageError.of(f"{revision!r} is not a revision", mend="name a branch, a tag or a commit")
    top = os.path.realpath(_git(root, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n"))
    base = _git(root, "merge-base", "--", revision, "HEAD", fallback=revision).decode().strip() or revision
    listed = _git(root, "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", base, "--")
    listed += _git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", f":(top){top}")
    names = {name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name}
    return Changes(top, base, frozenset(names))


def answered_for(
    findings: Sequence[Finding],
    changes: Changes,
    paths: Sequence[str],
    check: Callable[[Sequence[str]], Iterable[Finding]],
    *,
    environment: Mapping[str, str],
    settled: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """The findings that the changes have to answer for. check gives the findings below other paths, notes too;
    environment is what git runs in.

    A name that was among the files at the base and is not any more is an error and no note about an outside
    reference, unless the configuration has settled the rule's severity.
    """
    there = {finding.where.file: changes.inside(finding.where.file.partition("!")[0]) for finding in findings}
    elsewhere = [f for f in findings if there[f.where.file] is not None and there[f.where.file] not in changes.files]
    before = _earlier(changes, paths, check, environment) if elsewhere else frozenset()
    kept: list[Finding] = []
    untouched, fixed = frozenset(map(id, elsewhere)), frozenset(settled)
    for finding in findings:
        if there[finding.where.file] in changes.files:
            kept.append(finding)
        elif id(finding) in untouched and _key(finding, there[finding.where.file] or "") not in before:
            gone = finding.severity is Severity.NOTE and finding.rule[0] == "E" and finding.rule not in fixed
            kept.append(
                finding._replace(severity=Severity.ERROR, message=f"{finding.message} any more") if gone else finding
            )
    return tuple(kept)


def _key(finding: Finding, path: str) -> _Key:
    where = finding.where
    member = where.file.partition("!")[2]
    return finding.rule, f"{path}!{member}", where.line, where.column, finding.message


def _earlier(
    changes: Changes,
    paths: Sequence[str],
    check: Callable[[Sequence[str]], Iterable[Finding]],
    environment: Mapping[str, str],
) -> frozenset[_Key]:
    """What was found below the same paths at the base."""
    with tempfile.TemporaryDirectory(prefix="sfmeta-") as made:
        folder = Path(os.path.realpath(made))
        index = {**environment, "GIT_INDEX_FILE": str(folder / "index")}
        _git(Path(changes.top), "read-tree", changes.base, environment=index)
        _git(Path(changes.top), "checkout-index", "--all", f"--prefix={folder}/tree/", environment=index)
        inside = [below for path in paths if (below := changes.inside(path)) is not None]
        there = [str(folder / "tree" / below) for below in inside if (folder / "tree" / below).exists()]
        keys: set[_Key] = set()
        for finding in check(there) if there else ():
            path = os.path.relpath(finding.where.file.partition("!")[0], folder / "tree").replace(os.sep, "/")
            keys.add(_key(finding, path))
        return frozenset(keys)


def _git(
    root: Path, *arguments: str, fallback: str | None = None, environment: Mapping[str, str] | None = None
) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # arguments are a list, the revision cannot be an option
            ["git", "-C", str(root), *arguments],  # noqa: S607  # the user's git
            env=environment,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise UsageError.of("git is not installed", mend="install git, or leave out --changed-since") from None
    except subprocess.TimeoutExpired:
        raise UsageError.of(f"git did not answer within {_TIMEOUT} seconds", mend="try again") from None
    if done.returncode == 0:
        return done.stdout
    if fallback is not None:
        return fallback.encode()
    reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise UsageError.of(
        f"git cannot tell what has changed: {reason[0] if reason else 'no reason given'}",
        mend="name a revision that this repository has; in CI fetch enough history (fetch-depth: 0)",
    )
