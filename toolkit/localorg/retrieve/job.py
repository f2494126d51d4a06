"""A retrieve job: which components are asked for, and the zip they come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.localorg import tree
from toolkit.localorg.families.base import Scope
from toolkit.localorg.families.provided import provided
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.model.provided_components import untouched
from toolkit.localorg.retrieve import files, listing
from toolkit.localorg.store.components import Stored
from toolkit.localorg.store.jobs import Job, Json
from toolkit.localorg.tree import Node
from toolkit.metadata import zipfmt
from toolkit.metadata.registry import TypeInfo, standard


@dataclass(slots=True)
class Selection:
    """What a request comes to: whole components, children on their own by owner, and what is not there."""

    whole: dict[tuple[str, str], Stored] = field(default_factory=dict)
    parts: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    beside: dict[str, set[str]] = field(default_factory=dict)
    """What is asked for and counts as there without being kept here: pages of sites, what packages hold."""

    def take(self, kind: str, stored: Stored) -> None:
        self.whole[stored.type, stored.full_name.lower()] = stored
        self.listed.setdefault(kind, set()).add(stored.full_name)

    def take_part(self, kind: str, owner_type: str, stored: Stored) -> None:
        self.parts.setdefault((owner_type, stored.owner), []).append(stored)
        self.listed.setdefault(kind, set()).add(stored.full_name)


class _FailedError(Exception):
    """The retrieve as a whole fails; code and message as the platform words them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = f"{code}: {message}"


def run(org: Org, job: Job) -> None:
    """Do a retrieve and leave its zip with the job."""
    result: dict[str, Json]
    product: bytes | None
    with org.read(job.user_id) as work:
        try:
            result, product = _retrieve(work, job)
        except _FailedError as failure:
            product = None
            result = {
                "done": True, "errorMessage": failure.message, "errorStatusCode": failure.code, "id": job.id,
                "status": "Failed", "success": False,
            }  # fmt: skip
    with org.write(job.user_id) as work:
        work.jobs.finish(job.id, str(result["status"]), result, product)


def _wanted(request: Mapping[str, Json]) -> list[tuple[str, list[str]]]:
    types = request.get("types")
    found: list[tuple[str, list[str]]] = []
    for entry in types if isinstance(types, list) else []:
        if isinstance(entry, dict):
            members = entry.get("members")
            found.append((str(entry.get("name")), [str(m) for m in members] if isinstance(members, list) else []))
    return found


def select(work: Work, wanted: list[tuple[str, list[str]]]) -> Selection:
    """The components that the types and members of a manifest mean."""
    selection = Selection()
    registry = standard()
    for kind, members in wanted:
        info, child = registry.get(kind), registry.child(kind)
        if info is None and child is None:
            selection.messages.append(f"Entity type: '{kind}' is unknown")
            continue
        for member in (name.rstrip("/") for name in members):  # the CLI writes folders with a slash
            if info is not None:
                _select_whole(work, selection, info, member)
            elif child is not None:
                _select_part(work, selection, child[0].name, kind, member)
    return selection


def _select_whole(work: Work, selection: Selection, info: TypeInfo, member: str) -> None:
    if member == "*":
        for stored in work.components.of_type(info.name):
            if not (info.name == "CustomObject" and "__" not in stored.full_name) and not info.in_folder:
                selection.take(info.name, stored)
        return
    found = work.components.get(info.name, member)
    if found is None and info.folder_type:
        found = work.components.get(info.folder_type, member)
    if found is None and info.name == "CustomObject":
        found = untouched(work, member)
    if found is None:
        if provided(work, info.name, member):
            selection.beside.setdefault(info.name, set()).add(member)
        selection.messages.append(f"Entity of type '{info.name}' named '{member}' cannot be found")
    else:
        selection.take(info.name, found)


def _select_part(work: Work, selection: Selection, owner_type: str, kind: str, member: str) -> None:
    if member == "*":
        for stored in work.components.of_type(kind):
            selection.take_part(kind, owner_type, stored)
        return
    found = work.components.get(kind, member)
    if found is None:
        selection.messages.append(f"Entity of type '{kind}' named '{member}' cannot be found")
    else:
        selection.take_part(kind, owner_type, found)


def package_xml(listed: Mapping[str, set[str]], version: str) -> bytes:
    """The manifest of what came."""
    root = Node("Package")
    for kind in sorted(listed):
        types = Node("types", children=[Node("members", name) for name in sorted(listed[kind])])
        types.children.append(Node("name", kind))
        root.children.append(types)
    root.children.append(Node("version", version))
    return tree.dump(root)


