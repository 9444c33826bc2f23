"""The egress guard: the lab processes' HTTP proxy, which answers for AWS hosts itself."""

from __future__ import annotations

import base64
import io
import os
import selectors
import socket
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import SplitResult, unquote, urlsplit

from werkzeug.serving import WSGIRequestHandler

from dryrun.cloud import authority
from dryrun.cloud.certificates import TrustFiles
from dryrun.cloud.hosts import is_aws_host
from dryrun.cloud.peers import is_own
from dryrun.environment import UPSTREAM_VARIABLE

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer
    from _typeshed.wsgi import WSGIEnvironment

REFUSED_HOST_KEY = "dryrun.refused_host"
LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
CONNECT_SECONDS = 10.0
HANDSHAKE_SECONDS = 10.0
IDLE_SECONDS = 300.0
CHUNK = 65536
HOP_HEADERS = frozenset(
    {"connection", "keep-alive", "proxy-authorization", "proxy-connection", "te", "upgrade"}
)


class UnreachableError(OSError):
    """A host that is not AWS's could not be reached; the message is one sentence."""


class EgressRequestHandler(WSGIRequestHandler):
    """Serve WSGI and, on the same port, act as a proxy that lets nothing through to AWS.

    A request for an AWS host, in the clear or inside TLS, is handed to the WSGI application with
    the host's name in `environ["dryrun.refused_host"]`. Everything else is relayed. Subclass
    and set `trust`.
    """

    trust: ClassVar[TrustFiles]
    refused_host: str | None = None
    inside_tls: bool = False

    def do_CONNECT(self) -> None:  # noqa: N802 (http.server names methods so)
        """Answer for an AWS host with a certificate of our own; tunnel to any other."""
        self.close_connection = True
        host, port = _split_authority(self.path)
        if not host or self.inside_tls or not self._is_from_here():
            self._refuse_relay()
        elif is_aws_host(host):
            self._impersonate(host)
        else:
            self._tunnel(host, port)

    def run_wsgi(self) -> None:
        """Run the application, unless the request is for some other host."""
        target = urlsplit(self.path) if "://" in self.path.partition("?")[0] else None
        if target is None or self.refused_host is not None or self._is_own(target):
            super().run_wsgi()
        elif not self._is_from_here():
            self._refuse_relay()
        elif is_aws_host(target.hostname or ""):
            self.refused_host = target.hostname
            super().run_wsgi()
            self.refused_host = None
        else:
            self._forward(target)

    def make_environ(self) -> WSGIEnvironment:
        """Return werkzeug's environ, with the refused host when there is one."""
        environ = super().make_environ()
        if self.refused_host is not None:
            environ[REFUSED_HOST_KEY] = self.refused_host
        if self.inside_tls:
            environ["wsgi.url_scheme"] = "https"
        return environ

    def _is_from_here(self) -> bool:
        """Whether the client is a process of this machine and of our own user."""
        address, port = self.client_address[:2]
        return address in LOOPBACK and is_own((address, port), self.server.server_address[1])

    def _is_own(self, target: SplitResult) -> bool:
        return (target.hostname or "").endswith("localhost") and _port_of(
            target, 80
        ) == self.server.server_address[1]

    def _impersonate(self, host: str) -> None:
        plain = self.connection
        self._established()
        try:
            plain.settimeout(HANDSHAKE_SECONDS)
            self.refused_host = host
            if plain.recv(1, socket.MSG_PEEK) == b"\x16":
                context = authority.server_context(self.trust, host)
                self._use(context.wrap_socket(plain, server_side=True))
                self.inside_tls = True
            self.connection.settimeout(IDLE_SECONDS)
            self.close_connection = False
            while not self.close_connection:
                self.handle_one_request()
        except (OSError, ValueError):
            pass  # a client that went away or does not trust the authority, or a broken name
        finally:
            self.close_connection = True
            if self.connection is not plain:
                self.connection.close()

    def _use(self, connection: ssl.SSLSocket) -> None:
        self.connection = connection
        self.rfile = connection.makefile("rb", -1)
        self.wfile = _Writer(connection)

    def _tunnel(self, host: str, port: int) -> None:
        try:
            remote = _dial(host, port, self._upstream())
        except OSError as error:
            self._answer(HTTPStatus.BAD_GATEWAY, _sentence(host, error))
            return
        with remote:
            self._established()
            _relay(self.connection, remote)

    def _forward(self, target: SplitResult) -> None:
        host, port = target.hostname or "", _port_of(target, 80)
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self._answer(HTTPStatus.LENGTH_REQUIRED, "Send this request with a Content-Length.")
            return
        upstream = self._upstream()
        path = target._replace(scheme="", netloc="").geturl() or "/"
        try:
            if upstream is None:
                remote = _dial(host, port, None)
            else:
                remote, path = _connect(upstream.hostname or "", _port_of(upstream, 80)), self.path
        except OSError as error:
            self._answer(HTTPStatus.BAD_GATEWAY, _sentence(host, error))
            return
        self.close_connection = True
        lines = [f"{self.command} {path} HTTP/1.1"]
        lines += [f"{n}: {v}" for n, v in self.headers.items() if n.lower() not in HOP_HEADERS]
        if upstream is not None and upstream.username:
            lines.append(f"Proxy-Authorization: {_basic(upstream)}")
        head = "\r\n".join([*lines, "Connection: close", "", ""])
        with remote:
            remote.sendall(head.encode("latin-1"))
            left = int(self.headers.get("Content-Length") or 0)
            while left > 0 and (block := self.rfile.read(min(left, CHUNK))):
                remote.sendall(block)
                left -= len(block)
            _relay(self.connection, remote)

    def _upstream(self) -> SplitResult | None:
        return upstream_proxy(os.environ, self.server.server_address[1])

    def _established(self) -> None:
        self.log_request(HTTPStatus.OK)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    def _refuse_relay(self) -> None:
        self._answer(HTTPStatus.FORBIDDEN, "Dry Run relays for processes of its own user only.")

    def _answer(self, status: HTTPStatus, sentence: str) -> None:
        body = f"{sentence}\n".encode()
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class _Writer(io.BufferedIOBase):
    """Write everything that is given, as http.server's own writer does."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._connection.sendall(data)
        return memoryview(data).nbytes


def upstream_proxy(environ: Mapping[str, str], own_port: int) -> SplitResult | None:
    """Return the learner's own proxy, or None; never the guard itself."""
    for variable in (UPSTREAM_VARIABLE, "HTTPS_PROXY", "https_proxy"):
        if variable not in environ:
            continue
        value = environ[variable]
        target = urlsplit(value if "://" in value or not value else f"http://{value}")
        own = target.hostname in {"localhost", *LOOPBACK} and _port_of(target, 80) == own_port
        return None if own or not target.hostname else target
    return None


