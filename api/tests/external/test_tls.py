"""TLS to PostgreSQL and to Redis keeps what each spelling of an address promises."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from redis.exceptions import RedisError

from rota.cli.errors import explain
from rota.platform.crypto import new_key
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.queue import open_redis
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.storage.database import connected, fetch, open_database
from tests.cli.process import rota
from tests.external.authority import Authority
from tests.external.conftest import own_folder
from tests.external.servers import Cluster, Postgres, at, postgres, redis

PASSWORD = "hUnter22"
CERTIFICATES = ("good", "elsewhere", "expired", "foreign")
# What takes which of them; what is not named here takes none.
TAKES = {
    ("require", None): CERTIFICATES,
    ("require", "root"): ("good", "elsewhere"),
    ("verify-ca", "root"): ("good", "elsewhere"),
    ("verify-full", "root"): ("good",),
    ("verify-full", "system"): (),
    (None, "system"): (),
}
ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@pytest.fixture(params=CERTIFICATES, scope="module")
async def server(
    request: pytest.FixtureRequest, cluster: Cluster, authority: Authority
) -> AsyncIterator[tuple[str, Postgres]]:
    certificate = authority.certificates[request.param]
    with own_folder() as folder:
        async with postgres(folder, cluster, certificate) as server:
            yield request.param, server


async def is_encrypted(url: str) -> bool:
    """The connection beside the pool, and the pool's."""
    async with connected(url) as connection:
        alone: bool = await connection.fetchval(ENCRYPTED)
    async with open_database(url, max_connections=2):
        [pooled] = await fetch(ENCRYPTED)
    assert alone == pooled["ssl"]
    return alone


@pytest.mark.parametrize(("mode", "roots"), TAKES)
async def test_each_sslmode_keeps_its_promise(
    mode: str | None, roots: str | None, server: tuple[str, Postgres], authority: Authority
) -> None:
    certificate, running = server
    file = authority.roots if roots == "root" else roots
    given = {"sslmode": mode, "sslrootcert": file}
    url = running.url(**{name: value for name, value in given.items() if value})
    if certificate in TAKES[mode, roots]:
        assert await is_encrypted(url)
        return
    with pytest.raises(Unavailable) as raised:
        await is_encrypted(url)
    assert "The way to PostgreSQL is not safe" in (explain(raised.value) or "")


@pytest.mark.parametrize(
    ("mode", "encrypted"), [(None, True), ("prefer", True), ("allow", False), ("disable", False)]
)
async def test_what_takes_either_takes_what_it_likes_better(
    mode: str | None, encrypted: bool, server: tuple[str, Postgres]
) -> None:
    _, running = server
    url = running.url(sslmode=mode) if mode else running.url()
    assert await is_encrypted(url) == encrypted


async def test_an_address_of_another_spelling_is_another_name(
    server: tuple[str, Postgres], authority: Authority
) -> None:
    """The certificate is for localhost, and not for its address."""
    certificate, running = server
    url = running.url(sslmode="{mode}", sslrootcert=authority.roots).replace(
        "localhost", "127.0.0.1"
    )
    if certificate == "good":
        assert await is_encrypted(url.format(mode="verify-ca"))
    with pytest.raises(Unavailable):
        await is_encrypted(url.format(mode="verify-full"))


async def test_where_only_tls_is_let_in_it_is_used_or_asked_for(
    cluster: Cluster, authority: Authority
) -> None:
    access = ("local all all trust", "hostssl all all all trust")
    good = authority.certificates["good"]
    with own_folder() as folder:
        async with postgres(folder, cluster, good, access) as running:
            for mode in ("allow", "prefer", "require"):
                assert await is_encrypted(running.url(sslmode=mode))
            told = await doctor(running.url(sslmode="disable"))
    assert not told["database"]["ok"]
    assert "sslmode=require" in told["database"]["says"]


async def test_where_there_is_no_tls_it_is_not_pretended(
    cluster: Cluster, authority: Authority
) -> None:
    with own_folder() as folder:
        async with postgres(folder, cluster) as running:
            for mode in ("disable", "allow", "prefer"):
                assert not await is_encrypted(running.url(sslmode=mode))
            for mode in ("require", "verify-ca", "verify-full"):
                url = running.url(sslmode=mode, sslrootcert=authority.roots)
                with pytest.raises(Unavailable) as raised:
                    await is_encrypted(url)
                assert "speaks no TLS" in (explain(raised.value) or "")


