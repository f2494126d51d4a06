"""`sfmeta explain MESSAGE`: what a deployment error means and how to mend it."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import click

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.release.hints import Group, Hint
    from toolkit.release.hints.told import Told

MOST = 4_000_000
"""The most bytes that are read from standard input; no deployment tool prints more errors than that."""
WIDTH = 100


@click.command(short_help="Say what a deployment error means and how to mend it.")
@click.argument("message", metavar="MESSAGE...", nargs=-1, required=True)
@click.option("--all", "show_all", is_flag=True, help="Show the less likely explanations, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def explain(message: tuple[str, ...], *, show_all: bool, as_json: bool) -> int:
    """Say what a deployment error means and how to mend it.

    MESSAGE is an error of a deployment, or - to read one, or the whole output of `sf` or `sfmeta`, from
    standard input. Of several errors the root causes come first, each with the errors that follow from it.
    Exit code 1 means that one of the errors is not known.
    """
    from toolkit.org.redact import Redactor
    from toolkit.release.hints import group
    from toolkit.release.hints.pasted import read

    text = _stdin() if message == ("-",) else " ".join(message)
    told = read(Redactor()(text))
    if not told:
        raise UsageError.of("there is no error message in the text", mend="give one as the argument, or - and a text")
    groups = group(told)
    if as_json:
        import json

        click.echo(json.dumps({"status": "ok", "groups": [_group_json(each) for each in groups]}, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_group_text(each, show_all=show_all)) for each in groups))
    return 0 if all(each.hints and all(part.hints for part in each.consequences) for each in groups) else 1


def _stdin() -> str:
    data = sys.stdin.buffer.read(MOST + 1)
    if len(data) > MOST:
        raise UsageError.of(f"the text is longer than {MOST} bytes", mend="give the part with the errors")
    return data.decode(errors="replace")


def _group_text(each: Group[Told], *, show_all: bool) -> Iterator[str]:
    yield _head(each.cause)
    if not each.hints:
        yield from _indented("unknown", "no entry of docs/errors.md fits; Setup, Deployment Status may say more")
    for index, hint in enumerate(each.hints if show_all else each.hints[:1]):
        yield from _hint_text(hint, "" if index == 0 else "or ")
    for part in each.consequences:
        yield from _wrapped(f"{_head(part.failure)}", "  explains  ", "            ")


def _hint_text(hint: Hint, before: str) -> Iterator[str]:
    yield from _indented(f"{before}what", f"{hint.title} [{hint.id}]")
    yield from _indented("means", hint.meaning)
    yield from _indented("mend", hint.mend)
    yield from _indented("note", f"{_ROLES[hint.role]}; {_CONFIDENCES[hint.confidence]} ({hint.source})")


_ROLES = {
    "cause": "usually a root cause",
    "either": "a root cause, unless what it names failed in the same deployment",
    "consequence": "usually a consequence of another error",
}
_CONFIDENCES = {
    "documented": "documented by Salesforce",
    "reported": "reported in public",
    "unconfirmed": "not confirmed",
}


def _head(told: Told) -> str:
    name = " ".join(filter(None, (told.type, told.full_name)))
    place = f" ({told.line}:{told.column})" if told.line else ""
    return f"{name}: {told.problem}{place}" if name else f"{told.problem}{place}"


def _indented(label: str, text: str) -> Iterator[str]:
    return _wrapped(text, f"  {label:<9} ", " " * 12)


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _group_json(each: Group[Told]) -> dict[str, object]:
    return {
        **_told_json(each.cause, each.hints),
        "consequences": [
            {
                **_told_json(part.failure, part.hints),
                "because": {"type": part.because.type, "name": part.because.full_name},
            }
            for part in each.consequences
        ],
    }


def _told_json(told: Told, hints: Sequence[Hint]) -> dict[str, object]:
    return {
        "message": told.problem,
        "type": told.type or None,
        "name": told.full_name or None,
        "line": told.line or None,
        "column": told.column or None,
        "hints": [
            {
                "id": hint.id,
                "title": hint.title,
                "meaning": hint.meaning,
                "mend": hint.mend,
                "role": hint.role.value,
                "confidence": hint.confidence.value,
                "source": hint.source,
                "values": dict(hint.values),
            }
            for hint in hints
        ],
    }