def _dial(host: str, port: int, upstream: SplitResult | None) -> socket.socket:
    """Open a connection to `host`, through the learner's own proxy if there is one."""
    if upstream is None or _is_loopback(host):
        return _connect(host, port)
    if upstream.scheme != "http":
        raise UnreachableError("the proxy this machine uses is not an http:// one")
    remote = _connect(upstream.hostname or "", _port_of(upstream, 80))
    head = [f"CONNECT {host}:{port} HTTP/1.1", f"Host: {host}:{port}"]
    if upstream.username:
        head.append(f"Proxy-Authorization: {_basic(upstream)}")
    remote.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
    answer = b""
    # One byte at a time: what follows the head belongs to the tunnel.
    while not answer.endswith(b"\r\n\r\n") and len(answer) < CHUNK and (byte := remote.recv(1)):
        answer += byte
    status = answer.split(None, 2)[1:2]
    if status != [b"200"]:
        remote.close()
        raise UnreachableError("the proxy this machine uses refused the connection")
    return remote


def _connect(host: str, port: int) -> socket.socket:
    try:
        remote = socket.create_connection((host, port), CONNECT_SECONDS)
    except UnicodeError as error:
        raise UnreachableError("the name is not a host name") from error
    # A name that resolves to the metadata address is a way around the guard.
    if is_aws_host(str(remote.getpeername()[0])):
        remote.close()
        raise UnreachableError("it leads to an address of AWS")
    return remote


def _relay(client: socket.socket, remote: socket.socket) -> None:
    """Copy both ways until one side closes or nothing has come for five minutes."""
    other = {client: remote, remote: client}
    client.settimeout(IDLE_SECONDS)
    remote.settimeout(IDLE_SECONDS)
    with selectors.DefaultSelector() as selector:
        for side in other:
            selector.register(side, selectors.EVENT_READ)
        while selector.get_map() and (ready := selector.select(IDLE_SECONDS)):
            for key, _ in ready:
                source = key.fileobj
                assert isinstance(source, socket.socket)
                try:
                    block = source.recv(CHUNK)
                    if block:
                        other[source].sendall(block)
                        continue
                    other[source].shutdown(socket.SHUT_WR)
                except OSError:
                    return
                if source is remote:
                    return
                selector.unregister(source)


def _split_authority(authority: str) -> tuple[str, int]:
    """Return host and port of `host:port`; an empty host when it is malformed."""
    host, _, port = authority.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return "", 0
    return host.strip("[]"), int(port)


def _port_of(target: SplitResult, default: int) -> int:
    try:
        return target.port or default
    except ValueError:
        return default


def _basic(proxy: SplitResult) -> str:
    pair = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def _is_loopback(host: str) -> bool:
    return host in LOOPBACK or host == "localhost" or host.endswith(".localhost")


def _sentence(host: str, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"Dry Run could not reach {host} for you ({reason}); check this machine's network."
