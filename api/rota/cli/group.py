"""A group of commands that lists them without importing any: only the one that is called is."""

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import click


class LazyGroup(click.Group):
    """`rota … NAME` is the `command` of the module NAME in `package`. `lines` has all names, in
    the order of the list, each with the line that the list shows."""

    def __init__(self, package: str, lines: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.package = package
        self.lines = lines

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.lines)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in self.lines:
            return None
        command: click.Command = load(f"{self.package}.{name}").command
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))


def load(module: str) -> ModuleType:
    """What a module makes stays. To look for garbage meanwhile takes a tenth of the time."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()
