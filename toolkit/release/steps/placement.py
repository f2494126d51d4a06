"""Placement: the widget on the pages that users get, and those pages as their default (salesforce-facts 3.16-3.18).

The pages belong to the customer. What is sent is what the org returned with the lines of the widget, all of it in
one deployment, and only while the org still returns the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from toolkit.errors import MetadataError, Problem, ReleaseError
from toolkit.metadata.component import Bundle, Component, ComponentKey, Destructive
from toolkit.org.jobs import DeployResult
from toolkit.placement.account import notes
from toolkit.placement.arrange import arrange
from toolkit.placement.inventory import Inventory
from toolkit.placement.overrides import FORM_FACTORS, MayTake, Override, object_overrides, org_default, overrides_alone
from toolkit.placement.request import Audience, Hidden, Outcome
from toolkit.placement.standing import ORG_DEFAULT, Proof, proofs
from toolkit.placement.undo import Undo
from toolkit.placement.wish import Wish
from toolkit.placement.withdraw import withdraw
from toolkit.release import jobs
from toolkit.release.step import Change, Context, Evidence
from toolkit.release.steps.placement_audience import add_audiences
from toolkit.release.steps.placement_changes import changes_of
from toolkit.release.steps.placement_read import check_pages, read_inventory, resolved
from toolkit.release.steps.placement_wishes import wishes_of


@dataclass(frozen=True, slots=True)
class PlacementState:
    """The wishes, what the org returned with the edits staged, and the account of these by object."""

    wishes: tuple[Wish, ...]
    inventory: Inventory
    outcomes: Mapping[str, Outcome]
    remove: bool = False
    sent: frozenset[ComponentKey] = frozenset()
    """What this release has already sent; the inventory holds it as the org has it now."""


@dataclass(slots=True)
class _Memory:
    """What one release saw first: the plan that was shown holds only as long as the org still says that."""

    seen: dict[ComponentKey, object] | None = None
    applied: bool = False
    sent: frozenset[ComponentKey] = frozenset()
    told: set[str] = field(default_factory=set)
    answers: dict[str, bool] = field(default_factory=dict)
    audiences: dict[Override, Audience | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacementStep:
    """The placements of the configuration, or the wishes given; remove takes the widget out instead.

    An instance belongs to one release: it refuses an org whose pages have changed since it first read them.
    """

    wishes: tuple[Wish, ...] | None = None
    remove: bool = False
    undos: tuple[Undo | None, ...] = ()
    """With remove: what each wish found when it was placed; none when that is not known."""
    ask: MayTake | None = field(default=None, compare=False, repr=False)
    """Asked, once, whether a page may lose what it holds where a wish does not say so; None: nobody is asked."""
    name: str = "placement"
    title: str = "Placement"
    check_only: bool = False
    memory: _Memory = field(default_factory=_Memory, compare=False, repr=False)

    def read(self, ctx: Context) -> PlacementState:
        wanted = self.wishes if self.wishes is not None else wishes_of(ctx.need_project())
        if not wanted:
            return PlacementState((), Inventory(()), {}, self.remove)
        found = resolved(ctx, wanted)
        inventory = read_inventory(ctx, found, every_page=self.remove)
        try:
            if self.remove:
                withdraw(inventory, found, ctx.bundle.api_version, self.undos)
            else:
                check_pages(ctx, inventory, found)
                arrange(inventory, found, ctx.bundle.api_version, may_take=self._may_take)
                add_audiences(ctx.org, inventory, self.memory.audiences)
            outcomes = inventory.outcomes()
            self._compare(ctx, inventory)
        except MetadataError as error:
            raise ReleaseError(*error.problems) from None
        self._say(ctx, outcomes)
        return PlacementState(found, inventory, outcomes, self.remove, self.memory.sent)

    def _may_take(self, question: str) -> bool:
        answers = self.memory.answers
        if question not in answers:
            answers[question] = self.ask is not None and self.ask(question)
        return answers[question]

    def _compare(self, ctx: Context, inventory: Inventory) -> None:
        """Refuse what has changed since the first look; what this release itself deploys is no such change."""
        memory = self.memory
        if memory.seen is None:
            coming = {component.key for component in ctx.bundle}
            keys = [key for key, _, _ in inventory.changes() if key not in coming]
            memory.seen = {key: _guarded(key, inventory.was(key)) for key in keys}
        elif not memory.applied:
            _refuse_changed(memory.seen, inventory)

    def _say(self, ctx: Context, outcomes: Mapping[str, Outcome]) -> None:
        for object_name, outcome in outcomes.items():
            for note in notes(outcome):
                text = f"{self.title}: {object_name}: {note}"
                if text not in self.memory.told:
                    self.memory.told.add(text)
                    ctx.talk.say(text)

    def diff(self, state: PlacementState) -> tuple[Change, ...]:
        return changes_of(state.outcomes, state.wishes)

    def apply(self, ctx: Context, state: PlacementState) -> tuple[DeployResult, ...]:
        _still_the_same(ctx, state.inventory)
        self.memory.applied = True
        self.memory.sent = frozenset(key for key, _, _ in state.inventory.changes())
        # Pages and layouts hold no Apex: the tests of the components need not run again.
        alone = replace(ctx, options=replace(ctx.options, test_level=None, run_tests=()))
        return (jobs.deploy(alone, _to_send(state.inventory, ctx.bundle.api_version), self.title),)

    def verify(self, ctx: Context, state: PlacementState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        if self.remove:
            return tuple(self._gone(state, name) for name in dict.fromkeys(wish.object for wish in state.wishes))
        held = state.inventory.original()
        return tuple(
            Evidence(self.name, proof.subject, proof.ok, proof.text + _hidden(proof, state))
            for wish in state.wishes
            for proof in proofs(held, wish)
        )

    def _gone(self, state: PlacementState, object_name: str) -> Evidence:
        outcome = state.outcomes.get(object_name, Outcome())
        left = [edit.path for edit in outcome.edits if edit.before != edit.after]
        if left:
            return Evidence(self.name, object_name, ok=False, text=f"still in {', '.join(left)}")
        stands = any(undo is not None and any(undo.before.widgets.values()) for undo in self.undos)
        text = "as it was before" if stands else "the widget is on no page and no layout"
        return Evidence(self.name, object_name, ok=True, text=text)


def _hidden(proof: Proof, state: PlacementState) -> str:
    """Who gets another page than the org default, for the text of its evidence."""
    if not proof.subject.startswith(ORG_DEFAULT):
        return ""
    hidden = state.outcomes.get(proof.wish.object, Outcome()).hidden
    without = [found for found in hidden if not found.has_widget]
    return "".join(
        dict.fromkeys(f"; but {h.for_whom} sees {h.override.content} without the widget{_who(h)}" for h in without)
    )


def _who(hidden: Hidden) -> str:
    return f": {hidden.audience}" if hidden.audience is not None else ""


# Nobody else's edit is overwritten


def _guarded(key: ComponentKey, data: bytes | None) -> object:
    """What must not have changed: of an object the overrides, of everything else all of it."""
    if data is None or key.type != "CustomObject":
        return data
    return object_overrides(data)


def _refuse_changed(seen: Mapping[ComponentKey, object], inventory: Inventory) -> None:
    problems: list[Problem] = []
    for key, held in sorted(seen.items(), key=lambda pair: pair[0]):
        now = _guarded(key, inventory.was(key))
        if now == held:
            continue
        name = f"{key.type} {unquote(key.full_name)}"
        what = "has come into the org" if held is None else "is no longer in the org" if now is None else "has changed"
        problems.append(Problem(f"{name} {what} since it was read; nothing was sent", mend="look at it and run again"))
    ReleaseError.raise_any(problems)


def _still_the_same(ctx: Context, inventory: Inventory) -> None:
    keys = [key for key, _, _ in inventory.changes()]
    now = jobs.retrieve(ctx, (Component(key.type, key.full_name, (), (key,)) for key in keys))
    _refuse_changed({key: _guarded(key, inventory.was(key)) for key in keys}, Inventory(now.values()))


# What is sent


def _to_send(inventory: Inventory, api_version: str) -> Bundle:
    """Everything that changes, as one transaction; a page that goes is deleted after nothing shows it any more."""
    components: list[Component] = []
    gone: list[ComponentKey] = []
    for key, before, after in inventory.changes():
        if after is None:
            gone.append(key)
        elif key.type == "CustomObject":
            components.append(inventory.component(key, overrides_alone(after, _moved_forms(before, after))))
        else:
            components.append(inventory.component(key, after))
    return Bundle.of(components, api_version=api_version, destructive=Destructive(post=tuple(gone)))


def _moved_forms(before: bytes | None, after: bytes) -> tuple[str, ...]:
    """The form factors whose default is another one now."""
    held = before or after
    return tuple(form for form in FORM_FACTORS if org_default(held, form) != org_default(after, form))


def revert(ctx: Context, wishes: Iterable[Wish]) -> tuple[DeployResult, ...]:
    """Take the widget out and give the assignments back, also where others have edited the pages since.

    Returns the job, none when there was nothing to do. PlacementStep(wishes, remove=True) is the same as a step.
    """
    back = PlacementStep(tuple(wishes), remove=True)
    state = back.read(ctx)
    return back.apply(ctx, state) if state.inventory.changes() else ()
