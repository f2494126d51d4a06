"""What was read of an org, and what shall become of it: nothing is sent before all of it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.placement.item import Action, Edit
from toolkit.placement.request import FileEdit, Hidden, Outcome

_FOLDERS = {"FlexiPage": ("flexipages", "flexipage")}


@dataclass(slots=True)
class _Done:
    """What was done to one component so far."""

    object: str
    action: Action
    spot: str | None
    what: list[str] = field(default_factory=list)


class Inventory:
    """Components of an org with the edits that wait to be deployed."""

    def __init__(self, found: Iterable[Component]) -> None:
        self._found: dict[ComponentKey, Component] = {component.key: component for component in found}
        self._names = {(k.type, unquote(k.full_name).casefold()): k for k in self._found}
        self._staged: dict[ComponentKey, bytes | None] = {}
        self._done: dict[ComponentKey, _Done] = {}
        self.notes: dict[str, list[str]] = {}
        self.hidden: dict[str, list[Hidden]] = {}

    def original(self) -> Inventory:
        """The same without any edit: what the org has."""
        return Inventory(self._found.values())

    def staged(self) -> Inventory:
        """What the org will have with the edits so far, itself without any edit."""
        held = [c for c in self._found.values() if c.key not in self._staged]
        return Inventory([*held, *(self.component(k, data) for k, data in self._staged.items() if data is not None)])

    # Reading

    def find(self, type_name: str, name: str) -> ComponentKey | None:
        """A component that is there after the edits so far; names know no case, and layouts may be encoded."""
        key = self._names.get((type_name, unquote(name).casefold()))
        return key if key is not None and self.read(key) is not None else None

    def of_type(self, type_name: str) -> list[ComponentKey]:
        return sorted(key for key in self._names.values() if key.type == type_name and self.read(key) is not None)

    def read(self, key: ComponentKey) -> bytes | None:
        """The bytes with the edits so far, None for what is not there."""
        return self._staged[key] if key in self._staged else self.was(key)

    def held(self, key: ComponentKey) -> bytes:
        """The same of a component that is known to be there."""
        return self.read(key) or b""

    def was(self, key: ComponentKey) -> bytes | None:
        """The bytes as the org returned them."""
        component = self._found.get(key)
        return component.files[0].content if component is not None else None

    def path(self, key: ComponentKey) -> str:
        """The component's path in a zip, which is how errors name it."""
        component = self._found.get(key)
        if component is not None:
            return component.files[0].path
        folder, suffix = _FOLDERS[key.type]
        return f"{folder}/{key.full_name}.{suffix}"

    # Editing

    def record(self, key: ComponentKey, edit: Edit, object_name: str, *, gone: bool = False) -> None:
        """Stage an edit, and remember what it did after the earlier ones of the same component."""
        self._names.setdefault((key.type, unquote(key.full_name).casefold()), key)
        done = self._done.setdefault(key, _Done(object_name, edit.action, edit.spot))
        if edit.action is not Action.UNCHANGED and done.action not in {Action.CREATED, edit.action}:
            done.action = edit.action
        done.spot = edit.spot or done.spot
        done.what += [text for text in edit.what if text not in done.what]
        if gone or edit.data != self.read(key):
            self._staged[key] = None if gone else edit.data

    def note(self, object_name: str, text: str) -> None:
        notes = self.notes.setdefault(object_name, [])
        if text not in notes:
            notes.append(text)

    # What comes of it

    def changes(self) -> list[tuple[ComponentKey, bytes | None, bytes | None]]:
        """Each component that would change, with its bytes before and after."""
        pairs = ((key, self.was(key), after) for key, after in sorted(self._staged.items()))
        return [(key, before, after) for key, before, after in pairs if before != after]

    def component(self, key: ComponentKey, content: bytes) -> Component:
        """A component of the org with other content, or a new one."""
        held = self._found.get(key)
        name = held.full_name if held is not None else key.full_name
        return Component(key.type, name, (ComponentFile(self.path(key), content),))

    def outcomes(self) -> Mapping[str, Outcome]:
        """The account, by object, in the order of the wishes; an app stands with the first object that touched it."""
        found: dict[str, Outcome] = {name: Outcome() for name in (*self.notes, *self.hidden)}
        for key, done in sorted(self._done.items()):
            before, after = self.was(key), self.read(key)
            action = done.action if before != after else Action.UNCHANGED
            name = unquote(key.full_name)
            edit = FileEdit(f"{key.type} {name}", key.type, name, action, done.spot, tuple(done.what), before, after)
            found.setdefault(done.object, Outcome()).edits.append(edit)
        for name, outcome in found.items():
            outcome.notes += self.notes.get(name, [])
            outcome.hidden += self.hidden.get(name, [])
        return found
