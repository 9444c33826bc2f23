"""What a request says about its own signature."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from dryrun.cloud.signatures.faults import Fault, FaultKind
from dryrun.cloud.signatures.sent import Sent

ALGORITHM = "AWS4-HMAC-SHA256"
STAMP = "%Y%m%dT%H%M%SZ"
_ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
_CREDENTIAL = re.compile(r"([^/\s]+)/(\d{8})/([^/\s]*)/([^/\s]+)/aws4_request")
_STAMP = re.compile(r"\d{8}T\d{6}Z")
_PARTS = ("Credential", "Signature", "SignedHeaders")

S3_PARTS = (
    "The authorization header is malformed; the authorization header requires three components: "
    "Credential, SignedHeaders, and Signature."
)
S3_CREDENTIAL = (
    "The authorization header is malformed; the Credential is mal-formed; expecting "
    '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
)
S3_DATE = (
    "The authorization header is malformed; Invalid credential date. Date is not the same as "
    "X-Amz-Date."
)
S3_QUERY = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
    "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
S3_QUERY_CREDENTIAL = (
    "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
    '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
)
S3_QUERY_DATE = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
S3_NO_DATE = "AWS authentication requires a valid Date or x-amz-date header"


class Malformed(ValueError):
    """A signature that cannot be read; `fault` says what is wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


class Scheme(StrEnum):
    """The ways to sign that are understood."""

    HEADER = "Signature Version 4 in the Authorization header"
    PRESIGNED = "Signature Version 4 in the query"
    SECOND = "Signature Version 2 in the parameters of a query service"


@dataclass(frozen=True)
class Claim:
    """Who signed, for what and when; `stamp` is ISO 8601 in basic format, as signed."""

    scheme: Scheme
    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    stamp: str
    expires: float = 0.0
    """For how many seconds a presigned address is valid."""
    token: str | None = None
    """The session token, where it comes neither in the header nor in the query of version 4."""

    @property
    def is_s3(self) -> bool:
        """Whether S3's rules hold, which S3's own signing names share."""
        return self.service.split("-")[0] == "s3"

    @property
    def signed_at(self) -> float:
        """When the request was signed, in seconds since the epoch."""
        return _moment(self.stamp)


def read_claim(sent: Sent, service: str) -> Claim | None:
    """Return what a request of `service` (botocore's name) claims; None when it is not signed.

    Raises Malformed when it is signed in a way that cannot be read or is not understood.
    """
    header = sent.headers.get("authorization", "")
    s3 = service in ("s3", "s3control")
    if header.startswith(ALGORITHM):
        return _header_claim(sent, header, s3)
    if header.startswith(_ASYMMETRIC) or sent.arguments.get("X-Amz-Algorithm") == _ASYMMETRIC:
        raise Malformed(Fault(FaultKind.ASYMMETRIC))
    if "X-Amz-Algorithm" in sent.arguments or "X-Amz-Credential" in sent.arguments:
        return _query_claim(sent, s3)
    if header.startswith("AWS "):
        raise Malformed(Fault(FaultKind.UNSUPPORTED))
    if "AWSAccessKeyId" in sent.form:
        return _second_claim(sent, s3)
    return None


def _header_claim(sent: Sent, header: str, s3: bool) -> Claim:
    words = [word.strip() for word in header[len(ALGORITHM) :].split(",")]
    parts = dict(word.split("=", 1) for word in words if "=" in word)
    missing = [part for part in _PARTS if not parts.get(part)]
    stamp = sent.headers.get("x-amz-date", "") or _stamp(sent.headers.get("date", ""))
    no_date = not _STAMP.fullmatch(stamp) or not _is_time(stamp)
    if missing or (no_date and not s3):
        sentences = [f"Authorization header requires '{part}' parameter." for part in missing]
        if no_date:
            sentences.append(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
                "header."
            )
        detail = S3_PARTS if s3 else f"{' '.join(sentences)} Authorization={ALGORITHM}"
        raise Malformed(Fault(FaultKind.INCOMPLETE, detail))
    scope = _CREDENTIAL.fullmatch(parts["Credential"])
    if scope is None:
        detail = "Credential must have exactly 5 slash-delimited elements, e.g. "
        detail += f"keyid/date/region/service/term, got '{parts['Credential'][:200]}'"
        raise Malformed(Fault(FaultKind.INCOMPLETE, S3_CREDENTIAL if s3 else detail))
    if no_date:
        raise Malformed(Fault(FaultKind.HEADERS, S3_NO_DATE))
    signed = tuple(parts["SignedHeaders"].lower().split(";"))
    claim = Claim(
        Scheme.HEADER, scope[1], scope[2], scope[3], scope[4], signed, parts["Signature"], stamp
    )
    if claim.date != stamp[:8]:
        raise Malformed(_other_date(claim, s3))
    return claim


