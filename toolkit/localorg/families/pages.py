"""Visualforce pages and components, and static resources."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from toolkit.localorg.families import rows
from toolkit.localorg.families.apex import version_fault
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.families.markup import Markup, Tag
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node


def _text(files: Mapping[str, bytes], suffix: str) -> str:
    return next((content.decode("utf-8", "replace") for path, content in files.items() if path.endswith(suffix)), "")


def controller_type(root: Tag | None) -> int:
    """ControllerType of ApexPage: 0 none, 1 standard, 2 standard set, 3 custom."""
    if root is None:
        return 0
    if root.attributes.get("controller"):
        return 3
    if root.attributes.get("standardcontroller"):
        return 2 if root.attributes.get("recordsetvar") else 1
    return 0


class _Markup(Generic):
    suffix: ClassVar[str]

    def markup(self, files: Mapping[str, bytes]) -> Markup:
        return Markup(_text(files, self.suffix))

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        yield from self.markup(incoming.files).pointers()

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from version_fault(incoming.root)
        if incoming.files and self.markup(incoming.files).root() is None:
            tag = "page" if self.type == "ApexPage" else "component"
            yield Fault(f"The root tag must be <apex:{tag}>", 1, 1)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        text = _text(deploy.work.components.files(stored.type, stored.full_name), self.suffix)
        tag = Markup(text).root()
        values = tag.attributes if tag else {}
        rows.put(
            deploy.work, self.type, stored.id,
            Name=stored.full_name, MasterLabel=root.value("label") or stored.full_name,
            ApiVersion=float(root.value("apiVersion") or 0), Description=root.value("description"),
            ControllerType=str(controller_type(tag)), Markup=text,
            ControllerKey=values.get("controller") or values.get("standardcontroller"),
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove(self.type, stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)


class ApexPage(_Markup):
    suffix = ".page"

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        for name in ("availableInTouch", "confirmationTokenRequired"):
            if not root.value(name):
                root.put(name, "false")

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from super().check(incoming, deploy)
        old = deploy.work.components.files("ApexPage", incoming.full_name)
        before, after = self.markup(old).root(), self.markup(incoming.files).root()
        if not old or before is None or after is None:
            return
        held = before.attributes.get("standardcontroller", "")
        if held and held.lower() != after.attributes.get("standardcontroller", "").lower():
            for owner in override_users(deploy.work, incoming.full_name):
                yield Fault(
                    f"You can't change the standard controller object {owner} because this page is referenced in the "
                    "action "
                    "override View.", 1, 1,
                )  # fmt: skip

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        super().settle(stored, root, deploy)
        rows.put(
            deploy.work, "ApexPage", stored.id,
            IsAvailableInTouch=root.flag("availableInTouch"),
            IsConfirmationTokenRequired=root.flag("confirmationTokenRequired"),
        )  # fmt: skip


def override_users(work: Work, page: str) -> list[str]:
    """The objects with an action override that shows this page."""
    return [
        name for kind, name in work.components.referring_to("ApexPage", page, holding=True) if kind == "CustomObject"
    ]


class ApexComponent(_Markup):
    suffix = ".component"

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("apiVersion"):
            root.put("apiVersion", f"{deploy.version:.1f}")


class StaticResource(Generic):
    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("cacheControl"):
            root.put("cacheControl", "Private")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        files = deploy.work.components.files(stored.type, stored.full_name)
        rows.put(
            deploy.work, "StaticResource", stored.id,
            Name=stored.full_name, ContentType=root.value("contentType"), Description=root.value("description"),
            CacheControl=root.value("cacheControl"), BodyLength=sum(map(len, files.values())),
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("StaticResource", stored.id)
