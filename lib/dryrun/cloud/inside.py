"""boto3 clients for the cloud itself: calls that one service makes of another.

CloudFormation creates a queue by calling SQS, as it does in AWS. Such a call needs no socket: it
goes to the application of this process, under whoever's name it is made, and what that caller may
not do is refused as everywhere.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from dryrun.cloud import shortcut, warm

if TYPE_CHECKING:
    from dryrun.cloud.errors import Answer
    from dryrun.cloud.identity import Caller
    from dryrun.cloud.routing import ApiCall

Environ = dict[str, Any]


class Application(Protocol):
    """What answers the calls."""

    def answer_inside(self, environ: Environ, body: bytes, caller: Caller) -> Answer:
        """Answer one call of the cloud itself."""

    def answer_known(self, call: ApiCall, environ: Environ, body: bytes) -> Answer:
        """Answer one such call of which everything is known."""


_application: list[Application] = []
_endpoint = ["http://localhost:4566"]
_called = [""]
_CALLER: ContextVar[Caller] = ContextVar("inside_caller")
_VIA: ContextVar[str] = ContextVar("inside_via", default="")
_HOST: ContextVar[str] = ContextVar("inside_host", default="")
_PARENT: ContextVar[str] = ContextVar("inside_parent", default="")


def make_current(application: Application) -> None:
    """Let `application` answer the calls of this process."""
    _application[:] = [application]


def use_endpoint(endpoint: str) -> None:
    """Let addresses that services give out, as SQS does, begin with `endpoint`."""
    _endpoint[:] = [endpoint]
    client.cache_clear()


def endpoint() -> str:
    """Return the address at which this cloud is found, without a slash at the end."""
    return f"http://{host()}"


def host() -> str:
    """Return host and port by which whoever asked for what is done found this cloud.

    A replay elsewhere so gives out the addresses that were given out before.
    """
    return _HOST.get() or _endpoint[-1].partition("://")[2]


class _Within:
    """What context variables are for as long as a block lasts; a generator would take longer."""

    __slots__ = ("_tokens", "_values")

    def __init__(self, *values: tuple[ContextVar[Any], Any]) -> None:
        self._values = values
        self._tokens: list[tuple[ContextVar[Any], Token[Any]]] = []

    def __enter__(self) -> None:
        self._tokens = [(variable, variable.set(value)) for variable, value in self._values]

    def __exit__(self, *_: object) -> None:
        for variable, token in self._tokens:
            variable.reset(token)


def found_at(name: str) -> AbstractContextManager[None]:
    """Let addresses that services give out have this host, for as long as the block lasts."""
    return _Within((_HOST, name))


def last_called() -> str:
    """Return the service that was called last, by its service id, as "CloudWatch Logs"."""
    return _called[-1]


def calling_as(
    caller: Caller, via: str = "", *, at: str | None = None
) -> AbstractContextManager[None]:
    """Let the clients here call in the name of `caller`, for as long as the block lasts.

    `via` is the service that passes the caller's own permissions on, as its policies see it; `at`
    is the host that `found_at` would name.
    """
    values: list[tuple[ContextVar[Any], Any]] = [(_CALLER, caller), (_VIA, via)]
    return _Within(*values) if at is None else _Within(*values, (_HOST, at))


def via() -> str:
    """Return the service that calls with its caller's permissions, or nothing."""
    return _VIA.get()


def nested_in(stack_id: str) -> AbstractContextManager[None]:
    """Let a stack that is created here be one of another's resources."""
    return _Within((_PARENT, stack_id))


def parent_stack() -> str:
    """Return the stack whose resource is being created here, or nothing."""
    return _PARENT.get()


@functools.cache
def client(service: str, region: str) -> Any:
    """Return the boto3 client of a service in a region; to be used within `calling_as`."""
    warm.note("client", f"{service} {region}")
    config = Config(
        signature_version=UNSIGNED,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    made = _session().client(service, region_name=region, endpoint_url=_endpoint[-1], config=config)
    model = made.meta.service_model
    made.meta.events.register("before-send", functools.partial(_answer, region, model))
    if shortcut.is_short(made):
        made._make_api_call = shortcut.ShortWay(made, region, host, _CALLER.get, _ask).call
    return made


def _ask(call: ApiCall, environ: Environ, body: bytes) -> Answer:
    answer = _application[-1].answer_known(call, environ, body)
    _called[:] = [str(call.model.service_id)]
    return answer


warm.loads("client", lambda name: client(*name.split()))


@functools.cache
def _session() -> boto3.Session:
    core = botocore.session.Session()
    core.get_component("credential_provider").providers[:] = []
    return boto3.Session(botocore_session=core)


def _answer(region: str, model: Any, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    caller = _CALLER.get()
    key = caller.access_key or "ASIAIOSFODNN7EXAMPLE"
    scope = f"{key}/20260105/{region}/{model.signing_name}/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    headers.append(("Authorization", signature))
    body = body_of(request)
    answer = _application[-1].answer_inside(
        environ(request.method, request.url, headers, body) | {"HTTP_HOST": host()}, body, caller
    )
    _called[:] = [str(model.service_id)]
    return AWSResponse(request.url, answer.status, answer.headers, _Raw(answer.body))


class _Raw(io.BytesIO):
    """A response's body as urllib3 gives it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while block := self.read(65536):
            yield block


def body_of(request: AWSPreparedRequest) -> bytes:
    """Return the body of a request, whatever botocore holds it in."""
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def environ(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes = b""
) -> dict[str, Any]:
    """Return the WSGI environment of a request in its parts, as werkzeug's server makes it."""
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
        "SERVER_PORT": str(parts.port or 80),
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
