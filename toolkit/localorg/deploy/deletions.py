"""Destructive manifests: what is in use stays, and what is not there is a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.localorg import tree
from toolkit.localorg.deploy.manifest import Manifest, Member
from toolkit.localorg.deploy.results import Message
from toolkit.localorg.families.base import Fault
from toolkit.localorg.families.layout import object_of
from toolkit.localorg.families.objects import companions
from toolkit.localorg.families.registry import family_of, rank
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.metadata.registry import standard

if TYPE_CHECKING:
    from toolkit.localorg.deploy.attempt import Attempt

_FILES = {"pre": "destructiveChangesPre.xml", "plain": "destructiveChanges.xml", "post": "destructiveChangesPost.xml"}
_WORDS = {"ApexClass": "Apex Class", "ApexComponent": "Visualforce Component", "ApexPage": "Visualforce Page",
          "ApexTrigger": "Apex Trigger", "ApprovalProcess": "Approval Process",
          "AuraDefinitionBundle": "Aura Component Bundle", "CustomApplication": "Custom App",
          "CustomField": "Custom Field", "CustomLabel": "Custom Label", "CustomObject": "Custom Object",
          "CustomPermission": "Custom Permission", "CustomTab": "Custom Tab", "FlexiPage": "Lightning Page",
          "Layout": "Page Layout", "LightningComponentBundle": "Lightning Component Bundle",
          "PermissionSet": "Permission Set", "QuickAction": "Quick Action", "StaticResource": "Static Resource",
          "ValidationRule": "Validation Rule"}  # fmt: skip
_ANY_COMPONENT = "component"
"""What a reference names as its type when a Lightning page or Aura markup means a bundle of either kind."""
_BUNDLES = frozenset({"AuraDefinitionBundle", "LightningComponentBundle"})


ACTIVE_PAGE = (
    "You can't delete an active Lightning page. Open the page in Lightning App Builder and click Activation to "
    "deactivate it."
)


def run(attempt: Attempt, when: tuple[str, ...]) -> None:
    """Delete what the manifests of these moments name, users before what they use."""
    for moment in when:
        plan = attempt.package.deletions.get(moment)
        if plan is not None:
            _run(attempt, plan, _FILES[moment])


def _run(attempt: Attempt, plan: Manifest, file: str) -> None:
    going: list[tuple[Member, Stored]] = []
    for member in plan.members:
        key = member.type, member.name.lower()
        if key in attempt.left_out:
            continue
        stored = _find(attempt, member)
        if stored is None:
            fault = Fault(f"No {member.type} named: {member.name} found", warning=True)
            attempt.messages[key] = Message("", file, file, faults=[fault])  # so the CLI's library knows it (facts 5.5)
        else:
            going.append((member, stored))
    together = {(stored.type, stored.full_name.lower()) for _, stored in going}
    going.sort(key=lambda pair: (-rank(pair[1].type), pair[1].type, pair[1].full_name))
    failed: set[tuple[str, str]] = set()
    for member, stored in going:
        message = Message(member.type, member.name, file, id=stored.id, deleted=True, changed=True)
        attempt.messages[member.type, member.name.lower()] = message
        message.faults += _refusals(attempt, stored, together - failed)
        if message.failed:
            failed.add((stored.type, stored.full_name.lower()))
        else:
            delete(attempt, stored)


def _find(attempt: Attempt, member: Member) -> Stored | None:
    info = standard().get(member.type)
    found = attempt.work.components.get(member.type, member.name)
    if found is None and info is not None and info.folder_type:
        found = attempt.work.components.get(info.folder_type, member.name)
    return found


def _refusals(attempt: Attempt, stored: Stored, together: set[tuple[str, str]]) -> list[Fault]:
    """Why a component cannot go: its own rules, then those who use it and stay."""
    if stored.type == "CustomObject" and "__" not in stored.full_name:
        return [Fault(f"Standard objects can't be deleted: {stored.full_name}")]
    owner = object_of(stored.full_name) if stored.type == "Layout" else stored.owner
    if owner and ("CustomObject", owner.lower()) in together:
        return []  # it goes with its object
    faults = list(family_of(stored.type).blockers(stored, attempt.work))
    users = [
        user for user in _holders(attempt.work, stored)
        if (user[0], user[1].lower()) not in together and not _inside(user, stored) and not _goes_too(user, together)
    ]  # fmt: skip
    if users:
        faults.append(Fault(in_use(stored, users)))
    return faults


def users_of(work: Work, stored: Stored, *, holding: bool) -> list[tuple[str, str]]:
    """Who names a component: (type, full name); holding: only who keeps it from being deleted."""
    found = work.components.referring_to(stored.type, stored.full_name, holding=holding)
    if stored.type in _BUNDLES:
        found += work.components.referring_to(_ANY_COMPONENT, stored.full_name, holding=holding)
    return sorted(set(found))


def _holders(work: Work, stored: Stored) -> list[tuple[str, str]]:
    """Who keeps a component from being deleted: its own users, and those of the fields that would go with it."""
    found = set(users_of(work, stored, holding=True))
    if stored.type == "CustomObject":
        for field in work.components.part_of(stored.full_name, ["CustomField"]):
            found.update(users_of(work, field, holding=True))
    return sorted(found)


def _inside(user: tuple[str, str], stored: Stored) -> bool:
    """Whether the user is part of what goes (a field of the object)."""
    return user[1].lower().startswith(stored.full_name.lower() + ".") or (user[0], user[1]) == (
        stored.type,
        stored.full_name,
    )


def _goes_too(user: tuple[str, str], together: set[tuple[str, str]]) -> bool:
    """Whether the object that the user is part of, or comes with, goes as well."""
    kind, name = user
    owner = object_of(name) if kind == "Layout" else name if kind == "CustomTab" else name.partition(".")[0]
    return (kind in ("Layout", "CustomTab") or "." in name) and ("CustomObject", owner.lower()) in together


def in_use(stored: Stored, users: list[tuple[str, str]]) -> str:
    """What the platform says of a component that others use, with the list of them."""
    listed = ", ".join(f"{_WORDS.get(kind, kind)} - {name}" for kind, name in users)
    if stored.type == "FlexiPage" and any(kind in ("CustomObject", "CustomApplication") for kind, _ in users):
        return f"{ACTIVE_PAGE} : {listed}"
    words = _WORDS.get(stored.type, stored.type).lower()
    return f"This {words} is referenced elsewhere in salesforce.com. Remove the usage and try again. : {listed}."


def delete(attempt: Attempt, stored: Stored) -> None:
    """Take a component out of the org, with what is part of it, and out of those who only mention it."""
    work = attempt.work
    info = standard().get(stored.type)
    parts = list(work.components.part_of(stored.full_name, [child.name for child in info.children] if info else []))
    if stored.type == "CustomObject":
        parts += companions(stored.full_name, work)
    for part in parts:
        delete(attempt, part)
    for kind, name in users_of(work, stored, holding=False):
        user = work.components.get(kind, name)
        if user is not None and (kind, name) != (stored.type, stored.full_name):
            _forget(attempt, user, stored)
    family_of(stored.type).deleted(stored, work)
    work.components.remove(stored.type, stored.full_name)


def _forget(attempt: Attempt, user: Stored, gone: Stored) -> None:
    from dataclasses import replace

    components = attempt.work.components
    references = components.references_of(user.type, user.full_name)
    root = tree.parse(user.xml)
    left: list[Reference] = []
    for reference in references:
        if reference.type == gone.type and reference.name.lower() == gone.full_name.lower() and not reference.holds:
            family_of(user.type).forget(root, reference)
        else:
            left.append(reference)
    files = components.files(user.type, user.full_name)
    components.put(replace(user, xml=tree.dump(root), digest=b""), files)
    components.refer(user.type, user.full_name, left)
