"""OpenAI's chat completions, literally: what is asked is what goes out, and nothing more."""

import re
from collections.abc import Mapping
from typing import Any

from rota.inference.hearing.response import Response, VendorFailed
from rota.inference.modes import OutputMode
from rota.inference.refusals import (
    MAX_BODY_BYTES,
    body_of,
    read_body,
    refusal_in_stream,
    refusal_of,
)
from rota.inference.settings import ModelSettings
from rota.inference.wires import Heard, Refused, Request
from rota.platform.http_client import Broken, HttpClient, let_end, pieces
from rota.platform.http_client import Response as HttpResponse
from rota.platform.kernel import jsontext
from rota.providers.vendors import ChatCompletions

_REASONING = re.compile(r"(?:.*/)?(?:o[1-9](?:-|$)|gpt-[5-9])")
OUTPUT = "output"  # vendors take few characters, and a schema's title may have any


class ChatCompletionsWire:
    """`url` is where the API begins. A request is one attempt: whoever asks does the retrying."""

    def __init__(
        self, http: HttpClient, how: ChatCompletions, url: str, key: str | None, model_name: str
    ) -> None:
        self._http = http
        self._url = f"{url}/chat/completions"
        self._headers = {"Accept": "text/event-stream, application/json"}
        self._headers["Content-Type"] = "application/json"
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"
        self._model_name = model_name
        self._max_tokens_name = _max_tokens_name(how, model_name)

    async def talk(self, request: Request, response: Response, heard: Heard) -> None:
        body = jsontext.dump_bytes(self.body(request))
        async with await self._http.send("POST", self._url, self._headers, body) as answer:
            if answer.status != 200:
                raise await _refused(answer, request.mode)
            try:
                async for piece in pieces(answer):
                    if text := response.feed(piece):
                        await heard(text)
                    if response.is_done:
                        await let_end(answer)
                        return
                if text := response.close():
                    await heard(text)
            except VendorFailed as failed:
                error = body_of(failed.body)
                raise Refused(refusal_in_stream(error, request.mode), error, {}) from None
            except Broken:
                # What was left open may be all that was missing.
                if text := response.close():
                    await heard(text)
                if not response.has_ended:
                    raise

    def body(self, request: Request) -> dict[str, Any]:
        """What is said with `extra` is said beside it, and nothing instead of it."""
        ours: dict[str, Any] = {
            "model": self._model_name,
            "messages": list(request.messages),
            **_constraint(request.mode, request.schema),
            **self._settings(request.settings),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        return _merged(request.settings.extra or {}, ours)

    def _settings(self, settings: ModelSettings) -> dict[str, Any]:
        effort = settings.reasoning_effort
        said = {
            "temperature": settings.temperature,
            self._max_tokens_name: settings.max_tokens,
            "top_p": settings.top_p,
            "seed": settings.seed,
            "stop": settings.stop,
            "reasoning_effort": effort.lower() if effort else None,
            "presence_penalty": settings.presence_penalty,
            "frequency_penalty": settings.frequency_penalty,
        }
        return {name: value for name, value in said.items() if value is not None}


def _max_tokens_name(how: ChatCompletions, model_name: str) -> str:
    """Servers other than OpenAI know the older name of the limit on an answer's length; OpenAI's
    reasoning models, wherever they are served, only the newer one."""
    return how.max_tokens_name or (
        "max_completion_tokens" if _REASONING.match(model_name) else "max_tokens"
    )


def _constraint(mode: OutputMode, schema: dict[str, Any]) -> dict[str, Any]:
    match mode:
        case OutputMode.ENFORCED_AND_SHOWN | OutputMode.ENFORCED:
            wanted = {"name": OUTPUT, "schema": schema}
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        case OutputMode.JSON_AND_SHOWN:
            return {"response_format": {"type": "json_object"}}
        case OutputMode.TOOL:
            tool = {"name": OUTPUT, "description": "Gives the answer.", "parameters": schema}
            choice = {"type": "function", "function": {"name": OUTPUT}}
            return {"tools": [{"type": "function", "function": tool}], "tool_choice": choice}
        case OutputMode.SHOWN:
            return {}


def _merged(extra: Mapping[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    merged = dict(ours)
    for name, value in extra.items():
        if name not in merged:
            merged[name] = value
        elif isinstance(value, dict) and isinstance(merged[name], dict):
            merged[name] = _merged(value, merged[name])
    return merged


async def _refused(answer: HttpResponse, mode: OutputMode) -> Refused:
    raw = bytearray()
    try:
        async for piece in pieces(answer):
            raw += piece
            if len(raw) > MAX_BODY_BYTES:
                break
    except Broken:
        pass  # the status has told enough
    body = read_body(bytes(raw[:MAX_BODY_BYTES]))
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Refused(refusal_of(answer.status, body, mode), body, headers)
