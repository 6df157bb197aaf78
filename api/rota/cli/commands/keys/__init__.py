"""`rota keys …`: the keys under which the providers' keys are stored."""

import click

from rota.cli.group import LazyGroup

COMMANDS = {
    "adopt": "Accept the present encryption key where the old one is lost,...",
    "check": "List the providers whose stored key no encryption key opens;...",
    "new": "Print a new key.",
    "rotate": "Encrypt all stored keys anew under the newest encryption key,...",
}


@click.command("keys", cls=LazyGroup, package=__name__, lines=COMMANDS)
def command() -> None:
    """Make, check, rotate and adopt encryption keys.

    To rotate: put a new key before the old one in ENCRYPTION_KEY, separated by a comma (or on
    the first line of encryption.key in the data directory); start all processes again; run
    `rota keys rotate`; then take the old key away.
    """
