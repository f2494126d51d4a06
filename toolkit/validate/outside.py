"""The check that all reference rules share: names that no file here declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import Rule


def unresolved(
    rule: Rule, what: str, *, known: Callable[[Project, str], bool] | None = None
) -> Callable[[Project], Iterator[Finding]]:
    """The check(project) of a rule whose references were collected: one finding for each name not found.

    what is the kind of thing in words ("Apex class"). The engine drops at once what it finds among the
    components; known decides about the rest (fields and other children, which only the whole index has).
    """

    def check(project: Project) -> Iterator[Finding]:
        for mention in project.mentions(rule):
            if known is not None and known(project, mention.name):
                continue
            message = f"the {what} {mention.name} is not among the files"
            yield project.outside(rule, mention, message)

    return check
