"""Read a request's body whole, and no more of it than there is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

BLOCK = 1 << 20
LONGEST_LINE = 4096


class BrokenBodyError(ValueError):
    """A body that is not as long as it says, or whose chunks are not chunks."""


def read_body(environ: Mapping[str, Any]) -> bytes:
    """Return the body of a WSGI request; raise BrokenBodyError when it is not as announced."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    announced = environ.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal():
        raise BrokenBodyError("the length of its body is not a number")
    return read_exactly(stream, int(announced))


class ChunkedBody:
    """A body in chunks (RFC 9112, section 7.1), read to its last chunk.

    werkzeug's own reader takes the length of a chunk on trust and spins when the client has gone.
    """

    def __init__(self, stream: IO[bytes] | io.BufferedIOBase) -> None:
        self._stream = stream

    def read(self) -> bytes:
        """Return the whole body; raise BrokenBodyError when a chunk is malformed or missing."""
        body = io.BytesIO()
        while size := self._size():
            body.write(read_exactly(self._stream, size))
            if self._stream.readline(LONGEST_LINE).strip():
                raise BrokenBodyError("a chunk of its body is longer than it says")
        while self._stream.readline(LONGEST_LINE).strip():
            pass  # trailers
        return body.getvalue()

    def _size(self) -> int:
        line = self._stream.readline(LONGEST_LINE)
        digits = line.partition(b";")[0].strip()
        if not digits or digits.strip(b"0123456789abcdefABCDEF"):
            raise BrokenBodyError("the length of a chunk of its body is not a number")
        return int(digits, 16)


def read_exactly(stream: IO[bytes] | io.BufferedIOBase, length: int) -> bytes:
    """Return `length` bytes; raise BrokenBodyError when the stream ends before."""
    body = io.BytesIO()
    left = length
    while left:
        # The length is the client's word: memory is taken for what comes, not for what is said.
        block = stream.read(min(left, BLOCK))
        if not block:
            raise BrokenBodyError("its body ends early")
        body.write(block)
        left -= len(block)
    return body.getvalue()
