"""The short way from a client of the cloud itself to the service: no address, no signature.

A stack of five hundred resources makes a thousand calls. What botocore does for the network, and
Flask for addresses, is most of the time of such a call, and nothing of what it means. The short
way is for the protocols whose operation is not in the path; the others go the long way.
"""

from __future__ import annotations

import functools
import importlib
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import werkzeug
from botocore.context import ClientContext, reset_context, set_context
from botocore.exceptions import ClientError
from moto.core import responses as moto_responses
from moto.core import utils as moto_utils
from moto.core.base_backend import BackendDict
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import get_service_model, method_names_from_class
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import HTTPException

from dryrun.cloud import calling, capabilities, registry, short_requests
from dryrun.cloud.errors import Answer
from dryrun.cloud.plain_calls import PlainCalls, named_headers
from dryrun.cloud.routing import ApiCall, Signature
from dryrun.cloud.short_requests import SHORT, Known, ShortRequest

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller

__all__ = ["PROTOCOLS", "SHORT", "ShortWay", "answer", "dispatcher", "install", "is_short"]

Environ = dict[str, Any]
Ask = Callable[[ApiCall, Environ, bytes], Answer]
"""Answers a call that is known already."""

PROTOCOLS = ("json", "query")
# What they ask of a second region is put into the request by botocore's long way.
_LONG_WAY = frozenset({"docdb", "neptune", "rds"})
# moto tells versions of them apart by more than their names.
_SEVERAL = frozenset({"dynamodbstreams", "timestream-query", "timestream-write"})
_FIXED_SCOPE = "20260105"
_MOST_ENVIRONS = 64


def install() -> None:
    """Let moto find out once, and not with every call, what does not change."""
    spelled = functools.lru_cache(4096)(moto_utils.camelcase_to_underscores)
    moto_utils.camelcase_to_underscores = spelled  # for the services, which are not loaded yet
    moto_responses.camelcase_to_underscores = spelled
    moto_responses.determine_request_protocol = functools.lru_cache(4096)(
        moto_responses.determine_request_protocol
    )
    moto_responses.method_names_from_class = functools.cache(
        lambda of: frozenset(method_names_from_class(of))
    )
    short_requests.install()
    usual = BackendDict.__getitem__

    def of_account(self: BackendDict[Any], account: str) -> Any:
        found = self.get(account)
        return usual(self, account) if found is None else found

    BackendDict.__getitem__ = of_account


def is_short(client: Any) -> bool:
    """Tell whether a client's calls can go the short way."""
    model = client.meta.service_model
    name = model.service_name
    if name in _LONG_WAY or name in _SEVERAL or model.resolved_protocol not in PROTOCOLS:
        return False
    return dispatcher(name) is not None


