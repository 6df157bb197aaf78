"""`rota keys new`: makes an encryption key."""

import click

from rota.platform.crypto import new_key


@click.command("new")
def command() -> None:
    """Print a new key. Needs no settings and no database."""
    click.echo(new_key())
