from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7065",
    severity=ERROR,
    title="A Visualforce tag is not closed, or closed by another",
    why='The page does not compile: `The element type "apex:form" must be terminated by the matching end-tag`.',
    mend="close the tag; every apex: and c: tag needs its end tag or />",
    source="Visualforce Developer Guide (markup is XML)",
    bad={"pages/P.page": "<apex:page><apex:form></apex:page>"},
    good={"pages/P.page": "<apex:page><apex:form></apex:form></apex:page>"},
)


def check(page: Markup) -> Iterator[Finding]:
    events = [(tag.start, tag.name.lower(), False) for tag in page.tags if ":" in tag.name and not tag.closed]
    events += [(start, name.lower(), True) for name, start in page.ends if ":" in name]
    open_: list[tuple[str, int]] = []
    for start, name, ends in sorted(events):
        if not ends:
            open_.append((name, start))
        elif open_ and open_[-1][0] == name:
            open_.pop()
        else:
            if open_ and any(waiting == name for waiting, _ in open_):
                inner, at = open_[-1]
                yield page.finding(RULE, at, f"<{inner}> is not closed before </{name}>")
            else:
                yield page.finding(RULE, start, f"</{name}> closes nothing")
            return
    if open_:
        name, at = open_[-1]
        yield page.finding(RULE, at, f"<{name}> is never closed")
