"""What a WebSocket may cost below the messages on it: under uvicorn's own protocol (see
docs/decisions/0037 and 0050)."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from rota.http.state import SIGNED_IN
from rota.http.transports import TakenInTime, pieces
from rota.http.visitors import Visit, Visitors

MAX_UNSIGNED_BYTES = 16 * 1024
MAX_UNSENT_PONG_BYTES = 64 * 1024
MAX_FRAGMENTS = 1_000
MAX_CONTROL_FRAMES = 600  # a minute
POLICY, MESSAGE_TOO_BIG = 1008, 1009


class SocketConnection(TakenInTime, WebSocketsSansIOProtocol):
    """A WebSocket. Until it has signed in, what it may send in all is one small frame's worth."""

    def __init__(self, *arguments: Any, visitors: Visitors, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._visitors = visitors
        self._visit = Visit(visitors)
        self._has_signed_in = False
        self._unsigned_bytes = 0
        self._unsent_pong_bytes = 0
        self._control_frames = 0
        self._minute = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        self._visit.end()
        self.stop_taking()
        super().connection_lost(exc)

    def handle_connect(self, event: Any) -> None:
        peer = self.client[0] if self.client else ""
        named = (value.encode("latin-1") for value in event.headers.get_all("X-Forwarded-For"))
        address = self._visitors.address(peer, named)
        if not self._visit.begin(address):
            self._abort()
            return
        if address != peer:
            self.client = (address, 0)
        super().handle_connect(event)
        if not self.handshake_complete:  # it was no WebSocket's
            self.scope[SIGNED_IN] = self._sign_in  # type: ignore[literal-required]

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated and not self._has_signed_in:
            self._unsigned_bytes += len(data)
            if self._unsigned_bytes > MAX_UNSIGNED_BYTES:
                self._fail(
                    MESSAGE_TOO_BIG, f"Before signing in {MAX_UNSIGNED_BYTES:,} bytes are all."
                )
                return
        for piece in pieces(data):
            if self.transport.is_closing():
                return
            super().data_received(piece)

    def handle_cont(self, event: Any) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:
            self._fail(MESSAGE_TOO_BIG, f"A message has at most {MAX_FRAGMENTS:,} fragments.")
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """A client that reads them keeps nothing waiting."""
        if not self.transport.get_write_buffer_size():
            self._unsent_pong_bytes = 0
        if self._is_flood():
            return
        pongs = b"".join(self.conn.data_to_send())
        self._unsent_pong_bytes += len(pongs)
        if self._unsent_pong_bytes > MAX_UNSENT_PONG_BYTES:
            self._abort()
        else:
            self.transport.write(pongs)

    def handle_pong(self, event: Any) -> None:
        if not self._is_flood():
            super().handle_pong(event)

    def _sign_in(self) -> None:
        self._has_signed_in = True
        self._visit.end()

    def _is_flood(self) -> bool:
        """They cost more than they are worth, and no client needs many."""
        if self.loop.time() - self._minute > 60:
            self._minute, self._control_frames = self.loop.time(), 0
        self._control_frames += 1
        if self._control_frames > MAX_CONTROL_FRAMES:
            self._fail(POLICY, f"At most {MAX_CONTROL_FRAMES} pings and pongs a minute.")
            return True
        return False

    def _fail(self, code: int, reason: str) -> None:
        if not self.handshake_complete or self.close_sent:
            self._abort()
            return
        self.conn.fail(code, reason)
        self.handle_parser_exception()
