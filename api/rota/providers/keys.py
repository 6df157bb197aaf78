"""Keys of providers: what one may look like, how it is sealed, and the one place that opens it."""

from rota.platform.crypto import CannotOpen, Cipher, Secret
from rota.platform.kernel.actor import Role
from rota.platform.kernel.events import Changes
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.addresses import origin
from rota.providers.errors import KeyUnusable
from rota.providers.events import EncryptionKeyAdopted, EncryptionKeyRotated
from rota.providers.models import Provider
from rota.providers.vendors import vendor_of

KEY_LOST = (
    "The stored key cannot be opened: it was encrypted under another ENCRYPTION_KEY, or for "
    "another address. Type the key again and save."
)

CHECK_VALUE = Statement("SELECT sealed FROM encryption_check")
FIRST_CHECK_VALUE = Statement(
    "INSERT INTO encryption_check (id, sealed) VALUES (1, :sealed) ON CONFLICT DO NOTHING"
)
NEW_CHECK_VALUE = Statement(
    """
    INSERT INTO encryption_check (id, sealed) VALUES (1, :sealed)
    ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
    """
)
IS_KEYED = Statement(
    """
    SELECT EXISTS (SELECT FROM encryption_check)
        OR EXISTS (SELECT FROM provider WHERE sealed_key IS NOT NULL) AS is_keyed
    """
)
CHECK_BINDING = ("encryption_check",)


def key_issue(api_key: str) -> str | None:
    """A key with other characters cannot be sent, and HTTP libraries quote it when they refuse."""
    if api_key and all("!" <= character <= "~" for character in api_key):
        return None
    return "A key consists of visible ASCII characters, without spaces or line breaks."


def open_key(cipher: Cipher, settings: Settings, provider: Provider) -> Secret | None:
    """The one place where a key is opened; None where there is none. Raises CannotOpen."""
    if provider.sealed_key is None:
        return None
    return cipher.open(provider.sealed_key, _binding(settings, provider))


def usable_key(resources: Resources, provider: Provider) -> Secret | None:
    """For whoever calls the provider. Raises KeyUnusable."""
    try:
        return open_key(resources.cipher, resources.settings, provider)
    except CannotOpen:
        raise KeyUnusable(KEY_LOST) from None


def seal_key(work: UnitOfWork, provider: Provider, key: Secret) -> None:
    """Bound to the provider and to its server's origin: elsewhere it does not open."""
    provider.sealed_key = work.resources.cipher.seal(
        key, _binding(work.resources.settings, provider)
    )
    provider.key_hint = key.hint


def holds_key(work: UnitOfWork, provider: Provider, key: Secret) -> bool:
    try:
        held = open_key(work.resources.cipher, work.resources.settings, provider)
    except CannotOpen:
        return False
    return held is not None and held.reveal() == key.reveal()


def key_origin(settings: Settings, provider: Provider) -> str:
    """What a key of this provider is bound to."""
    return origin(vendor_of(provider.type).address(provider.base_url, settings))


def key_change(before: str | None, after: str | None) -> Changes:
    """For the audit, by the hints: the keys themselves are never shown."""

    def masked(hint: str | None) -> str | None:
        return f"…{hint}" if hint else None

    return {"apiKey": (masked(before), masked(after))} if before or after else {}


async def rotate_keys(work: UnitOfWork) -> tuple[int, list[str]]:
    """Re-seals every key under the newest one. Returns how many, and the names of the
    providers whose key none of ours opens. The check value comes along. Raises Forbidden."""
    work.actor.require(Role.OWNER)
    done, lost = list[str](), list[str]()
    for provider in await Provider.filter(sealed_key__isnull=False).select_for_update():
        try:
            provider.sealed_key = work.resources.cipher.rotate(provider.sealed_key or "")
        except CannotOpen:
            lost.append(provider.name)
            continue
        await provider.save(update_fields=["sealed_key"])
        done.append(provider.name)
    if not lost or await CHECK_VALUE.rows():
        await NEW_CHECK_VALUE.rows(sealed=_check_value(work.resources.cipher))
    changes: Changes = {"sealedAnew": (None, done), "lost": (None, lost)}
    await work.emit(EncryptionKeyRotated(changes=changes))
    return len(done), lost


async def unopened_keys(cipher: Cipher, settings: Settings) -> list[str]:
    """The names of the providers whose key has to be typed again."""
    lost = []
    for provider in await Provider.filter(sealed_key__isnull=False).order_by("name_key"):
        try:
            open_key(cipher, settings, provider)
        except CannotOpen:
            lost.append(provider.name)
    return lost


async def is_keyed() -> bool:
    """Whether anything was ever sealed for this database."""
    [found] = await IS_KEYED.rows()
    return bool(found["is_keyed"])


async def is_right_key(cipher: Cipher) -> bool:
    """Whether the cipher is of this database: it opens the check value. Without that nobody can
    tell."""
    for found in await CHECK_VALUE.rows():
        try:
            cipher.open(found["sealed"], CHECK_BINDING)
        except CannotOpen:
            return False
    return True


async def keep_check_value(cipher: Cipher, settings: Settings) -> None:
    """Written by whoever is the first, if it opens every stored key."""
    if not await CHECK_VALUE.rows() and not await unopened_keys(cipher, settings):
        await FIRST_CHECK_VALUE.rows(sealed=_check_value(cipher))


async def adopt_key(work: UnitOfWork) -> list[str]:
    """From now on our cipher is of this database. Returns the names of the providers whose key has
    to be typed again. Raises Forbidden."""
    work.actor.require(Role.OWNER)
    cipher, settings = work.resources.cipher, work.resources.settings
    await NEW_CHECK_VALUE.rows(sealed=_check_value(cipher))
    lost = await unopened_keys(cipher, settings)
    await work.emit(EncryptionKeyAdopted(changes={"lost": (None, lost)}))
    return lost


def _check_value(cipher: Cipher) -> str:
    return cipher.seal(Secret(""), CHECK_BINDING)


def _binding(settings: Settings, provider: Provider) -> tuple[str, str]:
    return str(provider.id), key_origin(settings, provider)
