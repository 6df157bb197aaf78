"""Every environment variable, read once and typed. Nothing else reads the environment.

What is said of a value that cannot be read does not repeat it: whatever stands in a wrong place may
be a secret.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast

from platformdirs import user_data_path

from rota.platform.kernel import hosts
from rota.platform.kernel.urls import UrlError
from rota.platform.messaging.redis_url import read_redis_url
from rota.platform.storage.postgres_url import read_database_url

EgressMode = Literal["private", "public", "allowlist"]
T = TypeVar("T")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(Exception):
    """The environment cannot be worked with; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    public_origin: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[hosts.Network, ...] = ()
    egress: EgressMode = "private"
    egress_allow: tuple[str, ...] = ()
    log_level: str = "INFO"
    log_format: Literal["text", "json"] = "text"
    database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    openai_url: str = "https://api.openai.com/v1"
    has_plans: bool = True

    @property
    def origin(self) -> str:
        """Where people reach the web app, without a trailing slash."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 (compared)
        return self.public_origin or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def require_stores(self) -> None:
        """For the processes that work on a database and Redis somebody named; the files that the
        addresses name are there, too."""
        for variable, value in (
            ("DATABASE_URL", self.database_url),
            ("REDIS_URL", self.redis_url),
        ):
            if not value:
                raise SettingsError(
                    f"{variable} is not set. Set it, or use `rota up`, which brings its own "
                    "PostgreSQL and Valkey."
                )
        with _told():
            read_database_url(self.database_url or "").arguments()
            read_redis_url(self.redis_url or "").arguments()


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    def text(name: str) -> str | None:
        return environ.get(name, "").strip() or None

    def items(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())

    def each(name: str, read: Callable[[str], T | None], such_as: str) -> tuple[T, ...]:
        found = []
        for number, part in enumerate(items(name), start=1):
            if (one := read(part)) is None:
                raise SettingsError(
                    f"{name} has an entry, its number {number}, that is not such as {such_as}. "
                    "Entries are separated by commas."
                )
            found.append(one)
        return tuple(found)

    def choice(name: str, choices: tuple[str, ...]) -> str:
        value = text(name) or choices[0]
        if value not in choices:
            raise SettingsError(f"{name} must be one of {', '.join(choices)}.")
        return value

    data_dir = text("ROTA_DATA_DIR")
    database_url, redis_url = text("DATABASE_URL"), text("REDIS_URL")
    with _told():
        if database_url:
            read_database_url(database_url)
        if redis_url:
            read_redis_url(redis_url)
    settings = Settings(
        data_dir=Path(data_dir) if data_dir else user_data_path("rota"),
        host=_host(text("ROTA_HOST")),
        port=_port(text("ROTA_PORT")),
        public_origin=_origin(text("ROTA_PUBLIC_ORIGIN")),
        allowed_hosts=each("ROTA_ALLOWED_HOSTS", hosts.host_and_port, "a.example or a.example:81"),
        trusted_proxies=each("ROTA_TRUSTED_PROXIES", hosts.network, "127.0.0.1 or 10.0.0.0/8"),
        egress=cast("EgressMode", choice("ROTA_EGRESS", ("private", "public", "allowlist"))),
        egress_allow=each("ROTA_EGRESS_ALLOW", hosts.host_or_network, "a.example or 10.0.0.0/8"),
        log_level=choice("ROTA_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        log_format=cast("Literal['text', 'json']", choice("ROTA_LOG_FORMAT", ("text", "json"))),
        database_url=database_url,
        redis_url=redis_url,
        encryption_keys=items("ENCRYPTION_KEY"),
        openai_url=_openai_url(text("ROTA_OPENAI_URL")),
        has_plans=choice("ROTA_PLANS", ("on", "off")) == "on",
    )
    if settings.database_url and not settings.encryption_keys:
        raise SettingsError(
            "ENCRYPTION_KEY is not set. Provider keys are stored encrypted under it, so Rota does "
            "not start without one. Make one with `rota keys new`, keep it safe, and set it in "
            "every process's environment."
        )
    if settings.host not in LOOPBACK and not settings.public_origin:
        raise SettingsError(
            "The host to listen on (ROTA_HOST, --host) can be reached from other machines. Set "
            "ROTA_PUBLIC_ORIGIN to the address people open, such as https://rota.example.com."
        )
    return settings


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UrlError as error:
        raise SettingsError(str(error)) from None


def _host(value: str | None) -> str:
    if value is None:
        return "127.0.0.1"
    if (host := hosts.host(value)) is None:
        raise SettingsError(
            "ROTA_HOST is neither an address nor the name of a host, such as 127.0.0.1 or ::1."
        )
    return host


def _port(value: str | None) -> int:
    if value is None:
        return 8000
    if (port := hosts.port_number(value)) is None:
        raise SettingsError("ROTA_PORT must be a number from 1 to 65535.")
    return port


def _origin(value: str | None) -> str | None:
    if value is not None and (value := hosts.origin(value)) is None:
        raise SettingsError(
            "ROTA_PUBLIC_ORIGIN must look like https://rota.example.com: no user, no path."
        )
    return value


def _openai_url(value: str | None) -> str:
    if value is None:
        return "https://api.openai.com/v1"
    if not hosts.web_address(value):
        raise SettingsError(
            "ROTA_OPENAI_URL must look like https://gateway.example.com/v1: no user, no query."
        )
    return value
