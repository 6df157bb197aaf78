"""What an HTTP connection may cost, and how long it may keep us waiting: under uvicorn's own
protocol (see docs/decisions/0037 and 0050)."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rota.http.state import SIGNED_IN
from rota.http.transports import PIECE_BYTES, TakenInTime, Timer, Transport, pieces
from rota.http.visitors import TOO_MANY, Visit, Visitors

HEADERS_SECONDS = 10.0
LINGER_SECONDS = 2.0
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
MAX_PIPELINED = 16
MAX_CHUNKS = 20_000
MAX_UNSIGNED_REQUESTS = 1_000  # one after the other, by who has not signed in
# A message may come in so many small reads; what comes then gathers in the socket for a moment
# before each further one, for a read costs the same whatever it brings.
MAX_SMALL_READS = 64
SMALL_BYTES = 512
GATHER_SECONDS = 0.01
# Of what is still sent once it is answered.
MAX_UNREAD_BYTES = 64 * 1024 * 1024
LONG_HEAD = f"A request's head has at most {MAX_HEAD_BYTES:,} bytes and {MAX_HEADERS} headers."
IN_PIECES = f"A body comes in at most {MAX_CHUNKS:,} pieces, with nothing behind the last."


class Refused(Exception):
    """`status` is HTTP's."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Flow(FlowControl):
    """Nothing is read while requests wait in the queue, whoever asks for more."""

    def __init__(self, connection: "Connection") -> None:
        super().__init__(connection.transport)
        self._connection = connection

    def resume_reading(self) -> None:
        if self._connection.reads_on:
            super().resume_reading()


