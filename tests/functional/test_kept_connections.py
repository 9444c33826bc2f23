"""Connections to the cloud are kept, and one that cannot be read on is closed."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from dryrun.cloud.kept import MOST_HEADERS
from dryrun.cloud.launcher import Running

ASK = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n%s\r\n"


@pytest.fixture
def wire(running: Running) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as made:
        yield made


def answer(wire: socket.socket) -> tuple[int, http.client.HTTPResponse, bytes]:
    """Read one answer and no more."""
    told = http.client.HTTPResponse(wire)
    told.fp = wire.makefile("rb", 0)  # unbuffered: what follows is another answer's
    told.begin()
    return told.status, told, told.read()


def closed(wire: socket.socket) -> bool:
    wire.settimeout(5)
    try:
        return wire.recv(1) == b""
    except ConnectionError:
        return True


def test_one_request_after_the_other(wire: socket.socket) -> None:
    for _ in range(3):
        wire.sendall(ASK % b"")
        status, told, body = answer(wire)
        assert status == 403
        assert told.getheader("Connection") is None
        assert int(str(told.getheader("Content-Length"))) == len(body) > 0


def test_two_at_once_are_answered_in_order(wire: socket.socket) -> None:
    wire.sendall(b"POST /_dryrun/health HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}" + ASK % b"")
    assert b"token" in answer(wire)[2]
    assert b"AccessDenied" in answer(wire)[2]


def test_close_is_heeded(wire: socket.socket) -> None:
    wire.sendall(ASK % b"connection: Close\r\n")
    _, told, _ = answer(wire)
    assert told.getheader("Connection") == "close"
    assert closed(wire)


def test_an_old_client_is_answered_and_left(wire: socket.socket) -> None:
    wire.sendall(b"GET /nothing HTTP/1.0\r\n\r\n")
    assert answer(wire)[0] == 403
    assert closed(wire)


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: some\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_after_a_body_that_cannot_be_read_the_connection_is_closed(
    wire: socket.socket, head: bytes
) -> None:
    wire.sendall(head)
    status, told, body = answer(wire)
    assert (status, told.getheader("Connection")) == (400, "close")
    assert b"cannot be read" in body
    assert closed(wire)


def test_too_many_headers_are_refused(wire: socket.socket) -> None:
    wire.sendall(ASK % (b"X-A: 1\r\n" * (MOST_HEADERS + 1)))
    assert answer(wire)[0] == 431


def test_a_header_that_is_too_long_is_refused(wire: socket.socket) -> None:
    wire.sendall(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 70_000)
    assert answer(wire)[0] == 431


def test_a_folded_header_is_read(wire: socket.socket) -> None:
    wire.sendall(ASK % b"X-A: one\r\n two\r\n")
    assert answer(wire)[0] == 403


def test_a_body_is_asked_for_once(wire: socket.socket) -> None:
    wire.sendall(
        b"POST /_dryrun/health HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    )
    time.sleep(0.2)
    assert wire.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    wire.sendall(b"{}")
    assert answer(wire)[0] == 403


def test_head_has_no_body(wire: socket.socket) -> None:
    wire.sendall(b"HEAD /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + ASK % b"")
    told = http.client.HTTPResponse(wire, method="HEAD")
    told.fp = wire.makefile("rb", 0)
    told.begin()
    assert told.read() == b""
    assert answer(wire)[0] == 403
