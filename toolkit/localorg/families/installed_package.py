"""InstalledPackage: a package that the org has; it goes only when nothing of the org itself uses what it holds."""

from __future__ import annotations

from toolkit.localorg.families.base import Fault
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.families.namespaces import namespace_of
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored

_FREED = frozenset({"PermissionSet", "Profile", "PermissionSetGroup"})
"""Types whose grants on what a package holds go with it."""


class InstalledPackage(Generic):
    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        """Who refers to the package's components: from their forms and pages, not from their grants."""
        namespace = stored.full_name
        users = {
            (kind, name)
            for kind, name, to_type, to_name in work.components.all_references()
            if namespace_of(to_type, to_name) == namespace and namespace_of(kind, name) != namespace
            and kind not in _FREED
        }  # fmt: skip
        users |= {  # what a page shows of a package is no reference that is looked up
            (page.type, page.full_name)
            for page in work.components.of_type("FlexiPage")
            if f"{namespace}__".encode() in page.xml or f"{namespace}:".encode() in page.xml
        }
        if not users:
            return []
        listed = ", ".join(f"{kind} - {name}" for kind, name in sorted(users))
        return [Fault(f"This installed component is referenced by a locally created component. : {listed}.")]
