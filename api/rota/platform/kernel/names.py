"""What may be a name or a text, and when two names are the same."""

import re
import unicodedata

from rota.platform.kernel.errors import BadRequest, Issue
from rota.platform.kernel.unseen import has_unseen, is_blank

MAX_NAME_LENGTH = 100
# Of a name as it is typed: a sign is put together from at most four. Marks without an end are put
# in order in a time that grows with the square of their number, so that none longer is looked at.
MAX_TYPED_LENGTH = 4 * MAX_NAME_LENGTH
MAX_KEY_LENGTH = 3 * MAX_TYPED_LENGTH  # a letter becomes three at most where case is set aside
# Control characters, line breaks, broken surrogates; and what turns around the text beside it.
NEVER_IN_NAMES = ("Cc", "Zl", "Zp", "Cs")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def clean_name(raw: str) -> str:
    """As it is kept. What is far too long stays as it is, and too long."""
    return _composed(raw.strip())


def name_key(name: str) -> str:
    """Equal for names that differ in case or Unicode form only; lists are in its order."""
    return _composed(clean_name(name).casefold(), MAX_KEY_LENGTH)


def _composed(text: str, longest: int = MAX_TYPED_LENGTH) -> str:
    return unicodedata.normalize("NFC", text) if len(text) <= longest else text


def search_text(search: str) -> str:
    """What a name contains, as it is stored; refuses what no name can. The beginning of a text that
    is longer than any is enough to be found in none."""
    search = search.strip()
    if len(search) > MAX_TYPED_LENGTH:
        search = search[: MAX_KEY_LENGTH + 1]
    if not is_storable(search):
        raise BadRequest("`search` has a NUL character or a broken surrogate, which no name has.")
    return clean_name(search)


def search_key(search: str) -> str:
    """What a name's key contains if the name contains `search`."""
    return name_key(search_text(search))


def name_issues(name: str, field: str = "name") -> list[Issue]:
    """What is wrong with a new name that went through `clean_name`; one that is stored stays."""
    if not name:
        return [Issue((field,), "A name is needed.")]
    if len(name) > MAX_NAME_LENGTH:
        return [Issue((field,), f"A name has at most {MAX_NAME_LENGTH} characters.")]
    if any(unicodedata.category(char) in NEVER_IN_NAMES for char in name):
        return [Issue((field,), "A name has no line breaks or control characters.")]
    if any(unicodedata.bidirectional(char) in TURNS for char in name):
        return [Issue((field,), "A name has no characters that change the direction of writing.")]
    if has_unseen(name):
        return [Issue((field,), "A name has no invisible characters. Type it again by hand.")]
    if is_blank(name):
        return [Issue((field,), "A name needs a character that can be seen.")]
    return []


def text_issues(
    value: str | None, field: str, longest: int, *, required: bool = False
) -> list[Issue]:
    """What is wrong with a longer text; it is stored exactly as it is typed."""
    if value is None:
        return [Issue((field,), "This is needed.")] if required else []
    if required and not value.strip():
        return [Issue((field,), "This is needed; it cannot be blank.")]
    if len(value) > longest:
        return [Issue((field,), f"At most {longest:,} characters; this has {len(value):,}.")]
    if not is_storable(value):
        return [Issue((field,), "This contains a NUL character or a broken surrogate.")]
    return []


def is_storable(value: str) -> bool:
    """PostgreSQL's text takes neither NUL nor lone surrogates."""
    return not _UNSTORABLE.search(value)


def made_storable(value: str) -> str:
    """With a replacement character for each of those."""
    return _UNSTORABLE.sub("\ufffd", value)
