"""`sfmeta drift`: what in an org differs from the last release."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from toolkit.cli import options

EXIT_DRIFT = 3


@click.command(short_help="Show what differs from the last release.")
@options.org
@options.config()
@options.as_json
@options.allow_commands
def drift(*, org: str | None, config: Path, as_json: bool, allow_commands: bool) -> int:
    """Show what others have changed, added or deleted of what our releases left in an org. Changes nothing.

    Old is what was released, new what the org has now. Exit codes: 0 no drift, 1 the org or the ledger cannot be
    read, 2 wrong usage, 3 there is drift.
    """
    from toolkit.cli.against import against, open_ledger
    from toolkit.cli.taking_back import project_of
    from toolkit.config.load import load_orgs
    from toolkit.metadata.component import Bundle
    from toolkit.release import back, run
    from toolkit.report import plan as told

    orgs = load_orgs(config)
    project = project_of(config, orgs.target(org)[0])
    version = project.package.api_version if project else "62.0"
    opened = against(org, orgs, config, api_version=version, allow_commands=allow_commands)
    with open_ledger() as ledger, opened as found:
        left = back.drift(ledger, found.org.identity.org_id)
        ctx = found.context(Bundle.of((), api_version=left.api_version), project)
        planned = back.turned(run.plan(ctx, left.steps))
        code = EXIT_DRIFT if any(one.pending for one in planned) else 0
        if as_json:
            import json

            document = told.plan_json(planned, found.org, exit_code=code)
            status = "drift" if code else "unchanged"
            click.echo(json.dumps({**document, "status": status}, indent=2))
        else:
            found.talk.close()
            told.print_drift(planned, sys.stdout)
    return code
