"""Findings for people: the message, the place, the line with a caret, the mend."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome

WIDTH = 110
_NEAR = 10 * WIDTH
_TAB = "    "
_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:
    """One block a finding and a last line that counts."""
    rows: list[str] = []
    for _, finding in outcome.findings:
        rows.extend(_block(finding, lines, color=color))
        rows.append("")
    rows.extend(_notes(outcome))
    rows.append(summary(outcome))
    return "\n".join(rows) + "\n"


def summary(outcome: Outcome) -> str:
    """ "checked 12 files with API version 62.0: 1 error, 2 warnings" """
    counts = [
        _counted(outcome.number_of(severity), severity.value) for severity in Severity if outcome.number_of(severity)
    ]
    head = f"checked {_counted(outcome.files, 'file')} with API version {outcome.api_version}"
    tail = [f"{head}: {', '.join(counts) or 'nothing to mend'}"]
    if outcome.hidden:
        hidden = ", ".join(_counted(count, severity.value) for severity, count in outcome.hidden.items())
        tail.append(f"{hidden} not shown (--level note)")
    if outcome.known:
        tail.append(f"{outcome.known} in the baseline")
    return "; ".join(tail)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _notes(outcome: Outcome) -> Iterator[str]:
    if outcome.unchecked:
        types = ", ".join(f"{name} ({count})" for name, count in outcome.unchecked.items())
        yield f"not checked against a schema, because it does not know the type: {types}"
    reasons: dict[str, list[str]] = {}
    for rule, reason in outcome.not_run:
        reasons.setdefault(reason, []).append(rule)
    for reason, rules in reasons.items():
        yield f"not run: {', '.join(rules)} ({reason})"


def _block(finding: Finding, lines: Lines, *, color: bool) -> Iterator[str]:
    code = _COLORS[finding.severity]
    head = f"{finding.severity.value}[{finding.rule}]"
    yield f"{_paint(head, code, on=color)}: {_one_line(finding.message)}"
    where = finding.where
    gutter = " " * len(str(where.line or ""))
    yield f"{gutter}--> {_one_line(str(where))}"
    row = lines.line(where.file, where.line) if where.line and not finding.secret else None
    if row is not None and (row[:_NEAR].strip() or row.strip()):
        yield f"{gutter} |"
        shown, offset, length = _window(row, max(where.column, 1))
        yield f"{where.line} | {shown}"
        if where.column:
            yield f"{gutter} | {' ' * offset}{_paint('^' * length, code, on=color)}"
    yield f"{gutter} = mend: {_one_line(finding.mend)}"


def _window(row: str, column: int) -> tuple[str, int, int]:
    """The part of a line around a column, the caret's offset in it and its length."""
    at = min(column - 1, len(row))
    if len(row) > _NEAR:  # a line may have a million characters, and be shown for each of its findings
        start = max(0, at - _NEAR // 2)
        row, at = row[start : start + _NEAR], at - start
    length = _token(row, at)
    before, target, after = (_plain(part) for part in (row[:at], row[at : at + length], row[at + length :]))
    lead = before.lstrip(" ")
    indentation = before[: min(len(before) - len(lead), 12)]
    before = indentation + lead
    room = WIDTH - min(len(target), WIDTH // 2)
    if len(before) > room // 2:
        before = "..." + before[-(room // 2) :]
    text = (before + target + after)[:WIDTH]
    return text.rstrip(), len(before), max(1, min(len(target), WIDTH - len(before)))


def _token(row: str, at: int) -> int:
    """How much of the line a caret stands under: a whole tag, a value up to the next tag, or a word."""
    rest = row[at:]
    if rest.startswith("<"):
        end = rest.find(">")
        return end + 1 if end >= 0 else max(1, len(rest.rstrip()))
    end = rest.find("<")
    value = rest[:end] if end > 0 else rest
    if end > 0:
        return max(1, len(value.rstrip()))
    word = 0
    while word < len(rest) and (rest[word].isalnum() or rest[word] in "_."):
        word += 1
    return max(1, word)


def _plain(text: str) -> str:
    """Tabs as blanks; what would move the cursor or hide text as a mark of one column."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text.replace("\t", _TAB))


def _one_line(text: str) -> str:
    return _plain(" ".join(text.split("\n")))


def _paint(text: str, code: str, *, on: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if on else text
