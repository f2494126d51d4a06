"""The comparison once more, in the plainest way there is: the definition that the fast one is held against.

It parses with lxml, knows no forms of text, and compares everything with everything.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from toolkit.metadata.platform_defaults import ADDED, ANY, FALSE_IS_ABSENT, MERGED, ORDERED, ORGS_OWN

KEYS = (
    *("fullName", "identifier", "apexClass", "apexPage", "application", "customPermission", "tab", "field", "object"),
    *("flow", "recordType", "layout", "actionName", "formFactor", "pageOrSobjectType", "profile", "name", "label"),
    "type",
)
SINGLE = KEYS[: KEYS.index("actionName")]
Tree = tuple[str, str, str, list[Any]]


def tree(data: bytes) -> Tree:
    def of(element: Any) -> Tree:
        inside = [of(child) for child in element if isinstance(child.tag, str)]
        kind = element.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2]
        text = "" if inside else "".join([element.text or "", *(c.tail or "" for c in element)]).strip()
        return etree.QName(element).localname, text, kind, inside

    return of(etree.fromstring(data))


class Plain:
    """told(ours, theirs): (path, old, new) of every difference."""

    def __init__(self, type_name: str) -> None:
        self.added = ADDED.get(type_name, {})
        self.own = ORGS_OWN.get(type_name, frozenset())
        self.ordered = ORDERED.get(type_name, frozenset())
        self.false_is_absent = type_name in FALSE_IS_ABSENT
        self.merged = type_name in MERGED

    def default(self, path: str) -> str | None:
        known = self.added.get(path, frozenset())
        return next(iter(known)) if len(known) == 1 and ANY not in known else None

    def quiet(self, node: Tree | None, path: str) -> bool:
        """Whether it says nothing that leaving it out would not say."""
        if node is None or path in self.own:
            return True
        _, text, _, inside = node
        if inside:
            flags = [child[1] for child in inside if child[1] in ("true", "false")]
            if self.false_is_absent and flags and set(flags) == {"false"}:
                return True
            return all(self.quiet(child, f"{path}/{child[0]}".lstrip("/")) for child in inside)
        default = self.default(path)
        return text in ("", "false") if default is None else text in ("", default)

    def meaning(self, node: Tree, path: str) -> Any:
        """Equal for what means the same."""
        name, text, kind, inside = node
        if not inside:
            if self.quiet(node, path):
                return name
            if name == "apiVersion":
                text = str(float(text)) if text.replace(".", "", 1).isdecimal() else text
            if name.startswith("commaSeparated"):
                text = repr(sorted({part.strip() for part in text.split(",") if part.strip()}))
            return name, text, kind
        told = [(c[0], self.meaning(c, p), p) for c in inside if not self.quiet(c, p := f"{path}/{c[0]}".lstrip("/"))]
        loose = sorted(repr(m) for n, m, p in told if p not in self.ordered)
        fixed = {
            n: [repr(m) for k, m, p in told if k == n and p in self.ordered] for n, _, p in told if p in self.ordered
        }
        return name, loose, sorted(fixed.items()), self.quiet(node, path)

    def told(self, ours: Tree, theirs: Tree) -> list[tuple[str, str | None, str | None]]:
        if ours[0] != theirs[0]:
            return [(ours[0], theirs[0], ours[0])]
        return self.children(ours, theirs, "", "")

    def children(self, ours: Tree, theirs: Tree, path: str, shown: str) -> list[Any]:
        found: list[Any] = []
        for name in sorted({c[0] for c in (*ours[3], *theirs[3])}):
            here, label = f"{path}/{name}".lstrip("/"), f"{shown}/{name}".lstrip("/")
            a, b = [c for c in ours[3] if c[0] == name], [c for c in theirs[3] if c[0] == name]
            alone = self.merged and not path
            if alone and not a:
                continue
            one_each = len(a) == 1 == len(b)
            named = one_each and any(None not in (x := (only(a[0], k), only(b[0], k))) and x[0] != x[1] for k in SINGLE)
            if len(a) > 1 or len(b) > 1 or named or (one_each and alone and a[0][3]):
                found += self.lists(a, b, here, label, alone)
            else:
                found += self.pair(a[0] if a else None, b[0] if b else None, here, label)
        return found

    def pair(self, ours: Tree | None, theirs: Tree | None, path: str, shown: str) -> list[Any]:
        if self.quiet(ours, path) and self.quiet(theirs, path):
            return []
        if ours and theirs:
            if ours[3] and theirs[3]:
                return self.children(ours, theirs, path, shown)
            if not ours[3] and not theirs[3]:
                kinds = {kind for kind in (ours[2], theirs[2]) if kind}
                if len(kinds) < 2 and self.meaning(ours, path)[1:2] == self.meaning(theirs, path)[1:2]:
                    return []
        known = self.added.get(path, frozenset())
        if ours is None and theirs and (ANY in known or theirs[1] in known):
            return []
        return [(shown, value(theirs), value(ours))]

    def lists(self, ours: list[Tree], theirs: list[Tree], path: str, shown: str, alone: bool) -> list[Any]:
        if path in self.ordered:
            a, b = ([self.meaning(n, path) for n in side if not self.quiet(n, path)] for side in (ours, theirs))
            if a == b:
                return []
        else:
            ours, theirs = list(ours), list(theirs)
            for one in list(ours):
                same = [n for n in theirs if self.meaning(n, path) == self.meaning(one, path)]
                if same:
                    ours.remove(one)
                    theirs.remove(same[0])
        key = self.key(ours, theirs)
        mine, other = self.named(ours, key, path), self.named(theirs, key, path)
        found: list[Any] = []
        for name, entry in mine.items():
            found += self.pair(entry, other.get(name), path, f"{shown}[{label(entry, key)}]")
        for name, entry in other.items():
            if name not in mine and not alone:
                found += self.pair(None, entry, path, f"{shown}[{label(entry, key)}]")
        if path in self.ordered:
            before, after = [n for n in other if n in mine], [n for n in mine if n in other]
            if before != after:
                old, new = (", ".join(label(mine[n], key) for n in names) for names in (before, after))
                found.append((f"{shown} (order)", old, new))
        return found

    def key(self, ours: list[Tree], theirs: list[Tree]) -> list[str]:
        found: list[str] = []
        for name in KEYS:
            if all(only(core(n), name) is None for n in (*ours, *theirs)):
                continue
            found.append(name)
            if all(len({tuple(only(core(n), k) for k in found) for n in s}) == len(s) for s in (ours, theirs)):
                return found
        return []

    def named(self, nodes: list[Tree], key: list[str], path: str) -> dict[Any, Tree]:
        if key:
            return {tuple(only(core(n), k) for k in key): n for n in nodes}
        meanings = [repr(self.meaning(n, path)) for n in nodes]
        return {(m, meanings[:i].count(m)): n for i, (m, n) in enumerate(zip(meanings, nodes, strict=True))}


def core(node: Tree) -> Tree:
    while len(node[3]) == 1 and node[3][0][3]:
        node = node[3][0]
    return node


def only(node: Tree, name: str) -> str | None:
    found = [child for child in node[3] if child[0] == name]
    return found[0][1] if len(found) == 1 and not found[0][3] else None


def label(node: Tree, key: list[str]) -> str:
    return ", ".join(t for k in key if (t := only(core(node), k)) is not None) or value(node) or ""


def value(node: Tree | None) -> str | None:
    if node is None:
        return None
    _, text, kind, inside = node
    if not inside:
        return f"{kind} {text}" if kind else text
    return "{" + ", ".join(f"{c[0]}: {value(c)}" for c in inside) + "}"
