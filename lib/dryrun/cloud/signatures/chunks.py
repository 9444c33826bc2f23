"""S3 uploads in chunks, each with a signature that continues the one before."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from dryrun.cloud.signatures.claims import Claim

# "Transferring Payload in Multiple Chunks (Chunked Upload)" and "Including Trailing Headers
# (Chunked Upload)", Amazon S3 API Reference.
_HEAD = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_EMPTY = hashlib.sha256(b"").hexdigest()
_LONGEST_HEAD = 200
_TRAILER_SIGNATURE = b"x-amz-trailer-signature"


@dataclass
class Chunks:
    """The parts of a body: (hash of the data, signature) of each chunk, and the trailer."""

    length: int = 0
    """The length of the data in all chunks, in bytes."""
    parts: list[tuple[str, str]] = field(default_factory=list)
    trailer: bytes = b""
    """The trailing headers as they are signed, `name:value` and a newline each."""
    trailer_signature: str = ""

    def are_genuine(self, claim: Claim, sign: Callable[[str], str]) -> bool:
        """Tell whether every signature follows from the one before, the request's first."""
        before = claim.signature
        scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
        for digest, signature in self.parts:
            words = ["AWS4-HMAC-SHA256-PAYLOAD", claim.stamp, scope, before, _EMPTY, digest]
            if not hmac.compare_digest(sign("\n".join(words)), signature):
                return False
            before = signature
        if not self.trailer and not self.trailer_signature:
            return True
        digest = hashlib.sha256(self.trailer).hexdigest()
        words = ["AWS4-HMAC-SHA256-TRAILER", claim.stamp, scope, before, digest]
        return hmac.compare_digest(sign("\n".join(words)), self.trailer_signature)


def is_signed_in_chunks(payload: str) -> bool:
    """Tell whether `x-amz-content-sha256` says that each chunk is signed."""
    return payload.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")


def read_chunks(body: bytes, *, signed: bool) -> Chunks | None:
    """Return the chunks of a body in `aws-chunked` encoding; None when it is not in it."""
    chunks = Chunks()
    view, at = memoryview(body), 0
    while True:
        end = body.find(b"\r\n", at, at + _LONGEST_HEAD)
        head = _HEAD.fullmatch(body[at:end]) if end >= 0 else None
        if head is None or bool(head[2]) != signed:
            return None
        size, at = int(head[1], 16), end + 2
        data = view[at : at + size]
        if len(data) != size:
            return None
        if signed:
            chunks.parts.append((hashlib.sha256(data).hexdigest(), head[2].decode()))
        chunks.length += size
        if size == 0:
            _read_trailer(chunks, body[at:])
            return chunks
        at += size
        if body[at : at + 2] != b"\r\n":
            return None
        at += 2


def _read_trailer(chunks: Chunks, text: bytes) -> None:
    for line in text.splitlines():
        name, _, value = line.partition(b":")
        if name.lower() == _TRAILER_SIGNATURE:
            chunks.trailer_signature = value.strip().decode("latin-1")
        elif name:
            chunks.trailer += name.lower() + b":" + value.strip() + b"\n"
