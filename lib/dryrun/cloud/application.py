"""The WSGI application of the cloud: everything that arrives goes through here once."""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from moto.core.request import Request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from dryrun.cloud import (
    authorization,
    calling,
    capabilities,
    errors,
    honest,
    identity,
    inside,
    mishaps,
    outside,
    own_answers,
    paging,
    polling,
    registry,
    request_ids,
    shortcut,
    sizes,
    straight,
)
from dryrun.cloud import clock as clocks
from dryrun.cloud import journal as journals
from dryrun.cloud.awslambda import function_urls
from dryrun.cloud.bodies import BrokenBodyError, read_body
from dryrun.cloud.clock import Clock
from dryrun.cloud.cloudformation import SIGNALS
from dryrun.cloud.control import Control
from dryrun.cloud.egress import REFUSED_HOST_KEY
from dryrun.cloud.errors import Answer
from dryrun.cloud.journal import CHECKER, Journal, Kind, Record
from dryrun.cloud.journal.chance import chance
from dryrun.cloud.journal.exceptions import UnwritableError
from dryrun.cloud.recorder import REPEATED, Handled, Recorder
from dryrun.cloud.routing import OTHER_S3, ApiCall, identify
from dryrun.cloud.short_requests import know

Environ = dict[str, Any]

LONGEST_ANSWER_SECONDS = 120.0
"""No answer is delayed longer than this."""

HALTED_STATUS = 423
"""Locked; no AWS client retries it."""

ACCOUNT_HEADER = "HTTP_X_MOTO_ACCOUNT_ID"


