"""What `rota doctor` says of what is wrong, and what it does not repeat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rota.cli.commands.doctor.checks import Finding, _finding, _redis
from rota.platform.settings import Settings
from tests.http.process import free_port

SECRET = "ca/na@ry%zz"
WRITTEN = "ca%2Fna%40ry%25zz"


@asynccontextmanager
async def answering(words: bytes) -> AsyncIterator[int]:
    """What some call a Redis: it gives one answer to everything."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            writer.write(words * 3)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def examined(port: int) -> Finding:
    url = f"redis://u:{WRITTEN}@127.0.0.1:{port}/0"
    settings = Settings(data_dir=Path("/nowhere"), redis_url=url)
    return await _finding("redis", lambda: _redis(settings))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (f"-ERR unknown command 'AUTH', with args beginning with: 'u' '{SECRET}'",
         "What answers at REDIS_URL does not do what Redis would. Its log may say why."),
        (f"-WRONGPASS {SECRET}", "Redis does not take the name and password of REDIS_URL."),
        (f"-NOPERM {SECRET}", "Redis lets the user of REDIS_URL do less than Rota needs."),
        (f"+{SECRET}", None),
        (f"HTTP/1.1 400 {SECRET}", None),
    ],
)  # fmt: skip
async def test_P5_what_redis_repeats_is_not_repeated(answer: str, says: str | None) -> None:
    async with answering(f"{answer}\r\n".encode()) as port:
        found = await examined(port)
    assert not found.ok
    assert not any(part in found.says for part in ("ca/na", "na@ry", "ry%zz", WRITTEN))
    assert says is None or found.says == says


async def test_a_redis_that_is_not_there_is_told_in_our_words() -> None:
    found = await examined(free_port())
    assert found.says == "Redis cannot be reached. Check REDIS_URL, and that it runs."


async def test_what_nobody_expected_is_named_and_not_repeated() -> None:
    async def fails() -> str:
        raise ArithmeticError(SECRET)

    found = await _finding("it", fails)
    assert found == Finding(
        "it", False, "It failed in a way that nobody expected: ArithmeticError."
    )
