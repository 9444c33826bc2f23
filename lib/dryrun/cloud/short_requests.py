"""A request that comes the short way, as moto reads it: what is known is not read again.

werkzeug finds form, address and headers in the environment of a request, and moto looks for its
region, key and account there; both take longer than most operations. Of a call that this process
made itself all of that is known before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlparse

from moto.core.request import EnvironHeaders, Request
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.iam import models as iam
from moto.moto_server.werkzeug_app import BackendRequest
from moto.utilities.utils import get_partition
from werkzeug.datastructures import ImmutableMultiDict

Environ = dict[str, Any]
Answered = tuple[int, dict[str, Any], Any]
"""Status, headers and body."""

SHORT = "dryrun.short"
"""The key in a WSGI environment of a call that comes the short way; its value is a `Known`."""

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LIKE_A_FORM = re.compile("[=&+%]")
_EMPTY: ImmutableMultiDict[str, str] = ImmutableMultiDict()


@dataclass(slots=True)
class Known:
    """What is known of such a call: its service and region, its body, the fields of a form.

    `parameters` are there where they are nothing but words.
    """

    service: str
    operation: str
    region: str
    body: bytes
    fields: dict[str, str] | None
    parameters: dict[str, Any] | None = None
    silent: bool = False
    """Whether the operation answers nothing."""

    def action(self) -> str:
        """Return the operation's name, as moto's responses ask for it."""
        return self.operation


class ShortHeaders(EnvironHeaders):
    """Headers of which the names in the environment are worked out once."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ

    def _get_key(self, key: str) -> str:
        value: str = self.environ[_environ_key(key)]
        return value


def know(request: Request, body: bytes) -> None:
    """Let a request know its body, and find its headers faster."""
    request.headers = ShortHeaders(request.environ)
    if not request.environ.get("CONTENT_TYPE", "").startswith(FORMS):
        request._cached_data = body
        request.__dict__.update(data=body, form=_EMPTY, files=_EMPTY)


class StraightRequest(BackendRequest):
    """A request whose operation and region are known, as it came from outside."""

    def __init__(self, environ: Environ, region: str, body: bytes) -> None:
        super().__init__(environ)
        know(self, body)
        self.region = region

    @functools.cached_property
    def raw_path(self) -> str:
        """The path as it arrived."""
        return str(super().raw_path)

    @functools.cached_property
    def raw_url(self) -> str:
        """The address as it arrived."""
        url = f"{self.scheme}://{self.environ.get('HTTP_HOST', 'localhost')}{self.raw_path}"
        return f"{url}?{self.query_string.decode()}" if self.query_string else url

    def querystring(self) -> dict[str, list[str]]:
        """Return what moto finds in a form, in an address, or takes for one in another body."""
        if self.form:
            return {name: [value] for name, value in self.form.items()}
        if self.query_string:
            return parse_qs(self.query_string.decode(), keep_blank_values=True)
        return _as_form(self.data.decode())


class ShortRequest(BackendRequest):
    """A POST to the root of a service's address."""

    def __init__(self, environ: Environ) -> None:
        # What werkzeug's own __init__ finds in the environment.
        self.method, self.scheme, self.root_path, self.path = "POST", "http", "", "/"
        self.query_string, self.server, self.remote_addr = b"", None, environ["REMOTE_ADDR"]
        self.shallow = False
        self.come_with(environ)
        known: Known = environ[SHORT]
        body: bytes = environ["wsgi.input"].getvalue()
        self.known, self.body, self.region = known, body, known.region
        fields = known.fields
        if fields is not None and body is not known.body:  # another page of the same list
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.fields = fields
        form: ImmutableMultiDict[str, str] = ImmutableMultiDict(fields) if fields else _EMPTY
        # What werkzeug makes of a form leaves nothing of the body.
        data = b"" if fields is not None else body
        self.__dict__.update(data=data, form=form, files=_EMPTY, values=form, args=_EMPTY)

    def come_with(self, environ: Environ) -> None:
        """Take another environment, for the same call on its way."""
        self.environ, self.headers = environ, ShortHeaders(environ)

    @property
    def raw_path(self) -> str:
        """The path as it arrived."""
        return "/"

    @property
    def raw_url(self) -> str:
        """The address as it arrived."""
        return f"http://{self.environ['HTTP_HOST']}/"

    def querystring(self) -> dict[str, list[str]]:
        """Return what moto finds in a form, or takes for one in a body that is none."""
        if self.fields is not None:
            return {name: [value] for name, value in self.fields.items()}
        return _as_form(self.body.decode())


