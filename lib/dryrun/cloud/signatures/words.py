"""How each family of services words what is wrong with a caller's key or signature.

"Error codes for the Amazon EC2 API", "List of error codes" (Amazon S3), "Common Errors" (AWS STS;
IAM) and "Error handling with DynamoDB". Services in JSON take 400 for what the older ones call
forbidden. "Troubleshoot Signature Version 4 signing for AWS API requests" has the sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dryrun.cloud.signatures.faults import Fault, FaultKind


@dataclass(frozen=True)
class Refusal:
    """How AWS refuses a caller."""

    code: str
    message: str
    status: int


class Family(StrEnum):
    """Services that word their refusals alike."""

    S3 = "s3"
    EC2 = "ec2"
    QUERY = "query"
    JSON = "json"
    REST_JSON = "rest-json"


_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105
_EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105
_INVALID = "AWS was not able to validate the provided access credentials"
_OTHER_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_OTHER_SIGNATURE_S3 = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "key and signing method."
)
_OLD = (
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
)
_ASYMMETRIC = (
    "Dry Run does not simulate asymmetric signatures (Signature Version 4A); real AWS would "
    "check this one. Sign with AWS4-HMAC-SHA256 instead."
)

UNKNOWN_KEY = {
    Family.S3: Refusal(
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        403,
    ),
    Family.EC2: Refusal("AuthFailure", _INVALID, 401),
    Family.QUERY: Refusal("InvalidClientTokenId", _INVALID_TOKEN, 403),
    Family.REST_JSON: Refusal("UnrecognizedClientException", _INVALID_TOKEN, 403),
    Family.JSON: Refusal("UnrecognizedClientException", _INVALID_TOKEN, 400),
}
WRONG_TOKEN = UNKNOWN_KEY | {
    Family.S3: Refusal(
        "InvalidToken", "The provided token is malformed or otherwise invalid.", 400
    ),
}
EXPIRED_TOKEN = {
    Family.S3: Refusal("ExpiredToken", "The provided token has expired.", 400),
    Family.EC2: Refusal("RequestExpired", "Request has expired.", 400),
    Family.QUERY: Refusal("ExpiredToken", _EXPIRED_TOKEN, 403),
    Family.REST_JSON: Refusal("ExpiredTokenException", _EXPIRED_TOKEN, 403),
    Family.JSON: Refusal("ExpiredTokenException", _EXPIRED_TOKEN, 400),
}
_CODES = {
    Family.QUERY: ("SignatureDoesNotMatch", 403, "IncompleteSignature", 400),
    Family.REST_JSON: ("InvalidSignatureException", 403, "IncompleteSignatureException", 403),
    Family.JSON: ("InvalidSignatureException", 400, "IncompleteSignatureException", 400),
}
_S3 = {
    FaultKind.INCOMPLETE: Refusal("AuthorizationHeaderMalformed", "", 400),
    FaultKind.QUERY: Refusal("AuthorizationQueryParametersError", "", 400),
    FaultKind.MISMATCH: Refusal("SignatureDoesNotMatch", _OTHER_SIGNATURE_S3, 403),
    FaultKind.PAYLOAD: Refusal(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        400,
    ),
    FaultKind.PAYLOAD_NAME: Refusal("InvalidArgument", "", 400),
    FaultKind.PAYLOAD_MISSING: Refusal("InvalidRequest", "", 400),
    FaultKind.BODY: Refusal("IncompleteBody", "The request body terminated unexpectedly", 400),
    FaultKind.LENGTH: Refusal(
        "MissingContentLength", "You must provide the Content-Length HTTP header.", 411
    ),
    FaultKind.HEADERS: Refusal("AccessDenied", "", 403),
    FaultKind.SKEWED: Refusal(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        403,
    ),
    FaultKind.EXPIRED: Refusal("AccessDenied", "Request has expired", 403),
    FaultKind.EARLY: Refusal("AccessDenied", "Request is not valid yet", 403),
}


_EVERYWHERE = {
    FaultKind.UNSUPPORTED: Refusal("InvalidRequest", _OLD, 400),
    FaultKind.ASYMMETRIC: Refusal("NotSimulated", _ASYMMETRIC, 501),
}


def word(fault: Fault, family: Family) -> Refusal:
    """Return how a service of `family` refuses a request with this fault."""
    if fault.kind in _EVERYWHERE:
        return _EVERYWHERE[fault.kind]
    if family is Family.S3:
        found = _S3[fault.kind]
        return found if found.message else Refusal(found.code, fault.detail, found.status)
    if family is Family.EC2:
        return _of_ec2(fault)
    code, status, incomplete, incomplete_status = _CODES[family]
    if fault.kind in (FaultKind.INCOMPLETE, FaultKind.QUERY):
        return Refusal(incomplete, fault.detail, incomplete_status)
    detail = "Signature expired" if fault.kind is FaultKind.EXPIRED else fault.detail
    return Refusal(code, detail or _OTHER_SIGNATURE, status)


def _of_ec2(fault: Fault) -> Refusal:
    if fault.kind in (FaultKind.INCOMPLETE, FaultKind.QUERY):
        return Refusal("IncompleteSignature", fault.detail, 400)
    if fault.kind in (FaultKind.SKEWED, FaultKind.EXPIRED):
        return EXPIRED_TOKEN[Family.EC2]
    return UNKNOWN_KEY[Family.EC2]


def unsigned(family: Family) -> Refusal:
    """Return how a service of `family` refuses a request that nobody signed."""
    code = "MissingAuthenticationToken"
    if family in (Family.JSON, Family.REST_JSON):
        code = "MissingAuthenticationTokenException"
    return Refusal(code, "Request is missing Authentication Token", 403)
