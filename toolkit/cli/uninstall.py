"""`sfmeta uninstall`: remove everything of ours from an org."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import taking_back
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.release.back import Undoing
    from toolkit.release.ledger.ledger import Ledger


@click.command(short_help="Remove everything of ours from an org.")
@taking_back.takes_back
@click.option(
    "--delete-certificate", is_flag=True, help="Delete the certificate too; its private key is lost for good."
)
@click.option(
    "--appexchange", is_flag=True, help="Remove the vendor's AppExchange package first; says what still uses it."
)
@click.option("--namespace", metavar="NAME", help="The namespace of that package, where it is not the vendor's usual.")
def uninstall(
    *,
    org: str | None,
    config: Path,
    yes: bool,
    as_json: bool,
    confirm: str | None,
    wait: float,
    allow_commands: bool,
    delete_certificate: bool,
    appexchange: bool,
    namespace: str | None,
) -> int:
    """Take back every release of the integration that the ledger knows, in the order that the platform demands.

    What was there before becomes as it was, unless others have changed it since: then it stays, and that is said.
    With --appexchange the vendor's package goes before that, with all that it holds; an org that has only the package
    needs no release of ours. Shown before it is done. Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    from toolkit.release import back
    from toolkit.release.steps.package_removal import PackageRemoval

    if namespace is not None and not appexchange:
        raise UsageError.of("--namespace names the AppExchange package", mend="add --appexchange, or leave it out")
    package = PackageRemoval(namespace) if appexchange else None

    def choose(ledger: Ledger, org_id: str) -> Undoing:
        return back.uninstall(ledger, org_id, certificate=delete_certificate, package=package)

    asked = taking_back.Asked(org, config, yes, as_json, confirm, wait, allow_commands)
    return taking_back.run("uninstall", asked, choose)
