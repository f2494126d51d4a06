"""One error as a deployment tool tells it in a line of its output."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.metadata.paths import classify
from toolkit.metadata.registry import standard

SEVERITIES = frozenset({"error", "warning", "info", "type"})
"""What tools write where others write the type of the component."""


@dataclass(frozen=True, slots=True)
class Told:
    """One error of a pasted output; what the output does not say is empty. Fits toolkit.release.hints.group."""

    problem: str
    type: str = ""
    full_name: str = ""
    line: int = 0
    column: int = 0


_PLACE = re.compile(r"[ ]?[(\[](?:line )?(\d{1,7})(?::|, ?(?:column )?)(\d{1,7})[)\]]$")
_FILE = re.compile(
    r"(?P<path>[^\s:(][^:(\n]{0,400}\.[A-Za-z-]{2,40})"
    r"(?:\((?P<line>\d{1,7}),(?P<column>\d{1,7})\)|\([^()]{1,200}\))?:"
)
_MARK = re.compile(
    r"^[^\w]{0,20}(?:error|erreur|failure|failed|échec)\b(?: \(\w{1,20}\)| running [\w:]{1,80})?[ :\-]{0,4}",
    re.IGNORECASE,
)
_ANT = re.compile(r" -- (?:Error|Warning): ")
_COMPONENT = re.compile(r"(?P<type>[A-Z][A-Za-z]{2,60}) (?P<name>[^:]{1,255}): (?P<problem>.+)")
_NUMBERS = re.compile(r"(\d{1,7}):(?:(\d{1,7}):)?\s*")


def line_error(line: str) -> Told:
    """The error of one line, without what tools put before it, and with the component where the line says it."""
    text = _MARK.sub("", line.strip(), count=1).strip()
    ant = _ANT.search(text)
    if ant:
        path = text[: ant.start()].rsplit(". ", 1)[-1].split(" (", 1)[0]
        return placed(text[ant.end() :], *component(path))
    kind = name = ""
    number = column = 0
    file = _FILE.match(text)
    if file and (found := component(file["path"])) != ("", ""):
        kind, name = found
        number, column = int(file["line"] or 0), int(file["column"] or 0)
        text = text[file.end() :].strip() or text
        if numbers := _NUMBERS.match(text):
            number, column, text = int(numbers[1]), int(numbers[2] or 0), text[numbers.end() :]
    ours = _COMPONENT.match(text)
    if ours and standard().knows(ours["type"]):
        kind, name, text = ours["type"], ours["name"], ours["problem"]
    return placed(text or line, kind, name, number, column)


def component(path: str) -> tuple[str, str]:
    """Type and full name of a component by the path of its file; empty when the path is of none."""
    role = classify(path.strip().replace("\\", "/"), standard())
    if role is None:
        return "", ""
    if role.child is not None and role.child_name:
        return role.child.name, f"{role.full_name}.{role.child_name}"
    return role.type.name, role.full_name


def placed(problem: str, kind: str, name: str, line: int = 0, column: int = 0) -> Told:
    """The error with the place that stands at the end of the message, when no other is known."""
    problem = problem.strip()
    place = _PLACE.search(problem[-40:])
    if place and len(problem) > len(place[0]):
        problem = problem[: -len(place[0])].rstrip()
        line, column = (line, column) if line else (int(place[1]), int(place[2]))
    return Told(problem, kind, name, line, column)


def looks_like_error(line: str) -> bool:
    """Whether a line of an output says itself that it is an error."""
    return bool(_MARK.match(line) or _ANT.search(line) or _FILE.match(line.strip()))
