"""Addresses of stores: what is read of them, what is said of the others, and that nothing leaks."""

import asyncio
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from redis.exceptions import RedisError

from rota.cli.errors import explain
from rota.platform.kernel.errors import Unavailable
from rota.platform.kernel.urls import UrlError
from rota.platform.messaging.queue import open_redis
from rota.platform.messaging.redis_url import RedisUrl, read_redis_url
from rota.platform.storage.database import connected
from rota.platform.storage.postgres_url import DatabaseUrl, read_database_url
from tests.dose import dose

CANARY = "hUnter22"
SPECIAL = "/?#@:%&=+[] \\'\"<>,;é§\n\t\0"
Address = DatabaseUrl | RedisUrl
READ: list[Callable[[str], Address]] = [read_database_url, read_redis_url]

texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)
hosts = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?(\.[a-z]{2,5})?", fullmatch=True),
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=4).map(str),
)
ports = st.integers(1, 65535)
pieces = st.text(SPECIAL + "a1", max_size=4)
secrets = st.builds(lambda before, after: before + CANARY + after, pieces, pieces)
spellings = st.sampled_from(
    [str, lambda text: quote(text, safe=""), lambda text: quote(quote(text, safe=""), safe=""),
     lambda text: quote(text, safe="/:@"), lambda text: text.replace("%", "%25")]
)  # fmt: skip
forms = st.sampled_from(
    [
        "{scheme}://rota:{secret}@db.example:5432/rota",
        "{scheme}://rota:{secret}@db.example/0",
        "{scheme}://:{secret}@h",
        "{scheme}://{secret}@h/0",
        "{scheme}://{secret}:@h/0",
        "{scheme}://{secret}:x@h/0",
        "{scheme}://rota:{secret}@[::1]/0",
        "{scheme}://rota:{secret}@::1/0",
        "{scheme}://rota:{secret}@h:port/0",
        "{scheme}://rota:{secret}@a,b/0?sslmode=requires",
        "{scheme}://h/0?password={secret}",
        "{scheme}://u@h/0?sslmode=require&password={secret}",
        "{scheme}://u@h/0?password={secret}&sslmode=require",
        "{scheme}://h/0?sslcert=a&sslpassword={secret}",
        "{scheme}://h/0?ssl_certfile=a&ssl_keyfile_password={secret}",
        "{scheme}://h/0?pasword={secret}",
        "{scheme}://u:{secret}@h/0?unknown=x&{secret}=y",
        "{scheme}://u:x@h/0?user={secret}",
        "{scheme}://u:{secret}@%2Fa%2Fb/0",
        "{scheme}://postgres:{secret}@/postgres?host=/a",
        "{scheme}://:{secret}@/a?db=1",
        "{scheme}:{secret}@h",
        "{secret}@h/0",
        "u:{secret}@h/0",
        "host=h user=u password={secret} dbname=d",
        "{scheme}://rota:{secret}",
        "psql '{scheme}://rota:{secret}@h/d'",
        "DATABASE_URL={scheme}://rota:{secret}@h/d",
    ]
)
schemes = st.sampled_from(
    ["postgres", "postgresql", "POSTGRES", "postgresql+asyncpg", "redis", "rediss", "unix",
     "valkey", "redis-sentinel", "mysql", "x", ""]
)  # fmt: skip
wraps = st.sampled_from(["{}", "{}", '"{}"', "'{}'", "“{}”", "{}'", "<{}>", "{}&", "{}?", "{}#"])


def escaped(**parts: str) -> dict[str, str]:
    return {name: quote(text, safe="") for name, text in parts.items()}


def may_stand_in(form: str, secret: str) -> bool:
    """Without a host behind it, what follows an @ in a password has become the host."""
    return "@" in form.partition("{secret}")[2] or "@" not in secret or "?" in form


def told(read: Callable[[str], Address], text: str) -> str:
    """All that could be printed of it. Whatever else it raises fails the test."""
    try:
        found = read(text)
    except UrlError as error:
        return "".join(traceback.format_exception(error)[-1:]) + repr(error) + str(error.__cause__)
    return repr(found) + found.shown


