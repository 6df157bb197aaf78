"""P2: what each type of provider needs, and which addresses and keys are taken."""

import pytest

from rota.providers.addresses import normalise_base_url, origin
from rota.providers.keys import key_issue
from rota.providers.models import ProviderType
from rota.providers.vendors import field_issues

OLLAMA, OPENAI, COMPATIBLE = ProviderType


@pytest.mark.parametrize(
    ("kind", "base_url", "has_key", "fields"),
    [
        (OLLAMA, "http://localhost:11434", False, []),
        (OLLAMA, None, False, ["baseUrl"]),
        (OLLAMA, "", False, ["baseUrl"]),
        (OLLAMA, "http://localhost:11434", True, ["apiKey"]),
        (OLLAMA, None, True, ["baseUrl", "apiKey"]),
        (OPENAI, None, True, []),
        (OPENAI, None, False, ["apiKey"]),
        (OPENAI, "https://api.openai.com/v1", True, ["baseUrl"]),
        (OPENAI, "https://api.openai.com/v1", False, ["baseUrl", "apiKey"]),
        (COMPATIBLE, "http://vllm:8000/v1", False, []),
        (COMPATIBLE, "http://vllm:8000/v1", True, []),
        (COMPATIBLE, None, True, ["baseUrl"]),
        (COMPATIBLE, "vllm:8000", True, ["baseUrl"]),
    ],
)
def test_P2_fields_of_each_type(
    kind: ProviderType, base_url: str | None, has_key: bool, fields: list[str]
) -> None:
    assert [field for field, _ in field_issues(kind, base_url, has_key)] == fields


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434",
        "https://example.org/gateway/v1",
        "HTTP://Example.org",
        "http://[::1]:11434",
        "http://192.168.0.7:8080/v1",
        "http://my_box:11434",
        "https://bücher.example",
        "http://h/" + "x" * (2_048 - 9),
    ],
)
def test_P2_addresses_that_are_taken(url: str) -> None:
    assert field_issues(OLLAMA, url, has_key=False) == []


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434",
        "localhost",
        "/v1",
        "//localhost",
        "http:",
        "http://",
        "http:///v1",
        "ftp://localhost",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user@localhost",
        "http://user:word@localhost",
        "http://@localhost",
        "http://localhost?",
        "http://localhost/v1?key=1",
        "http://localhost/#",
        "http://local host",
        "http://localhost\n.evil",
        "http://local\x00host",
        "http://good.test\\@evil.test",
        "http://local%68ost",
        "http://[fe80::1%25eth0]",
        "http://[::1",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:port",
        "http://①⑥⑨.254.169.254",
        "http://\ud800.test",
        "http://h/" + "x" * (2_049 - 9),
    ],
)
def test_P2_addresses_that_are_refused(url: str) -> None:
    [(field, message)] = field_issues(OLLAMA, url, has_key=False)
    assert field == "baseUrl"
    assert message.endswith(".") or "http" in message


def test_P2_addresses_are_normalised_and_compared_by_origin() -> None:
    assert normalise_base_url("  http://localhost:11434// \n") == "http://localhost:11434"
    assert origin("HTTPS://Example.org/v1") == "https://example.org:443"
    assert origin("https://example.org:443/other") == "https://example.org:443"
    assert origin("http://example.org") == "http://example.org:80"
    assert origin("http://[::1]:8000/v1") == "http://[::1]:8000"


@pytest.mark.parametrize("key", ["sk-proj_A-z.09", "x", "~!"])
def test_P2_keys_that_are_taken(key: str) -> None:
    assert key_issue(key) is None


@pytest.mark.parametrize(
    "key", ["", " ", "sk a", "sk-a\n", "\tsk", "schlüssel", "sk\x00", "\ud800"]
)
def test_P2_keys_that_are_refused(key: str) -> None:
    assert key_issue(key)
