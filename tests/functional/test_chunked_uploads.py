"""Uploads in chunks: every chunk is signed, and every one of them must be genuine.

Sources: "Transferring Payload in Multiple Chunks (Chunked Upload)" and "Including Trailing Headers
(Chunked Upload)", Amazon S3 API Reference.
"""

from __future__ import annotations

import hashlib

import in_process
import pytest
from botocore.auth import SigV4Auth
from in_process import Reply
from signing import (
    ADMIN,
    REGION,
    code,
    send,
    upload,
)


@pytest.fixture(scope="module", autouse=True)
def harbour() -> None:
    in_process.client("s3").create_bucket(Bucket="harbour")


class Chunked:
    """A client that uploads in chunks: "Transferring Payload in Multiple Chunks", S3."""

    def __init__(self, payload: str, data: bytes, size: int = 8192) -> None:
        self.payload, self.data, self.size = payload, data, size
        self.signer = SigV4Auth(ADMIN, "s3", REGION)
        self.request = upload(
            b"",
            "chunks",
            **{
                "X-Amz-Content-SHA256": payload,
                "Content-Encoding": "aws-chunked",
                "X-Amz-Decoded-Content-Length": str(len(data)),
            },
        )
        if payload.endswith("TRAILER"):
            self.request.headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
        self.signer.add_auth(self.request)
        self.before = self.request.headers["Authorization"].rpartition("=")[2]

    def sign(self, kind: str, *digests: str) -> str:
        """Return the next signature."""
        stamp = self.request.context["timestamp"]
        scope = self.signer.credential_scope(self.request)
        text = "\n".join([f"AWS4-HMAC-SHA256-{kind}", stamp, scope, self.before, *digests])
        self.before = self.signer.signature(text, self.request)
        return str(self.before)

    def body(self) -> bytes:
        """Return the body in its chunks."""
        signed = self.payload.startswith("STREAMING-AWS4")
        parts = [self.data[i : i + self.size] for i in range(0, len(self.data), self.size)]
        body = b""
        for part in [*parts, b""]:
            head = f"{len(part):x}"
            if signed:
                empty = hashlib.sha256(b"").hexdigest()
                signature = self.sign("PAYLOAD", empty, hashlib.sha256(part).hexdigest())
                head += f";chunk-signature={signature}"
            body += head.encode() + b"\r\n" + part + (b"\r\n" if part else b"")
        if self.payload.endswith("TRAILER"):
            trailer = b"x-amz-checksum-crc32:AAAAAA=="
            body += trailer + b"\r\n"
            if signed:
                digest = hashlib.sha256(trailer + b"\n").hexdigest()
                body += f"x-amz-trailer-signature:{self.sign('TRAILER', digest)}\r\n".encode()
        return body + b"\r\n"

    def send(self, body: bytes | None = None) -> Reply:
        """Send it."""
        return send(self.request, body=self.body() if body is None else body)


STREAMING = [
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
]


@pytest.mark.parametrize("payload", STREAMING)
@pytest.mark.parametrize("size", [0, 1, 8192, 30_000])
def test_an_upload_in_chunks_arrives(payload: str, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    assert Chunked(payload, data).send().status == 200
    stored = in_process.client("s3").get_object(Bucket="harbour", Key="chunks")["Body"].read()
    assert stored == data


@pytest.mark.parametrize("payload", STREAMING[:2])
@pytest.mark.parametrize(
    "change", [(b"\r\nab", b"\r\nxb"), (b"chunk-signature=", b"chunk-signature=0")]
)
def test_a_changed_chunk_is_refused(payload: str, change: tuple[bytes, bytes]) -> None:
    upload = Chunked(payload, b"ab" * 6000)
    body = upload.body()
    if change[0] == b"\r\nab":
        body = body.replace(*change, 1)
        assert code(upload.send(body)) == (403, "SignatureDoesNotMatch")
    else:
        assert code(upload.send(body.replace(*change, 1))) == (400, "IncompleteBody")


def test_a_changed_trailer_is_refused() -> None:
    upload = Chunked(STREAMING[1], b"ab")
    body = upload.body().replace(b"crc32:AAAA", b"crc32:BBBB")
    assert code(upload.send(body)) == (403, "SignatureDoesNotMatch")


def test_a_trailer_without_its_signature_is_refused() -> None:
    upload = Chunked(STREAMING[1], b"ab")
    body = upload.body().partition(b"x-amz-trailer-signature")[0]
    assert code(upload.send(body)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("payload", STREAMING)
@pytest.mark.parametrize("cut", [1, 50, 5000])
def test_a_body_that_ends_early_is_refused(payload: str, cut: int) -> None:
    upload = Chunked(payload, b"ab" * 6000)
    body = upload.body()
    reply = upload.send(body[: -cut - 130])
    assert code(reply) == (400, "IncompleteBody")


def test_a_body_that_is_not_in_chunks_is_refused() -> None:
    for body in (b"", b"ab", b"zz\r\nab", b"-1\r\n\r\n", b"f" * 17 + b"\r\n", b"0\r\n\r\n"):
        assert code(Chunked(STREAMING[2], b"ab").send(body)) == (400, "IncompleteBody")
