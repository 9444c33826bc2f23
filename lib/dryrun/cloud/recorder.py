"""What was handled, turned into a record of the journal, and a record into a request again."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from dryrun.cloud.errors import Answer
from dryrun.cloud.identity import Caller
from dryrun.cloud.journal import CHECKER, Journal, Record, presentable
from dryrun.cloud.journal.book import Exchange
from dryrun.cloud.journal.records import Kind
from dryrun.cloud.journal.secrets import HIDDEN, hide
from dryrun.cloud.page_wire import parse
from dryrun.cloud.routing import ApiCall

Environ = dict[str, Any]

REPEATED = "dryrun.repeated"
"""The key in a WSGI environment by which a replay's requests are known."""

_READS = re.compile(r"(Describe|List|Get|Head|Scan|Query|Lookup|Filter|Search)")

# Calls that compute something and change nothing, in some cases never the same.
_COMPUTES = {
    "kms": frozenset({"Encrypt", "Decrypt", "ReEncrypt", "Sign", "Verify", "GenerateDataKey",
                      "GenerateDataKeyWithoutPlaintext", "GenerateRandom", "GenerateMac",
                      "VerifyMac", "GenerateDataKeyPair", "DeriveSharedSecret",
                      "GenerateDataKeyPairWithoutPlaintext"}),
    "sts": frozenset({"DecodeAuthorizationMessage"}),
    "iam": frozenset({"SimulatePrincipalPolicy", "SimulateCustomPolicy"}),
    "cloudformation": frozenset({"ValidateTemplate", "EstimateTemplateCost"}),
    "events": frozenset({"TestEventPattern"}),
}  # fmt: skip

# They are called reads by their names, but CloudTrail shows what they answered.
_GIVES_OUT = {("sts", "GetSessionToken"), ("sts", "GetFederationToken")}

# What a request needs to be understood again; who signed it is told without the signature.
_UNKEPT = {"HTTP_X_AMZ_SECURITY_TOKEN", "HTTP_X_DRYRUN_TOKEN", "HTTP_ACCEPT_ENCODING",
           "HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING",
           "HTTP_AMZ_SDK_INVOCATION_ID", "HTTP_AMZ_SDK_REQUEST"}  # fmt: skip
_SIGNATURE = re.compile(r"Signature=[0-9a-f]+")
_QUERY_SECRETS = re.compile(r"((?:X-Amz-Signature|X-Amz-Security-Token|Signature)=)[^&]*")
_VOLATILE = frozenset(
    # The last was in answers that journals of earlier versions hold.
    {"date", "content-length", "server", "connection", "access-control-allow-origin"}
)


@dataclass
class Handled:
    """An answer and how it came about."""

    answer: Answer
    call: ApiCall | None = None
    control: dict[str, Any] | None = None
    """A control verb that changes the account, and what it was given."""
    simulated: bool = False
    unauthentic: bool = False
    metadata: bool = False
    moto_api: bool = False
    touched: bool = False
    delay: float = 0.0
    wait: float = 0.0
    seconds: float = 0.0
    request_id: str = ""
    keys: tuple[str, ...] = ()
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    """What came of what was done outside the account to answer it."""

    @property
    def writes(self) -> bool:
        """Whether the call is one that changes things by its name."""
        call = self.call
        if call is None or _READS.match(call.name):
            return False
        return call.name not in _COMPUTES.get(call.service, ())

    @property
    def changed(self) -> bool:
        """Whether the account may be another after it."""
        return (
            self.touched
            or self.moto_api
            or self.control is not None
            or (self.simulated and self.writes)
        )

    @property
    def worth_recording(self) -> bool:
        """Whether a record is due: for every call, and for all that changes something.

        Checks ask all the time, and are not part of the story.
        """
        if self.changed:
            return True
        return self.metadata or (self.call is not None and not _by_checker(self.call))


