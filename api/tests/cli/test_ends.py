"""D8: however `rota up` ends, nothing is left running, and the next start works."""

import os
import signal
from pathlib import Path

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
