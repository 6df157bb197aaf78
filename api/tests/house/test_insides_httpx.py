"""What Rota uses of httpx2 and httpcore2 beyond what they promise (rota/platform/egress.py)."""

from functools import partial

import httpcore2
import httpx2
import pytest

from rota.platform.egress import EgressPolicy, open_client
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "httpx2", where="rota/platform/egress.py", page="0035")


async def test_the_pool_of_a_transport_is_where_we_put_ours() -> None:
    with relied("a transport sends everything through its `_pool`, and closes it"):
        assert type(httpx2.AsyncHTTPTransport()._pool) is httpcore2.AsyncConnectionPool
        asked: list[tuple[str, int]] = []

        async def nowhere(host: str, port: int) -> list[str]:
            asked.append((host, port))
            return []

        async with open_client(EgressPolicy(resolve=nowhere)) as client:
            with pytest.raises(httpx2.ConnectError):
                await client.get("http://vendor.example:81/")
        assert asked == [("vendor.example", 81)]


def test_a_network_is_asked_to_connect_by_name() -> None:
    with relied("the pool connects through `connect_tcp` of its network_backend"):
        assert {"connect_tcp", "connect_unix_socket"} <= set(vars(httpcore2.AsyncNetworkBackend))
