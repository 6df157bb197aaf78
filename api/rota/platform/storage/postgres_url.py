"""Reads DATABASE_URL: what libpq understands in an address, as far as our driver can keep it."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rota.platform.kernel.tls import show_certificate, trusting, trusting_all
from rota.platform.kernel.urls import Kind, Url, read_port, read_url

PORT = 5432
CONNECT_SECONDS = 60.0
MAX_CACHED_STATEMENTS = 100_000
# Of one process.
MAX_CONNECTIONS = 12
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPPORTUNISTIC = ("disable", "allow", "prefer")
TARGETS = ("any", "primary", "standby", "prefer-standby", "read-write", "read-only")
# Where libpq looks for certificates of authorities that an address does not name.
USUAL_ROOTS = Path(".postgresql/root.crt")
PLAIN_SCHEME = "Write postgresql:// alone; the driver is Rota's own affair."
OTHER_STORE = "Rota keeps its data in PostgreSQL alone: postgresql://…"
POOLED = (
    "Rota notices a pooler by itself; statement_cache_size=0 tells it so where it does not. Leave "
    "this one out."
)
SET = "Write options=-c%20{0}%3D… for it."
KIND = Kind(
    variable="DATABASE_URL",
    example="postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    schemes=("postgresql", "postgres"),
    parameters=(
        "host",
        "port",
        "user",
        "password",
        "dbname",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "sslpassword",
        "channel_binding",
        "connect_timeout",
        "application_name",
        "options",
        "target_session_attrs",
        "statement_cache_size",
    ),
    instead={
        **dict.fromkeys(
            [
                *(
                    f"{scheme}+{driver}"
                    for scheme in ("postgres", "postgresql")
                    for driver in ("asyncpg", "psycopg", "psycopg2", "psycopg_async", "pg8000")
                ),
                "asyncpg", "psycopg", "psycopg2", "pgsql", "pg", "postgis", "jdbc:postgresql",
            ],
            PLAIN_SCHEME,
        ),
        **dict.fromkeys(
            [
                "mysql", "mariadb", "sqlite", "sqlite3", "mssql", "sqlserver", "oracle", "mongodb",
                "cockroachdb", "redis", "rediss", "valkey", "http", "https",
            ],
            OTHER_STORE,
        ),
    },
    otherwise={
        "database": "Write it as the path, or as dbname.",
        "hostaddr": "Write it as the host.",
        "ssl": "Write sslmode=require, or sslmode=disable.",
        "tls": "Write sslmode=require, or sslmode=disable.",
        "timeout": "Write connect_timeout, in seconds.",
        "command_timeout": SET.format("statement_timeout"),
        "statement_timeout": SET.format("statement_timeout"),
        "search_path": SET.format("search_path"),
        "schema": SET.format("search_path"),
        "currentSchema": SET.format("search_path"),
        "fallback_application_name": "Write application_name.",
        "pgbouncer": POOLED,
        "prepared_statement_cache_size": POOLED,
        "prepareThreshold": POOLED,
        "prepared_statements": POOLED,
        "connection_limit": "Rota decides itself how many connections it needs. Leave it out.",
        "pool_size": "Rota decides itself how many connections it needs. Leave it out.",
        "minsize": "Rota decides itself how many connections it needs. Leave it out.",
        "maxsize": "Rota decides itself how many connections it needs. Leave it out.",
        **dict.fromkeys(
            [
                "gssencmode", "sslcompression", "sslnegotiation", "keepalives", "keepalives_idle",
                "keepalives_interval", "keepalives_count", "tcp_user_timeout", "client_encoding",
                "load_balance_hosts", "sslcrl", "ssl_min_protocol_version",
            ],
            "Rota's driver does without it. Leave it out.",
        ),
        "passfile": "Set PGPASSFILE instead.",
        "service": "Write what the service holds into the address.",
    },
)  # fmt: skip


@dataclass(frozen=True)
class DatabaseUrl:
    """`hosts` and `ports` go together, and are empty where the driver looks on this machine. What
    is None is what the driver takes where it is told nothing."""

    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    database: str | None = field(repr=False)
    ssl_mode: str
    roots: str | None
    certificate: tuple[str, str | None, str | None] | None = field(repr=False)
    connect_seconds: float | None
    target: str
    cached_statements: int | None
    server_settings: dict[str, str] = field(repr=False)

    @property
    def shown(self) -> str:
        """Where it leads, for people. A user's name may be a misplaced password, and so may all
        behind the host be where there is none: `USER:12/34` lacks its `@HOST`."""
        if self.user is None:
            return f"postgresql://{','.join(map(_bracketed, self.hosts))}"
        database = quote(self.database or "", safe="")
        if any(host.startswith("/") for host in self.hosts):
            return f"postgresql:///{database}?host={','.join(self.hosts)}"
        places = zip(self.hosts, self.ports, strict=True)
        shown = ",".join(f"{_bracketed(host)}:{port}" for host, port in places)
        return f"postgresql://{shown}/{database}"

    def arguments(self) -> dict[str, Any]:
        """For asyncpg's connect and create_pool. Raises UrlError where a file cannot be used."""
        return {
            "host": list(self.hosts) or None,
            "port": list(self.ports) or PORT,
            "user": self.user,
            "password": self.password,
            "database": self.database,
            "ssl": self._ssl(),
            "direct_tls": False,
            "timeout": self.connect_seconds,
            "target_session_attrs": self.target,
            "server_settings": self.server_settings,
        }

    def _ssl(self) -> ssl.SSLContext | str:
        """The driver itself tries both ways, where either will do."""
        if self.ssl_mode in OPPORTUNISTIC:
            return self.ssl_mode
        roots = self._roots()
        if self.ssl_mode == "require" and roots is None and self.roots is None:
            context = trusting_all()
        else:
            is_named = self.ssl_mode == "verify-full"
            context = trusting(
                roots,
                name=is_named,
                wrong=lambda problem: KIND.wrong(f"has an sslrootcert that {problem}"),
            )
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["postgresql"])
        if self.certificate:
            show_certificate(
                context,
                *self.certificate,
                lambda problem: KIND.wrong(f"has an sslcert or sslkey that {problem}"),
            )
        return context

    def _roots(self) -> Path | None:
        """None: those of this machine, or none at all for `require`. As libpq does, a file of
        roots makes `require` look at the certificate's chain."""
        if self.roots == "system":
            return None
        if self.roots:
            return Path(self.roots)
        usual = Path.home() / USUAL_ROOTS
        if usual.is_file():
            return usual
        if self.ssl_mode != "require":
            raise KIND.wrong(
                f"has sslmode={self.ssl_mode} and no sslrootcert. Write sslrootcert=FILE, the "
                "certificate of the authority, or sslrootcert=system for those that this machine "
                "trusts (with sslmode=verify-full)."
            )
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def read_database_url(text: str) -> DatabaseUrl:
    """Raises UrlError."""
    url = read_url(text, KIND)
    given = url.parameters
    hosts, ports = _places(url)
    mode = _ssl_mode(url)
    _check_channel_binding(given.get("channel_binding", "prefer"), mode)
    certificate = given.get("sslcert")
    if certificate is None and given.keys() & {"sslkey", "sslpassword"}:
        raise KIND.wrong("has an sslkey or sslpassword without an sslcert that it is for.")
    settings = {name: given[name] for name in ("application_name", "options") if name in given}
    return DatabaseUrl(
        hosts=hosts,
        ports=ports,
        user=given.get("user", url.user),
        password=given.get("password", url.password),
        database=given.get("dbname", _database(url)),
        ssl_mode=mode,
        roots=given.get("sslrootcert"),
        certificate=(certificate, given.get("sslkey"), given.get("sslpassword"))
        if certificate
        else None,
        connect_seconds=_seconds(given.get("connect_timeout")),
        target=_one_of("target_session_attrs", given.get("target_session_attrs", "any"), TARGETS),
        cached_statements=_cached_statements(given.get("statement_cache_size")),
        server_settings=settings,
    )


