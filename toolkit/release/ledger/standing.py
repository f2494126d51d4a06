"""Which releases of a ledger stand: the deployments to an org that nobody has taken back."""

from __future__ import annotations

from toolkit.release.ledger.ledger import Ledger, Release

INTEGRATION = "integration"
"""The scope of a release of the configured integration; that of any other is the folder that was deployed."""

WAYS_BACK = frozenset({"rollback", "uninstall"})
"""Kinds of releases that take others back; they can be taken back themselves."""


def standing(ledger: Ledger, org_id: str) -> tuple[Release, ...]:
    """The deployments to an org that have not been taken back, oldest first."""
    return tuple(r for r in ledger.releases(org_id) if r.kind not in WAYS_BACK and r.undone_by is None)
