"""Takes the address of a store apart, and says of what it does not understand what to write
instead.

What it says is shown and logged. Whatever an address holds may be a secret that was misplaced or
not encoded, so that nothing of it is repeated: no name, no value, no piece that was not understood;
only names of parameters that cannot be a part of a password.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import IPv6Address
from urllib.parse import unquote

QUOTES = "\"'`“”„‘’«»"
MAX_PORT = 65535
BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}")
SECRET = re.compile("pass|pwd|secret|token|key", re.IGNORECASE)
ENCODED = "In a name or a password, write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25."


class UrlError(Exception):
    """An address of a store cannot be used; the message says what to write instead, and repeats
    nothing that may be secret."""


@dataclass(frozen=True)
class Kind:
    """What is an address of one kind of store. `instead` tells by scheme, and `otherwise` by a
    parameter's name, what to write in place of something that others understand."""

    variable: str
    example: str
    schemes: Collection[str]
    parameters: Collection[str]
    instead: Mapping[str, str]
    otherwise: Mapping[str, str]

    def wrong(self, problem: str) -> UrlError:
        return UrlError(f"{self.variable} {problem}")


@dataclass(frozen=True)
class Url:
    """Decoded; `hosts` with their ports, and `path` without the first stroke. What is empty is
    None."""

    scheme: str
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    hosts: tuple[tuple[str, int | None], ...]
    path: str | None
    parameters: Mapping[str, str] = field(repr=False)


def read_url(text: str, kind: Kind) -> Url:
    """Raises UrlError."""
    scheme, rest = _scheme(text, kind)
    end = re.search("[/?]", rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    if authority.count("@") > 1 or "@" in tail or "#" in rest:
        raise kind.wrong(f"has an “@” or a “#” where none can be. {ENCODED}")
    people, _, hosts = authority.rpartition("@")
    user, _, password = people.partition(":")
    path, _, query = tail.partition("?")
    decode = _decoder(kind)
    return Url(
        scheme,
        decode(user) or None,
        decode(password) or None,
        tuple(_host(one, kind, decode) for one in hosts.split(",")) if hosts else (),
        decode(path.removeprefix("/")) or None,
        _parameters(query, kind, decode),
    )


def _scheme(text: str, kind: Kind) -> tuple[str, str]:
    if not text:
        raise kind.wrong(f"is empty. It looks like {kind.example}.")
    if text[0] in QUOTES or text[-1] in QUOTES:
        raise kind.wrong(
            "stands in quotation marks, which are taken for a part of it (`docker --env-file` "
            "keeps them). Write it without any."
        )
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if separator and scheme in kind.schemes:
        if rest.isprintable() and " " not in rest:
            return scheme, rest
        raise kind.wrong(
            "holds a space, a line break or a sign that cannot be shown. Write it percent-encoded: "
            "a space is %20."
        )
    if separator and scheme in kind.instead:
        raise kind.wrong(f"begins with {scheme}://. {kind.instead[scheme]}")
    begins = " or ".join(f"{one}://" for one in kind.schemes)
    raise kind.wrong(f"does not begin with {begins}. It looks like {kind.example}.")


Decode = Callable[[str], str]


def _decoder(kind: Kind) -> Decode:
    def decode(text: str) -> str:
        try:
            if BROKEN_PERCENT.search(text):
                raise ValueError
            decoded = unquote(text, errors="strict")
        except ValueError:  # or bytes that are no UTF-8
            raise kind.wrong(f"has a “%” that begins no sign in UTF-8. {ENCODED}") from None
        if "\0" in decoded:
            raise kind.wrong("holds a NUL (%00), which no store takes.")
        return decoded

    return decode


def _host(text: str, kind: Kind, decode: Decode) -> tuple[str, int | None]:
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        host = decode(host)
        if not closed or not _is_ipv6(host) or rest[:1] not in ("", ":"):
            raise kind.wrong(f"has brackets around what is no IPv6 address. {ENCODED}")
        separator, port = rest[:1], rest[1:]
    else:
        host, separator, port = text.partition(":")
        if ":" in port:
            raise kind.wrong(
                "has more than one “:” in its host. An IPv6 address stands in brackets, and before "
                f"the host there is an “@”. {ENCODED}"
            )
        host = decode(host)
    if not host or not _can_be_looked_up(host):
        raise kind.wrong(f"has a host that is empty, or no name of a host. {ENCODED}")
    if not separator:
        return host, None
    return host, read_port(port, kind)


def read_port(text: str, kind: Kind) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= MAX_PORT):
        raise kind.wrong(f"has a port that is no number from 1 to {MAX_PORT}. {ENCODED}")
    return int(text)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _can_be_looked_up(host: str) -> bool:
    """A path of a socket, or a name that the resolver does not stumble over."""
    if host.startswith("/"):
        return True
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return not set(host) & set("/@?#[]<>{}|\\^")


def _parameters(query: str, kind: Kind, decode: Decode) -> dict[str, str]:
    found: dict[str, str] = {}
    secrets = False
    for number, part in enumerate(filter(None, query.split("&")), start=1):
        name, equals, value = (decode(text) for text in part.partition("="))
        is_known = name in kind.parameters or name in kind.otherwise
        # What follows a password may be the rest of it.
        is_shown = is_known or (NAME.fullmatch(name) and not secrets)
        shown = f"the parameter “{name}”" if is_shown else f"a parameter, its number {number},"
        if name not in kind.parameters:
            raise kind.wrong(f"has {shown} that Rota does not know. {_instead(name, kind)}")
        if not equals or not value:
            raise kind.wrong(f"has {shown} without a value. Give it one, or leave it out.")
        if name in found:
            raise kind.wrong(f"has {shown} twice. Leave one of them out.")
        found[name] = value
        secrets = secrets or bool(SECRET.search(name))
    return found


def _instead(name: str, kind: Kind) -> str:
    if name in kind.otherwise:
        return kind.otherwise[name]
    if close := get_close_matches(name.lower(), kind.parameters, n=1):
        return f"Did you mean {close[0]}?"
    return f"Leave it out; there are {', '.join(kind.parameters)}."
