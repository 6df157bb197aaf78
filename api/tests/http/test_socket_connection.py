"""X8: what a socket takes before and after somebody has signed in."""

import asyncio
from typing import Any

import pytest

from rota.http.visitors import MAX_UNSIGNED
from tests.http.served import Stream, connected, rest
from tests.http.test_connection import MUCH, answer, last, port, site
from tests.security.floods import UPGRADE
from tests.security.frames import PING, TEXT, frame

__all__ = ["port", "site"]


async def test_X8_a_socket_that_has_not_signed_in_says_little(port: int) -> None:
    for parts, closes in (
        ([15_000], False),
        ([17_000], True),
        ([6_000] * 2, False),
        ([6_000] * 3, True),
    ):
        stream = await connected(port, UPGRADE.replace(b"@", b"rota"))
        await stream[0].readuntil(b"\r\n\r\n")
        for length in parts:
            stream[1].write(frame(TEXT, b"x" * length))
        stream[1].write(frame(TEXT, b"end") if not closes else b"")
        if closes:
            assert b"\x03\xf1" in await rest(stream)  # 1009
        else:
            await stream[0].readuntil(b"\x81\x013")
            stream[1].close()


@pytest.mark.parametrize(("pings", "is_closed"), [(510, False), (520, True)])
async def test_X8_pongs_that_nobody_reads_close_a_socket_at_64_KiB(
    pings: int, is_closed: bool, port: int
) -> None:
    reader, writer = await connected(port, UPGRADE.replace(b"@", b"rota"))
    transport: Any = writer.transport
    await reader.readuntil(b"\r\n\r\n")
    for said in (b"sign in", b"much"):
        writer.write(frame(TEXT, said))
    await reader.readexactly(3)  # what answers the first; more is not read before the pings are
    transport.pause_reading()
    for _ in range(pings):
        writer.write(frame(PING, b"x" * 125))
    await answer(port, last("x"))
    writer.write(frame(TEXT, b"all"))
    transport.resume_reading()
    if is_closed:
        assert len(await rest((reader, writer))) < MUCH
    else:
        await reader.readexactly(MUCH + 10)
        await reader.readuntil(b"\x81\x013")
        writer.close()


async def test_X8_many_sockets_that_begin_at_once_all_sign_in(port: int) -> None:
    async def one() -> Stream:
        stream = await connected(port, UPGRADE.replace(b"@", b"rota"))
        await stream[0].readuntil(b"\r\n\r\n")
        stream[1].write(frame(TEXT, b"sign in"))
        await stream[0].readuntil(b"\x81\x017")
        return stream

    for _, writer in await asyncio.gather(*(one() for _ in range(2 * MAX_UNSIGNED))):
        writer.close()


async def test_X8_a_socket_that_has_signed_in_says_more_and_counts_no_more(port: int) -> None:
    streams = []
    for _ in range(MAX_UNSIGNED + 5):
        stream = await connected(port, UPGRADE.replace(b"@", b"rota"))
        await stream[0].readuntil(b"\r\n\r\n")
        stream[1].write(frame(TEXT, b"sign in"))
        await stream[0].readuntil(b"\x81\x017")
        streams.append(stream)
    stream[1].write(frame(TEXT, b"x" * 40_000))
    await stream[0].readuntil(b"\x81\x0540000")
    for _, writer in streams:
        writer.close()
