"""Secret references in configuration: `${env:NAME}`, `${file:path}`, `${command:...}`.

A reference is only ever resolved by a step that sends it to an org; files, plans and logs hold the reference.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret comes from; source is env, file or command."""

    source: str
    argument: str

    def __str__(self) -> str:
        return f"${{{self.source}:{self.argument}}}"
