"""`rota token …`: what programs sign in with."""

import click

from rota.cli.group import LazyGroup

COMMANDS = {
    "create": "Create a token.",
    "list": "List the tokens, newest first; their secrets are not kept.",
    "revoke": "Revoke TOKEN, by its id or name.",
}


@click.command("token", cls=LazyGroup, package=__name__, lines=COMMANDS)
def command() -> None:
    """Create, list and revoke API tokens."""
