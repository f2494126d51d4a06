"""Globs as `replacements` of sfdx-project.json has them: the rules of npm's minimatch, turned into Python's re.

What minimatch knows and this does not (`!(a)`, `{1..9}`, a leading `!`) is refused: no pattern means two things.
"""

from __future__ import annotations

import re

_SEGMENTS = r"(?:(?!\.)[^/]+/)*"
_MAX_CHOICES = 1000
_MAX_STARS = 12


def compiled(glob: str) -> re.Pattern[str]:
    """The pattern of whole POSIX paths that a glob fits at any depth; ValueError says what it cannot express."""
    if glob.startswith(("!", "#")) or re.search(r"[!@?+*]\(", glob):
        raise ValueError("patterns with !, # or (...) are not supported")
    if len(re.findall(r"\*+", glob)) > _MAX_STARS:
        raise ValueError(f"more than {_MAX_STARS} stars")
    choices = _choices(glob.replace("\\", "/").removeprefix("./"))
    return re.compile("|".join(f"/?{_SEGMENTS}{_path(choice.split('/'))}" for choice in choices))


def _choices(glob: str) -> list[str]:
    """Every pattern that {a,b} stands for."""
    waiting, done = [glob], []
    while waiting:
        one = waiting.pop()
        found = re.search(r"\{([^{}]*)\}", one)
        if found is None:
            done.append(one)
            continue
        if "," not in found[1]:
            raise ValueError("braces without a comma are not supported")
        waiting += [one[: found.start()] + part + one[found.end() :] for part in found[1].split(",")]
        if len(waiting) + len(done) > _MAX_CHOICES:
            raise ValueError(f"more than {_MAX_CHOICES} patterns in one")
    return done


def _path(segments: list[str]) -> str:
    *folders, name = [one for one, before in zip(segments, ["", *segments], strict=False) if not one == before == "**"]
    above = "".join(_SEGMENTS if folder == "**" else _segment(folder) + "/" for folder in folders)
    return above + (f"{_SEGMENTS}(?!\\.)[^/]+" if name == "**" else _segment(name))


def _segment(glob: str) -> str:
    """One name: a star takes no leading dot, and one that stands alone takes at least a character."""
    made = ["(?!\\.)"] if glob[:1] in ("*", "?", "[") else []
    made += ["(?=[^/])"] if glob[:1] == "*" else []
    rest = re.sub(r"\*+", "*", glob)
    while rest:
        known = re.match(r"\*|\?|\[[!^]?[^\]/]+\]", rest)
        part = known[0] if known else rest[0]
        if part == "*":
            made.append("[^/]*")
        elif part == "?":
            made.append("[^/]")
        elif known:
            inside = part[1:-1]
            negated = inside[0] in "!^"
            kept = re.sub(r"([\[&~|^])", r"\\\1", inside[negated:])
            made.append(f"[{'^' if negated else ''}{kept}]")
        else:
            made.append(re.escape(part))
        rest = rest[len(part) :]
    return "".join(made)
