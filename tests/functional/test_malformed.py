"""Ten thousand malformed requests: the cloud refuses each in a sentence, at once, and goes on."""

from __future__ import annotations

import functools
import random
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import in_process
import malformed
import pytest
import shapes
from botocore.exceptions import ClientError
from malformed import Wire

from dryrun.cloud.launcher import Running

# One or more services of every protocol, simulated or not, with operations of many shapes.
SERVICES = (
    "sts", "iam", "ec2", "sqs", "sns", "cloudformation", "rds", "ssm", "dynamodb", "kms", "events",
    "stepfunctions", "logs", "cloudwatch", "s3", "route53", "cloudfront", "lambda", "apigateway",
    "appsync", "ecr", "secretsmanager", "elbv2", "s3control", "kendra", "timestream-query",
    "cognito-identity", "sesv2", "codedeploy", "servicecatalog",
)  # fmt: skip
OPERATIONS_EACH = 14
BATCHES, BATCH = 20, 500
LIMIT_SECONDS = 4.0
"""Longer than this, moto's first loading of a service included, is a hang."""


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Break off a request that hangs."""

    def give_up(*_: Any) -> None:
        raise TimeoutError("a request hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@functools.cache
def valid_requests() -> tuple[Wire, ...]:
    """Return valid requests, as boto3 sends them; the services are loaded afterwards."""
    lab = in_process.lab()
    lab.sent.clear()
    for service in SERVICES:
        client = in_process.client(service, retries={"total_max_attempts": 1})
        names = client.meta.service_model.operation_names
        for name in names[:: max(len(names) // OPERATIONS_EACH, 1)]:
            model = client.meta.service_model.operation_model(name)
            try:
                client._make_api_call(name, shapes.minimal(model))
            except Exception:  # the request is what counts
                continue
    return tuple(
        Wire(
            request.method,
            request.url,
            tuple(in_process.headers_of(request)),
            in_process.body_of(request),
        )
        for request in lab.sent
    )


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_malformed_request_is_refused(batch: int, capfd: Any) -> None:
    rng = random.Random(batch)
    requests = valid_requests()
    wrong = []
    for number in range(BATCH):
        request = malformed.spoil(rng.choice(requests), rng)
        fault = refusal_fault(request)
        if fault:
            wrong.append(f"{fault}\n    batch {batch}, request {number}: {_brief(request)}")
    capfd.readouterr()
    assert not wrong, "\n".join(wrong)
    assert in_process.client("sts").get_caller_identity()["Account"] == shapes.ACCOUNT


def refusal_fault(request: Wire) -> str | None:
    """Send a request; return what is wrong with how it was refused."""
    lab = in_process.lab()
    began = time.process_time()  # what else the computer does counts for nothing
    signal.alarm(30)
    try:
        reply = lab.send(
            in_process.wsgi(request.method, request.url, list(request.headers), request.body)
        )
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    seconds = time.process_time() - began
    if reply.status >= 500 and reply.status != 501:
        return f"status {reply.status}"
    if b"Traceback (most recent" in reply.body or b'File "/' in reply.body:
        return f"a traceback: {reply.body[:300]!r}"
    if seconds > LIMIT_SECONDS:
        return f"{seconds:.1f} seconds"
    return None


def _brief(request: Wire) -> str:
    return f"{request.method} {request.url[:200]} {dict(request.headers)} {request.body[:300]!r}"


HOST = b"Host: localhost\r\n"
RAW: dict[str, bytes] = {
    "nothing": b"",
    "an empty line": b"\r\n\r\n",
    "binary": bytes(range(256)),
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    "no version": b"GET /\r\n\r\n",
    "a wrong version": b"GET / HTTP/9.9\r\n\r\n",
    "no such version": b"GET / FTP/1.0\r\n\r\n",
    "too many words": b"GET / / / HTTP/1.1\r\n\r\n",
    "no path": b"GET  HTTP/1.1\r\n\r\n",
    "a long path": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long header": b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    "no colon": b"GET / HTTP/1.1\r\nnonsense\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nX: y\r\n z\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "length not a number": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: abc\r\n\r\nabc",
    "length below zero": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\nabc",
    "length too large": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 500\r\n\r\nabc",
    "length huge": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nabc",
    "length too small": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nabcdef",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 3\r\n\r\nabc",
    "a chunk's length not a number": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunks that end early": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "no last chunk": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    "a huge chunk": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffff\r\nab\r\n",
    "chunked and a length": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Length: 3\r\n\r\n0\r\n\r\n",
    "another transfer encoding": b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc",
    "expect": b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "CONNECT to nowhere": b"CONNECT  HTTP/1.1\r\n\r\n",
    "CONNECT without a port": b"CONNECT localhost HTTP/1.1\r\n\r\n",
    "CONNECT to a wrong port": b"CONNECT localhost:99999 HTTP/1.1\r\n\r\n",
    "an absolute address": b"GET http://s3.amazonaws.com/x HTTP/1.1\r\n\r\n",
    "a broken absolute address": b"GET http://[::1 HTTP/1.1\r\n\r\n",
    "an address without a host": b"GET http:///x HTTP/1.1\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an upgrade": b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
}


@pytest.mark.parametrize("what", RAW)
def test_malformed_http(what: str, running: Running) -> None:
    answer = talk(running.port, RAW[what])
    assert answer_fault(answer) is None, answer[:500]
    assert running.control("health")["instance"] == running.instance


def test_malformed_calls_over_a_socket(running: Running) -> None:
    rng = random.Random("socket")
    requests = valid_requests()
    wrong = []
    for _ in range(200):
        request = malformed.spoil(rng.choice(requests), rng)
        fault = answer_fault(talk(running.port, on_the_wire(request)))
        if fault:
            wrong.append(f"{fault}\n    {_brief(request)}")
    assert not wrong, "\n".join(wrong)
    assert running.control("health")["instance"] == running.instance


def test_clients_that_leave_in_the_middle(running: Running) -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", running.port), 5) as connection:
            connection.sendall(head + b"x" * 10)
    assert running.control("health")["instance"] == running.instance


def talk(port: int, data: bytes) -> bytes:
    """Send bytes, say that no more will come, and return all that is answered."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.settimeout(10)
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(65536):
                answer += block
        except (ConnectionError, BrokenPipeError):
            pass
        return answer


def answer_fault(answer: bytes) -> str | None:
    """Return what is wrong with an answer; a connection closed without one is none."""
    if b"Traceback (most recent" in answer:
        return "a traceback"
    status = answer.split(b" ")[1:2] if answer.startswith(b"HTTP/") else []
    if status and status[0].startswith(b"5") and status[0] not in (b"501", b"502", b"505"):
        return f"status {status[0].decode()}"
    return None


def on_the_wire(request: Wire) -> bytes:
    """Return a request's bytes, its own wrong Content-Length included."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    names = {name.lower() for name, _ in request.headers}
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if "content-length" not in names:
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + request.body


def test_an_error_about_what_xml_cannot_hold_can_be_read() -> None:
    with pytest.raises(ClientError, match=r"Value \(\?\) for parameter cidrBlock is invalid"):
        in_process.client("ec2").create_vpc(CidrBlock="\x00")
