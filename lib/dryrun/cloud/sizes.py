"""How long a request may be, which AWS looks at before it reads it."""

from __future__ import annotations

import io

from moto.core.request import Request

from dryrun.cloud import errors
from dryrun.cloud.errors import Answer
from dryrun.cloud.routing import ApiCall, read_signature

_MOST = {"cloudformation": 1_048_576}
"""Bytes, by the name requests are signed with; from memory, the documentation gives no number.

The form of a request takes a second for each megabyte to be read.
"""


def refuse(request: Request, body: bytes) -> Answer | None:
    """Refuse a request that is too long for its service.

    Follows "Common Error Types", CloudFormation API Reference.
    """
    if len(body) <= min(_MOST.values()):
        return None
    signature = read_signature(request.headers, {})
    if len(body) <= _MOST.get(signature.signing_name, len(body)):
        return None
    empty = Request({**request.environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"})
    call = ApiCall(empty, signature, signature.signing_name, None)
    message = "The request entity is too large."
    return errors.error(call, "RequestEntityTooLargeException", message, 413)
