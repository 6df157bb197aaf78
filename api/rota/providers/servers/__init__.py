"""Kinds of servers, by what they answer and whatever was chosen: a file each, found by its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module


@dataclass(frozen=True, kw_only=True)
class Server:
    """`list_path`: where it lists its models. `wrappers`: what may stand around the list.
    `name_keys`: groups of names under which an entry's own name stands, the best first.
    `chat_path`: where one that lists none can be known by; None: by nothing else.
    `is_call`: whether a path is surely one of its calls. `other_paths`: where it may be instead."""

    list_path: str
    wrappers: Sequence[str]
    name_keys: Sequence[Sequence[str]]
    chat_path: str | None
    is_call: Callable[[str], bool]
    other_paths: Callable[[str], list[str]]


@cache
def server_of(kind: str) -> Server:
    server: Server = import_module(f"{__name__}.{kind}").SERVER
    return server
