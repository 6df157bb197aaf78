"""D8: however `rota up` ends, nothing is left running, and the next start works."""

import os
import signal
from pathlib import Path

import asyncpg

from rota.local.embedded import start_engines
from rota.local.locks import lock_data_dir
from tests.cli.conftest import on
from tests.cli.process import processes_of, rota, up
from tests.http.process import free_port
from tests.scenarios.client import Client

PLAIN = ("--no-local-model",)
PROVIDERS = "{ providers { nodes { name type baseUrl } } assignments { nodes { agentName } } }"


async def test_D8_Ctrl_C_which_all_of_its_group_get_stops_it_cleanly(data_dir: Path) -> None:
    async with up(data_dir, free_port(), *PLAIN, "--workers", "2") as running:
        await running.until("Ctrl-C")
        commands = list(processes_of(data_dir).values())
        assert sum(line.endswith(" worker ") for line in commands) == 2
        os.killpg(running.process.pid, signal.SIGINT)
        assert await running.ended() == 0
        assert processes_of(data_dir) == {}
        assert running.output.endswith("Stopping …\nStopped.\n")
        assert "Traceback" not in running.output


async def test_D8_a_signal_while_it_starts_stops_it_too(data_dir: Path) -> None:
    async with up(data_dir, free_port(), *PLAIN) as running:
        await running.until("Creating the database")
        assert await running.end() == 0
        assert processes_of(data_dir) == {}
        assert "Traceback" not in running.output


async def test_X10_a_lost_key_is_named_until_another_is_adopted(data_dir: Path) -> None:
    key, place = data_dir / "encryption.key", ("--data-dir", data_dir)
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, lambda _: None) as engines:
            assert (await rota("migrate", *place)).status == 0
            server = await asyncpg.connect(engines.database_url)
            await server.execute("INSERT INTO encryption_check VALUES (1, 'under another key')")
            await server.close()
    refused = await rota("up", "--no-browser", *PLAIN, "--port", str(free_port()), *place)
    assert (refused.status, key.exists()) == (1, False)
    assert refused.err.startswith(f"rota: {key} is missing")
    adopted = await rota("keys", "adopt", *place)
    assert (adopted.status, adopted.out) == (0, "The encryption key is accepted.\n")
    assert key.exists()


async def test_D8_after_a_kill_nothing_lives_on_and_the_data_is_there(data_dir: Path) -> None:
    port = free_port()
    async with up(data_dir, port, *PLAIN) as running:
        await running.until("Ctrl-C")
        made = await rota("token", "create", "--name", "A", "--role", "owner", *on(running))
        orphans = processes_of(data_dir).keys() - {running.process.pid}
        assert len(orphans) > 4
        running.process.kill()
        await running.process.wait()
        async with up(data_dir, port, *PLAIN) as again:
            await again.until("Ctrl-C")
            assert not orphans & processes_of(data_dir).keys()
            client = Client(again.url, made.out.strip())
            found = await client.ask(PROVIDERS)
            await client.close()
            assert await again.end() == 0
    assert found == {
        "providers": {
            "nodes": [
                {"name": "Local Ollama", "type": "OLLAMA", "baseUrl": "http://localhost:11434"}
            ]
        },
        "assignments": {"nodes": [{"agentName": "Message Classifier"}]},
    }