@pytest.fixture(params=CERTIFICATES, scope="module")
async def redis_port(
    request: pytest.FixtureRequest, authority: Authority
) -> AsyncIterator[tuple[str, int]]:
    certificate = authority.certificates[request.param]
    with own_folder() as folder:
        async with redis(folder, certificate, PASSWORD) as port:
            yield request.param, port


@pytest.mark.parametrize(
    ("parameters", "takes"),
    [
        ({}, ()),
        ({"ssl_ca_certs": "{roots}"}, ("good",)),
        ({"ssl_ca_certs": "{roots}", "ssl_check_hostname": "true"}, ("good",)),
        ({"ssl_ca_certs": "{roots}", "ssl_check_hostname": "false"}, ("good", "elsewhere")),
        ({"ssl_ca_certs": "{roots}", "ssl_cert_reqs": "none"}, CERTIFICATES),
        ({"ssl_cert_reqs": "CERT_NONE"}, CERTIFICATES),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "&".join(value),
)
async def test_redis_is_trusted_by_its_chain_and_name_unless_told_otherwise(
    parameters: dict[str, str],
    takes: tuple[str, ...],
    redis_port: tuple[str, int],
    authority: Authority,
) -> None:
    certificate, port = redis_port
    given = {name: text.format(roots=authority.roots) for name, text in parameters.items()}
    client = open_redis(at(f"rediss://:{PASSWORD}@localhost:{port}/0", **given))
    try:
        if certificate in takes:
            assert await client.ping()
        else:
            with pytest.raises(RedisError) as raised:
                await client.ping()
            assert "certificate verify failed" in str(raised.value)
            assert PASSWORD not in str(raised.value)
    finally:
        await client.aclose(close_connection_pool=True)


async def test_everything_works_over_tls_to_both(
    cluster: Cluster, authority: Authority, settings: Settings
) -> None:
    good = authority.certificates["good"]
    access = ("local all all trust", "hostssl all all all scram-sha-256")
    with own_folder() as one, own_folder() as other:
        async with (
            postgres(one, cluster, good, access) as server,
            redis(other, good, PASSWORD) as port,
        ):
            async with connected(server.plain) as connection:
                await connection.execute(f"ALTER USER postgres PASSWORD '{PASSWORD}'")
            stores = {
                "DATABASE_URL": server.url(
                    sslmode="verify-full", sslrootcert=authority.roots, channel_binding="prefer",
                    connect_timeout=10, application_name="rota", password=PASSWORD,
                    options="-c%20statement_timeout%3D60s",
                ),
                "REDIS_URL": at(
                    f"rediss://:{PASSWORD}@localhost:{port}/3", ssl_ca_certs=authority.roots
                ),
            }  # fmt: skip
            environ = {**stores, "ENCRYPTION_KEY": new_key()}
            assert (await rota("migrate", **environ)).status == 0
            told = await doctor(**environ)
            assert {name for name, found in told.items() if not found["ok"]} == {"workers"}
            wrong = await doctor(
                **{**environ, "DATABASE_URL": server.url(password="no" + PASSWORD)}
            )
            assert "user's name and password" in wrong["database"]["says"]
            here = replace(
                settings, database_url=stores["DATABASE_URL"], redis_url=stores["REDIS_URL"]
            )
            async with open_resources(here, nouns=["*"]) as resources:
                await resources.bus.connected.wait()
                assert await fetch("SELECT count(*) FROM run") == [{"count": 0}]
                await resources.queue.enqueue([])


async def doctor(database: str = "", **environ: str) -> dict[str, Any]:
    """What it says, by check. It tells no password."""
    known = {"ENCRYPTION_KEY": new_key(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    environ = {**known, "DATABASE_URL": database, **environ}
    done = await rota("doctor", "--json", **environ)
    assert PASSWORD not in done.out + done.err
    assert "Traceback" not in done.err
    return {found["check"]: found for found in json.loads(done.out)}
