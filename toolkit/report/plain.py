"""Text that others wrote - an org, a file - made safe to show on a terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line: line ends become blanks; control characters, which could steer a terminal, become "?"."""
    return "".join(
        character if character.isprintable() else " " if character in "\n\r\t\u2028\u2029" else "?"
        for character in text
    )