def collect(work: Work, selection: Selection, version: str) -> dict[str, tuple[bytes, Stored]]:
    """Every file by path, and the component it belongs to."""
    scope = _scope(selection, version)
    found: dict[str, tuple[bytes, Stored]] = {}
    for stored in selection.whole.values():
        for path, content in files.of(stored, work, scope).items():
            found[path] = content, stored
        _check_number(work, len(found))
    for (owner_type, owner), parts in selection.parts.items():
        if (owner_type, owner.lower()) in selection.whole:
            continue
        info = standard()[owner_type]
        unique = list({(part.type, part.full_name): part for part in parts}.values())
        for path, content in files.partial(owner, info, unique, work, scope).items():
            found[path] = content, unique[0]
        _check_number(work, len(found))
    return found


def _check_number(work: Work, number: int) -> None:
    most = work.org.options.max_zip_entries
    if number > most:
        raise _FailedError("LIMIT_EXCEEDED", f"Too many files in retrieve call, limit is: {most}")


def _scope(selection: Selection, version: str) -> Scope:
    named = {kind: selection.listed.get(kind, set()) | names for kind, names in selection.beside.items()}
    asked = {**selection.listed, **named}
    members = {kind: frozenset(name.lower() for name in names) for kind, names in asked.items()}
    try:
        return Scope(members, float(version))
    except ValueError:
        return Scope(members, 0)


def _texts(request: Mapping[str, Json], name: str) -> list[str]:
    given = request.get(name)
    return [str(text) for text in given] if isinstance(given, list) else []


def _check(work: Work, request: Mapping[str, Json]) -> None:
    """Refuse what names no package, or one that the org does not have (what packages hold is not known here)."""
    packages = _texts(request, "packageNames")
    if not packages and not request.get("unpackaged", True):
        raise _FailedError("INVALID_CROSS_REFERENCE_KEY", "No packages or unpackaged specified")
    for name in packages:
        if not work.components.has("InstalledPackage", name):
            raise _FailedError("INVALID_CROSS_REFERENCE_KEY", f"No package named '{name}' found")


def _chosen(found: dict[str, tuple[bytes, Stored]], specific: list[str]) -> dict[str, tuple[bytes, Stored]]:
    """The files that specificFiles name, all of them when it names none."""
    wanted = {path.removeprefix("unpackaged/") for path in specific}
    return {path: entry for path, entry in found.items() if path in wanted} if wanted else found


def _retrieve(work: Work, job: Job) -> tuple[dict[str, Json], bytes]:
    request = job.request
    _check(work, request)
    version = str(request.get("version"))
    selection = select(work, _wanted(request))
    prefix = "" if request.get("singlePackage") else "unpackaged/"
    found = _chosen(collect(work, selection, version), _texts(request, "specificFiles"))
    entries = {f"{prefix}{path}": content for path, (content, _stored) in found.items()}
    entries[f"{prefix}package.xml"] = package_xml(selection.listed, version)
    for name in _texts(request, "packageNames"):
        entries[f"{name}/package.xml"] = package_xml({}, version)
    product = zipfmt.write_bytes(sorted(entries.items()), compress=True)
    shown: list[Json] = []
    for path, (_content, stored) in sorted(found.items()):
        if not path.endswith("-meta.xml") or stored.type.endswith("Folder"):
            shown.append(listing.properties(work, stored, prefix + path))
    shown.append(_package_properties(work, job, prefix))
    messages: list[Json] = [{"fileName": f"{prefix}package.xml", "problem": text} for text in selection.messages]
    result: dict[str, Json] = {
        "done": True, "fileProperties": shown, "id": job.id, "messages": messages, "status": "Succeeded",
        "success": True,
    }  # fmt: skip
    return result, product


def _package_properties(work: Work, job: Job, prefix: str) -> dict[str, Json]:
    name = work.user_name(job.user_id)
    return {
        "createdById": job.user_id, "createdByName": name, "createdDate": job.created,
        "fileName": f"{prefix}package.xml",
        "fullName": f"{prefix}package.xml", "id": "", "lastModifiedById": job.user_id, "lastModifiedByName": name,
        "lastModifiedDate": job.created, "manageableState": "unmanaged", "namespacePrefix": "", "type": "Package",
    }  # fmt: skip
