"""The lab cloud without a socket: real boto3 clients, the real application, no HTTP between."""

from __future__ import annotations

import functools
import io
import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from moto import backends
from moto.core.base_backend import BackendDict

from dryrun.cloud import capabilities, keys, registry
from dryrun.cloud.application import CloudApplication
from dryrun.cloud.clock import Clock
from dryrun.cloud.control import Control
from dryrun.cloud.identity import seed_admin
from dryrun.cloud.journal import Journal
from dryrun.cloud.keys import ADMIN_KEY_ID, Keys

# Before anything makes a backend, as in `dryrun.cloud.server`.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
registry.install()

KEYS = Keys("dryrun/fake/0000000000000000000000000000", "salt")
keys.use(KEYS)
ENDPOINT = "http://localhost:4566"
TOKEN = "in-process"


@dataclass
class Reply:
    """What the cloud sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class LastCall(Journal):
    """A journal with its last call at hand."""

    @property
    def last(self) -> dict[str, Any]:
        """The last call, in plain values."""
        return self.calls()[-1].as_json()

    def forget(self) -> None:
        """Forget every call."""
        self._calls.clear()


@dataclass
class Lab:
    """One cloud in this process, and every reply it gave."""

    application: CloudApplication
    control: Control
    clock: Clock
    journal: LastCall
    replies: list[Reply] = field(default_factory=list)
    sent: list[AWSPreparedRequest] = field(default_factory=list)

    def send(self, environ: dict[str, Any]) -> Reply:
        """Answer one WSGI request."""
        reply = Reply()

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            reply.status, reply.headers = int(status.split()[0]), dict(headers)

        reply.body = b"".join(self.application(environ, start_response))
        self.replies.append(reply)
        return reply

    def before_send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Answer what botocore was about to send (its `before-send` event)."""
        self.sent.append(request)
        reply = self.send(environ(request))
        return AWSResponse(request.url, reply.status, reply.headers, _Raw(reply.body))


class _Raw(io.BytesIO):
    """A response's body as urllib3 gives it."""

    def stream(self, **_: Any) -> Any:
        while block := self.read(65536):
            yield block


@functools.cache
def lab() -> Lab:
    """Return this process's cloud, built as `dryrun.cloud.server` builds it."""
    seed_admin()
    clock = Clock()
    journal = LastCall(None)
    control = Control(TOKEN, 1, clock, journal)
    return Lab(CloudApplication(control, clock, journal), control, clock, journal)


def forget_everything() -> None:
    """Empty the account, and bring its clock back to the present."""
    if lab.cache_info().currsize:
        clock = lab().clock
        hooks = clock.before_event, clock.moved, clock.busy
        clock.__init__()  # clients hold on to this one
        clock.before_event, clock.moved, clock.busy = hooks
        BackendDict.reset()
        lab().journal.forget()
        seed_admin()


def forget(service: str) -> None:
    """Empty one service of the account, whatever another test of this process left there."""
    package = capabilities.package(service)
    assert package is not None
    for regions in backends.get_backend(package).values():  # type: ignore[call-overload]
        for backend in regions.values():
            backend.reset()
    if service == "iam":
        seed_admin()


@functools.cache
def session() -> boto3.Session:
    """Return the one session: its loader caches every model it reads."""
    core = botocore.session.Session()
    core.get_component("credential_provider").providers[:] = []
    made = boto3.Session(
        ADMIN_KEY_ID, KEYS.admin_secret, region_name="us-east-1", botocore_session=core
    )
    made.events.register("before-send", lab().before_send)
    return made


def client(service: str, **config: Any) -> Any:
    """Return a boto3 client of the lab cloud, with boto3's own retries."""
    return session().client(service, endpoint_url=ENDPOINT, config=Config(**config))


def environ(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the WSGI environment of a request, as werkzeug's server makes it."""
    return wsgi(request.method, request.url, headers_of(request), body_of(request))


def headers_of(request: AWSPreparedRequest) -> list[tuple[str, str]]:
    """Return the headers of a request as text."""
    return [(name, _text(value)) for name, value in request.headers.items()]


def body_of(request: AWSPreparedRequest) -> bytes:
    """Return the body of a request, whatever botocore holds it in."""
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def wsgi(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes = b""
) -> dict[str, Any]:
    """Return the WSGI environment of a request in its parts."""
    parts = urlsplit(url)
    raw = parts.path + (f"?{parts.query}" if parts.query else "")
    made: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": raw,
        "RAW_URI": raw,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "4566",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        made[key] = f"{made[key]},{value}" if key in made and key.startswith("HTTP_X") else value
    return made


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