class Recorder:
    """Write down what was handled."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._secrets: dict[int, dict[str, Any]] = {}

    def read_secrets(self) -> None:
        """Make ready to repeat requests."""
        self._secrets = self._journal.secrets()

    def forget_secrets(self) -> None:
        """Let go of what only a replay needs."""
        self._secrets = {}

    def keys(self, number: int) -> list[str]:
        """Return the key pairs a recorded request made."""
        return list(self._secrets.get(number, {}).get("keys", []))

    def lacks_secrets(self, record: Record) -> bool:
        """Tell whether a request held secrets that were left out of an export."""
        assert record.asked is not None
        known = "body" in self._secrets.get(record.number, {})
        return not known and HIDDEN.encode() in record.asked.body.data

    def record(self, handled: Handled, environ: Environ, body: bytes, at: float) -> Record:
        """Write one record; raises UnwritableError."""
        if handled.control is not None:
            return self._journal.write(
                Kind.CONTROL,
                at,
                exchange=_exchange(handled, {**environ, "QUERY_STRING": ""}, b""),
                changed=True,
                details=handled.control,
            )
        return self._journal.write(
            Kind.CALL,
            at,
            exchange=_exchange(handled, environ, body),
            changed=handled.changed,
            request_id=handled.request_id,
            details=_details(handled, at)
            | ({"outcomes": handled.outcomes} if handled.outcomes else {}),
        )

    def environ(self, record: Record) -> tuple[Environ, bytes]:
        """Return a recorded request as WSGI has it, and its body; raises DamagedError."""
        assert record.asked is not None
        body = self._journal.request_body(record, self._secrets.get(record.number, {}))
        path, _, query = record.asked.target.partition("?")
        made: Environ = {
            "REQUEST_METHOD": record.asked.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": record.asked.target,
            "RAW_URI": record.asked.target,
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **dict(record.asked.headers),
        }
        return made, body

    def same(self, record: Record, answer: Answer, *, metadata: bool = False) -> bool:
        """Tell whether an answer is the recorded one, secrets aside; raises DamagedError."""
        assert record.answered is not None
        body, _ = hide(answer.body, metadata=metadata)
        return (
            answer.status == record.answered.status
            and _kept_headers(answer) == record.answered.headers
            and body == self._journal.answer_body(record)
        )


def _exchange(handled: Handled, environ: Environ, body: bytes) -> Exchange:
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/")
    headers = {
        name: str(value)
        for name, value in environ.items()
        if (name.startswith("HTTP_") or name == "CONTENT_TYPE") and name not in _UNKEPT
    }
    if "HTTP_AUTHORIZATION" in headers:
        signed = headers["HTTP_AUTHORIZATION"]
        headers["HTTP_AUTHORIZATION"] = _SIGNATURE.sub("Signature=", signed)
    return Exchange(
        method=str(environ["REQUEST_METHOD"]),
        target=_QUERY_SECRETS.sub(r"\1", str(target)),
        headers=tuple(sorted(headers.items())),
        body=body,
        status=handled.answer.status,
        answer_headers=_kept_headers(handled.answer),
        answer=handled.answer.body,
        keys=handled.keys,
        metadata=handled.metadata,
    )


def _kept_headers(answer: Answer) -> tuple[tuple[str, str], ...]:
    kept = {name.lower(): value for name, value in answer.headers.items()}
    return tuple(sorted((k, str(v)) for k, v in kept.items() if k not in _VOLATILE))


def _by_checker(call: ApiCall) -> bool:
    return CHECKER in call.request.headers.get("User-Agent", "")


def _details(handled: Handled, at: float) -> dict[str, Any]:
    """Return the call as people see it; nothing for a checker's own."""
    call = handled.call
    if handled.unauthentic:
        marks: dict[str, Any] = {"unauthentic": True}
    else:
        marks = {}
    if call is None or _by_checker(call):
        return marks
    try:
        parameters = presentable(call.parameters)
    except Exception:  # whatever happens, a client gets an answer
        parameters = {}
    code, message = _error(handled.answer)
    return {
        "time": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "service": call.service,
        "operation": call.name,
        "parameters": parameters,
        "access_key": call.signature.access_key,
        "region": call.signature.region,
        "status": handled.answer.status,
        "error": code,
        "error_message": message,
        "user_agent": call.request.headers.get("User-Agent", ""),
        "seconds": round(handled.seconds, 4),
        "caller": _caller(call.caller),
        "result": _result(handled),
        **marks,
    }


def _result(handled: Handled) -> dict[str, Any]:
    """Return what a call that changes something answered, as boto3 gives it."""
    call = handled.call
    if call is None or handled.answer.status >= 300:
        return {}
    if not handled.writes and (call.service, call.name) not in _GIVES_OUT:
        return {}
    if call.operation is None or call.operation.has_streaming_output:
        return {}
    try:
        shown = presentable(parse(call, handled.answer))
    except Exception:  # whatever happens, a client gets an answer
        return {}
    return dict(shown) if isinstance(shown, dict) else {}


def _caller(caller: Caller | None) -> dict[str, Any]:
    if caller is None:
        return {}
    return plain(caller) if caller.session is not None else dict(_without_session(caller))


@functools.lru_cache(256)
def _without_session(caller: Caller) -> dict[str, Any]:
    return dict(plain(caller))


def plain(value: Any) -> Any:
    """Return a dataclass as JSON can hold it, without secrets and empty fields."""
    if hasattr(value, "__dataclass_fields__"):
        found = {name: getattr(value, name) for name in value.__dataclass_fields__}
        return {
            name: plain(item)
            for name, item in found.items()
            if item not in (None, "", (), {}) and "secret" not in name and name != "session_token"
        }
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _error(answer: Answer) -> tuple[str | None, str | None]:
    if answer.status < 400:
        return None, None
    message = _MESSAGE.search(answer.body)
    text = (message[1] or message[2] or b"").decode("utf-8", "replace") if message else None
    return answer.error or error_code(answer), text


_MESSAGE = re.compile(rb'<Message>([^<]*)</Message>|"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"')
_CODE = re.compile(rb'<Code>([^<]*)</Code>|"__type"\s*:\s*"([^"]*)"')


def error_code(answer: Answer) -> str:
    """Return the code of an error answer, or its status."""
    header = {name.lower(): value for name, value in answer.headers.items()}
    if kind := header.get("x-amzn-errortype"):
        return str(kind).split(":")[0].rpartition("#")[2]
    found = _CODE.search(answer.body)
    if found is None:
        return str(answer.status)
    return (found[1] or found[2]).decode().rpartition("#")[2]
