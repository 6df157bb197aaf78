"""Sealed secrets: what opens them, what does not, and what shows."""

import base64
import json

import pytest
from cryptography.fernet import Fernet

from rota.platform.crypto import CannotOpen, Cipher, Secret, new_key

OLD, NEW, OTHER = new_key(), new_key(), new_key()
HERE = ("provider-1", "https://api.openai.com")
SECRETS = ["sk-5up3r53cr3t", "", "ключ 🔑", "x" * 10_000, 'a"b\\c\n']


@pytest.mark.parametrize("text", SECRETS)
def test_P5_what_was_sealed_opens_again(text: str) -> None:
    cipher = Cipher((NEW,))
    sealed = cipher.seal(Secret(text), HERE)
    assert cipher.open(sealed, HERE).reveal() == text
    if text:
        assert text not in sealed
        assert text.encode() not in base64.urlsafe_b64decode(sealed)


def test_P5_the_same_secret_is_sealed_differently_each_time() -> None:
    cipher = Cipher((NEW,))
    assert cipher.seal(Secret("a"), HERE) != cipher.seal(Secret("a"), HERE)


@pytest.mark.parametrize(
    "there",
    [
        ("provider-2", HERE[1]),
        (HERE[0], "https://api.openai.com:8443"),
        (HERE[0], "http://api.openai.com"),
        (HERE[1], HERE[0]),
        (*HERE, ""),
        HERE[:1],
        (),
    ],
)
def test_P5_it_opens_only_for_what_it_was_sealed_for(there: tuple[str, ...]) -> None:
    cipher = Cipher((NEW,))
    sealed = cipher.seal(Secret("a"), HERE)
    with pytest.raises(CannotOpen):
        cipher.open(sealed, there)
    assert cipher.open(sealed, HERE).reveal() == "a"


def test_P5_a_broken_text_does_not_open() -> None:
    cipher = Cipher((NEW,))
    sealed = cipher.seal(Secret("a"), HERE)
    middle = len(sealed) // 2
    flipped = "A" if sealed[middle] != "A" else "B"
    for broken in (
        "", "x", "ключ", sealed[:-1], sealed[1:], sealed[:middle],
        sealed[:middle] + flipped + sealed[middle + 1 :],
    ):  # fmt: skip
        with pytest.raises(CannotOpen):
            cipher.open(broken, HERE)
        with pytest.raises(CannotOpen):
            cipher.rotate(broken)


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"text", b"[]", b"1", b"null", b"{}", b'{"secret": "a"}',
     b'{"bound_to": ["provider-1", "https://api.openai.com"]}',
     json.dumps({"secret": 1, "bound_to": HERE}).encode(),
     json.dumps({"secret": "a", "bound_to": HERE[0]}).encode()],
)  # fmt: skip
def test_P5_what_somebody_else_encrypted_under_our_key_does_not_open(content: bytes) -> None:
    with pytest.raises(CannotOpen):
        Cipher((NEW,)).open(Fernet(NEW).encrypt(content).decode(), HERE)


def test_P5_another_key_does_not_open_it() -> None:
    sealed = Cipher((OLD,)).seal(Secret("a"), HERE)
    for keys in ((NEW,), (NEW, OTHER)):
        with pytest.raises(CannotOpen):
            Cipher(keys).open(sealed, HERE)
        with pytest.raises(CannotOpen):
            Cipher(keys).rotate(sealed)


def test_P5_the_first_key_seals_and_all_of_them_open() -> None:
    by_old, by_both = Cipher((OLD,)), Cipher((NEW, OLD))
    assert by_both.open(by_old.seal(Secret("a"), HERE), HERE).reveal() == "a"
    sealed = by_both.seal(Secret("b"), HERE)
    assert Cipher((NEW,)).open(sealed, HERE).reveal() == "b"
    with pytest.raises(CannotOpen):
        by_old.open(sealed, HERE)


def test_X10_after_rotation_the_old_key_can_go() -> None:
    sealed = Cipher((OLD,)).seal(Secret("a"), HERE)
    rotated = Cipher((NEW, OLD)).rotate(sealed)
    assert Cipher((NEW,)).open(rotated, HERE).reveal() == "a"
    for keys, text in (((NEW,), sealed), ((OLD,), rotated)):
        with pytest.raises(CannotOpen):
            Cipher(keys).open(text, HERE)
    with pytest.raises(CannotOpen):
        Cipher((NEW,)).open(rotated, ("provider-2", HERE[1]))


@pytest.mark.parametrize("keys", [(), ("",), ("key",), (NEW, "key"), ("ключ",), (NEW[:-2],)])
def test_X10_a_missing_or_misshapen_key_is_named_without_showing_it(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"^ENCRYPTION_KEY is not a Fernet key .* rota keys new$"):
        Cipher(keys)


def test_P5_a_secret_does_not_show_itself() -> None:
    secret = Secret("sk-5up3r53cr3t")
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}", f"{secret!r:>20}"):
        assert "5up3r" not in shown
        assert "***" in shown
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize(
    ("text", "hint"),
    [("", "…"), ("x" * 11, "…"), ("12345678wxyz", "wxyz"), ("sk-5up3r53cr3t", "cr3t")],
)
def test_P5_a_hint_gives_little_away(text: str, hint: str) -> None:
    assert Secret(text).hint == hint


def test_P5_a_new_key_is_new_and_fits() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(base64.urlsafe_b64decode(key)) == 32 for key in keys)
