"""`rota doctor`: is everything as it should be, and what to do where it is not."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click

from rota.cli import options
from rota.cli.commands.doctor.checks import examine


@click.command("doctor")
@options.data_dir
@options.as_json
def command(data_dir: Path | None, as_json: bool) -> None:
    """Check settings, engines, schema, keys, disk and versions; exit 1 where something is wrong."""
    findings = asyncio.run(examine(data_dir))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            mark = "ok   " if finding.ok else "WRONG"
            click.echo(f"{mark}  {finding.check:<14}  {finding.says}")
    wrong = sum(not finding.ok for finding in findings)
    if wrong:
        click.echo(f"rota: {wrong} of {len(findings)} checks found something wrong.", err=True)
    click.get_current_context().exit(1 if wrong else 0)
