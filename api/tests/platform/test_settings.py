"""Every environment variable: what it sets, and what is said where it is wrong."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried_with
from hypothesis import strategies as st
from platformdirs import user_data_path

from rota.http.host_guard import HostGuard
from rota.http.security_headers import SecurityHeaders
from rota.platform.egress import EgressPolicy
from rota.platform.settings import Settings, SettingsError, load_settings
from rota.providers.addresses import origin as server_origin
from tests.dose import dose


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
        ("ROTA_PUBLIC_ORIGIN", "HTTPS://Rota.Example", "public_origin", "https://rota.example"),
        ("ROTA_HOST", "localhost", "host", "localhost"),
        ("ROTA_ALLOWED_HOSTS", "[::1]:81,größe.example:1", "allowed_hosts",
         ("[::1]:81", "größe.example:1")),
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
            ("ROTA_PORT", text, "ROTA_PORT must be a number from 1 to 65535.")
            for text in ("0", "65536", "-1", "http", "80.5", "1e3", "²", "9" * 5000)
        ],
        *[
            ("ROTA_PUBLIC_ORIGIN", text,
             "ROTA_PUBLIC_ORIGIN must look like https://rota.example.com: no user, no path.")
            for text in ("rota.example", "ftp://rota.example", "https://", "https://a.example/rota",
                         "https://a.example?b", "https://a.example#b", "https://a:b@a.example",
                         "https://[a.example", "https://a.example:99999", "https://a.example:x",
                         "https://a b.example", "https://[::1", "https://a.example:")
        ],
        *[
            ("ROTA_TRUSTED_PROXIES", f"127.0.0.1,{text}",
             "ROTA_TRUSTED_PROXIES has an entry, its number 2, that is not such as 127.0.0.1 or "
             "10.0.0.0/8. Entries are separated by commas.")
            for text in ("proxy", "10.0.0.0/33", "10.0.0", "*", "127.0.0.1:80")
        ],
        *[
            ("ROTA_HOST", host,
             "ROTA_HOST is neither an address nor the name of a host, such as 127.0.0.1 or ::1.")
            for host in ("http://a.example", "a.example:81", "[::1]", "a b", "u:pw@a", "x" * 64,
                         ".", "a..b", "\udcff", "ä" * 60)
        ],
        *[
            ("ROTA_ALLOWED_HOSTS", f"a.example,{host}",
             "ROTA_ALLOWED_HOSTS has an entry, its number 2, that is not such as a.example or "
             "a.example:81. Entries are separated by commas.")
            for host in ("*", "https://a.example", "a.example/b", "[::1", "::1", "a.example:",
                         "a.example:0", "a.example:x", "u@a.example", "[a.example]")
        ],
        *[
            ("ROTA_EGRESS_ALLOW", f"{entry},a.example",
             "ROTA_EGRESS_ALLOW has an entry, its number 1, that is not such as a.example or "
             "10.0.0.0/8. Entries are separated by commas.")
            for entry in ("10.0.0.0/33", "10.0.0/x", "https://a.example", "a.example:80", "a b")
        ],
        *[
            ("ROTA_OPENAI_URL", text,
             "ROTA_OPENAI_URL must look like https://gateway.example.com/v1: no user, no query.")
            for text in ("gateway", "ftp://a.example", "https://", "https://u:pw@a.example/v1",
                         "https://a.example/v1?a=b", "https://a.example/#a", "https://a.example:x",
                         "https://[::1/v1", "https://a .example", "https://a.example/v 1")
        ],
        ("ROTA_EGRESS", "open",
         "ROTA_EGRESS must be one of private, public, allowlist."),
        ("ROTA_LOG_LEVEL", "LOUD",
         "ROTA_LOG_LEVEL must be one of INFO, DEBUG, WARNING, ERROR."),
        ("ROTA_LOG_FORMAT", "xml", "ROTA_LOG_FORMAT must be one of text, json."),
        *[
            ("ROTA_HOST", host,
             "The host to listen on (ROTA_HOST, --host) can be reached from other machines. Set "
             "ROTA_PUBLIC_ORIGIN to the address people open, such as https://rota.example.com.")
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


VARIABLES = (
    "ROTA_DATA_DIR", "ROTA_HOST", "ROTA_PORT", "ROTA_PUBLIC_ORIGIN", "ROTA_ALLOWED_HOSTS",
    "ROTA_EGRESS", "ROTA_EGRESS_ALLOW", "ROTA_LOG_LEVEL", "ROTA_LOG_FORMAT", "DATABASE_URL",
    "REDIS_URL", "ENCRYPTION_KEY", "ROTA_OPENAI_URL", "ROTA_PLANS",
)  # fmt: skip
PARTS = st.sampled_from(
    [*":/@?#[]%.,*~ -", "//", "http://", "https://", "redis://", "postgres://", "unix://", "a",
     "a.example", "canary", "hunter2", "::1", "127.0.0.1", "10.0.0.0/8", "99999", "80", "ß", "%zz",
     "\udcff", "\u202e", "x" * 300, "9" * 400]
)  # fmt: skip
WRITTEN = st.lists(PARTS, min_size=1, max_size=7).map("".join)


def started_with(environ: dict[str, str]) -> str:
    """As far as a process comes without a database: what it says, if it ends."""
    try:
        found = load_settings(environ)
        if found.database_url and found.redis_url:
            found.require_stores()
        EgressPolicy(found.egress, found.egress_allow)
        HostGuard(_nobody, found)
        SecurityHeaders(_nobody, found)
        server_origin(found.openai_url)
        assert found.origin
    except SettingsError as error:
        return str(error)
    return ""


async def _nobody(*_: object) -> None:
    raise AssertionError("nobody asks")


@tried_with(max_examples=dose(1_500, 50_000), deadline=None)
@given(name=st.sampled_from(VARIABLES), value=WRITTEN, more=st.sampled_from(VARIABLES))
def test_P5_whatever_stands_in_a_variable_is_read_or_refused_in_a_sentence(
    name: str, value: str, more: str
) -> None:
    said = started_with({name: value, more: value})
    assert "canary" not in said
    assert "hunter2" not in said
    assert said == "" or any(one in said for one in VARIABLES)
    assert "\n" not in said


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize(
    "secret", ["https://u:canary@a b", "redis://:canary/x@h", "redis://u:ca/nary@h", "canary"]
)
def test_P5_a_secret_in_the_wrong_place_is_not_repeated(name: str, secret: str) -> None:
    said = started_with({name: secret})
    assert "canary" not in said
    assert "nary" not in said
