"""Regular expressions of JavaScript, as `replacements` of sfdx-project.json has them, turned into Python's.

Only what means the same in both is taken; everything else is a ValueError that names it.
"""

from __future__ import annotations

import re

_SPACE = r" \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}
_SINGLE = {"t", "n", "r", "v", "f"}
_TOKEN = re.compile(
    r"""\\u(?P<unicode>[0-9a-fA-F]{4}) | \\x(?P<hex>[0-9a-fA-F]{2}) | \\(?P<escaped>.)
    | (?P<group>\(\?(?:[:=!]|<[=!]|<[A-Za-z_]\w*>)|\((?!\?))
    | (?P<many>[*+?]\??|\{\d+(?:,\d*)?\}\??)
    | \[(?P<not>\^?)(?P<class>(?:\\.|[^\]\\])*)\]
    | (?P<plain>.)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(r"\$(?:(?P<sign>[$&`'])|(?P<number>\d{1,2})|<(?P<name>[^>]*)>)")


def compiled(pattern: str) -> re.Pattern[str]:
    """The same pattern for Python, without flags; ValueError when it has a part that would mean something else."""
    made: list[str] = []
    loops: list[bool] = [False]
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise ValueError(f"{pattern[at]!r} at character {at + 1}")
        made.append(_translated(token))
        if token["group"]:
            loops.append(False)
        elif token["plain"] == ")" and len(loops) > 1:
            inner, endless = loops.pop(), _endless(pattern, token.end())
            if inner and endless:
                raise ValueError("a repetition inside a repetition, which may never end")
            loops[-1] = loops[-1] or inner
        elif token["many"] and _endless(pattern, at):
            loops[-1] = True
        at = token.end()
    try:
        return re.compile("".join(made), re.ASCII)
    except re.error as error:
        raise ValueError(str(error)) from None


def _endless(pattern: str, at: int) -> bool:
    found = _TOKEN.match(pattern, at)
    return bool(found and found["many"] and (found["many"][0] in "*+" or ",}" in found["many"]))


def _translated(token: re.Match[str]) -> str:
    if code := token["unicode"] or token["hex"]:
        return re.escape(chr(int(code, 16)))
    if token["escaped"]:
        return _escape(token["escaped"])
    if group := token["group"]:
        named = group.startswith("(?<") and group[3] not in "=!"
        return group.replace("(?<", "(?P<", 1) if named else group
    if token["class"] is not None:
        return _class(token["class"], negated=bool(token["not"]))
    if token["plain"] is not None:
        return _plain(token)
    return token["many"]


def _plain(token: re.Match[str]) -> str:
    character = token["plain"]
    if character in ("(", "\\"):
        raise ValueError("a group of this kind: (?" if character == "(" else "a backslash at the end")
    if character == ".":
        return r"[^\n\r\u2028\u2029]"
    if character == "$":
        return r"\Z"
    if character == "^":
        return r"\A"
    return character if character in ")|" else re.escape(character)


def _escape(character: str) -> str:
    if character.lower() in _CLASSES:
        return f"[{'^' if character.isupper() else ''}{_CLASSES[character.lower()]}]"
    if character in "bB" or character in _SINGLE:
        return "\\" + character
    if character.isalnum():
        raise ValueError(f"\\{character}")
    return re.escape(character)


def _class(inside: str, *, negated: bool) -> str:
    if not inside:
        raise ValueError("an empty [] or [^]")
    made: list[str] = []
    for found in re.finditer(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)|(.)", inside, re.DOTALL):
        code, escaped, plain = found[1] or found[2], found[3], found[4]
        if code:
            made.append(re.escape(chr(int(code, 16))))
        elif plain:
            made.append(plain if plain == "-" else re.escape(plain))
        elif escaped in _CLASSES:
            made.append(_CLASSES[escaped])
        elif escaped in _SINGLE:
            made.append("\\" + escaped)
        elif escaped == "b":
            made.append("\\x08")
        elif escaped.isalnum():
            raise ValueError(f"\\{escaped} inside [ ]")
        else:
            made.append(re.escape(escaped))
    return f"[{'^' if negated else ''}{''.join(made)}]"


def expand(template: str, found: re.Match[str]) -> str:
    """What String.prototype.replace puts in for a match: $$, $&, $1 and so on have their meaning."""

    def one(reference: re.Match[str]) -> str:
        whole = found.string
        if sign := reference["sign"]:
            return {"$": "$", "&": found[0], "`": whole[: found.start()], "'": whole[found.end() :]}[sign]
        if number := reference["number"]:
            count = found.re.groups
            for digits in (number, number[:1]):
                if 1 <= int(digits) <= count:
                    return (found[int(digits)] or "") + number[len(digits) :]
            return reference[0]
        if not found.re.groupindex:
            return reference[0]
        return (found[reference["name"]] or "") if reference["name"] in found.re.groupindex else ""

    return _REFERENCE.sub(one, template)
