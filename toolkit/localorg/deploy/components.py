"""The components of a deploy: read, judged one by one, put into the org, and their references checked."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from toolkit.localorg import tree
from toolkit.localorg.deploy import archive as archives
from toolkit.localorg.deploy import intake
from toolkit.localorg.deploy.attempt import Attempt
from toolkit.localorg.deploy.results import Message
from toolkit.localorg.families import namespaces
from toolkit.localorg.families.base import Family, Fault, Incoming, Pointer
from toolkit.localorg.families.prefixes import prefix_of
from toolkit.localorg.families.registry import family_of, rank
from toolkit.localorg.store.components import Reference, Stored
from toolkit.metadata.registry import standard

_WATCH_EVERY = 50


def put_in(attempt: Attempt, watch: Callable[[int, int, str], None] | None = None) -> None:
    """Judge the components of the package and put those that pass into the org; watch is called now and then."""
    _take_in(attempt)
    ordered = sorted(attempt.components.values(), key=lambda c: (rank(c.type), c.type, c.full_name.lower()))
    for place, incoming in enumerate(ordered):
        if watch is not None and place % _WATCH_EVERY == 0:
            watch(place, len(ordered), incoming.type)
        _store(attempt, incoming)
    _check_references(attempt, ordered)
    for stored in attempt.stored:
        if not attempt.messages[stored.type, stored.full_name.lower()].failed:
            key = stored.type, stored.full_name.lower()
            family_of(stored.type).settle(stored, attempt.roots.pop(key), attempt)


def _take_in(attempt: Attempt) -> None:
    """Read the components of the zip that the manifest names; say what does not fit together."""
    package = attempt.package
    reader = intake.Intake(package.manifest)
    wanted = package.manifest
    found: dict[tuple[str, str], Incoming] = {}
    for group in package.groups.values():
        for incoming in reader.read(group):
            owner_named = incoming.owner and wanted.wants(group.info.name, incoming.owner)
            if owner_named or wanted.wants(_manifest_type(group.info.manifest_type, incoming), incoming.full_name):
                found[incoming.key] = incoming
            elif incoming.named:
                found[incoming.key] = incoming  # it cannot be read, and something in it is named
            elif not incoming.owner:
                _unnamed(attempt, incoming)
    attempt.components = {key: incoming for key, incoming in found.items() if key not in attempt.left_out}
    present = {_as_listed(key): incoming for key, incoming in found.items()}
    for kind, name, fault in intake.absent_members(wanted, present):
        if (kind, name.lower()) in attempt.left_out:
            continue
        given = Fault(fault.message, warning=attempt.options.allow_missing_files)
        attempt.messages[kind, name.lower()] = Message(kind, name, archives.PACKAGE, faults=[given])


def _manifest_type(listed: str, incoming: Incoming) -> str:
    return incoming.type if incoming.owner else listed


def _as_listed(key: tuple[str, str]) -> tuple[str, str]:
    info = standard().get(key[0])
    return (info.manifest_type, key[1]) if info is not None else key


def _unnamed(attempt: Attempt, incoming: Incoming) -> None:
    """A file that package.xml does not name is left out, with a warning."""
    if attempt.options.auto_update_package:
        return
    message = (
        f"An object '{incoming.full_name}' of type {incoming.type} was found in zipped directory, but was not named in "
        "package.xml"
    )
    shown = Message(incoming.type, incoming.full_name, incoming.file, faults=[Fault(message, warning=True)])
    attempt.messages[incoming.key] = shown


def _store(attempt: Attempt, incoming: Incoming) -> None:
    """Judge one component by itself and put it into the org when it passes."""
    work, family = attempt.work, family_of(incoming.type)
    message = Message(incoming.type, incoming.full_name, incoming.file)
    attempt.messages[incoming.key] = message
    message.faults += incoming.faults
    if (wished := work.org.faults.component(incoming.type, incoming.full_name)) is not None:
        message.faults.append(Fault(wished))
    if not message.failed:
        message.faults += _refusals(attempt, incoming, family)
    if message.failed:
        return
    old = work.components.get(incoming.type, incoming.full_name)
    attempt.pointers[incoming.key] = [*_to_owner(incoming), *family.pointers(incoming)]
    root = family.canonical(incoming, old, attempt)
    files = family.content(incoming, old, attempt)
    xml = tree.dump(root)
    digest = _digest(xml, files)
    message.created = old is None
    message.changed = old is None or old.digest != digest
    if old is not None and not message.changed:
        stored = old
    else:
        by, at = (old.created_by, old.created) if old else (work.user_id, work.now)
        record_id = old.id if old else work.facts.next_id(prefix_of(incoming.type))
        # the name of a layout is its label, in which the case can be mended
        name = old.full_name if old is not None and incoming.type != "Layout" else incoming.full_name
        stored = Stored(incoming.type, name, record_id, incoming.owner, xml, digest, by, at, work.user_id, work.now)
        work.components.put(stored, files)
        kept = replace(incoming, root=root, files=files)  # a merge brings references of what was there before
        work.components.refer(stored.type, stored.full_name, _references(family.pointers(kept)))
    message.id = stored.id
    attempt.roots[incoming.key] = root
    attempt.stored.append(stored)


def _refusals(attempt: Attempt, incoming: Incoming, family: Family) -> list[Fault]:
    """What is wrong with a component by itself."""
    new = not attempt.work.components.has(incoming.type, incoming.full_name)
    if new and not namespaces.installed(attempt.work, incoming.type, incoming.full_name):
        said = namespaces.refusal(incoming.type, incoming.full_name)
        if said:
            return [Fault(said, incoming.root.line, incoming.root.column)]
    return list(family.check(incoming, attempt))


def _to_owner(incoming: Incoming) -> Iterator[Pointer]:
    """A part of an object needs the object: in the org, or in this deploy and sound."""
    child = standard().child(incoming.type) if incoming.owner else None
    if child is not None and child[0].name == "CustomObject":
        owner, root = incoming.owner, incoming.root
        missing = f"Entity '{owner}' not found."
        yield Pointer(
            "fullName", "CustomObject", owner, root.line, root.column, holds=False, missing=missing, alone=True
        )


def _digest(xml: bytes, files: Mapping[str, bytes]) -> bytes:
    digest = hashlib.sha256(xml)
    for path in sorted(files):
        digest.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return digest.digest()


def _references(pointers: Iterable[Pointer]) -> list[Reference]:
    return [Reference(p.element, p.type, p.name, p.holds) for p in pointers]


def _check_references(attempt: Attempt, ordered: list[Incoming]) -> None:
    """Every component that another names must be there; one that failed is not, so its users fail as well."""
    users: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    waiting = {c.key: c for c in ordered if not attempt.messages[c.key].failed}
    for incoming in ordered:
        if incoming.key not in waiting:
            _take_out(attempt, incoming)
            continue
        for pointer in attempt.pointers[incoming.key]:
            for target in _rests_on(pointer):
                users.setdefault(target, {})[incoming.key] = None
    known: dict[tuple[str, str], bool] = {}
    queue = deque(waiting)
    while queue:
        key = queue.popleft()
        if key not in waiting:
            continue
        missing = [p for p in attempt.pointers[key] if p.required and not _there(attempt, p, known)]
        if missing:
            said = [p for p in missing if p.alone][:1] or missing
            attempt.messages[key].faults += dict.fromkeys(_complaint(attempt, p) for p in said)
            _take_out(attempt, waiting.pop(key))
            again = waiting if key[0] == "InstalledPackage" else users.get(key, {})
            _forget(attempt, known, again)
            queue.extend(again)


def _rests_on(pointer: Pointer) -> Iterator[tuple[str, str]]:
    """The components whose going may leave a pointer leading nowhere."""
    name = pointer.name.lower()
    if pointer.type == "component":
        yield from (("LightningComponentBundle", name), ("AuraDefinitionBundle", name))
        return
    yield pointer.type, name
    if pointer.owner:
        yield "CustomObject", pointer.owner.lower()
        yield pointer.type, f"activity.{name.rpartition('.')[2]}"  # the fields of tasks and events are its fields


def _forget(attempt: Attempt, known: dict[tuple[str, str], bool], keys: Iterable[tuple[str, str]]) -> None:
    """Look again at what these components name."""
    for key in keys:
        for pointer in attempt.pointers[key]:
            known.pop((pointer.type, pointer.name.lower()), None)


def _complaint(attempt: Attempt, pointer: Pointer) -> Fault:
    """What is said of a reference that leads nowhere; of a field, whether it is the object that is missing."""
    without_object = pointer.owner and not attempt.exists("CustomObject", pointer.owner)
    said = pointer.complaint_of_object if without_object else pointer.complaint
    return Fault(said, pointer.line, pointer.column, file=pointer.file)


def _there(attempt: Attempt, pointer: Pointer, known: dict[tuple[str, str], bool]) -> bool:
    key = pointer.type, pointer.name.lower()
    if key not in known:
        known[key] = attempt.exists(pointer.type, pointer.name)
    return known[key]


def _take_out(attempt: Attempt, incoming: Incoming) -> None:
    """A failed component counts as absent, unless the org had it before."""
    attempt.components.pop(incoming.key, None)
    if attempt.messages[incoming.key].created:
        attempt.work.components.remove(incoming.type, incoming.full_name)
