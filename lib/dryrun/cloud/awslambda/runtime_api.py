"""The Runtime API, by which a runtime asks for its next invocation and tells what came of it.

Follows "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide. Each
execution environment has an address of its own.
"""

from __future__ import annotations

import contextlib
import queue
import re
import select
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer

_VERSION = "/2018-06-01/runtime"
_NEXT = f"{_VERSION}/invocation/next"
_OUTCOME = re.compile(_VERSION + r"/invocation/([^/]+)/(response|error)$")

_OK = b'{"status":"OK"}'
_LONGEST_LINE = 65536
_LEAST = 0.05
"""Seconds for which a runtime may go on telling when its function's time is over."""

LARGEST = 6_291_556
"""Bytes of the largest answer of a function."""


@dataclass(frozen=True)
class Invocation:
    """What a runtime is given: `deadline` in milliseconds since the epoch, lab time."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline: int
    client_context: str = ""
    trace_id: str = ""


@dataclass
class Told:
    """What the runtime told of an invocation, or of its start."""

    kind: str
    """`response`, `error` or `init`."""
    body: bytes
    request_id: str = ""


@dataclass
class RuntimeApi:
    """One environment's address, and what goes to and fro there.

    Whoever waits for an outcome reads it from the runtime's connection: to be told of it by
    another thread takes as long as a function does.
    """

    told: queue.SimpleQueue[Told] = field(default_factory=queue.SimpleQueue)
    ready: threading.Event = field(default_factory=threading.Event)
    """Set once the runtime has asked for its first invocation: the start is over."""

    def __post_init__(self) -> None:
        """Listen on a port of its own."""
        self.idle: queue.SimpleQueue[_Handler] = queue.SimpleQueue()
        """The connections on which a runtime waits for its next invocation."""
        self.closed = False
        self._asked: Invocation | None = None
        self._at_work: _Handler | None = None
        self._kept: _Handler | None = None
        """The connection on which an outcome came; its runtime's next request will, too."""
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.5,), name="runtime API", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API has them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def ask(self, invocation: Invocation) -> None:
        """Have an invocation for the runtime, which `outcome` gives it as soon as it waits."""
        self._asked = invocation

    def outcome(self, seconds: float, left: float) -> Told | None:
        """Return what the runtime told, or None when it told nothing for so long.

        What it has begun to tell is waited for as long as `left` seconds.
        """
        if self._asked is not None and not self._give(self._asked, seconds, left):
            return None
        handler = self._at_work
        if handler is None:
            return self._told(seconds)
        if select.select([handler.connection], [], [], seconds)[0]:
            self._at_work = None
            self._kept = handler if handler.hear(left) else None
        return self._told(0)

    def _give(self, invocation: Invocation, seconds: float, left: float) -> bool:
        if self._kept is not None:
            handler, self._kept = self._kept, None
            if not select.select([handler.connection], [], [], seconds)[0]:
                self._kept = handler
                return False
            if not handler.wants_more(left):
                return False
        else:
            try:
                handler = self.idle.get(timeout=seconds)
            except queue.Empty:
                return False
        self._asked, self._at_work = None, handler
        handler.give(invocation)
        return True

    def _told(self, seconds: float) -> Told | None:
        try:
            return self.told.get(timeout=seconds) if seconds else self.told.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Stop answering."""
        self.closed = True
        for handler in (self._at_work, self._kept):
            if handler is not None:
                handler.free()
        with contextlib.suppress(queue.Empty):
            while True:
                self.idle.get_nowait().free()
        threading.Thread(target=self._shut, daemon=True).start()

    def _shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(StreamRequestHandler):
    """Talk HTTP with AWS's runtime client, which is all that ever calls here.

    Python's own handler takes as long for a request as a function does.
    """

    api: RuntimeApi
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin with a connection."""
        super().setup()
        self._freed = threading.Event()

    def handle(self) -> None:
        """Answer one request after the other."""
        with contextlib.suppress(OSError, ValueError):  # the runtime is gone
            while (line := self.rfile.readline(_LONGEST_LINE)) and self._answer(line):
                pass

    def _answer(self, line: bytes) -> bool:
        """Answer one request; tell whether another may come."""
        method, path, _ = line.decode("latin-1").split(" ", 2)
        headers = self._headers()
        if method == "POST":
            self._take(path, self._body(headers))
            return True
        if path != _NEXT:
            self._send("404 Not Found", b"{}")
            return True
        self._freed.clear()
        self.api.idle.put(self)
        self.api.ready.set()
        self._freed.wait()
        return not self.api.closed

    def give(self, invocation: Invocation) -> None:
        """Send the runtime, which waits for it, an invocation."""
        told = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
            "Lambda-Runtime-Client-Context": invocation.client_context,
        }
        with contextlib.suppress(OSError):  # the runtime is gone; who waits for it will see
            self._send("200 OK", invocation.payload, {k: v for k, v in told.items() if v})

    def hear(self, seconds: float) -> bool:
        """Take what the runtime tells, within so many seconds; False when it is gone."""
        asked = self._request(seconds)
        if asked is None:
            return False
        with contextlib.suppress(OSError):
            self._take(*asked)
            return True
        self.free()
        return False

    def wants_more(self, seconds: float) -> bool:
        """Take the runtime's request for its next invocation; False when it makes none."""
        asked = self._request(seconds)
        if asked is not None and asked[0] == _NEXT:
            return True
        self.free()
        return False

    def _request(self, seconds: float) -> tuple[str, bytes] | None:
        """Return the path and the body of a request; None when the runtime is gone."""
        try:
            self.connection.settimeout(max(seconds, _LEAST))
            line = self.rfile.readline(_LONGEST_LINE)
            method, path, _ = line.decode("latin-1").split(" ", 2)
            headers = self._headers()
            body = self._body(headers) if method == "POST" else b""
            self.connection.settimeout(None)
        except (OSError, ValueError):  # who waits for it will see
            self.free()
            return None
        return path, body

    def free(self) -> None:
        """Let the connection's own thread go on."""
        self._freed.set()

    def _take(self, path: str, body: bytes) -> None:
        found = _OUTCOME.match(path)
        if found:
            self.api.told.put(Told(found[2], body, found[1]))
            self._send("202 Accepted", _OK)
        elif path == f"{_VERSION}/init/error":
            self._send("202 Accepted", _OK)
            self.api.told.put(Told("init", body))
            self.api.ready.set()
        else:
            self._send("404 Not Found", b"{}")

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while line := self.rfile.readline(_LONGEST_LINE).strip():
            name, _, value = line.decode("latin-1").partition(":")
            found[name.strip().lower()] = value.strip()
        return found

    def _body(self, headers: Mapping[str, str]) -> bytes:
        """Return the body; of one that is too large no more than proves it."""
        length = headers.get("content-length")
        if length is not None:
            left = int(length)
            data = self.rfile.read(min(left, LARGEST + 1))
            left -= len(data)
            while left > 0:
                left -= len(self.rfile.read(min(65536, left))) or left
            return data
        data = b""
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            chunk = self.rfile.read(size)
            self.rfile.readline()
            if len(data) <= LARGEST:
                data += chunk
        self.rfile.readline()
        return data

    def _send(self, status: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        told = {
            **(headers or {}),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items())]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body)
