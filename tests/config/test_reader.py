"""YAML is read strictly, with the place of every value, and hostile files cost no more than their first bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from toolkit.config import reader
from toolkit.config.nodes import Mapping, Plain, Scalar, plain, walk
from toolkit.config.reader import MAX_BYTES, MAX_DEPTH, MAX_VALUES, read_bytes, read_file, read_text
from toolkit.errors import Problem


def read(text: str) -> tuple[Plain, list[str]]:
    """The value and what is wrong with it."""
    found: list[Problem] = []
    node = read_text(text, "f.yaml", found)
    return (None if node is None else plain(node)), [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: [x, {y: yes}]", {"a": ["x", {"y": "yes"}]}),
        ("a: no\nb: on\nc: OFF\nd: y", {"a": "no", "b": "on", "c": "OFF", "d": "y"}),
        ("a: true\nb: False", {"a": True, "b": False}),
        ("a:\nb: ~\nc: null", {"a": None, "b": None, "c": None}),
        ("a: 0x1F\nb: 0o17\nc: -3\nd: +4", {"a": 31, "b": 15, "c": -3, "d": 4}),
        ("a: 017\nb: 1_000\nc: 1:30\nd: 2026-01-01", {"a": "017", "b": "1_000", "c": "1:30", "d": "2026-01-01"}),
        ("a: 62.0\nb: 1e3\nc: .5\nd: .inf\ne: .nan", {"a": 62.0, "b": 1000.0, "c": 0.5, "d": ".inf", "e": ".nan"}),
        ("a: '1'\nb: \"true\"\nc: ''", {"a": "1", "b": "true", "c": ""}),
        ("true: 1\n7: 2", {"true": 1, "7": 2}),
        ("a: |\n  x\n  y\nb: >\n  x\n  y\n", {"a": "x\ny\n", "b": "x y\n"}),
        ("# nothing but a comment\n", {}),
        ("", {}),
        ("---\na: 1\n...\n", {"a": 1}),
        ('a: "\\u00e9 \\U0001F600"\r\nb: \u05d0\r\n', {"a": "\u00e9 \U0001f600", "b": "\u05d0"}),
    ],
)
def test_what_values_mean(text: str, value: Plain) -> None:
    assert read(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n\t- b", "f.yaml:2:1: a tab is used for indentation (indent with blanks; YAML does not allow tabs)"),
        (
            "a:\n  b: 1\n \tc: 2",
            "f.yaml:3:2: a tab is used for indentation (indent with blanks; YAML does not allow tabs)",
        ),
        ("a: *x", "f.yaml:1:4: aliases are not supported (write the value out)"),
        ("a: &x 1", "f.yaml:1:4: anchors are not supported (remove `&x`)"),
        ("a: !!python/object:os.system x", "f.yaml:1:4: tags are not supported (remove the word that begins with `!`)"),
        ("a: ! x", "f.yaml:1:4: tags are not supported (remove the word that begins with `!`)"),
        ("a: !!map {b: 1}", "f.yaml:1:4: tags are not supported (remove the word that begins with `!`)"),
        ("<<: {a: 1}", "f.yaml:1:1: merge keys are not supported (write the keys out)"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3:1: duplicate key `a`, first on line 1:1 (remove one of them)"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here (remove this line and what follows it)"),
        ("%YAML 1.1\n---\na: 1", "f.yaml:1:1: directives are not supported (remove the line that begins with %)"),
        (
            "{a: b}: c",
            "f.yaml:1:1: a map or list cannot be a key (put text that holds brackets or braces in quotes)",
        ),
        ("'': c", "f.yaml:1:1: a key is empty (write a name before the `:`)"),
        ("a: 'x\n  y", "f.yaml:1:4: the file ends inside a quoted text (close the quote)"),
        (
            "a: b: c",
            "f.yaml:1:5: a `key: value` is not possible here "
            "(check the indentation of this line and the one above; quote text that holds `: `)",
        ),
        ("a: @x", "f.yaml:1:4: a value cannot begin with this character (put the text in quotes)"),
        (
            "a: {key: ${env:X}}",
            "f.yaml:1:11: a `,` or `}` is missing "
            '(put a reference that stands in braces or brackets in quotes: "${env:NAME}")',
        ),
        ("a: [1, 2", "f.yaml:1:4: a `,` or `]` is missing (close the list that was opened with `[`)"),
        (
            "a: x\x07y",
            "f.yaml:1:5: the character U+0007 is not allowed in YAML "
            '(remove it, or write it in double quotes as "\\u0007")',
        ),
        (
            "a: 1\nb: \u2028",
            "f.yaml:2:4: the character U+2028 is not allowed in YAML "
            '(remove it, or write it in double quotes as "\\u2028")',
        ),
        (
            f"a: {'9' * 5000}",
            "f.yaml:1:4: the number is too large or has too many digits (put it in quotes if it is text)",
        ),
        ("a: 1e999", "f.yaml:1:4: the number is too large or has too many digits (put it in quotes if it is text)"),
    ],
)
def test_what_is_refused(text: str, problem: str) -> None:
    assert read(text)[1] == [problem]


def test_reading_goes_on_after_what_does_not_hinder_it() -> None:
    value, found = read("a: &x 1\na: 2\nb: *x\nc: !t 3\nd: 4\n")
    assert [line.partition(" ")[0] for line in found] == ["f.yaml:1:4:", "f.yaml:2:1:", "f.yaml:3:4:", "f.yaml:4:4:"]
    assert value == {"a": 1, "b": None, "c": None, "d": 4}


def test_a_hundred_mistakes_are_enough() -> None:
    found = read("- &a 1\n" * 500)[1]
    assert len(found) == 101
    assert found[-1] == "f.yaml:100:3: too many mistakes; reading stopped here (mend those above first)"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xef\xbb\xbfa: 1", "f.yaml:1:1: begins with a byte order mark (save the file as UTF-8 without BOM)"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: encoded in UTF-16 (save the file as UTF-8)"),
        (
            "a: 1\nb: \u00e9\n".encode("latin-1"),
            "f.yaml:2:4: not UTF-8: byte 0xE9 at offset 8 (save the file as UTF-8)",
        ),
        (
            "\u00e9\u00e9: \u00e9".encode()[:-1],
            "f.yaml:1:5: not UTF-8: byte 0xC3 at offset 6 (save the file as UTF-8)",
        ),
    ],
)
def test_encodings(data: bytes, problem: str) -> None:
    found: list[Problem] = []
    assert read_bytes(data, "f.yaml", found) is None
    assert [str(one) for one in found] == [problem]


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "a:\n"])
def test_depth_is_bounded(opening: str) -> None:
    text = "".join(" " * level + opening for level in range(900)) if opening == "a:\n" else opening * 50_000
    found = read(text)[1]
    assert len(found) == 1
    assert f"nested more than {MAX_DEPTH} levels deep" in found[0] or "cannot be a key" in found[0]


def test_the_number_of_values_is_bounded() -> None:
    assert read("- a\n" * (MAX_VALUES + 1))[1] == [
        f"f.yaml:{MAX_VALUES}:3: more than {MAX_VALUES:,} values (is this the right file?)"
    ]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{below}'] * 9)}]\n" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "aliases": BOMB,
    "values": "- a\n" * (MAX_BYTES // 4),
    "keys": "".join(f"k{number}: 1\n" for number in range(90_000)),
    "flow": "[" + "a," * (MAX_BYTES // 2 - 2) + "]",
    "brackets": "[" * MAX_BYTES,
    "dashes": "- " * (MAX_BYTES // 2),
    "question marks": "? " * (MAX_BYTES // 2),
    "colons": ": " * (MAX_BYTES // 2),
    "open quote": "'" + "a" * (MAX_BYTES - 2),
    "long text": "a: " + "x y " * (MAX_BYTES // 4 - 2),
    "escapes": '"' + "\\u0041" * (MAX_BYTES // 6 - 2) + '"',
    "block": "a: |\n" + " x\n" * (MAX_BYTES // 3 - 10),
    "digits": "a: " + "9" * (MAX_BYTES - 10),
    "duplicates": "a: 1\n" * (MAX_BYTES // 5),
    "anchors": "- &a a\n" * (MAX_BYTES // 7),
    "tabs": "\t" * MAX_BYTES,
    "comments": "#\n" * (MAX_BYTES // 2),
    "documents": "---\n" * (MAX_BYTES // 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little(name: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    found: list[Problem] = []
    read_bytes(HOSTILE[name].encode(), "f.yaml", found)
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found or name in {"comments", "block", "long text", "escapes"}
    assert seconds < 1
    assert peak < 16 * MAX_BYTES


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX")
def test_a_file_of_50_mb_is_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "package.yaml"
    with big.open("wb") as stream:
        for _ in range(50):
            stream.write(b"- aaaaaaaaaaa\n" * 74_899)
    assert big.stat().st_size > 50_000_000
    script = (
        "import json, resource, sys, time\n"
        "from pathlib import Path\n"
        "from toolkit.config.load import load_project\n"
        "from toolkit.errors import ConfigError\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (300 << 20, 300 << 20))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "began = time.perf_counter()\n"
        "try:\n"
        "    load_project(Path(sys.argv[1]))\n"
        "except ConfigError as error:\n"
        "    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "    print(json.dumps([str(error), time.perf_counter() - began, grown]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    message, seconds, grown = json.loads(done.stdout)
    assert message == f"{big}: larger than 1 MiB (a configuration is a few hundred lines; is this the right file?)"
    assert seconds < 0.5
    assert grown < (8 << 20 if sys.platform == "darwin" else 8 << 10)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_not_a_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    folder = tmp_path / "folder"
    folder.mkdir()
    found: list[Problem] = []
    assert read_file(pipe, found) is None
    assert read_file(folder, found) is None
    assert read_file(tmp_path / "absent", found) is None
    assert [str(one) for one in found] == [
        f"{pipe}: not a file (this must be a YAML file)",
        f"{folder}: not a file (this must be a YAML file)",
        f"{tmp_path / 'absent'}: cannot be read: No such file or directory (check the path and its rights)",
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found: list[Problem] = []
    node = read_bytes(data, "f.yaml", found)
    assert node is not None or found
    assert all(problem.where is not None for problem in found)


_YAMLISH = st.text(st.sampled_from("ab01:-?,[]{}#&*!|>'\"%@` \t\n~.\\\u00e9\U0001f600"), max_size=80)


@given(_YAMLISH)
def test_any_yaml_like_text_is_read_or_refused(text: str) -> None:
    found: list[Problem] = []
    node = read_text(text, "f.yaml", found)
    assert node is not None or found
    lines = text.split("\n")
    for problem in found:
        assert problem.where is not None
        assert 1 <= problem.where.line <= len(lines) + 1


# Documents that are written in the ways people write them; yaml.safe_dump decides on quotes and escapes.
_KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12)
_TEXTS = st.text(max_size=20).filter(lambda text: not re.match(r"[-+.0-9]", text))  # where YAML 1.1 and 1.2 differ
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5), st.booleans(), st.booleans())
def test_every_value_is_found_at_its_place(document: dict[str, Plain], flow: bool, unicode: bool) -> None:
    """At a scalar's place the text begins that YAML reads as this scalar."""
    text = yaml.safe_dump(document, allow_unicode=unicode, default_flow_style=flow, width=10_000)
    found: list[Problem] = []
    node = read_text(text, "f.yaml", found)
    if any("is not allowed in YAML" in problem.message or "key is empty" in problem.message for problem in found):
        return
    assert not found
    assert node is not None
    lines = text.split("\n")
    for _, value, where in walk(node):
        if isinstance(value, Scalar) and value.value is not None and value.text and "\n" not in value.text:
            written = lines[where.line - 1][where.column - 1 :]
            assert written[0] in "'\"|>" or written.startswith(value.text)
    assert plain(node) == document


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.integers(0, 99), min_size=1), st.integers(1, 5))
def test_places_of_keys_and_values(document: dict[str, int], indent: int) -> None:
    """A document laid out by hand, where every place is known beforehand."""
    lines = ["# a comment", "top:"]
    expected: dict[str, tuple[int, int]] = {}
    for number, (key, value) in enumerate(document.items()):
        lines += [""] * (number % 3)
        lines.append(f"{' ' * indent}{key}:{' ' * (1 + number % 4)}{value}")
        expected[key] = (len(lines), indent + len(key) + 3 + number % 4 - 1 + 1)
    found: list[Problem] = []
    node = read_text("\n".join(lines), "f.yaml", found)
    assert not found
    assert isinstance(node, Mapping)
    assert node.entries["top"].where.line == 2
    inner = node.entries["top"].node
    assert isinstance(inner, Mapping)
    for key, entry in inner.entries.items():
        line, column = expected[key]
        assert (entry.where.line, entry.where.column) == (line, indent + 1)
        assert (entry.node.where.line, entry.node.where.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    ["a: 1\nb: [x, y]\n", "a: &x 1\nb: *x", "a: b: c", "a: [1, 2", "a:\n\t- b", "a: 'x", "a: 1\n  b: 2\n", "- a\nb: 1"],
)
def test_the_pure_parser_says_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, PyYAML's own parser is used."""
    value, found = read(text)
    monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)
    pure_value, pure_found = read(text)
    assert pure_value == value
    assert [line.partition(": ")[2] for line in pure_found] == [line.partition(": ")[2] for line in found]
    assert [line.split(":")[1] for line in pure_found] == [line.split(":")[1] for line in found]
