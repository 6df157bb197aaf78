"""What a command raises where it cannot do what it is for."""

import click


class CommandError(click.ClickException):
    """The message says what happened and what to do."""
