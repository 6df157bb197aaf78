"""The `rota` command: calls the one that is meant, and says in a line what went wrong."""

import sys
from contextlib import suppress

import click

from rota.cli import commands
from rota.cli.group import LazyGroup
from rota.cli.standard_files import is_written, prepare


@click.command(
    cls=LazyGroup,
    package=commands.__name__,
    lines=commands.COMMANDS,
    help="Rota runs typed LLM jobs on your own models.",
)
@click.version_option(package_name="rota", message="%(prog)s %(version)s")
def rota() -> None:
    pass


def main() -> None:
    prepare()
    status = run(sys.argv[1:])
    sys.exit(status if is_written() else status or 1)


def run(arguments: list[str]) -> int:
    """The exit status; an expected failure is one line on standard error."""
    try:
        return rota.main(arguments, prog_name="rota", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return 0
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "rota"
        message = " ".join(error.format_message().split())
        return _fail(f"{message} See: {command} --help", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:
        from rota.cli.errors import explain

        if (problem := explain(error)) is None:
            raise
        return _fail(problem, 1)


def _fail(message: str, status: int) -> int:
    with suppress(OSError):  # nobody is there to be told
        click.echo(f"rota: {message}", err=True)
    return status
