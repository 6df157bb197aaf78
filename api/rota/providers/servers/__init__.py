"""Kinds of servers, by what they answer and whatever was chosen: a file each, found by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Server:
    """`list_path`: where it lists its models. `model_names` reads that list as JSON; it raises
    LookupError or TypeError where this is another kind's answer."""

    list_path: str
    model_names: Callable[[Any], list[str]]


@cache
def server_of(kind: str) -> Server:
    server: Server = import_module(f"{__name__}.{kind}").SERVER
    return server