@settings(max_examples=dose(200, 1500))
@given(form=forms, scheme=schemes, secret=secrets, spell=spellings, wrap=wraps)
@example("{scheme}://rota:{secret}@h", "postgres", f"12/{CANARY}", str, "{}")
@example("{scheme}://rota:{secret}", "postgres", f"12/{CANARY}", str, "{}")
@example("{scheme}://h/0?password={secret}", "postgres", f"a&{CANARY}", str, "{}")
@example("{scheme}://h/0?password={secret}", "redis", f"a&{CANARY}=1", str, "{}")
@example("{scheme}://rota:{secret}@h", "redis", f"a?{CANARY}=1", str, "{}")
def test_no_address_tells_its_secret_or_raises_anything_else(
    form: str, scheme: str, secret: str, spell: Callable[[str], str], wrap: str
) -> None:
    assume(may_stand_in(form, spell(secret)))
    text = wrap.format(form.format(scheme=scheme, secret=spell(secret)))
    for read in READ:
        assert CANARY not in told(read, text), text


@settings(max_examples=dose(200, 1500))
@given(form=forms, secret=secrets, data=st.data())
def test_nor_does_one_that_was_cut_and_glued(form: str, secret: str, data: st.DataObject) -> None:
    """Signs are lost or come in behind the secret, which stands where passwords do: who loses the @
    behind what stands in a host's place has written a host."""
    before, _, after = form.partition("{secret}")
    assume(before[-1:] in (":", "=") and may_stand_in(form, secret))
    scheme = data.draw(st.sampled_from(["postgres", "redis", "rediss", "unix"]))
    before, after = before.format(scheme=scheme), after.format(scheme=scheme, secret="")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(after)))
        lost = data.draw(st.integers(0, 1))
        after = after[:at] + data.draw(pieces) + after[at + lost :]
    for read in READ:
        assert CANARY not in told(read, before + secret + after), before + secret + after


@settings(max_examples=dose(200, 1500))
@given(st.text(max_size=60), st.sampled_from(["", "postgres://", "redis://", "rediss://u:p@"]))
def test_whatever_it_is_there_is_one_kind_of_error(text: str, before: str) -> None:
    for read in READ:
        told(read, before + text)


@settings(max_examples=dose(100, 1500))
@given(texts, texts, texts, hosts, ports, st.sampled_from(["postgres", "postgresql"]))
def test_a_database_is_read_as_it_was_encoded(  # noqa: PLR0917 (one a part)
    user: str, password: str, database: str, host: str, port: int, scheme: str
) -> None:
    place = f"[{host}]" if ":" in host else host
    parts = escaped(user=user, password=password, database=database)
    start = f"{scheme}://{parts['user']}:{parts['password']}@{place}"
    found = read_database_url(f"{start}:{port}/{parts['database'] if '/' not in database else 'd'}")
    assert (found.user, found.password, found.hosts, found.ports) == (
        user,
        password,
        (host,),
        (port,),
    )
    if "/" not in database:
        assert found.database == database
    query = "&".join(f"{name}={text}" for name, text in parts.items() if name != "database")
    again = read_database_url(f"{scheme}:///?dbname={parts['database']}&{query}&host={quote(host)}")
    assert (again.user, again.password, again.database) == (user, password, database)
    assert again.hosts == (host,)


@settings(max_examples=dose(100, 1500))
@given(texts, texts, hosts, ports, st.integers(0, 99), st.sampled_from(["redis", "rediss"]))
def test_a_redis_is_read_as_it_was_encoded(  # noqa: PLR0917 (one a part)
    user: str, password: str, host: str, port: int, database: int, scheme: str
) -> None:
    place = f"[{host}]" if ":" in host else host
    parts = escaped(user=user, password=password)
    start = f"{scheme}://{parts['user']}:{parts['password']}@{place}:{port}"
    for end in (f"/{database}", f"?db={database}"):
        found = read_redis_url(start + end)
        assert (found.user, found.password, found.host) == (user, password, host)
        assert (found.port, found.database) == (port, database)
        assert found.is_encrypted == (scheme == "rediss")