def _query_claim(sent: Sent, s3: bool) -> Claim:
    given = sent.arguments
    names = ("Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires")
    # Services other than S3 have a presigned address last five minutes where it does not say.
    optional = () if s3 else ("Expires",)
    missing = [n for n in names if not given.get(f"X-Amz-{n}") and n not in optional]
    if missing:
        detail = f"AWS query-string parameters must include 'X-Amz-{missing[0]}'."
        raise Malformed(Fault(FaultKind.QUERY, S3_QUERY if s3 else detail))
    scope = _CREDENTIAL.fullmatch(given["X-Amz-Credential"])
    if scope is None:
        raise Malformed(Fault(FaultKind.QUERY, S3_QUERY_CREDENTIAL))
    stamp = given["X-Amz-Date"]
    if not _STAMP.fullmatch(stamp) or not _is_time(stamp):
        raise Malformed(Fault(FaultKind.QUERY, S3_QUERY_DATE))
    expires = _seconds(given.get("X-Amz-Expires", "300"))
    claim = Claim(
        Scheme.PRESIGNED,
        scope[1],
        scope[2],
        scope[3],
        scope[4],
        tuple(given["X-Amz-SignedHeaders"].lower().split(";")),
        given["X-Amz-Signature"],
        stamp,
        expires,
    )
    if claim.date != stamp[:8]:
        raise Malformed(_other_date(claim, s3))
    return claim


def _seconds(text: str) -> int:
    """Return how long an address is valid: "X-Amz-Expires", Authenticating Requests (S3)."""
    if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > 12:
        raise Malformed(Fault(FaultKind.QUERY, "X-Amz-Expires should be a number"))
    seconds = int(text)
    if seconds < 0:
        raise Malformed(Fault(FaultKind.QUERY, "X-Amz-Expires must be non-negative"))
    if seconds > 604800:
        detail = "X-Amz-Expires must be less than a week (in seconds); that is, the given "
        detail += "X-Amz-Expires must be less than 604800 seconds"
        raise Malformed(Fault(FaultKind.QUERY, detail))
    return seconds


def _second_claim(sent: Sent, s3: bool) -> Claim:
    form = sent.form
    if s3 or form.get("SignatureVersion") != "2" or form.get("SignatureMethod") != "HmacSHA256":
        raise Malformed(Fault(FaultKind.UNSUPPORTED))
    moment = re.sub(r"\.\d+|[-:]", "", form.get("Timestamp", ""))
    if not _STAMP.fullmatch(moment) or not _is_time(moment) or "Signature" not in form:
        raise Malformed(Fault(FaultKind.INCOMPLETE, "Request must contain a valid Timestamp."))
    return Claim(
        Scheme.SECOND,
        form["AWSAccessKeyId"],
        "",
        "",
        "",
        (),
        form["Signature"],
        moment,
        token=form.get("SecurityToken"),
    )


def _other_date(claim: Claim, s3: bool) -> Fault:
    if s3:
        return Fault(FaultKind.INCOMPLETE, S3_DATE)
    return Fault(
        FaultKind.MISMATCH,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        f"HTTP: '{claim.date}' != '{claim.stamp[:8]}', from '{claim.stamp}'.",
    )


def _stamp(date: str) -> str:
    """Return the time of a Date header as X-Amz-Date has it; "" when it has none."""
    if _STAMP.fullmatch(date) or not date:
        return date
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime(STAMP)
    except (ValueError, TypeError, OverflowError):
        return ""


def _is_time(stamp: str) -> bool:
    try:
        _moment(stamp)
    except ValueError:
        return False
    return True


@functools.lru_cache(64)
def _moment(stamp: str) -> float:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()
