"""Options that several commands take, and their types."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
MAX_DURATION = timedelta(days=36_500)

data_dir = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder of `rota up`; without it, ROTA_DATA_DIR or the user's data folder.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer with JSON, for scripts.")
role = click.Choice(["VIEWER", "OPERATOR", "EDITOR", "OWNER"], case_sensitive=False)


class Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        match = re.fullmatch(r"([1-9][0-9]{0,5})([mhdw])", str(value))
        duration = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else MAX_DURATION
        if duration >= MAX_DURATION:
            self.fail(f"“{value}” is not a duration such as 30m, 12h, 30d or 8w.", param, ctx)
        return duration