def _as_form(text: str) -> dict[str, list[str]]:
    if not _LIKE_A_FORM.search(text):
        return {text: [""]} if text else {}
    return {name: [value] for name, value in parse_qsl(text, keep_blank_values=True)}


def install() -> None:
    """Let moto's responses take such requests for what they are."""
    usual = BaseResponse.setup_class

    @functools.wraps(usual)
    def setup_class(
        self: BaseResponse,
        request: Any,
        full_url: str | None = None,
        headers: Any = None,
        use_raw_body: bool | None = None,
    ) -> None:
        short = type(request) in (ShortRequest, StraightRequest)
        if short and not self.use_raw_body and not use_raw_body:
            _set_up(self, request, full_url or request.raw_url)
        else:
            usual(self, request, full_url, headers, use_raw_body)

    BaseResponse.setup_class = setup_class
    BaseResponse.serialized = _serialized(BaseResponse.serialized)


def _serialized(usual: Callable[..., Answered]) -> Callable[..., Answered]:
    """Return `BaseResponse.serialized`, which writes an answer with nothing in it once."""
    written: dict[tuple[str, str, str], Answered] = {}

    @functools.wraps(usual)
    def serialized(self: BaseResponse, action_result: ActionResult) -> Answered:
        short = type(self.normalized_request) is ShortRequest
        if not short or type(action_result) is not EmptyResult or self.request_json:
            return usual(self, action_result)
        key = self.boto3_service_name, self._get_action(), self.headers.get("Content-Type", "")
        if key not in written:
            status, headers, body = usual(self, action_result)
            own = {k: v for k, v in headers.items() if k not in self.response_headers}
            written[key] = status, own, body
        status, headers, body = written[key]
        return status, {**headers, **self.response_headers}, body

    return serialized


def _set_up(response: BaseResponse, request: ShortRequest | StraightRequest, url: str) -> None:
    """Do what `BaseResponse.setup_class` does."""
    querystring = request.querystring() or dict(request.headers.items())
    response.is_werkzeug_request = True
    response.normalized_request = request
    response.parsed_url = _parsed(url)
    response.form_data = request.form
    response.raw_body = request.data
    response.body = request.data.decode()
    response.uri = url
    response.path, response.raw_path = response.parsed_url.path, request.raw_path
    response.querystring = response.data = querystring
    response.method = request.method
    response.region = _region(response, request, url)
    response.partition = _partition(response.region)
    response.uri_match = {}
    response.headers = request.headers
    response.response_headers = {"server": "amazon.com"}
    short = type(request) is ShortRequest
    if short:
        response._get_action = request.known.action
    if response.automated_parameter_parsing and response._get_action():
        if short and request.known.parameters is not None:
            response.params = response.PROTOCOL_PARSER_MAP_TYPE(request.known.parameters)
        else:
            response.parse_parameters(request)
    response.access_key = _access_key(request.environ.get("HTTP_AUTHORIZATION", ""))
    # As moto's server knows it where no key tells; application.py puts it there.
    account = request.environ.get("HTTP_X_MOTO_ACCOUNT_ID")
    response.current_account = account or response.get_current_account()
    # A service that goes on with its caller's permissions does not use the caller's key.
    if not (short and response.access_key.startswith("AKIA")):
        iam.mark_account_as_visited(
            account_id=response.current_account,
            access_key=response.access_key,
            service=response.service_name or "",
            region=response.region,
        )


def _region(response: BaseResponse, request: ShortRequest | StraightRequest, url: str) -> str:
    """Return the region that moto finds, which a service or an address may name otherwise."""
    if type(response).get_region_from_url is BaseResponse.get_region_from_url:
        agent = request.environ.get("HTTP_USER_AGENT", "")
        return _named_region(url, agent) or request.region
    return str(response.get_region_from_url(request, url))


@functools.lru_cache(1024)
def _named_region(url: str, agent: str) -> str:
    found = BaseResponse.region_regex.search(url)
    found = found or BaseResponse.region_from_useragent_regex.search(agent)
    return found[1] if found else ""


@functools.lru_cache(1024)
def _access_key(authorization: str) -> str:
    found = BaseResponse.access_key_regex.search(authorization)
    return found[1] if found else "AKIAEXAMPLE"


_partition = functools.lru_cache(256)(get_partition)
_parsed = functools.lru_cache(64)(urlparse)


@functools.lru_cache(1024)
def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
