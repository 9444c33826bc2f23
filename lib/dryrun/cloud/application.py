"""The WSGI application of the cloud: everything that arrives goes through here once."""

from __future__ import annotations

import io
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from moto.core.request import Request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from dryrun.cloud import (
    authorization,
    capabilities,
    errors,
    honest,
    identity,
    mishaps,
    paging,
    registry,
)
from dryrun.cloud import clock as clocks
from dryrun.cloud import journal as journals
from dryrun.cloud.bodies import BrokenBodyError, read_body
from dryrun.cloud.clock import Clock
from dryrun.cloud.control import Control
from dryrun.cloud.egress import REFUSED_HOST_KEY
from dryrun.cloud.errors import Answer
from dryrun.cloud.hosts import refusal
from dryrun.cloud.journal import CHECKER, Journal, presentable
from dryrun.cloud.routing import OTHER_S3, ApiCall, identify

Environ = dict[str, Any]

LONGEST_ANSWER_SECONDS = 120.0
"""No answer is delayed longer than this."""

_METADATA = ("/imds/", "/v2/credentials/")


_READS = re.compile(r"(Describe|List|Get|Head|Scan|Query|Lookup|Filter|Search)")


class CloudApplication:
    """Answer every AWS call: refuse, route, simulate, page, delay, write down."""

    def __init__(self, control: Control, clock: Clock, journal: Journal) -> None:
        self._moto = DomainDispatcherApplication(_create_app)
        self._control = control
        self._clock = clock
        self._journal = journal
        self._pages = paging.Pages()
        clocks.make_current(clock)
        journals.make_current(journal)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        self._clock.settle()
        self._clock.synchronize()
        try:
            answer = self._answer(environ)
        except Exception:  # whatever happens, a client gets an answer
            traceback.print_exc()
            answer = _plain(400, "Dry Run could not read this request; it is not a valid AWS call.")
        self._clock.settle()
        headers = [(k, v) for k, v in answer.headers.items() if k.lower() != "content-length"]
        if environ["REQUEST_METHOD"] != "HEAD":
            headers.append(("Content-Length", str(len(answer.body))))
        elif length := {k.lower(): v for k, v in answer.headers.items()}.get("content-length"):
            headers.append(("Content-Length", length))
        start_response(f"{answer.status} {_reason(answer.status)}", headers)
        return self._control.last_words(answer.body)

    def _answer(self, environ: Environ) -> Answer:
        try:
            body = read_body(environ)
        except BrokenBodyError as error:
            return _plain(400, f"This request cannot be read: {error}.")
        request = _request(environ, body)
        refused_host = environ.get(REFUSED_HOST_KEY)
        if refused_host is not None:
            return refuse_aws(identify(request), refused_host)
        own = self._answer_of_ours(environ, request, body)
        if own is not None:
            return own
        call = identify(request)
        if call is None:
            message = "This is the Dry Run lab cloud; it answers signed calls of AWS clients only."
            return _plain(403, message)
        began = time.perf_counter()
        try:
            answer = self._serve(call, environ, body)
        except Exception:  # the log has how; the client gets an AWS error
            traceback.print_exc()
            answer = mishaps.unable(call)
        self._write_down(call, answer, time.perf_counter() - began)
        return answer

    def _answer_of_ours(self, environ: Environ, request: Request, body: bytes) -> Answer | None:
        """Answer what is for the cloud itself, and no call of an AWS API."""
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        if path.startswith("/_dryrun/"):
            self._pages.changed()  # fixtures and the clock change what there is
            return self._control.answer(method, path, request.headers, body)
        if path.startswith(_METADATA):
            return _metadata(method, path, request.headers)
        if path == "/moto-api/reset" and method == "POST":
            return self._control.moto_reset()
        return None

    def _serve(self, call: ApiCall, environ: Environ, body: bytes) -> Answer:
        refusal = self._refusal(call, body)
        if refusal is not None:
            return refusal
        page = self._pages.requested(call)
        if page is not None:
            wrong = self._pages.refuse(call, page)
            if wrong is not None:
                return errors.error(call, *wrong)
        if page is None:
            answer = self._simulate(call, environ, body)
        else:

            def ask(query: str, body: bytes) -> Answer:
                return self._simulate(call, {**environ, "QUERY_STRING": query}, body)

            answer = self._pages.serve(call, page, environ["QUERY_STRING"], body, ask)
            if answer.status == 200:
                self._delay(call, page, answer)
        if not _READS.match(call.name):
            self._pages.changed()
        return answer

    def _refusal(self, call: ApiCall, body: bytes) -> Answer | None:
        """Refuse what the simulation or AWS refuses before it looks for what is named."""
        return self._unknown(call) or self._unauthentic(call, body) or self._unfit(call)

    def _unknown(self, call: ApiCall) -> Answer | None:
        if call.signature.signing_name in OTHER_S3:
            return errors.not_simulated(call)
        if call.operation is None:
            if capabilities.package(call.service) is None:
                return errors.not_simulated(call)
            return errors.unknown_operation(call)
        return None

    def _unauthentic(self, call: ApiCall, body: bytes) -> Answer | None:
        caller = identity.authenticate(call, body)
        if isinstance(caller, identity.Refusal):
            return errors.error(call, caller.code, caller.message, caller.status)
        call.caller = caller
        return None

    def _unfit(self, call: ApiCall) -> Answer | None:
        source = capabilities.source(call.service, call.name)
        if source is capabilities.Source.NOT_SIMULATED:
            return errors.not_simulated(call)
        unreadable = self._unreadable(call)
        if unreadable is not None:
            return unreadable
        assert call.caller is not None
        denied = authorization.refuse(call, call.caller)
        if denied is not None:
            return errors.error(call, denied.code, denied.message, denied.status)
        return None

    def _unreadable(self, call: ApiCall) -> Answer | None:
        try:
            _ = call.parameters
        except Exception:  # whatever happens, a client gets an answer
            if call.protocol == "rest-xml":
                message = (
                    "The XML you provided was not well-formed or did not validate against "
                    "our published schema"
                )
                return errors.error(call, "MalformedXML", message, 400)
            if call.protocol in ("query", "ec2"):
                return errors.error(call, "MalformedInput", "Invalid request", 400)
            return errors.error(call, "SerializationException", "", 400)
        return None

    def _simulate(self, call: ApiCall, environ: Environ, body: bytes) -> Answer:
        try:
            answer = self._ask_moto(environ, body)
        except Exception as mishap:
            traceback.print_exc()
            return mishaps.answer(call, mishap)
        return honest.answer(call, answer)

    def _ask_moto(self, environ: Environ, body: bytes) -> Answer:
        environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        environ.pop("werkzeug.request", None)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started["status"] = int(status.split(maxsplit=1)[0])
            started["headers"] = dict(headers)

        chunks = self._moto(environ, start_response)
        try:
            data = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(started["status"], started["headers"], data)

    def _delay(self, call: ApiCall, page: paging.Page, answer: Answer) -> None:
        """Wait in proportion to the page, as far as the lab asks for it."""
        milliseconds = self._control.settings.item_latency_ms
        if milliseconds > 0 and CHECKER not in call.request.headers.get("User-Agent", ""):
            seconds = paging.count_items(call, page, answer) * milliseconds / 1000
            time.sleep(min(seconds, LONGEST_ANSWER_SECONDS))

    def _write_down(self, call: ApiCall, answer: Answer, seconds: float) -> None:
        agent = call.request.headers.get("User-Agent", "")
        if CHECKER in agent:
            return
        try:
            parameters = presentable(call.parameters)
        except Exception:  # whatever happens, a client gets an answer
            parameters = {}
        error = answer.error or (_error_code(answer) if answer.status >= 400 else None)
        self._journal.append(
            time=self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            service=call.service,
            operation=call.name,
            parameters=parameters,
            access_key=call.signature.access_key,
            region=call.signature.region,
            status=answer.status,
            error=error,
            user_agent=agent,
            seconds=round(seconds, 4),
        )


