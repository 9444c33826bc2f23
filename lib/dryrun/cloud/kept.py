"""Connections that are kept: one request after the other, each answered with one write.

werkzeug's own server closes a connection after each request, and waits up to 10 ms for the client
to do the same, because it does not know whether a body was read to its end. Our application always
reads it; where it cannot, it answers with `Connection: close`.
"""

from __future__ import annotations

import contextlib
import functools
import io
import socket
import time
import traceback
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus
from http.client import HTTPMessage, parse_headers
from typing import Any, cast

from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import WSGIRequestHandler

Headers = list[tuple[str, str]]

LONGEST_LINE, MOST_HEADERS = 65_536, 100
"""What http.server takes."""
LINGER_SECONDS = 2.0
"""How long a client may go on sending what nobody reads any more."""
_ENDS = (b"\r\n", b"\n", b"")


class Head:
    """The headers of a request, as far as the servers here ask for them.

    http.server's are those of an e-mail, which takes longer to read than most requests to answer.
    """

    def __init__(self, pairs: Headers) -> None:
        self._pairs = pairs
        self._first = {name.lower(): value for name, value in reversed(pairs)}

    def items(self) -> Headers:
        """Return names and values in the order in which they came."""
        return self._pairs

    def keys(self) -> list[str]:
        """Return the names in the order in which they came."""
        return [name for name, _ in self._pairs]

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a header."""
        return self._first.get(name.lower(), default)


@functools.lru_cache(4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _headers(lines: list[bytes]) -> Head | HTTPMessage:
    pairs = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name or name[0] in " \t":  # a folded line, or none at all
            return parse_headers(io.BytesIO(b"".join([*lines, b"\r\n"])))
        pairs.append((name, value.strip(" \t\r\n")))
    return Head(pairs)


class KeptRequestHandler(MotoRequestHandler):
    """Answer the requests of a connection as long as the client keeps it."""

    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        """Read what comes before the body; False when the connection cannot go on."""
        words = self.raw_requestline.decode("latin-1").split()
        if len(words) != 3 or words[2] != "HTTP/1.1":
            return bool(super().parse_request())
        self.requestline = " ".join(words)
        self.command, self.path, self.request_version = words
        if self.path.startswith("//"):  # as http.server has it, which tells why (gh-87389)
            self.path = "/" + self.path.lstrip("/")
        lines = self._lines()
        if lines is None:
            return False
        headers = _headers(lines)
        self.headers = cast(Any, headers)  # as much of a message as is used
        self.close_connection = headers.get("Connection", "").lower() == "close"
        if headers.get("Expect", "").lower() == "100-continue":
            return bool(self.handle_expect_100())
        return True

    def _lines(self) -> list[bytes] | None:
        lines: list[bytes] = []
        while (line := self.rfile.readline(LONGEST_LINE + 1)) not in _ENDS:
            lines.append(line)
            if len(line) > LONGEST_LINE or len(lines) > MOST_HEADERS:
                self.close_connection = True
                self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return None
        return lines

    def finish(self) -> None:
        """Close the connection once the client has read all of the answer.

        What it has sent and nobody read would have the system throw the answer away.
        """
        super().finish()
        with contextlib.suppress(OSError, ValueError):
            self.request.shutdown(socket.SHUT_WR)
            self.request.settimeout(LINGER_SECONDS)
            until = time.perf_counter() + LINGER_SECONDS
            while self.request.recv(LONGEST_LINE) and time.perf_counter() < until:
                pass

    def make_environ(self) -> dict[str, Any]:
        """Return werkzeug's environ; moto's differs only where a name has an underscore."""
        if any("_" in name for name in self.headers.keys()):  # noqa: SIM118 - no mapping
            return dict(super().make_environ())
        environ = WSGIRequestHandler.make_environ(self)
        environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {}
        return dict(environ)

    def run_wsgi(self) -> None:
        """Answer one request (WSGI)."""
        self.environ = self.make_environ()
        try:
            self._answer_with(self.server.app(self.environ, self._start))
        except (ConnectionError, TimeoutError) as error:
            self.close_connection = True
            self.connection_dropped(error, self.environ)
        except Exception:  # whatever happens, the client gets an answer
            traceback.print_exc()
            self.close_connection = True
            self._answer_with(InternalServerError()(self.environ, self._start))

    def _start(self, status: str, headers: Headers, *_: object) -> Any:
        """Note how an answer begins; nobody here writes its body as WSGI once had it."""
        self._status, self._told = status, headers

    def _answer_with(self, answer: Iterable[bytes]) -> None:
        try:
            body = b"".join(answer)
            self.wfile.write(self._head(len(body)) + body)
        finally:
            if hasattr(answer, "close"):
                answer.close()

    def _head(self, length: int) -> bytes:
        told = {name.lower(): value for name, value in self._told}
        headers = [*self._told, ("Date", _date(int(time.time())))]
        if "content-length" not in told and self.command != "HEAD":
            headers.append(("Content-Length", str(length)))
        if told.get("connection", "").lower() == "close":
            self.close_connection = True
        elif self.close_connection:
            headers.append(("Connection", "close"))
        lines = [f"HTTP/1.1 {self._status}", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
