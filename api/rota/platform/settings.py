"""Every environment variable, typed. Nothing else reads the environment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

from platformdirs import user_data_path

from rota.platform.kernel.urls import UrlError
from rota.platform.messaging.redis_url import read_redis_url
from rota.platform.storage.postgres_url import read_database_url

EgressMode = Literal["private", "public", "allowlist"]
Network: TypeAlias = IPv4Network | IPv6Network
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
    trusted_proxies: tuple[Network, ...] = ()
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

    def choice(name: str, choices: tuple[str, ...]) -> str:
        value = text(name) or choices[0]
        if value not in choices:
            raise SettingsError(f"{name} is “{value}”; it must be one of {', '.join(choices)}.")
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
        host=text("ROTA_HOST") or "127.0.0.1",
        port=_port(text("ROTA_PORT")),
        public_origin=_origin(text("ROTA_PUBLIC_ORIGIN")),
        allowed_hosts=items("ROTA_ALLOWED_HOSTS"),
        trusted_proxies=tuple(map(_network, items("ROTA_TRUSTED_PROXIES"))),
        egress=cast("EgressMode", choice("ROTA_EGRESS", ("private", "public", "allowlist"))),
        egress_allow=items("ROTA_EGRESS_ALLOW"),
        log_level=choice("ROTA_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        log_format=cast("Literal['text', 'json']", choice("ROTA_LOG_FORMAT", ("text", "json"))),
        database_url=database_url,
        redis_url=redis_url,
        encryption_keys=items("ENCRYPTION_KEY"),
        openai_url=text("ROTA_OPENAI_URL") or "https://api.openai.com/v1",
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
            f"The host {settings.host} can be reached from other machines. Set ROTA_PUBLIC_ORIGIN "
            "to the address people open, such as https://rota.example.com."
        )
    return settings


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UrlError as error:
        raise SettingsError(str(error)) from None


def _port(value: str | None) -> int:
    if value is None:
        return 8000
    if not value.isdecimal() or len(value) > 5 or not 0 < int(value) < 65536:
        raise SettingsError(f"ROTA_PORT is “{value}”; it must be a number from 1 to 65535.")
    return int(value)


def _network(value: str) -> Network:
    try:
        return ip_network(value, strict=False)
    except ValueError:
        raise SettingsError(
            f"ROTA_TRUSTED_PROXIES has “{value}”; it must be addresses or networks such as "
            "127.0.0.1 or 10.0.0.0/8, separated by commas."
        ) from None


def _origin(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        is_origin = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.port != 0
            and "@" not in parts.netloc
            and value.rstrip("/").lower() == f"{parts.scheme}://{parts.netloc}".lower()
        )
    except ValueError:
        is_origin = False
    if not is_origin:
        raise SettingsError(
            f"ROTA_PUBLIC_ORIGIN is “{value}”; it must look like https://rota.example.com."
        )
    return value.rstrip("/")