def words(read: Callable[[str], Any], text: str) -> str:
    with pytest.raises(UrlError) as raised:
        read(text)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ('"postgres://u:p@h/d"', "quotation marks"),
        ("'postgres://u:p@h/d'", "quotation marks"),
        ("postgresql+asyncpg://u:p@h/d", "Write postgresql://"),
        ("postgresql+psycopg2://u:p@h/d", "Write postgresql://"),
        ("jdbc:postgresql://h/d", "Write postgresql://"),
        ("mysql://u:p@h/d", "PostgreSQL alone"),
        ("host=h dbname=d", "does not begin with postgresql://"),
        ("postgres:/h/d", "does not begin with postgresql://"),
        ("postgres://u:p@h:d/d", "port that is no number"),
        ("postgres://u:p@h:/d", "port that is no number"),
        ("postgres://u:p@h:65536/d", "port that is no number"),
        ("postgres://u:p@::1/d", "stands in brackets"),
        ("postgres://u:p@[::x]/d", "no IPv6 address"),
        ("postgres://u:p@h/a/b", "%2F"),
        ("postgres://u:p@q@h/d", "@ as %40"),
        ("postgres://u:p#q@h/d", "# as %23"),
        ("postgres://u:p/q@h/d", "/ as %2F"),
        ("postgres://u:p?q@h/d", "? as %3F"),
        ("postgres://u:100%@h/d", "% as %25"),
        ("postgres://u:%ff@h/d", "UTF-8"),
        ("postgres://u:p q@h/d", "%20"),
        ("postgres://u:%00@h/d", "NUL"),
        ("postgres://u:p@a..b/d", "no name of a host"),
        (f"postgres://u:p@{'a' * 64}/d", "no name of a host"),
        ("postgres://u:p@,/d", "a host that is empty"),
        ("postgres://u:p@a,b:1,c:2/d?port=1,2", "another number of ports"),
        ("postgres://h/d?sslmode=", "“sslmode” without a value"),
        ("postgres://h/d?sslmode", "“sslmode” without a value"),
        ("postgres://h/d?sslmode=on", "none of disable, allow, prefer, require, verify-ca"),
        ("postgres://h/d?sslmode=require&sslmode=disable", "“sslmode” twice"),
        ("postgres://h/d?sslMode=require", "Did you mean sslmode?"),
        ("postgres://h/d?foo=bar", "“foo” that Rota does not know"),
        ("postgres://h/d?ssl=true", "sslmode=require"),
        ("postgres://h/d?schema=x", "options=-c%20search_path%3D"),
        ("postgres://h/d?pgbouncer=true", "notices a pooler by itself"),
        ("postgres://h/d?sslrootcert=system&sslmode=require", "verify-full"),
        ("postgres://h/d?sslkey=k", "without an sslcert"),
        ("postgres://h/d?channel_binding=require", "sslmode=verify-full&sslrootcert=system"),
        ("postgres://h/d?channel_binding=yes", "none of disable, prefer, require"),
        ("postgres://h/d?connect_timeout=soon", "no whole number of seconds"),
        ("postgres://h/d?connect_timeout=-1", "no whole number of seconds"),
        ("postgres://h/d?statement_cache_size=no", "no whole number of statements"),
        ("postgres://h/d?target_session_attrs=up", "none of any, primary"),
        ("redis://h/0", "PostgreSQL alone"),
    ],
)
def test_what_is_no_address_of_a_database_is_told_with_what_to_write(text: str, says: str) -> None:
    message = words(read_database_url, text)
    assert message.startswith("DATABASE_URL ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"redis://h"', "quotation marks"),
        ("valkey://h", "write redis://"),
        ("valkeys://h", "write rediss://"),
        ("redis-sentinel://a:26379,b:26379/main", "no Sentinel"),
        ("redis+sentinel://a/main", "no Sentinel"),
        ("sentinel://a/main", "no Sentinel"),
        ("redis://a:26379,b:26379/0", "no Sentinel"),
        ("redis://h/0?sentinelMasterId=main", "no Sentinel"),
        ("redis+cluster://a", "no cluster"),
        ("redis+socket:///a", "unix:///PATH"),
        ("unix://", "unix:///PATH"),
        ("unix://a/b", "unix:///PATH"),
        ("h:6379", "does not begin with redis:// or rediss:// or unix://"),
        ("redis://secret@h", "redis://:PASSWORD@HOST"),
        ("redis://h/main", "whole number"),
        ("redis://h/-1", "whole number"),
        ("redis://h/1?db=2", "twice"),
        ("redis://h?ssl_ca_certs=a", "rediss://"),
        ("redis://h?ssl=true", "rediss://"),
        ("rediss://h?ssl_cert_reqs=maybe", "none of required"),
        ("rediss://h?ssl_check_hostname=perhaps", "none of true"),
        ("rediss://h?ssl_keyfile=k", "without an ssl_certfile"),
        ("redis://h?socket_timeout=1", "Leave it out"),
        ("redis://h?socket_connect_timeout=nan", "no number of seconds"),
        ("redis://h?client_name=a%20b", "client_name"),
        ("redis://h?foo=bar", "“foo” that Rota does not know"),
        ("postgres://h/d", "needs Redis or Valkey"),
    ],
)
def test_what_is_no_address_of_a_redis_is_told_with_what_to_write(text: str, says: str) -> None:
    message = words(read_redis_url, text)
    assert message.startswith("REDIS_URL ")
    assert says in message
    assert "\n" not in message


