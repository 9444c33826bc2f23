"""A signature made again, with botocore's own signers."""

from __future__ import annotations

import hmac
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

from botocore.auth import (
    UNSIGNED_PAYLOAD,
    S3SigV4Auth,
    SigV2Auth,
    SigV4Auth,
)
from botocore.credentials import Credentials

from dryrun.cloud.signatures.chunks import is_signed_in_chunks, read_chunks
from dryrun.cloud.signatures.claims import Claim, Scheme
from dryrun.cloud.signatures.faults import Fault, FaultKind
from dryrun.cloud.signatures.sent import Sent

PAYLOAD_HEADER = "x-amz-content-sha256"
# "Authenticating Requests: Using the Authorization Header", x-amz-content-sha256. Those of
# asymmetric signatures are left out.
STREAMING = frozenset(
    {
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    }
)
HOST_UNSIGNED = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
UNSIGNED_HEADERS = "There were headers present in the request which were not signed"
PAYLOAD_MISSING = "Missing required header for this request: x-amz-content-sha256"
PAYLOAD_INVALID = (
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
    "or a valid sha256 value."
)
_HASH = re.compile(r"[0-9a-fA-F]{64}")


def find_fault(sent: Sent, claim: Claim, secret: str) -> Fault | None:
    """Return what is wrong with a signature, or None when `secret` made it for this request.

    When it was made is not looked at.
    """
    if claim.scheme is Scheme.SECOND:
        return None if _is_second(sent, claim, secret) else Fault(FaultKind.MISMATCH)
    if "host" not in claim.signed_headers:
        return Fault(FaultKind.MISMATCH, "" if claim.is_s3 else HOST_UNSIGNED)
    payload = _payload(sent, claim)
    if isinstance(payload, Fault):
        return payload
    signer = _signer(claim, secret)
    if not _is_genuine(signer, sent, claim, payload):
        return Fault(FaultKind.MISMATCH)
    return _unsigned(sent, claim) or _other_body(signer, sent, claim, payload)


class _Headers(dict[str, str]):
    """The signed headers, in the form in which botocore's signer asks for them."""

    def get_all(self, name: str) -> list[str]:
        return [self[name]]


def _signer(claim: Claim, secret: str) -> SigV4Auth:
    kind = S3SigV4Auth if claim.is_s3 else SigV4Auth
    signer = kind(Credentials(claim.access_key, secret), claim.service, claim.region)
    signer._sign = _sign
    return signer


def _sign(key: bytes, text: str, hex: bool = False) -> str | bytes:
    """Do what the signer's own does, in a fifth of the time."""
    digest = hmac.digest(key, text.encode(), "sha256")
    return digest.hex() if hex else digest


def _is_genuine(signer: SigV4Auth, sent: Sent, claim: Claim, payload: str) -> bool:
    headers = _Headers({name: sent.headers.get(name, "") for name in claim.signed_headers})
    signer.headers_to_sign = lambda _: headers
    query = sent.query
    if claim.scheme is Scheme.PRESIGNED:
        query = sent.query_without("X-Amz-Signature")
    # Clients may write in the query what they escape in the signature; AWS escapes it as well.
    for written in (query, _escaped(query)):
        request = _request(sent, claim, written, payload)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        if hmac.compare_digest(signer.signature(text, request), claim.signature.lower()):
            return True
        if _escaped(query) == query:
            break
    return False


def _request(sent: Sent, claim: Claim, query: str, payload: str) -> Any:
    """Return a request as botocore's signers look at one."""
    return SimpleNamespace(
        method=sent.method,
        url=f"http://host{sent.path}?{query}",
        params=None,
        headers={"X-Amz-Content-SHA256": payload},
        context={"timestamp": claim.stamp},
    )


def _payload(sent: Sent, claim: Claim) -> str | Fault:
    """Return the last line of the canonical request: what the body is said to be."""
    said = sent.headers.get(PAYLOAD_HEADER, "")
    if claim.scheme is Scheme.PRESIGNED:
        said = sent.arguments.get("X-Amz-Content-Sha256", said)
        return said or (UNSIGNED_PAYLOAD if claim.is_s3 else sent.body_hash)
    if not claim.is_s3:
        return said or sent.body_hash
    if not said:
        return Fault(FaultKind.PAYLOAD_MISSING, PAYLOAD_MISSING)
    if said in STREAMING or said == UNSIGNED_PAYLOAD or _HASH.fullmatch(said):
        return said
    return Fault(FaultKind.PAYLOAD_NAME, PAYLOAD_INVALID)


def _unsigned(sent: Sent, claim: Claim) -> Fault | None:
    """Refuse headers that S3 acts on and nobody signed."""
    if not claim.is_s3:
        return None
    for name in sent.headers:
        if name.startswith("x-amz-") and name not in (*claim.signed_headers, PAYLOAD_HEADER):
            return Fault(FaultKind.HEADERS, UNSIGNED_HEADERS)
    return None


def _other_body(signer: SigV4Auth, sent: Sent, claim: Claim, payload: str) -> Fault | None:
    """Return what is wrong with the body of a genuine request."""
    if _HASH.fullmatch(payload):
        same = hmac.compare_digest(payload.lower(), sent.body_hash)
        return None if same else Fault(FaultKind.PAYLOAD)
    if payload not in STREAMING or not claim.is_s3:
        return None
    length = sent.headers.get("x-amz-decoded-content-length", "")
    if not length.isdecimal() or not length.isascii():
        return Fault(FaultKind.LENGTH)
    chunks = read_chunks(sent.body, signed=is_signed_in_chunks(payload))
    if chunks is None or chunks.length != int(length):
        return Fault(FaultKind.BODY)
    if not is_signed_in_chunks(payload):
        return None

    def sign(text: str) -> str:
        return str(signer.signature(text, _request(sent, claim, "", payload)))

    return None if chunks.are_genuine(claim, sign) else Fault(FaultKind.MISMATCH)


def _is_second(sent: Sent, claim: Claim, secret: str) -> bool:
    request = SimpleNamespace(
        method=sent.method, url=f"http://{sent.headers.get('host', '')}{sent.path}"
    )
    signer = SigV2Auth(Credentials(claim.access_key, secret))
    _, made = signer.calc_signature(request, sent.form)
    return hmac.compare_digest(made.encode(), claim.signature.encode())


def _escaped(query: str) -> str:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, _, value in pairs)


def _escape(text: str) -> str:
    return quote(unquote(text.replace("+", " ")), safe="-_.~")
