"""Addresses of servers: how they are written, and what is wrong about one."""

import re
from urllib.parse import urlsplit, urlunsplit

MAX_URL_LENGTH = 2_048
_VERSION = re.compile(r"v\d+([a-z]+\d*)?", re.ASCII)


def normalise_base_url(url: str) -> str:
    return url.strip().rstrip("/")


def origin(url: str) -> str:
    """Scheme, host and port in one spelling: what a key is bound to."""
    import httpx2  # where an address is looked into, which is seldom

    parsed = httpx2.URL(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    host = parsed.raw_host.decode("ascii")
    return f"{parsed.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def path_of(url: str) -> str:
    """Without a slash at its end; empty where there is none."""
    return urlsplit(url).path.rstrip("/")


def with_path(url: str, path: str) -> str:
    """Another place at the same origin."""
    return urlunsplit(urlsplit(url)._replace(path=path))


def is_versioned(path: str) -> bool:
    """Whether it leads into one version of an API: v1, v4, v1beta."""
    return any(_VERSION.fullmatch(part) for part in path.split("/"))


def url_issue(url: str) -> str | None:
    """What is wrong with it; expected in its normalised form."""
    import httpx2

    if len(url) > MAX_URL_LENGTH:
        return f"An address has at most {MAX_URL_LENGTH:,} characters."
    if not url.isprintable() or any(sign in url for sign in ' \\<>"`'):
        return "An address has no spaces, backslashes or quotation marks."
    if "?" in url or "#" in url:
        return "Leave out everything from '?' or '#' on."
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "This is not a valid URL. It should look like http://localhost:11434"
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return "Start with http:// or https:// and a host, like http://localhost:11434"
    if "@" in urlsplit(url).netloc:
        return "Leave the name and password out of the address; a key has a field of its own."
    if "%" in parsed.host:
        return "A host has no percent signs."
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        return "A port is a number from 1 to 65535."
    return None
