"""Seals secrets so that they open only for what they were sealed for."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """No key opens this, or it was sealed for something else."""


class Secret:
    """A text that does not show itself by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    @property
    def hint(self) -> str:
        """The last four characters, where enough others stay hidden."""
        return self._value[-4:] if len(self._value) >= 12 else "…"

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


class Cipher:
    """Fernet under one or more keys, newest first: the first seals, all of them open."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise ValueError(
                "ENCRYPTION_KEY is not a Fernet key (32 url-safe base64-encoded bytes). "
                "Make one with: rota keys new"
            ) from None

    def seal(self, secret: Secret, bound_to: tuple[str, ...]) -> str:
        content = json.dumps({"secret": secret.reveal(), "bound_to": bound_to})
        return self._fernet.encrypt(content.encode()).decode()

    def open(self, sealed: str, bound_to: tuple[str, ...]) -> Secret:
        try:
            content = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise CannotOpen from None
        match content:
            case {"secret": str(secret), "bound_to": [*binding]} if tuple(binding) == bound_to:
                return Secret(secret)
        raise CannotOpen

    def rotate(self, sealed: str) -> str:
        """The same secret under the newest key."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen from None


def new_key() -> str:
    return Fernet.generate_key().decode()
