"""`sfmeta rollback [ID]`: put back what a release changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import taking_back

if TYPE_CHECKING:
    from toolkit.release.back import Undoing
    from toolkit.release.ledger.ledger import Ledger


@click.command(short_help="Put back what a release changed.")
@click.argument("release", required=False, metavar="[ID]")
@taking_back.takes_back
@click.option("--delete-certificate", is_flag=True, help="Delete a certificate that the release made; its key is lost.")
def rollback(
    *,
    release: str | None,
    org: str | None,
    config: Path,
    yes: bool,
    as_json: bool,
    confirm: str | None,
    wait: float,
    allow_commands: bool,
    delete_certificate: bool,
) -> int:
    """Put an org back to what it was before the last release, or before the release ID and all that followed it.

    What was changed becomes what the ledger's snapshot says, also where others have changed it since; what was new
    is deleted. Shown before it is done. Exit codes: 0 done or nothing to do, 1 failed, 2 wrong usage.
    """
    from toolkit.release import back

    def choose(ledger: Ledger, org_id: str) -> Undoing:
        return back.rollback(ledger, org_id, release, certificate=delete_certificate)

    asked = taking_back.Asked(org, config, yes, as_json, confirm, wait, allow_commands)
    return taking_back.run("rollback", asked, choose)