def _places(url: Url) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """As for libpq, a host among the parameters goes before the one in front of the path."""
    hosts = tuple(host for host, _ in url.hosts)
    ports: Sequence[int] = [port or PORT for _, port in url.hosts]
    if "host" in url.parameters:
        hosts = tuple(url.parameters["host"].split(","))
        if not all(hosts):
            raise KIND.wrong("has an empty host in its parameter “host”.")
    if "port" in url.parameters:
        ports = [read_port(port, KIND) for port in url.parameters["port"].split(",")]
    ports = tuple(ports) or (PORT,)
    if len(ports) == 1:
        ports *= len(hosts)
    if hosts and len(ports) != len(hosts):
        raise KIND.wrong("has another number of ports than of hosts. Give one, or one for each.")
    return hosts, tuple(ports) if hosts else ()


def _database(url: Url) -> str | None:
    if url.path and "/" in url.path:
        raise KIND.wrong(
            "has more than a database's name behind its host. Write a “/” in it as %2F."
        )
    return url.path


def _ssl_mode(url: Url) -> str:
    roots = url.parameters.get("sslrootcert")
    mode = url.parameters.get("sslmode", "verify-full" if roots == "system" else "prefer")
    _one_of("sslmode", mode, SSL_MODES)
    if roots == "system" and mode != "verify-full":
        raise KIND.wrong(
            "has sslrootcert=system and a weaker sslmode than verify-full. Anybody can have a "
            "certificate of a public authority, so that the name has to be looked at: write "
            "sslmode=verify-full, or leave it out."
        )
    return mode


def _check_channel_binding(value: str, ssl_mode: str) -> None:
    _one_of("channel_binding", value, ("disable", "prefer", "require"))
    if value == "require" and ssl_mode != "verify-full":
        raise KIND.wrong(
            "has channel_binding=require, which Rota's driver cannot keep. What it is for, that "
            "nobody stands in between, the certificate's name proves as well: write "
            "sslmode=verify-full&sslrootcert=system (or the authority's file) in place of it."
        )


def _one_of(name: str, value: str, values: Sequence[str]) -> str:
    if value not in values:
        raise KIND.wrong(f"has a {name} that is none of {', '.join(values)}.")
    return value


def _seconds(text: str | None) -> float | None:
    """libpq's: whole seconds, and 0 for as long as it takes."""
    if text is None:
        return CONNECT_SECONDS
    seconds = _whole_number("connect_timeout", text, 1_000_000, "of seconds")
    return float(seconds) if seconds else None


def _cached_statements(text: str | None) -> int | None:
    if text is None:
        return None
    return _whole_number("statement_cache_size", text, MAX_CACHED_STATEMENTS, "of statements")


def _whole_number(name: str, text: str, most: int, unit: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) <= most):
        raise KIND.wrong(f"has a {name} that is no whole number {unit} from 0 to {most:,}.")
    return int(text)
