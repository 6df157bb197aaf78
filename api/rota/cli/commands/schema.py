"""`rota schema`: the GraphQL schema, as `schema.graphql` has it."""

import click

from rota.schema import build_schema


@click.command("schema")
def command() -> None:
    """Print the GraphQL schema (SDL). Needs no settings and no database."""
    click.echo(build_schema().as_str())
