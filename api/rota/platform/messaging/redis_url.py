"""Reads REDIS_URL: where Redis or Valkey is, and what proves that it is the right one."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rota.platform.kernel.tls import show_certificate, trusting, trusting_all
from rota.platform.kernel.urls import Kind, Url, read_url

PORT = 6379
MAX_DATABASE = 2**31 - 1
MAX_CONNECT_SECONDS = 1_000_000
SAME_PROTOCOL = "Valkey speaks Redis' protocol: write {0}:// in its place."
SENTINEL = (
    "Rota follows no Sentinel: write the address of the server, redis://HOST:6379/0, or of a proxy "
    "or name that leads to whichever is the primary."
)
CLUSTER = "Rota uses one server and no cluster: write its address, redis://HOST:6379/0."
OTHER_STORE = "Rota's queue needs Redis or Valkey: redis://…"
PATIENCE = "Rota has its own patience with Redis. Leave it out."
KIND = Kind(
    variable="REDIS_URL",
    example="redis://:PASSWORD@HOST:6379/0",
    schemes=("redis", "rediss", "unix"),
    parameters=(
        "db",
        "username",
        "password",
        "client_name",
        "socket_connect_timeout",
        "ssl_cert_reqs",
        "ssl_check_hostname",
        "ssl_ca_certs",
        "ssl_certfile",
        "ssl_keyfile",
        "ssl_keyfile_password",
    ),
    instead={
        "valkey": SAME_PROTOCOL.format("redis"),
        "valkeys": SAME_PROTOCOL.format("rediss"),
        "keydb": SAME_PROTOCOL.format("redis"),
        "redis+tls": "Write rediss:// in its place.",
        "redis+ssl": "Write rediss:// in its place.",
        "redis+socket": "Write unix:///PATH?db=0.",
        "redis+unix": "Write unix:///PATH?db=0.",
        "redis-socket": "Write unix:///PATH?db=0.",
        **dict.fromkeys(
            [
                "sentinel", "sentinels", "redis-sentinel", "rediss-sentinel", "redis+sentinel",
                "rediss+sentinel", "valkey-sentinel", "valkey+sentinel",
            ],
            SENTINEL,
        ),
        **dict.fromkeys(
            ["redis-cluster", "rediss-cluster", "redis+cluster", "rediss+cluster"], CLUSTER
        ),
        **dict.fromkeys(
            [
                "postgres", "postgresql", "memcached", "amqp", "amqps", "memory", "http", "https",
                "tcp",
            ],
            OTHER_STORE,
        ),
    },
    otherwise={
        "database": "Write it as the path: redis://HOST:6379/0.",
        "ssl": "Begin the address with rediss://.",
        "tls": "Begin the address with rediss://.",
        "user": "Write username.",
        "sentinel": SENTINEL,
        "sentinelMasterId": SENTINEL,
        "sentinels": SENTINEL,
        "master": SENTINEL,
        "master_name": SENTINEL,
        "service_name": SENTINEL,
        "socket_timeout": PATIENCE,
        "timeout": PATIENCE,
        "retry_on_timeout": PATIENCE,
        "health_check_interval": PATIENCE,
        "max_connections": "Rota decides itself how many connections it needs. Leave it out.",
        "protocol": "Rota speaks RESP2. Leave it out.",
    },
)  # fmt: skip
REQUIREMENTS = {"required": True, "cert_required": True, "none": False, "cert_none": False}
YES_OR_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class RedisUrl:
    """A server at `host` and `port`, or behind the socket at `path`."""

    host: str | None
    port: int
    path: str | None
    database: int
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    client_name: str | None
    connect_seconds: float | None
    is_encrypted: bool
    trusts_all: bool
    is_named: bool
    roots: str | None
    certificate: tuple[str, str | None, str | None] | None = field(repr=False)

    @property
    def shown(self) -> str:
        """Where it leads, for people; without names of users, which may be misplaced passwords."""
        if self.path is not None:
            return f"unix://{self.path}?db={self.database}"
        scheme = "rediss" if self.is_encrypted else "redis"
        host = f"[{self.host}]" if ":" in (self.host or "") else self.host
        return f"{scheme}://{host}:{self.port}/{self.database}"

    def arguments(self) -> dict[str, Any]:
        """For redis-py's connections: either `path`, or `host` and `port`, with `context` where
        they are encrypted. Raises UrlError where a file cannot be used."""
        common = {
            "db": self.database,
            "username": self.user,
            "password": self.password,
            "client_name": self.client_name,
            "socket_connect_timeout": self.connect_seconds,
        }
        if self.path is not None:
            return {"path": self.path, **common}
        place = {"host": self.host, "port": self.port, **common}
        return {"context": self._context(), **place} if self.is_encrypted else place

    def _context(self) -> ssl.SSLContext:
        if self.trusts_all:
            context = trusting_all()
        else:
            context = trusting(
                Path(self.roots) if self.roots else None,
                name=self.is_named,
                wrong=lambda problem: KIND.wrong(f"has ssl_ca_certs that {problem}"),
            )
        if self.certificate:
            show_certificate(
                context,
                *self.certificate,
                lambda problem: KIND.wrong(f"has an ssl_certfile or ssl_keyfile that {problem}"),
            )
        return context


def read_redis_url(text: str) -> RedisUrl:
    """Raises UrlError."""
    url = read_url(text, KIND)
    given = url.parameters
    is_encrypted = url.scheme == "rediss"
    if not is_encrypted and (tls := [name for name in given if name.startswith("ssl_")]):
        raise KIND.wrong(f"has {tls[0]} without TLS. Begin the address with rediss://.")
    if len(url.hosts) > 1:
        raise KIND.wrong(f"has more than one host. {SENTINEL}")
    user, password = given.get("username", url.user), given.get("password", url.password)
    if user is not None and password is None:
        raise KIND.wrong(
            "has a user without a password. A password alone is written behind a colon: "
            "redis://:PASSWORD@HOST."
        )
    trusts_all = not _choice("ssl_cert_reqs", given.get("ssl_cert_reqs", "required"), REQUIREMENTS)
    is_named = _choice("ssl_check_hostname", given.get("ssl_check_hostname", "true"), YES_OR_NO)
    [(host, port)] = url.hosts or [("localhost", None)]
    certificate = given.get("ssl_certfile")
    if certificate is None and given.keys() & {"ssl_keyfile", "ssl_keyfile_password"}:
        raise KIND.wrong("has an ssl_keyfile without an ssl_certfile that it is for.")
    return RedisUrl(
        host=host,
        port=port or PORT,
        path=_socket(url) if url.scheme == "unix" else None,
        database=_database(url),
        user=user,
        password=password,
        client_name=_client_name(given.get("client_name")),
        connect_seconds=_seconds(given.get("socket_connect_timeout")),
        is_encrypted=is_encrypted,
        trusts_all=trusts_all,
        is_named=is_named,
        roots=given.get("ssl_ca_certs"),
        certificate=(certificate, given.get("ssl_keyfile"), given.get("ssl_keyfile_password"))
        if certificate
        else None,
    )


def _socket(url: Url) -> str:
    if url.path is None or url.hosts:
        raise KIND.wrong("begins with unix:// and goes on with no path: unix:///PATH?db=0.")
    return f"/{url.path.removeprefix('/')}"


def _database(url: Url) -> int:
    path = None if url.scheme == "unix" else url.path
    if path is not None and "db" in url.parameters and path != url.parameters["db"]:
        raise KIND.wrong("names its database twice, as the path and as db. Leave one of them out.")
    text = url.parameters.get("db", path or "0")
    is_number = text.isascii() and text.isdecimal() and len(text) <= 10
    if not is_number or int(text) > MAX_DATABASE:
        raise KIND.wrong("has a database that is no whole number, such as the 0 of redis://HOST/0.")
    return int(text)


def _client_name(text: str | None) -> str | None:
    if text is not None and not (text.isascii() and text.isprintable() and " " not in text):
        raise KIND.wrong("has a client_name with a space, or a sign that Redis takes for none.")
    return text


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 < seconds <= MAX_CONNECT_SECONDS:
        raise KIND.wrong("has a socket_connect_timeout that is no number of seconds.")
    return seconds


def _choice(name: str, text: str, choices: dict[str, bool]) -> bool:
    if text.lower() not in choices:
        raise KIND.wrong(f"has an {name} that is none of {', '.join(choices)}.")
    return choices[text.lower()]
