"""The files that differ from a revision, by git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from toolkit.errors import UsageError

_TIMEOUT = 60


def changed_since(revision: str, *, root: Path = Path()) -> frozenset[str]:
    """Paths as the command line shows them (relative to the current folder) of files that were added or changed since
    the merge base with a revision, with what is not committed and not tracked. UsageError when git cannot say."""
    if revision.startswith("-") or not revision.strip():
        raise UsageError.of(f"{revision!r} is not a revision", mend="name a branch, a tag or a commit")
    top = _git(root, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
    base = _git(root, "merge-base", "--", revision, "HEAD", fallback=revision).decode().strip() or revision
    listed = _git(root, "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", base, "--")
    listed += _git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z")
    names = {name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name}
    here = os.path.realpath(root)
    return frozenset(os.path.relpath(os.path.join(top, name), here).replace(os.sep, "/") for name in names)  # noqa: PTH118  # text, not files


def _git(root: Path, *arguments: str, fallback: str | None = None) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # arguments are a list, the revision cannot be an option
            ["git", "-C", str(root), *arguments],  # noqa: S607  # the user's git
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
