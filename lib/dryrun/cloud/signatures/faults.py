"""What can be wrong with a signature, whichever service words it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The kinds of faults; each service has a code of its own for most."""

    INCOMPLETE = "incomplete"
    QUERY = "wrong parameters of a presigned address"
    MISMATCH = "made with another secret, or of another request"
    PAYLOAD = "the hash of another body"
    PAYLOAD_NAME = "not the hash of a body"
    PAYLOAD_MISSING = "the hash of the body is missing"
    BODY = "a body that ends early or is not in chunks"
    LENGTH = "the length of the data inside the chunks is missing"
    HEADERS = "headers that are not signed"
    SKEWED = "signed at another time than now"
    EXPIRED = "an address that is no longer valid"
    EARLY = "an address that is not yet valid"
    UNSUPPORTED = "an older version"
    ASYMMETRIC = "an asymmetric signature"


@dataclass(frozen=True)
class Fault:
    """One fault; `detail` is AWS's sentence where the fault does not decide it."""

    kind: FaultKind
    detail: str = ""
