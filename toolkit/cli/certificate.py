"""`sfmeta certificate`: the signing certificate, on its own."""

from __future__ import annotations

import click

from toolkit.cli.one_step import Asked, carry_out, one_step


@click.command(short_help="Have the org make the signing certificate, and print its public key.")
@one_step(prunes=False)
def certificate(asked: Asked) -> int:
    """Have the org make the certificate that signs the tokens, when it has none, and print the public key to paste.

    A certificate that is there stays, and its key is read from it: run this again whenever the key is needed. The
    private key never leaves the org.
    """
    return carry_out(asked, "certificate")
