"""X5: a marked key goes the ways that keys go; then it is looked for in all that was written."""

import asyncio
import base64
import os
import secrets
import signal
import sys
from asyncio.subprocess import DEVNULL
from typing import Any

import pytest

from tests.cli.conftest import on
from tests.cli.process import rota
from tests.dose import tried
from tests.security.leaks import (
    Places,
    database_places,
    file_places,
    forms,
    leaks,
    process_places,
    redis_places,
)
from tests.security.stack import Stack
from tests.vendors.openai import OpenAI
from tests.vendors.script import Fails, Hangs, NotHttp, Raw, Trouble
from tests.vendors.server import serve

# Signs that every encoding spells differently.
KEY = 'sk-canary/+"\\<&>%{' + secrets.token_urlsafe(24)
PROVIDER = "provider { id validationStatus validationError apiKeyHint }"
CREATE_PROVIDER = f"""mutation ($input: CreateProviderInput!) {{ createProvider(input: $input) {{
  ... on CreateProviderPayload {{ {PROVIDER} }} ... on Error {{ message }} }} }}"""
UPDATE_PROVIDER = f"""mutation ($input: UpdateProviderInput!) {{ updateProvider(input: $input) {{
  ... on UpdateProviderPayload {{ {PROVIDER} }} ... on Error {{ message }} }} }}"""
READ_PROVIDER = f"query ($id: ID!) {{ provider(id: $id) {{ {PROVIDER[10:]} }}"
CREATE_AGENT = """mutation ($input: CreateAgentInput!) { createAgent(input: $input) {
  ... on CreateAgentPayload { agent { id name } } ... on Error { message } } }"""
CREATE_TASK = """mutation ($input: CreateTaskInput!) { createTask(input: $input) {
  ... on CreateTaskPayload { task { id } } ... on Error { message } } }"""
ASSIGN = """mutation ($input: AssignTaskInput!) { assignTask(input: $input) {
  ... on AssignTaskPayload { assignment { id } } ... on Error { message } } }"""
RUN = """mutation ($input: RunTaskInput!) { runTask(input: $input) {
  ... on RunTaskPayload { run { id } } ... on Error { message } } }"""
CANCEL = """mutation ($input: CancelRunInput!) { cancelRun(input: $input) {
  ... on CancelRunPayload { run { id } } ... on Error { message } } }"""
READ_RUN = "query ($id: ID!) { run(id: $id) { status error { code message issues { message } } } }"
WATCH = """subscription ($id: ID!) { runEvents(runId: $id) { __typename
  ... on RunRetrying { message } ... on RunFailed { error { message } } } }"""
EVERYTHING = """{
  providers { nodes { name baseUrl apiKeyHint validationError models { name } } }
  agents { nodes { name systemPrompt userPrompt } }
  runs { nodes { input output error { message issues { message } } prompt { system user }
    events { __typename ... on RunRetrying { message } ... on RunOutputDelta { text }
      ... on RunFailed { error { message } } } } }
  auditEntries { nodes { action subjectName changes } }
  agentInstances { worker }
}"""
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


class Way:
    """The steps of a key's life, through the API alone."""

    def __init__(self, whole: Stack, good: OpenAI) -> None:
        self._whole = whole
        self._client = whole.client
        self._good = good

    async def provider(self, name: str, url: str, status: str) -> str:
        value = {"name": name, "type": "OPENAI_COMPATIBLE", "baseUrl": url, "apiKey": KEY}
        made = await self._client.change(CREATE_PROVIDER, **value)
        provider_id: str = made["provider"]["id"]
        await self._whole.until(READ_PROVIDER, "provider.validationStatus", status, id=provider_id)
        return provider_id

    async def assigned(self, provider_id: str) -> str:
        agent = {"name": "A", "providerId": provider_id, "systemPrompt": "x", "modelName": "small"}
        made = await self._client.change(CREATE_AGENT, **agent)
        task = await self._client.change(CREATE_TASK, name="T", responseSchema=SCHEMA)
        pair = {"agentId": made["agent"]["id"], "taskId": task["task"]["id"]}
        assignment_id: str = (await self._client.change(ASSIGN, **pair))["assignment"]["id"]
        return assignment_id

    async def run(self, assignment_id: str) -> str:
        made = await self._client.change(RUN, assignmentId=assignment_id, input="Hello")
        run_id: str = made["run"]["id"]
        return run_id

    async def ended(self, assignment_id: str, *answers: Any) -> str:
        self._good.will(*answers)
        run_id = await self.run(assignment_id)
        async with self._client.watch(WATCH, id=run_id) as events:
            await events.rest()
        status: str = (await self._client.ask(READ_RUN, id=run_id))["run"]["status"]
        return status

    async def stopped(self, assignment_id: str) -> None:
        self._good.will(Hangs())
        run_id = await self.run(assignment_id)
        await self._whole.until(READ_RUN, "run.status", "RUNNING", id=run_id)
        await self._client.change(CANCEL, runId=run_id)
        await self._whole.until(READ_RUN, "run.status", "CANCELLED", id=run_id)

    async def outlived(self, assignment_id: str) -> None:
        """Its worker is killed while the vendor has the key."""
        self._good.will(Hangs())
        seen = len(self._good.chats)
        run_id = await self.run(assignment_id)
        async with asyncio.timeout(10):
            while len(self._good.chats) == seen:
                await self._good.next_chat()
        [worker] = self._whole.workers()
        os.kill(worker, signal.SIGKILL)
        await self._whole.until(READ_RUN, "run.status", "SUCCEEDED", id=run_id)


