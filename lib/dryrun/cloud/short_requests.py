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
from urllib.parse import parse_qsl, urlparse

from moto.core.request import EnvironHeaders
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

_LIKE_A_FORM = re.compile("[=&+%]")
_EMPTY: ImmutableMultiDict[str, str] = ImmutableMultiDict()


@dataclass(frozen=True)
class Known:
    """What is known of such a call: its service and region, its body, the fields of a form."""

    service: str
    region: str
    body: bytes
    fields: dict[str, str] | None


class ShortHeaders(EnvironHeaders):
    """Headers of which the names in the environment are worked out once."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ

    def _get_key(self, key: str) -> str:
        value: str = self.environ[_environ_key(key)]
        return value


class ShortRequest(BackendRequest):
    """A POST to the root of a service's address."""

    def __init__(self, environ: Environ) -> None:
        # What werkzeug's own __init__ finds in the environment.
        self.method, self.scheme, self.root_path, self.path = "POST", "http", "", "/"
        self.query_string, self.server, self.remote_addr = b"", None, environ["REMOTE_ADDR"]
        self.environ, self.shallow = environ, False
        self.headers = ShortHeaders(environ)
        known: Known = environ[SHORT]
        body: bytes = environ["wsgi.input"].getvalue()
        self.known, self.body = known, body
        fields = known.fields
        if fields is not None and body is not known.body:  # another page of the same list
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.fields = fields
        form: ImmutableMultiDict[str, str] = ImmutableMultiDict(fields) if fields else _EMPTY
        # What werkzeug makes of a form leaves nothing of the body.
        data = b"" if fields is not None else body
        self.__dict__.update(data=data, form=form, files=_EMPTY, values=form, args=_EMPTY)

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
        text = self.body.decode()
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
        if type(request) is ShortRequest and not self.use_raw_body and not use_raw_body:
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


def _set_up(response: BaseResponse, request: ShortRequest, url: str) -> None:
    """Do what `BaseResponse.setup_class` does."""
    querystring = request.querystring() or dict(request.headers)
    response.is_werkzeug_request = True
    response.normalized_request = request
    response.parsed_url = _parsed(url)
    response.form_data = request.form
    response.raw_body = request.data
    response.body = request.data.decode()
    response.uri = url
    response.path = response.raw_path = "/"
    response.querystring = response.data = querystring
    response.method = "POST"
    response.region = _region(response, request, url)
    response.partition = get_partition(response.region)
    response.uri_match = {}
    response.headers = request.headers
    response.response_headers = {"server": "amazon.com"}
    if response.automated_parameter_parsing and response._get_action():
        response.parse_parameters(request)
    response.access_key = _access_key(request.environ["HTTP_AUTHORIZATION"])
    response.current_account = response.get_current_account()
    iam.mark_account_as_visited(
        account_id=response.current_account,
        access_key=response.access_key,
        service=response.service_name or "",
        region=response.region,
    )


def _region(response: BaseResponse, request: ShortRequest, url: str) -> str:
    """Return the region that moto finds, which a service or an address may name otherwise."""
    if type(response).get_region_from_url is BaseResponse.get_region_from_url:
        agent = request.environ.get("HTTP_USER_AGENT", "")
        return _named_region(url, agent) or request.known.region
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


_parsed = functools.lru_cache(64)(urlparse)


@functools.lru_cache(1024)
def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
