"""The Runtime API, by which a runtime asks for its next invocation and tells what came of it.

Follows "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide. Each
execution environment has an address of its own.
"""

from __future__ import annotations

import queue
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_VERSION = "/2018-06-01/runtime"
_OUTCOME = re.compile(_VERSION + r"/invocation/([^/]+)/(response|error)$")

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
    """One environment's address, and what goes to and fro there."""

    invocations: queue.Queue[Invocation | None] = field(default_factory=queue.Queue)
    told: queue.Queue[Told] = field(default_factory=queue.Queue)
    ready: threading.Event = field(default_factory=threading.Event)
    """Set once the runtime has asked for its first invocation: the start is over."""

    def __post_init__(self) -> None:
        """Listen on a port of its own."""
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.5,), name="runtime API", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API has them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop answering."""
        self.invocations.put(None)
        threading.Thread(target=self._shut, daemon=True).start()

    def _shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != f"{_VERSION}/invocation/next":
            self._send(404, b"{}")
            return
        self.api.ready.set()
        invocation = self.api.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
            "Lambda-Runtime-Client-Context": invocation.client_context,
        }
        self._send(200, invocation.payload, {k: v for k, v in headers.items() if v})

    def do_POST(self) -> None:
        body = self._body()
        found = _OUTCOME.match(self.path)
        if found:
            self._send(202, b'{"status":"OK"}')
            self.api.told.put(Told(found[2], body, found[1]))
        elif self.path == f"{_VERSION}/init/error":
            self._send(202, b'{"status":"OK"}')
            self.api.told.put(Told("init", body))
            self.api.ready.set()
        else:
            self._send(404, b"{}")

    def _body(self) -> bytes:
        """Return the body; of one that is too large no more than proves it."""
        length = self.headers.get("Content-Length")
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

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: these are calls between a function and its environment."""