class ShortWay:
    """Makes the calls of a client in place of botocore's `_make_api_call`."""

    def __init__(
        self,
        client: Any,
        region: str,
        host: Callable[[], str],
        caller: Callable[[], Caller],
        ask: Ask,
    ) -> None:
        self.client = client
        self.model = client.meta.service_model
        self.region = region
        self.caller = caller
        self.ask = ask
        self.event = self.model.service_id.hyphenize()
        self.agent = client._user_agent_creator.to_string()
        self.parser = client._endpoint._response_parser_factory.create_parser(
            self.model.resolved_protocol
        )
        self.host = host
        self._plains: dict[str, PlainCalls | None] = {}
        self._environs: dict[tuple[str, str], tuple[Signature, Environ]] = {}

    def call(self, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]:
        """Call an operation as botocore does; raises ClientError."""
        client, operation = self.client, self.model.operation_model(operation_name)
        plain = self._plain(operation)
        if plain is not None and plain.take(api_params):
            request = plain.request(api_params)
            answer = self._ask(operation_name, api_params, request, plain)
            if answer.status < 300 and plain.answers_nothing:
                return self._nothing(answer)
            return self._read(operation, answer, {})
        context: dict[str, Any] = {
            "client_region": self.region,
            "client_config": client.meta.config,
            "has_streaming_input": operation.has_streaming_input,
            "auth_type": operation.resolved_auth_type,
            "unsigned_payload": operation.unsigned_payload,
            "auth_options": None,
        }
        token = set_context(ClientContext())
        try:
            parameters = client._emit_api_params(api_params, operation, context)
            request = client._serializer.serialize_to_request(parameters, operation)
            answer = self._ask(operation_name, parameters, request)
            return self._read(operation, answer, context)
        finally:
            reset_context(token)

    def _plain(self, operation: Any) -> PlainCalls | None:
        if operation.name not in self._plains:
            try:
                self._plains[operation.name] = PlainCalls(self.client, operation)
            except ValueError:
                self._plains[operation.name] = None
        return self._plains[operation.name]

    def _ask(
        self,
        operation_name: str,
        parameters: dict[str, Any],
        request: dict[str, Any],
        plain: PlainCalls | None = None,
    ) -> Answer:
        caller = self.caller()
        given, fields = request["body"], None
        if isinstance(given, dict):
            fields = {name: str(value) for name, value in given.items()}
            # moto reads the fields, and who turns pages reads the body of what answers something.
            silent = plain is not None and plain.answers_nothing
            body = b"" if silent else urlencode(fields).encode()
        else:
            body = _bytes(given)
        name = self.model.service_name
        known = Known(
            name,
            operation_name,
            self.region,
            body,
            fields,
            parameters if plain else None,
            plain is not None and plain.answers_nothing,
        )
        signature, usual = self._usual(caller.access_key or "ASIAIOSFODNN7EXAMPLE", self.host())
        environ = {
            **usual,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            SHORT: known,
            **(plain.headers if plain is not None else named_headers(request["headers"])),
        }
        call = ApiCall(
            ShortRequest(environ),
            signature,
            name,
            get_service_model(name).operation_model(operation_name),
        )
        call.caller = caller
        # What would only be found out again.
        call.__dict__.update(name=operation_name, parameters=dict(parameters))
        return self.ask(call, environ, body)

    def _usual(self, access_key: str, host: str) -> tuple[Signature, Environ]:
        """Return what all calls with a key, to a host, have in common."""
        found = self._environs.get((access_key, host))
        if found is None:
            if len(self._environs) > _MOST_ENVIRONS:
                self._environs.clear()
            signature = Signature(access_key, self.region, self.model.signing_name)
            found = signature, self._usual_environ(signature, host)
            self._environs[access_key, host] = found
        return found

    def _usual_environ(self, signature: Signature, host: str) -> Environ:
        scope = f"{self.region}/{signature.signing_name}/aws4_request"
        credential = f"{signature.access_key}/{_FIXED_SCOPE}/{scope}"
        return {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "REQUEST_URI": "/",
            "RAW_URI": "/",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": host.rpartition(":")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "HTTP_USER_AGENT": self.agent,
            "HTTP_AUTHORIZATION": (
                f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
            ),
        }

    def _nothing(self, answer: Answer) -> dict[str, Any]:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        told: dict[str, Any] = {"HTTPStatusCode": answer.status, "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            told["RequestId"] = headers["x-amzn-requestid"]
        return {"ResponseMetadata": {**told, "RetryAttempts": 0}}

    def _read(self, operation: Any, answer: Answer, context: dict[str, Any]) -> dict[str, Any]:
        client = self.client
        failed = answer.status >= 300
        if not failed and not (operation.output_shape and operation.output_shape.members):
            parsed = self._nothing(answer)
        else:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            response = {
                "headers": headers,
                "status_code": answer.status,
                "context": {"operation_name": operation.name},
                "body": answer.body,
            }
            parsed = self.parser.parse(response, operation.output_shape)
            if failed:
                client._endpoint._add_modeled_error_fields(response, parsed, operation, self.parser)
        parsed.setdefault("ResponseMetadata", {})["RetryAttempts"] = 0
        client.meta.events.emit(
            f"after-call.{self.event}.{operation.name}",
            http_response=None,
            parsed=parsed,
            model=operation,
            context=context,
        )
        if failed:
            code = context.get("error_code_override") or parsed.get("Error", {}).get("Code")
            raise client.exceptions.from_code(code)(parsed, operation.name)
        return parsed


def answer(environ: Environ, body: bytes) -> Answer:
    """Let moto answer a call at the root of a service's address, as its server does."""
    known: Known = environ[SHORT]
    dispatch = dispatcher(known.service)
    assert dispatch is not None
    request = calling.current_call().request
    if isinstance(request, ShortRequest) and body == known.body:
        request.come_with(environ)
    else:  # another page of the same list
        length = str(len(body))
        request = ShortRequest(
            {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": length}
        )
    if known.silent and (answered := _silently(dispatch, known, request)) is not None:
        return answered
    return answer_of(dispatch, request, request.raw_url)


def _silently(dispatch: Any, known: Known, request: ShortRequest) -> Answer | None:
    """Carry out an operation that answers nothing; None where it takes more than its method."""
    kind = _kind(dispatch)
    method = getattr(kind, moto_responses.camelcase_to_underscores(known.operation), None)
    if kind is None or method is None:
        return None
    response = kind()
    try:
        response.setup_class(request, request.raw_url)
        result = method(response)
    except ServiceException as error:
        result = ActionResult(error)
    except HTTPException as error:
        found = error.get_response(request.environ)
        return _answer(found.status_code, dict(found.headers), found.get_data())
    if isinstance(result, EmptyResult | str):
        return Answer(200, response.response_headers, b"")
    if isinstance(result, ActionResult):
        return _answer(*response.serialized(result))
    return _answer(*response._transform_response(response.response_headers, result))


@functools.cache
def _kind(dispatch: Any) -> type[BaseResponse] | None:
    """Return the class whose `dispatch` it is, where that does nothing but call a method."""
    kind: Any = getattr(dispatch, "__self__", None)
    if not isinstance(kind, type) or not issubclass(kind, BaseResponse):
        return None
    usual = all(_is_usual(kind, name) for name in ("dispatch", "_dispatch", "call_action"))
    return kind if usual else None


def _is_usual(kind: Any, name: str) -> bool:
    own, usual = getattr(kind, name), getattr(BaseResponse, name)
    return getattr(own, "__func__", own) is getattr(usual, "__func__", usual)


def answer_of(callback: Callable[..., Any], request: BackendRequest, url: str) -> Answer:
    """Return the answer of one of moto's functions, as its server makes one of what it returns."""
    try:
        result = callback(request, url, request.headers)
    except ClientError as error:
        result = 400, {}, error.response["Error"]["Message"]
    except HTTPException as error:
        found = error.get_response(request.environ)
        result = found.status_code, dict(found.headers), found.get_data()
    status, headers, content = result if len(result) == 3 else (200, {}, result)
    return _answer(status, headers, content)


def _answer(status: int, headers: Any, content: Any) -> Answer:
    if not isinstance(content, str | bytes):
        response = werkzeug.Response(response=content, status=status, headers=headers)
        return Answer(response.status_code, dict(response.headers), response.get_data())
    data = content.encode() if isinstance(content, str) else content
    told = {name: str(value) for name, value in headers.items()}
    if not any(name.lower() == "content-type" for name in told):
        told["Content-Type"] = "text/html; charset=utf-8"  # what a web server says of anything
    told["Content-Length"] = str(len(data))
    return Answer(int(status), told, data)


@functools.cache
def dispatcher(service: str) -> Any:
    """Return what answers at the root of a service's address, or None."""
    package = capabilities.package(service)
    if package is None:
        return None
    registry.prepare(package)
    try:
        paths = importlib.import_module(f"moto.{package}.urls").url_paths
    except ImportError:
        return None
    return paths.get("{0}/$") or paths.get("{0}/")


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")