class Connection(TakenInTime, HttpToolsProtocol):
    """An HTTP connection. What of a message is not finished, a head, a line before a chunk or
    what stands behind the last one, is counted as it comes in and ends at a limit."""

    def __init__(self, *arguments: Any, visitors: Visitors, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._visitors = visitors
        self._visit = Visit(visitors)
        self._arriving = Timer(self.loop, self._abort)
        self._refusal: Refused | None = None
        self._is_proxied = False
        self._is_waiting = False
        self._held = b""
        self._is_in_head = True
        self._is_last = False  # nothing that comes now is looked at
        self._is_upgraded = False
        self._finished_something = False
        self._unfinished_bytes = 0
        self._unread_bytes = 0
        self._chunks = 0
        self._small_reads = 0
        self._unsigned_requests = 0

    @property
    def reads_on(self) -> bool:
        return not self.pipeline and not self._is_last

    @property
    def _owes_an_answer(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Transport(transport, self.loop))  # type: ignore[arg-type] # acts as one
        self.flow = Flow(self)
        self._is_proxied = self._visitors.trusts(self._peer)
        self._arriving.start(HEADERS_SECONDS)
        if not self._is_proxied and not self._visit.begin(self._peer):
            self._is_waiting = self._visitors.wait(self._peer, self._enter)
            if not self._is_waiting:
                self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_waiting:
            self._hold(data)
            return
        if len(data) < SMALL_BYTES:
            self._let_gather()
        for piece in pieces(data):
            if self._is_last:
                self._count_unread(piece)
                continue
            self._finished_something = False
            super().data_received(piece)
            if self._is_upgraded:
                return
            if self._finished_something:
                self._unfinished_bytes = 0
            else:
                self._unfinished_bytes += len(piece)
                if self._unfinished_bytes >= MAX_HEAD_BYTES and not self._is_last:
                    self._refuse(Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, LONG_HEAD))

    def _let_gather(self) -> None:
        self._small_reads += 1
        if self._small_reads > MAX_SMALL_READS:
            self.transport.pause_reading()
            self.loop.call_later(GATHER_SECONDS, self._read_on)

    def _read_on(self) -> None:
        if not self.transport.is_closing() and not self.flow.read_paused:
            self.transport.resume_reading()

    def _hold(self, data: bytes) -> None:
        """Until there is room for another connection of its address."""
        self._held += data
        if len(self._held) > PIECE_BYTES:
            self._abort()
        self.transport.pause_reading()

    def _enter(self) -> None:
        self._is_waiting = False
        if self.transport.is_closing():
            return
        self._visit.begin(self._peer)
        self._arriving.start(HEADERS_SECONDS)
        held, self._held = self._held, b""
        self.transport.resume_reading()
        if held:
            self.data_received(held)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[SIGNED_IN] = self._sign_in  # type: ignore[literal-required]
        self._unsigned_requests += 1
        self._chunks = self._small_reads = 0
        self._arriving.start(HEADERS_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_head:
            self._raise(HTTPStatus.BAD_REQUEST, IN_PIECES)
        if len(self.headers) >= MAX_HEADERS:
            self._raise(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, LONG_HEAD)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINED:
            self._raise(HTTPStatus.TOO_MANY_REQUESTS, "")  # those before it are answered
        if self._is_proxied:
            address = self._visitors.address(self._peer, self._forwarded())
            self.scope["client"] = (address, 0)
            if not self._visit.begin(address):
                self._raise(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY)
        self._arriving.stop()
        self._is_in_head = False
        self._finished_something = True
        super().on_headers_complete()
        if self._unsigned_requests >= MAX_UNSIGNED_REQUESTS:
            self.cycle.keep_alive = False  # its answer is the last

    def on_chunk_header(self) -> None:
        """The parser's; uvicorn has no use for it."""
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            self._raise(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, IN_PIECES)

    def on_body(self, body: bytes) -> None:
        self._finished_something = True
        if self.cycle is not None and self.cycle.response_complete:
            self._count_unread(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._finished_something = True
        self._is_in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer may come before the end of the body, which then is not for ever either; nor is
        the next request's head."""
        super().on_response_complete()
        if self._is_proxied:
            self._visit.end()
        if self._owes_an_answer or self.transport.is_closing():
            return
        if self.cycle.more_body or not self._arriving.is_running:
            self._arriving.start(HEADERS_SECONDS)

    def handle_websocket_upgrade(self) -> None:
        if self._owes_an_answer:
            self._abort()
            return
        self._is_upgraded = True
        self._leave()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does about a message that cannot be read on, ours among them."""
        self._refuse(self._refusal or Refused(HTTPStatus.BAD_REQUEST, msg))

    def _sign_in(self) -> None:
        self._unsigned_requests = 0
        self._visit.end()

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def _forwarded(self) -> Iterator[bytes]:
        return (value for name, value in self.headers if name == b"x-forwarded-for")

    def _raise(self, status: HTTPStatus, message: str) -> None:
        """Out of the parser, which hands on only that something was raised."""
        self._refusal = Refused(status, message)
        raise self._refusal

    def _refuse(self, refusal: Refused) -> None:
        """Told where it is the next answer that is due; else the answers before it are the last."""
        self._is_last = True
        if self._is_in_head and self._owes_an_answer:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if self._owes_an_answer:
            if self.pipeline or self.cycle.response_started:
                self._abort()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self._is_in_head or self._owes_an_answer:
            self.transport.write(_refusal_bytes(refusal))
        self._linger()

    def _linger(self) -> None:
        """Closed at once, what the other side still sends would take the answer from it."""
        self.transport.write_eof()
        self._arriving.start(LINGER_SECONDS)

    def _count_unread(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        if self._unread_bytes > MAX_UNREAD_BYTES:
            self._abort()

    def _leave(self) -> None:
        self._visitors.give_up(self._peer, self._enter)
        self._visit.end()
        self._arriving.stop()
        self.stop_taking()


def _refusal_bytes(refusal: Refused) -> bytes:
    content = refusal.message.encode()
    head = (
        f"HTTP/1.1 {refusal.status.value} {refusal.status.phrase}\r\n"
        "content-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + content