def _create_app(moto_package: Any) -> Any:
    registry.prepare(moto_package)
    return create_backend_app(moto_package)


def refuse_aws(call: ApiCall | None, host: str) -> Answer:
    """Refuse a request that was leaving for AWS itself."""
    message = refusal(host)
    if call is None:
        return _plain(403, message)
    return errors.error(call, "DryRunRefused", message, 403)


def _metadata(method: str, path: str, headers: Mapping[str, str]) -> Answer:
    from dryrun.cloud.metadata import responses  # noqa: PLC0415 - loads EC2, half a second

    if path.startswith("/imds/"):
        return responses.instance_metadata(method, path, headers)
    return responses.container_credentials(path)


def _request(environ: Environ, body: bytes) -> Request:
    own = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    own.pop("werkzeug.request", None)
    return Request(own)


def _error_code(answer: Answer) -> str:
    header = {name.lower(): value for name, value in answer.headers.items()}
    if kind := header.get("x-amzn-errortype"):
        return kind.split(":")[0].rpartition("#")[2]
    found = re.search(rb'<Code>([^<]*)</Code>|"__type"\s*:\s*"([^"]*)"', answer.body)
    if found is None:
        return str(answer.status)
    return (found[1] or found[2]).decode().rpartition("#")[2]


def _plain(status: int, message: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{message}\n".encode())


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
