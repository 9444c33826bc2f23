"""The straight way to moto for an operation that came by before: no Flask, no table of addresses.

Which function of moto's answers at an address depends on the operation alone, for all protocols
but those whose addresses hold what the learner names (S3, Route 53, CloudFront). Flask finds it
the first time; from then on it is asked directly.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from moto.core import utils as moto_utils
from moto.core.request import Request
from moto.core.responses import BaseResponse

from dryrun.cloud import calling
from dryrun.cloud.errors import Answer
from dryrun.cloud.short_requests import StraightRequest
from dryrun.cloud.shortcut import answer_of

if TYPE_CHECKING:
    from dryrun.cloud.routing import ApiCall

Environ = dict[str, Any]
Callback = Callable[..., Any]

NEEDED = frozenset({"HTTP_ORIGIN", "HTTP_CONTENT_ENCODING"})
"""Headers that Flask's way is for: pages that want to read an answer, packed bodies."""
PROTOCOLS = frozenset({"ec2", "json", "query", "rest-json"})

_FOUND: ContextVar[list[Callback] | None] = ContextVar("found", default=None)
"""What Flask finds for the request at work, which may lead to other ones."""
_callbacks: dict[tuple[str, str], Callback] = {}


def install() -> None:
    """Let what Flask finds be noted."""
    view = moto_utils.convert_to_flask_response
    usual = view.__call__

    @functools.wraps(usual)
    def noted(self: Any, args: Any = None, **kwargs: Any) -> Any:
        found = _FOUND.get()
        if found is not None:
            found.append(self.callback)
        return usual(self, args, **kwargs)

    view.__call__ = noted
    BaseResponse._get_action_from_method_and_request_uri = _known_action(
        BaseResponse._get_action_from_method_and_request_uri
    )


def _known_action(usual: Callable[..., str]) -> Callable[..., str]:
    """Return what tells the operation of a request: it was found out before, by the same rules."""

    @functools.wraps(usual)
    def action(self: BaseResponse, request: Request) -> str:
        try:
            call = calling.current_call()
        except LookupError:
            return usual(self, request)
        if call.operation is None or call.service != self.boto3_service_name:
            return usual(self, request)
        self.uri_match = dict(call.uri_params)
        return str(call.operation.name)

    return action


def answer(call: ApiCall, environ: Environ, otherwise: Callable[[Environ], Answer]) -> Answer:
    """Let moto answer an operation, `otherwise` through Flask."""
    if call.operation is None or call.protocol not in PROTOCOLS or not NEEDED.isdisjoint(environ):
        return otherwise(environ)
    key = call.service, call.name
    callback = _callbacks.get(key)
    if callback is not None:
        request = StraightRequest(environ, call.signature.region, environ["wsgi.input"].getvalue())
        return answer_of(callback, request, request.raw_url)
    found: list[Callback] = []
    token = _FOUND.set(found)
    try:
        told = otherwise(environ)
    finally:
        _FOUND.reset(token)
    if len(found) == 1:
        _callbacks[key] = found[0]
    return told