class CloudApplication:
    """Answer every request, one after the other: refuse, simulate, page, write down, delay."""

    def __init__(self, control: Control, clock: Clock, journal: Journal) -> None:
        self._moto = DomainDispatcherApplication(_create_app)
        self._control = control
        self._clock = clock
        self._journal = journal
        self.recorder = Recorder(journal)
        self._pages = paging.Pages()
        clocks.make_current(clock)
        journals.make_current(journal)
        inside.make_current(self)
        self._runs = outside.Runs(self.command)
        outside.make_current(self._runs)
        clock.busy = outside.pending

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        try:
            body = read_body(environ)
        except BrokenBodyError as error:
            answer = own_answers.plain(400, f"This request cannot be read: {error}.")
            answer.headers["Connection"] = "close"  # nobody knows where the next one begins
            return self._send(environ, start_response, answer)
        handled = self._in_order(environ, body)
        if handled.delay:  # even no sleep at all gives up one's turn on a busy processor
            time.sleep(min(handled.delay, LONGEST_ANSWER_SECONDS))
        return self._send(environ, start_response, handled.answer)

    def _send(
        self, environ: Environ, start_response: Callable[..., Any], answer: Answer
    ) -> Iterable[bytes]:
        headers = [(k, v) for k, v in answer.headers.items() if k.lower() != "content-length"]
        if environ["REQUEST_METHOD"] != "HEAD":
            headers.append(("Content-Length", str(len(answer.body))))
        elif length := {k.lower(): v for k, v in answer.headers.items()}.get("content-length"):
            headers.append(("Content-Length", length))
        start_response(f"{answer.status} {_reason(answer.status)}", headers)
        last = self._control.last_words(answer.body)
        if last is None and self._clock.unfinished:
            return _Afterwards(answer.body, self._clock.finish)
        return [answer.body] if last is None else last

    def _in_order(self, environ: Environ, body: bytes) -> Handled:
        """Answer a request, and wait for what it set going outside the account."""
        before, busy = self._runs.taken_up, self._runs.pending
        handled = self._turns(environ, body)
        if self._runs.taken_up == before:
            return handled
        if busy and environ.get("PATH_INFO", "").startswith(SIGNALS):
            return handled  # whoever tells a stack of its work is mostly what goes on outside
        if handled.call and outside.is_insider(handled.call.signature.access_key):
            return handled  # it is itself what others wait for
        self._runs.wait(self._clock.order)
        while (target := self._control.unfinished) is not None:
            handled.answer = self.command("clock", {"action": "advance", "until": target})
            self._runs.wait(self._clock.order)
        return handled

    def _turns(self, environ: Environ, body: bytes) -> Handled:
        """Answer a request and record it while no other one is answered."""
        patience = polling.Patience(self._clock)
        while True:
            with self._clock.hold() as begun:
                handled = self._one(environ, body, [])
                # Where it waited for an outcome, others had their turn meanwhile.
                at = self._clock.time() if handled.outcomes else begun
                if not patience.wants_more(handled.wait):
                    return self._recorded(handled, environ, body, at)
            patience.rest()

    def _aside(self, carry_out: outside.CarryOut, order: outside.Order) -> outside.Outcome:
        """Have something done outside in the middle of a request."""
        kept = chance.touched, chance.made, chance.again
        with self._clock.aside():
            outcome = carry_out(order)
        chance.touched, chance.made, chance.again = kept
        return outcome

    def _go_on(self) -> None:
        """Let a request that had its outcome go on under the number it will have."""
        number = self._journal.next
        request_ids.begin(number)
        chance.seed(number)

    def command(self, verb: str, payload: dict[str, Any]) -> Answer:
        """Carry out a control verb the cloud gives itself, and record it as a request."""
        environ: Environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/_dryrun/{verb}"}
        with self._clock.hold() as at:
            handled = Handled(Answer(0), control={"verb": verb, "payload": payload})
            handled.answer = self._commanded(verb, payload, None)
            handled.keys = tuple(chance.made)
            self._recorded(handled, environ, b"", at)
        return handled.answer

    def _commanded(self, verb: str, payload: dict[str, Any], keys: list[str] | None) -> Answer:
        number = self._journal.next
        request_ids.begin(number)
        self._pages.changed()
        with chance.request(number, keys):
            return self._control.perform(verb, payload)

    def _recorded(self, handled: Handled, environ: Environ, body: bytes, at: float) -> Handled:
        if not handled.worth_recording:
            return handled
        try:
            self.recorder.record(handled, environ, body, at)
        except UnwritableError as error:
            handled.answer = own_answers.unwritable(handled.call, error)
            handled.delay = 0.0
            if handled.changed:
                # The account is ahead of its journal; the next worker builds it from there.
                self._control.leave_to_rebuild(at_once=outside.is_own_thread())
        return handled

    def repeat(self, record: Record) -> bool:
        """Answer a recorded request again, at its moment and with its number.

        Returns whether the answer is the recorded one; raises DamagedError.
        """
        with self._clock.hold(record.at):
            if record.kind is Kind.CONTROL:
                handled = Handled(Answer(0))
                verb, payload = record.details["verb"], record.details["payload"]
                keys = self.recorder.keys(record.number)
                handled.answer = self._commanded(verb, payload, keys)
            else:
                environ, body = self.recorder.environ(record)
                outcomes = record.details.get("outcomes", [])
                handled = self._one({**environ, REPEATED: True}, body, outcomes)
            if record.changed:
                # As when it was recorded: who hears of it acts before what it set going.
                self._journal.remember(record)
        return self.recorder.same(record, handled.answer, metadata=handled.metadata)

    def _one(self, environ: Environ, body: bytes, outcomes: list[outside.Outcome]) -> Handled:
        number = self._journal.next
        request_ids.begin(number)
        keys = self.recorder.keys(number) if REPEATED in environ else None
        began = time.perf_counter()
        asked = outside.Asked(self._aside, self._go_on, outcomes)
        with chance.request(number, keys), outside.asking(asked):
            try:
                handled = self._handle(environ, body)
            except Exception:  # whatever happens, a client gets an answer
                traceback.print_exc()
                handled = Handled(own_answers.plain(400, own_answers.UNREADABLE))
        handled.outcomes = outcomes
        handled.touched = chance.touched
        handled.keys = tuple(chance.made)
        handled.request_id = request_ids.new()
        handled.seconds = time.perf_counter() - began
        return handled

    def _handle(self, environ: Environ, body: bytes) -> Handled:
        request = _request(environ, body)
        refused_host = environ.get(REFUSED_HOST_KEY)
        host = str(refused_host or environ.get("HTTP_HOST", ""))
        if function_urls.is_function(host) or refused_host is not None:
            return Handled(own_answers.at_aws(host, request, environ, body))
        halted = self._control.halted
        too_long = sizes.refuse(request, body)
        own = Handled(too_long) if too_long else self._answer_of_ours(environ, request, body)
        if own is not None:
            if halted is not None and own.worth_recording:
                return Handled(own_answers.plain(HALTED_STATUS, halted.sentence))
            return own
        call = identify(request)
        if call is None:
            return Handled(own_answers.plain(403, own_answers.NOT_AWS))
        if halted is not None:
            return Handled(errors.error(call, "DryRunHalted", halted.sentence, HALTED_STATUS))
        return self._answered(call, environ, body)

    def _answered(self, call: ApiCall, environ: Environ, body: bytes) -> Handled:
        handled = Handled(Answer(0), call)
        try:
            with calling.answering(call):
                self._serve(handled, environ, body)
        except Exception:  # the log has how; the client gets an AWS error
            traceback.print_exc()
            handled.answer = mishaps.unable(call)
        handled.wait = polling.wanted()
        return handled

    def _answer_of_ours(self, environ: Environ, request: Request, body: bytes) -> Handled | None:
        """Answer what is for the cloud itself, and no call of an AWS API."""
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        if path.startswith("/_dryrun/"):
            self._pages.changed()  # fixtures and the clock change what there is
            answer, control = self._control.answer(method, path, request.headers, body)
            return Handled(answer, control=control)
        if path.startswith(own_answers.METADATA):
            return Handled(own_answers.metadata(environ, request.headers), metadata=True)
        if path.startswith(SIGNALS):
            self._pages.changed()
            answer = own_answers.signal(method, path, body)
            return Handled(answer, moto_api=answer.status == 200)
        if path.startswith("/moto-api"):
            return self._moto_api(environ, request, body)
        return None

    def _moto_api(self, environ: Environ, request: Request, body: bytes) -> Handled:
        """Answer moto's own API, for those who point other test suites here."""
        if not identity.any_credentials() and not self._control.knows(request.headers):
            return Handled(own_answers.plain(403, own_answers.MOTO_API))
        if request.path.rstrip("/") == "/moto-api/reset" and request.method == "POST":
            return Handled(self._control.moto_reset())
        self._pages.changed()
        handled = Handled(self._ask_moto(environ, body), moto_api=request.method != "GET")
        chance.touched = chance.touched or handled.moto_api
        return handled

    def _serve(self, handled: Handled, environ: Environ, body: bytes) -> None:
        call = handled.call
        assert call is not None
        refusal = self._refusal(handled, environ, body)
        if refusal is not None:
            handled.answer = refusal
            return
        self._carry_out(handled, environ, body)

    def answer_inside(self, environ: Environ, body: bytes, caller: identity.Caller) -> Answer:
        """Answer a call one service makes of another in the name of `caller`, unrecorded.

        It is part of what the recorded request or event behind it does.
        """
        call = identify(_request(environ, body))
        if call is None:
            return own_answers.plain(403, own_answers.NOT_AWS)
        call.caller = caller
        return self.answer_known(call, environ, body)

    def answer_known(self, call: ApiCall, environ: Environ, body: bytes) -> Answer:
        """Answer such a call of which service, operation and caller are known."""
        handled = Handled(Answer(0), call)
        try:
            with calling.answering(call):
                refusal = self._unknown(call) or self._unfit(call)
                if refusal is not None:
                    return refusal
                self._carry_out(handled, environ, body)
        except Exception:  # the log has how; the client gets an AWS error
            traceback.print_exc()
            return mishaps.unable(call)
        return handled.answer

    def _carry_out(self, handled: Handled, environ: Environ, body: bytes) -> None:
        call = handled.call
        assert call is not None
        assert call.caller is not None
        account = authorization.home(call, call.caller.account)
        environ = {**environ, ACCOUNT_HEADER: account, **identity.introduction(call)}
        page = self._pages.requested(call)
        if page is not None:
            wrong = self._pages.refuse(call, page)
            if wrong is not None:
                handled.answer = errors.error(call, *wrong)
                return
        handled.simulated = True
        if page is None:
            handled.answer = self._simulate(call, environ, body)
        else:

            def ask(query: str, body: bytes) -> Answer:
                return self._simulate(call, {**environ, "QUERY_STRING": query}, body)

            handled.answer = self._pages.serve(call, page, environ["QUERY_STRING"], body, ask)
            if handled.answer.status == 200:
                handled.delay = self._delay(call, page, handled.answer)
        if handled.writes:
            self._pages.changed()

    def _refusal(self, handled: Handled, environ: Environ, body: bytes) -> Answer | None:
        """Refuse what the simulation or AWS refuses before it looks for what is named."""
        call = handled.call
        assert call is not None
        refused = self._unknown(call)
        if refused is None:
            refused = self._unauthentic(call, environ, body)
            handled.unauthentic = refused is not None
        return refused or self._unfit(call)

    def _unknown(self, call: ApiCall) -> Answer | None:
        if call.signature.signing_name in OTHER_S3:
            return errors.not_simulated(call)
        if call.operation is None:
            if capabilities.package(call.service) is None:
                return errors.not_simulated(call)
            return errors.unknown_operation(call)
        return None

    def _unauthentic(self, call: ApiCall, environ: Environ, body: bytes) -> Answer | None:
        if REPEATED in environ:
            call.caller = identity.recognize(call)
            return None
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
        denied = authorization.refuse(call, call.caller) or authorization.malformed(call)
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
            answer = self._ask_moto(environ, body, call)
        except Exception as mishap:
            traceback.print_exc()
            return mishaps.answer(call, mishap)
        known = environ.get(shortcut.SHORT)
        if known is not None and known.silent and answer.status == 200:
            return answer  # there is nothing in it to be looked at
        return honest.answer(call, answer)

    def _ask_moto(self, environ: Environ, body: bytes, call: ApiCall | None = None) -> Answer:
        if shortcut.SHORT in environ:
            return shortcut.answer(environ, body)
        environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        environ.pop("werkzeug.request", None)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        if call is not None:
            _name_service(environ, call)
            return straight.answer(call, environ, self._ask_flask)
        return self._ask_flask(environ)

    def _ask_flask(self, environ: Environ) -> Answer:
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
        if "HTTP_ORIGIN" not in environ:  # AWS allows other pages no more than they ask for
            started["headers"].pop("Access-Control-Allow-Origin", None)
        return Answer(started["status"], started["headers"], data)

    def _delay(self, call: ApiCall, page: paging.Page, answer: Answer) -> float:
        """Return the seconds to wait, in proportion to the page, as far as the lab asks for it."""
        milliseconds = self._control.settings.item_latency_ms
        if milliseconds > 0 and CHECKER not in call.request.headers.get("User-Agent", ""):
            return float(paging.count_items(call, page, answer) * milliseconds / 1000)
        return 0.0


class _Afterwards:
    """A WSGI body after which something is left to do; the server calls `close` once it is sent."""

    def __init__(self, body: bytes, close: Callable[[], None]) -> None:
        self._body = body
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


def _create_app(moto_package: Any) -> Any:
    registry.prepare(moto_package)
    return create_backend_app(moto_package)


def _name_service(environ: Environ, call: ApiCall) -> None:
    """Name the service of a presigned address where moto looks for it; it would ask S3."""
    if "HTTP_AUTHORIZATION" in environ or call.signature.signing_name in ("", "s3"):
        return
    signed = call.signature
    scope = f"{signed.access_key}/20260101/{signed.region}/{signed.signing_name}/aws4_request"
    environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={scope}"


def _request(environ: Environ, body: bytes) -> Request:
    own = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    own.pop("werkzeug.request", None)
    request = Request(own)
    know(request, body)
    return request


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