async def all_places(whole: Stack) -> Places:
    whole.running.output += "\n"
    return {
        "answers and frames": bytes(whole.tap.heard),
        "terminal": whole.running.output.encode(),
        "Redis monitor": bytes(whole.monitor.heard),
        **await redis_places(whole.redis),
        **await database_places(whole.database_url),
        **process_places(),
        **file_places(whole.running.data_dir),
    }


async def test_X5_a_key_that_went_all_its_ways_is_found_nowhere(whole: Stack) -> None:
    good, bad = OpenAI(KEY, models=["small"]), OpenAI("another", models=["small"])
    async with serve(good.app) as url, serve(bad.app) as elsewhere:
        way = Way(whole, good)
        good_id = await way.provider("Good", f"{url}/v1", "CONNECTED")
        await way.provider("Bad", f"{elsewhere}/v1", "ERROR")
        at = await way.assigned(good_id)
        assert await way.ended(at) == "SUCCEEDED"
        quoting = Raw(f'{{"error": {{"message": "no: {KEY}"}}}}'.encode(), status=400)
        refusal, noise = Raw(KEY.encode(), status=403), NotHttp(KEY.encode())
        for answer in (Fails(Trouble.WRONG_KEY), quoting, refusal):
            assert await way.ended(at, answer) == "FAILED"
        assert await way.ended(at, noise) == "SUCCEEDED"  # by another try
        await way.stopped(at)
        await way.outlived(at)
        await whole.client.change(UPDATE_PROVIDER, id=good_id, apiKey=KEY, name="Renamed")
        refused = {"id": good_id, "baseUrl": f"{elsewhere}/v1"}
        assert "Type it again" in (await whole.client.change(UPDATE_PROVIDER, **refused))["message"]
        await whole.client.ask(EVERYTHING)
        assert sum(chat.headers["authorization"] == f"Bearer {KEY}" for chat in good.chats) > 6
    said = [await rota(*command, *on(whole.running)) for command in (["doctor"], ["keys", "check"])]
    places = await all_places(whole)
    places["commands"] = " ".join(done.out + done.err for done in said).encode()
    assert leaks(places, KEY) == set()
    assert KEY[-4:].encode() in places["answers and frames"]
    assert b"Hello" in places["database dump"]
    assert {"file logs/api.log", "file logs/worker-1.log"} < set(places)
    tried["places searched for a marked key"] += len(places)
    tried["forms of it in each place"] = len(forms(KEY))


async def test_X5_a_planted_leak_is_found_in_every_kind_of_place(whole: Stack) -> None:
    planted = 'sk-planted/"\\<&' + secrets.token_urlsafe(24)
    spelled = forms(planted)
    agent = (await whole.client.ask("{ providers { nodes { id } } }"))["providers"]["nodes"][0]
    value = {"name": planted, "providerId": agent["id"], "systemPrompt": "x", "modelName": "x"}
    assert "agent" in await whole.client.change(CREATE_AGENT, **value)
    await whole.redis.set("planted", spelled["base64 1"])
    (whole.running.data_dir / "logs" / "planted.log").write_bytes(spelled["URL"])
    whole.running.output += planted
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "input()", planted),
        env={"PLANTED": planted}, stdin=asyncio.subprocess.PIPE, stdout=DEVNULL, stderr=DEVNULL,
    )  # fmt: skip
    found = leaks(await all_places(whole), planted)
    process.kill()
    await process.wait()
    assert {
        ("answers and frames", "JSON"),
        ("terminal", "raw"),
        ("Redis monitor", "base64 1"),
        ("Redis planted", "base64 1"),
        ("database dump", "raw"),
        ("file logs/planted.log", "URL"),
        (f"cmdline of process {process.pid}", "raw"),
        (f"environ of process {process.pid}", "raw"),
    } <= found


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_X5_every_form_of_a_secret_is_known_wherever_it_stands(before: str) -> None:
    text = base64.b64encode(f"{before}{KEY} and more".encode())
    assert {form for _, form in leaks({"place": text}, KEY)}
