"""The `rota` command. Each of its commands is a file here, imported only when it is called."""

import sys
from importlib import import_module

import click

COMMANDS = {
    "up": "Run everything on this machine, and print a link that signs you in.",
    "serve": "Run one API process.",
    "worker": "Run one worker process.",
    "migrate": "Bring the database's schema forward or back.",
    "open": "Print a link that signs a browser in.",
    "token": "Create, list and revoke API tokens.",
    "prune": "Remove old finished runs.",
    "keys": "Make, check and rotate encryption keys.",
    "schema": "Print the GraphQL schema.",
    "doctor": "Check the installation and say what to do.",
}


class Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"rota.cli.{name}").command
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, help="Rota runs typed LLM jobs on your own models.")
@click.version_option(package_name="rota", message="%(prog)s %(version)s")
def rota() -> None:
    pass


def main() -> None:
    sys.exit(run(sys.argv[1:]))


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
    click.echo(f"rota: {message}", err=True)
    return status
