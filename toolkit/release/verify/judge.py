"""From facts to links. Pure: the same facts and configuration give the same answer."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.config.project import Project
from toolkit.generate.names import names_of
from toolkit.release.verify.certificates import certificate_link
from toolkit.release.verify.facts import Facts, StepFact
from toolkit.release.verify.links import Link, PersonReport, State, Verification
from toolkit.release.verify.mends import Mends
from toolkit.release.verify.outside import outside
from toolkit.release.verify.pages import Pages
from toolkit.release.verify.person import Chain

CERTIFICATE_STEP = "certificate"
"""The step whose proof is told by links of its own: with the clock of the facts, and for each user."""


def judge(facts: Facts, project: Project, mends: Mends, *, named: bool) -> Verification:
    """Whether it works and for whom. named: the users were asked for one by one."""
    names = names_of(project.package, sources=project.sources)
    own = project.package.certificate
    links = [link for step in facts.steps for link in _of_step(step, mends)]
    links.append(certificate_link(facts, own.name, own.key_size, mends))
    if not named:
        links += Pages(facts, project.package, names, mends, None).links()
    people = [Chain(facts, project, person, mends).report() for person in facts.people]
    people += [_stranger(username) for username in facts.strangers]
    if not named and not facts.people:
        sets = f"{names.agent_permission_set} or {names.admin_permission_set}"
        mend = mends.deploy if facts.wanted else f"name users in permissionSets of package.yaml, then {mends.deploy}"
        links.append(Link("users", sets, State.MISSING, "nobody has either permission set", mend))
    return Verification(facts.org, tuple(links), tuple(people), outside(project.package, names), named)


def _of_step(step: StepFact, mends: Mends) -> Iterator[Link]:
    for problem in step.problems:
        text = f"{problem.where}: {problem.message}" if problem.where else problem.message
        yield Link(step.title, step.name, State.MISSING, text, problem.mend or mends.deploy)
    for problem in step.secrets:
        text = f"not compared with the configuration: {problem.message}"
        yield Link(step.title, step.name, State.UNKNOWN, text, problem.mend)
    for evidence in step.evidence:
        state = State.OK if evidence.ok else State.MISSING
        yield Link(step.title, evidence.subject, state, evidence.text, None if evidence.ok else mends.deploy)


def _stranger(username: str) -> PersonReport:
    mend = "check the username; in a sandbox it ends with the sandbox's name"
    return PersonReport(username, "", (Link("user", username, State.MISSING, "the org has no such user", mend),))