def test_a_file_that_cannot_be_used_is_told_without_its_name(tmp_path: Any) -> None:
    nonsense = tmp_path / f"{CANARY}.pem"
    nonsense.write_text("no certificate")
    for file in (nonsense, tmp_path / CANARY, tmp_path):
        for text in (
            f"postgres://h/d?sslmode=verify-ca&sslrootcert={file}",
            f"postgres://h/d?sslmode=verify-full&sslrootcert=system&sslcert={file}",
        ):
            message = words(lambda text: read_database_url(text).arguments(), text)
            assert "names a file" in message
            assert CANARY not in message
        for name in ("ssl_ca_certs", "ssl_certfile"):
            message = words(
                lambda text: read_redis_url(text).arguments(), f"rediss://h?{name}={file}"
            )
            assert "names a file" in message
            assert CANARY not in message


def test_the_chain_is_not_looked_at_without_saying_by_whom(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for mode in ("verify-ca", "verify-full"):
        text = f"postgres://h/d?sslmode={mode}"
        assert "sslrootcert=system" in words(lambda text: read_database_url(text).arguments(), text)
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql/root.crt").write_text("no certificate")
    for mode in ("require", "verify-ca", "verify-full"):
        text = f"postgres://h/d?sslmode={mode}"
        assert "names a file" in words(lambda text: read_database_url(text).arguments(), text)


def test_times_and_names_reach_the_driver() -> None:
    given = read_database_url(
        "postgres://h/d?connect_timeout=7&application_name=rota%20api"
        "&options=-c%20statement_timeout%3D5s&target_session_attrs=read-write&sslmode=allow"
    ).arguments()
    assert (given["timeout"], given["ssl"], given["target_session_attrs"]) == (
        7.0, "allow", "read-write",
    )  # fmt: skip
    assert given["server_settings"] == {
        "application_name": "rota api",
        "options": "-c statement_timeout=5s",
    }
    assert read_database_url("postgres://h/d?connect_timeout=0").arguments()["timeout"] is None


def test_a_host_among_the_parameters_goes_before_the_other() -> None:
    found = read_database_url("postgresql://u:p@localhost:5433/d?host=/cloudsql/a:b:c")
    assert (found.hosts, found.ports) == (("/cloudsql/a:b:c",), (5433,))
    assert read_database_url("postgres:///d").arguments()["host"] is None


ways = st.sampled_from(["127.0.0.1:1", "[::1]:1", "localhost:1", "%2Fnowhere:1", "é.invalid:1"])
database_parameters = st.fixed_dictionaries(
    {},
    optional={
        "sslmode": st.sampled_from(["disable", "allow", "prefer", "require", "verify-full"]),
        "sslrootcert": st.sampled_from(["system", "/nowhere"]),
        "host": st.sampled_from(["/nowhere", f"/{'long' * 40}", "a%20b.invalid", "fe80::1%25lo"]),
        "options": texts.map(quote),
        "application_name": texts.map(quote),
        "connect_timeout": st.integers(1, 9).map(str),
        "channel_binding": st.sampled_from(["disable", "prefer"]),
        "target_session_attrs": st.sampled_from(["any", "standby"]),
    },
)


def query(parameters: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in parameters.items())


@settings(max_examples=dose(25, 200), deadline=None)
@given(texts, texts, ways, database_parameters)
def test_a_database_that_is_not_there_is_away_however_it_is_called(
    user: str, database: str, way: str, parameters: dict[str, str]
) -> None:
    path = quote(database.replace("/", ""), safe="")
    text = f"postgres://{quote(user, safe='')}:{CANARY}@{way}/{path}?{query(parameters)}"

    async def connect() -> None:
        async with connected(text):
            pass

    with pytest.raises((Unavailable, UrlError)) as raised:
        asyncio.run(connect())
    assert CANARY not in f"{raised.value}{raised.value.__cause__}{explain(raised.value)}"
    assert explain(raised.value)


@settings(max_examples=dose(25, 200), deadline=None)
@given(
    texts, ways, st.sampled_from(["redis", "rediss"]), st.sampled_from(["", "?ssl_ca_certs=/no"])
)
def test_a_redis_that_is_not_there_is_away_however_it_is_called(
    user: str, way: str, scheme: str, more: str
) -> None:
    text = f"{scheme}://{quote(user, safe='')}:{CANARY}@{way}/0{more}"

    async def connect() -> None:
        redis = open_redis(text)
        try:
            await redis.ping()
        finally:
            await redis.aclose(close_connection_pool=True)

    with pytest.raises((RedisError, UrlError)) as raised:
        asyncio.run(connect())
    assert CANARY not in f"{raised.value}{raised.value.__cause__}"
