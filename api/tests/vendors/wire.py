"""An answer in the form in which the chat completions API sends it: whole, or as a stream."""

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

Body = dict[str, Any]

IDENTITY = "chatcmpl-BnT4xjE7f0qK2"
CALL = "call_Zk3vP1aW9"


def frames(
    request: Body, chunks: Sequence[str], tool: str | None, fingerprint: str | None
) -> list[bytes]:
    """What goes over the wire, in the pieces in which a vendor flushes it: an opening, one
    piece for each chunk, and an end. A request without streaming gets one piece."""
    head = {
        "id": IDENTITY,
        "created": int(time.time()),
        "model": request.get("model"),
        "system_fingerprint": fingerprint,
    }
    usage = _usage(request, chunks)
    if not request.get("stream"):
        return [b"", _encoded(head | _whole("".join(chunks), tool) | {"usage": usage})]
    wants_usage = (request.get("stream_options") or {}).get("include_usage", False)
    head["object"] = "chat.completion.chunk"
    empty = {"usage": None} if wants_usage else {}
    opening, *pieces = [
        _event(head | {"choices": [_choice(delta)]} | empty) for delta in _deltas(chunks, tool)
    ]
    reason = "tool_calls" if tool else "stop"
    ending = [_event(head | {"choices": [_choice({}, reason)]} | empty)]
    if wants_usage:
        ending.append(_event(head | {"choices": [], "usage": usage}))
    return [opening, *pieces, b"".join(ending) + b"data: [DONE]\n\n"]


def _whole(text: str, tool: str | None) -> Body:
    message: Body = {"role": "assistant", "content": None if tool else text, "refusal": None}
    if tool:
        call = {"id": CALL, "type": "function", "function": {"name": tool, "arguments": text}}
        message["tool_calls"] = [call]
    reason = "tool_calls" if tool else "stop"
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    return {"object": "chat.completion", "choices": [choice]}


def _deltas(chunks: Iterable[str], tool: str | None) -> list[Body]:
    if tool is None:
        opening: Body = {"role": "assistant", "content": "", "refusal": None}
        return [opening, *({"content": chunk} for chunk in chunks)]
    call = {
        "index": 0,
        "id": CALL,
        "type": "function",
        "function": {"name": tool, "arguments": ""},
    }
    opening = {"role": "assistant", "content": None, "tool_calls": [call]}
    more = ({"index": 0, "function": {"arguments": chunk}} for chunk in chunks)
    return [opening, *({"tool_calls": [piece]} for piece in more)]


def _choice(delta: Body, finish_reason: str | None = None) -> Body:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _usage(request: Body, chunks: Sequence[str]) -> Body:
    """Words count as tokens here, and so do chunks."""
    prompt = len(json.dumps(request.get("messages", [])).split())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": len(chunks),
        "total_tokens": prompt + len(chunks),
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _event(chunk: Body) -> bytes:
    return b"data: " + _encoded(chunk) + b"\n\n"


def _encoded(value: Body) -> bytes:
    return json.dumps(value).encode()
