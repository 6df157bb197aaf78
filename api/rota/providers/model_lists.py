"""Lists of models, in the many shapes that servers give them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from rota.platform.kernel import jsontext
from rota.providers.addresses import MAX_URL_LENGTH, origin
from rota.providers.servers import Server

MAX_MODEL_NAME_LENGTH = 200
MAX_PARTS = 250_000  # of an answer's JSON: fifty a model where there are most
# What a page calls the way to the next one, and under which name that is asked for.
_TOKENS = (
    ("nextPageToken", "pageToken"),
    ("next_page_token", "page_token"),
    ("next_cursor", "cursor"),
    ("next_page", "page"),
)


@dataclass(frozen=True)
class ModelPage:
    """`size` in bytes, as it came."""

    names: list[str]
    next_url: str | None
    size: int


def model_page(url: str, body: bytes, server: Server) -> ModelPage | None:
    """None where it is not a list of this kind of server's."""
    answer = read_json(body)
    entries = entries_in(answer, server.wrappers)
    names = None if entries is None else names_in(entries, server.name_keys)
    if entries is None or names is None:
        return None
    return ModelPage(names, next_page(url, answer, entries), len(body))


def read_json(body: bytes) -> Any:
    """What is meant, also where a byte order mark, NaN or a broken letter makes it no JSON by the
    letter; None where nothing is, or where it would be more than a list of models has parts."""
    if jsontext.has_more_parts(body, MAX_PARTS):
        return None
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def entries_in(answer: Any, wrappers: Sequence[str]) -> list[Any] | None:
    """The entries of a list that may be wrapped, once or twice; None where there is no list."""
    if isinstance(answer, list):
        return answer
    for value in _wrapped(answer, wrappers):
        for inner in [value, *_wrapped(value, wrappers)]:
            if isinstance(inner, list):
                return inner
    return [] if _says_none(answer, wrappers) else None


def names_in(entries: list[Any], keys: Sequence[Sequence[str]]) -> list[str] | None:
    """In their order, and each once. `keys`: groups of them, the best first; the first group that
    names any entry counts for all. A text alone is a name. None where the entries are no models."""
    described = [entry for entry in entries if isinstance(entry, dict)]
    alone = [entry for entry in entries if isinstance(entry, str)]
    known = [key for group in keys for key in group]
    if entries and not alone and not any(key in entry for entry in described for key in known):
        return None
    named_by = next((group for group in keys if any(_text(e, group) for e in described)), keys[0])
    found = [entry if isinstance(entry, str) else _name(entry, named_by) for entry in entries]
    cleaned = [name.strip() for name in found if name is not None]
    return list(dict.fromkeys(name for name in cleaned if _is_presentable(name)))


def next_page(url: str, answer: Any, entries: list[Any]) -> str | None:
    """Where the list goes on, at the same origin; None where it ends."""
    if not isinstance(answer, dict):
        return None
    if link := _link(answer):
        return _at_home(url, link)
    for name, parameter in _TOKENS:
        token = _plain(answer.get(name))
        if token and len(token) <= MAX_URL_LENGTH:
            return _with_query(url, {parameter: token})
    if answer.get("has_more") is True:
        last = entries[-1] if entries and isinstance(entries[-1], dict) else {}
        if token := _plain(answer.get("last_id")) or _plain(last.get("id")):
            return _with_query(url, {"after": token, "after_id": token})
    return None


def _wrapped(answer: Any, wrappers: Sequence[str]) -> list[Any]:
    return [answer[name] for name in wrappers if name in answer] if isinstance(answer, dict) else []


def _says_none(answer: Any, wrappers: Sequence[str]) -> bool:
    """Null in place of a list is an empty one, unless it is an error's."""
    values = _wrapped(answer, wrappers)
    if not values or any(value is not None for value in values):
        return False
    return not answer.get("error") and answer.get("success") is not False


def _text(entry: dict[str, Any], group: Sequence[str]) -> str | None:
    texts = [entry[key] for key in group if isinstance(entry.get(key), str) and entry[key].strip()]
    return texts[0] if texts else None


def _name(entry: Any, group: Sequence[str]) -> str | None:
    if not isinstance(entry, dict):
        return None
    if text := _text(entry, group):
        return text
    numbers = [entry[key] for key in group if type(entry.get(key)) is int]
    return _plain(numbers[0]) if numbers else None


def _is_presentable(name: str) -> bool:
    return name.isprintable() and 0 < len(name) <= MAX_MODEL_NAME_LENGTH and "\ufffd" not in name


def _plain(value: Any) -> str | None:
    """A text or a whole number of a size that somebody may have meant, as text."""
    if type(value) is int and abs(value) < 10**18:
        return str(value)
    return value if isinstance(value, str) and value and value.isprintable() else None


def _link(answer: dict[str, Any]) -> str | None:
    links = answer.get("links")
    for link in (answer.get("next"), links.get("next") if isinstance(links, dict) else None):
        href = link.get("href") if isinstance(link, dict) else link
        if isinstance(href, str) and href:
            return href
    return None


def _at_home(url: str, link: str) -> str | None:
    """Only there: a key belongs to one origin."""
    import httpx2

    if len(link) > MAX_URL_LENGTH:
        return None
    try:
        there = urljoin(url, link)
        return there if origin(there) == origin(url) else None
    except (ValueError, httpx2.InvalidURL):
        return None


def _with_query(url: str, more: dict[str, str]) -> str:
    split = urlsplit(url)
    return split._replace(query=urlencode(dict(parse_qsl(split.query)) | more)).geturl()
