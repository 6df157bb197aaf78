"""Subscribers that cost little: graphql-transport-ws on a bare protocol."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
# Called with the moment a message came, and the message.
Listener = Callable[[float, dict[str, Any]], None]


class Socket(asyncio.Protocol):
    """Open and authenticated; a listener hears all messages of its subscription."""

    def __init__(self, host: str, secret: str) -> None:
        self._host, self._secret = host, secret
        self._buffer = bytearray()
        self._is_open = False
        self._listeners: dict[str, Listener] = {}
        self._number = 0
        self.closed = "without a close"  # what the server said of it
        self.acknowledged = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def subscribe(self, document: str, listener: Listener, **variables: Any) -> None:
        self._number += 1
        name = str(self._number)
        self._listeners[name] = listener
        payload = {"query": document, "variables": variables}
        self._send({"id": name, "type": "subscribe", "payload": payload})

    async def registered(self) -> None:
        """Messages are taken in order: the answer to a later one proves the earlier."""
        answered = asyncio.Event()
        self.subscribe("{ __typename }", lambda _, __: answered.set())
        await answered.wait()

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self._buffer += data
        if not self._is_open:
            header, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not header.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(f"no socket: {header.decode()}")
            self._is_open, self._buffer = True, rest
            self._send(
                {
                    "type": "connection_init",
                    "payload": {"authorization": f"Bearer {self._secret}"},
                }
            )
        while (frame := self._frame()) is not None:
            self._take(now, *frame)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.acknowledged.done():
            self.acknowledged.set_exception(RuntimeError(f"No socket opened: {self.closed}"))
        for listener in self._listeners.values():
            listener(time.time(), {"type": "lost"})

    def _take(self, now: float, kind: int, content: bytes) -> None:
        if kind == PING:
            self._write(PONG, content)
        if kind == CLOSE:
            self.closed = f"{int.from_bytes(content[:2], 'big')} {content[2:].decode()}"
        if kind != TEXT:
            return
        message = json.loads(content)
        if message["type"] == "connection_ack":
            self.acknowledged.set_result(None)
        elif message["type"] in ("next", "error", "complete"):
            if message["type"] == "error" or "errors" in message.get("payload", ()):
                raise RuntimeError(f"A subscription failed: {message}")
            listener = self._listeners[message["id"]]
            if message["type"] == "complete":
                del self._listeners[message["id"]]
            listener(now, message)

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame; a server masks none and splits none."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        start, length = 2, buffer[1]
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        kind, content = buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return kind, content

    def _send(self, message: dict[str, Any]) -> None:
        self._write(TEXT, json.dumps(message).encode())

    def _write(self, kind: int, content: bytes) -> None:
        """Masked with zeros, which is allowed and leaves the content as it is."""
        length = len(content)
        if length < 126:
            head = bytes([128 | kind, 128 | length])
        else:
            head = bytes([128 | kind, 128 | 126]) + length.to_bytes(2, "big")
        self._transport.write(head + bytes(4) + content)


async def open_socket(url: str, secret: str) -> Socket:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    _, socket = await asyncio.get_running_loop().create_connection(
        lambda: Socket(parts.netloc, secret), parts.hostname, parts.port
    )
    await asyncio.wait_for(socket.acknowledged, 30)
    return socket
