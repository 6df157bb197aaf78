"""Every environment variable: what it sets, and what is said where it is wrong."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from platformdirs import user_data_path

from rota.platform.settings import Settings, SettingsError, load_settings


def test_nothing_set_means_a_private_installation_of_ones_own() -> None:
    settings = load_settings({})
    assert settings == Settings(data_dir=user_data_path("rota"))
    assert (settings.host, settings.port, settings.egress) == ("127.0.0.1", 8000, "private")
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.database_url, settings.redis_url, settings.encryption_keys) == (None, None, ())
    assert settings.openai_url == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("ROTA_DATA_DIR", "/srv/rota", "data_dir", Path("/srv/rota")),
        ("ROTA_HOST", "::1", "host", "::1"),
        ("ROTA_PORT", "1", "port", 1),
        ("ROTA_PORT", " 65535 ", "port", 65535),
        ("ROTA_PUBLIC_ORIGIN", "https://rota.example/", "public_origin", "https://rota.example"),
        ("ROTA_PUBLIC_ORIGIN", "http://[::1]:81", "public_origin", "http://[::1]:81"),
        ("ROTA_ALLOWED_HOSTS", " a.example, ,b.example:81,", "allowed_hosts",
         ("a.example", "b.example:81")),
        ("ROTA_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.1/8,::1", "trusted_proxies",
         tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "::1")))),
        ("ROTA_EGRESS", "public", "egress", "public"),
        ("ROTA_EGRESS", "allowlist", "egress", "allowlist"),
        ("ROTA_EGRESS_ALLOW", "10.0.0.0/8,api.example", "egress_allow",
         ("10.0.0.0/8", "api.example")),
        ("ROTA_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("ROTA_LOG_FORMAT", "json", "log_format", "json"),
        ("ROTA_PLANS", "off", "has_plans", False),
        ("REDIS_URL", "redis://redis/0", "redis_url", "redis://redis/0"),
        ("ENCRYPTION_KEY", "new, old", "encryption_keys", ("new", "old")),
        ("ROTA_OPENAI_URL", "http://127.0.0.1:9/v1", "openai_url", "http://127.0.0.1:9/v1"),
    ],
)  # fmt: skip
def test_a_variable_sets_its_field(variable: str, text: str, field: str, value: object) -> None:
    settings = load_settings({variable: text})
    assert getattr(settings, field) == value
    for other in vars(settings).keys() - {field}:
        assert getattr(settings, other) == getattr(load_settings({}), other)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_is_as_good_as_none(blank: str) -> None:
    names = (
        "ROTA_DATA_DIR", "ROTA_HOST", "ROTA_PORT", "ROTA_PUBLIC_ORIGIN", "ROTA_ALLOWED_HOSTS",
        "ROTA_TRUSTED_PROXIES", "ROTA_EGRESS", "ROTA_EGRESS_ALLOW", "ROTA_LOG_LEVEL",
        "ROTA_LOG_FORMAT", "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEY", "ROTA_OPENAI_URL",
    )  # fmt: skip
    assert load_settings(dict.fromkeys(names, blank)) == load_settings({})


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        *[
            ("ROTA_PORT", text, f"ROTA_PORT is “{text}”; it must be a number from 1 to 65535.")
            for text in ("0", "65536", "-1", "http", "80.5", "1e3", "²", "9" * 5000)
        ],
        *[
            ("ROTA_PUBLIC_ORIGIN", text,
             f"ROTA_PUBLIC_ORIGIN is “{text}”; it must look like https://rota.example.com.")
            for text in ("rota.example", "ftp://rota.example", "https://", "https://a.example/rota",
                         "https://a.example?b", "https://a.example#b", "https://a:b@a.example",
                         "https://[a.example", "https://a.example:99999", "https://a.example:x")
        ],
        *[
            ("ROTA_TRUSTED_PROXIES", text,
             f"ROTA_TRUSTED_PROXIES has “{text}”; it must be addresses or networks such as "
             "127.0.0.1 or 10.0.0.0/8, separated by commas.")
            for text in ("proxy", "10.0.0.0/33", "10.0.0", "*", "127.0.0.1:80")
        ],
        ("ROTA_EGRESS", "open",
         "ROTA_EGRESS is “open”; it must be one of private, public, allowlist."),
        ("ROTA_LOG_LEVEL", "LOUD",
         "ROTA_LOG_LEVEL is “LOUD”; it must be one of INFO, DEBUG, WARNING, ERROR."),
        ("ROTA_LOG_FORMAT", "xml", "ROTA_LOG_FORMAT is “xml”; it must be one of text, json."),
        *[
            ("ROTA_HOST", host,
             f"The host {host} can be reached from other machines. Set ROTA_PUBLIC_ORIGIN to the "
             "address people open, such as https://rota.example.com.")
            for host in ("0.0.0.0", "::", "192.168.1.2", "rota.example")
        ],
        ("DATABASE_URL", "postgres://u:p@db/rota",
         "ENCRYPTION_KEY is not set. Provider keys are stored encrypted under it, so Rota does not "
         "start without one. Make one with `rota keys new`, keep it safe, and set it in every "
         "process's environment."),
    ],
)  # fmt: skip
def test_P5_a_wrong_value_is_refused_with_what_to_do(
    variable: str, text: str, message: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({variable: text})
    assert str(refusal.value) == message


@pytest.mark.parametrize("keys", ["", " ", ",", " , "])
def test_P5_a_database_without_a_key_is_refused(keys: str) -> None:
    environ = {"DATABASE_URL": "postgres://db/rota", "ENCRYPTION_KEY": keys}
    with pytest.raises(SettingsError, match="ENCRYPTION_KEY is not set"):
        load_settings(environ)
    assert load_settings(environ | {"ENCRYPTION_KEY": "a"}).database_url == "postgres://db/rota"


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"ROTA_HOST": "::1", "ROTA_PORT": "81"}, "http://[::1]:81"),
        ({"ROTA_HOST": "0.0.0.0", "ROTA_PUBLIC_ORIGIN": "https://a.example"}, "https://a.example"),
    ],
)
def test_F1_people_are_sent_to_an_address_that_works(environ: dict[str, str], origin: str) -> None:
    assert load_settings(environ).origin == origin


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_F3_a_missing_store_is_named(missing: str) -> None:
    environ = {"DATABASE_URL": "postgres://d", "REDIS_URL": "redis://r", "ENCRYPTION_KEY": "a"}
    load_settings(environ).require_stores()
    with pytest.raises(SettingsError, match=rf"^{missing} is not set\. .*rota up"):
        load_settings(environ | {missing: ""}).require_stores()


def test_P5_settings_do_not_show_their_secrets() -> None:
    environ = {
        "DATABASE_URL": "postgres://u:canary-1@db/rota",
        "REDIS_URL": "redis://:canary-2@redis/0",
        "ENCRYPTION_KEY": "canary-3",
    }
    shown = repr(load_settings(environ | {"ROTA_PORT": "81"}))
    assert "port=81" in shown
    assert "canary" not in shown
