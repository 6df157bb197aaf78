"""Looks for a secret in everything that was written, in every form it may have taken."""

import base64
import html
import json
import os
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

from redis.asyncio import Redis

from rota.local.postgres import binaries

Places = dict[str, bytes]


def forms(secret: str) -> dict[str, bytes]:
    raw = secret.encode()
    found = {
        "raw": raw,
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON of JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1].encode(),
        "Python": repr(secret)[1:-1].encode(),
        "URL": quote(secret, safe="").encode(),
        "form": quote_plus(secret).encode(),
        "HTML": html.escape(secret).encode(),
        "hex": raw.hex().encode(),
    }
    for shift in range(3):
        # Which of three spellings a text has depends on what stands before it; what its
        # neighbours have a part in is left out.
        for name, encode in (("", base64.b64encode), ("-url", base64.urlsafe_b64encode)):
            text = encode(b"\0" * shift + raw)
            found[f"base64{name} {shift}"] = text[4 if shift else 0 : len(text) // 4 * 4 - 4]
    return found


def leaks(places: Mapping[str, bytes], secret: str) -> set[tuple[str, str]]:
    """Where it is, and in which form."""
    return {
        (place, form)
        for form, text in forms(secret).items()
        for place, content in places.items()
        if text in content
    }


async def database_places(url: str) -> Places:
    sockets = parse_qs(urlsplit(url).query)["host"][0]
    dump = await create_subprocess_exec(
        *(str(binaries() / "pg_dump"), "-h", sockets, "-U", "postgres", "--inserts", "postgres"),
        stdout=PIPE,
    )
    content, _ = await dump.communicate()
    assert dump.returncode == 0
    assert b"INSERT INTO public.provider" in content
    return {"database dump": content}


async def redis_places(redis: Redis) -> Places:
    reads = {
        b"string": ("GET",),
        b"hash": ("HGETALL",),
        b"list": ("LRANGE", 0, -1),
        b"set": ("SMEMBERS",),
        b"zset": ("ZRANGE", 0, -1),
    }
    places = {}
    async for key in redis.scan_iter():
        command, *rest = reads[await redis.type(key)]
        content = await redis.execute_command(command, key, *rest)  # type: ignore[no-untyped-call] # has no types
        places[f"Redis {key.decode()}"] = key + _bytes(content)
    return places


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return b"\n".join(_bytes(part) for pair in value.items() for part in pair)
    if isinstance(value, list | set | tuple):
        return b"\n".join(map(_bytes, value))
    return str(value).encode()


def process_places() -> Places:
    """What every process on this machine was started with."""
    places = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            for what in ("cmdline", "environ"):
                try:
                    places[f"{what} of process {folder.name}"] = (folder / what).read_bytes()
                except OSError:
                    continue  # it has ended meanwhile, or is somebody else's
    return places


def file_places(folder: Path) -> Places:
    places = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            try:
                places[f"file {file.relative_to(folder)}"] = file.read_bytes()
            except FileNotFoundError:
                continue  # engines remove files of theirs
    return places
