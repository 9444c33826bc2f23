"""Bucket policies told as S3 writes them: close, and in an order of its own.

Follows "GetBucketPolicy", Amazon S3 API Reference, and answers recorded from it; moto returns the
text as it was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.core.responses import TYPE_RESPONSE
from moto.s3.responses import S3Response

_POLICY = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)

_get: Any = S3Response.get_bucket_policy


def get_bucket_policy(self: S3Response) -> TYPE_RESPONSE:
    """Return the policy of a bucket."""
    status, headers, policy = _get(self)
    return status, headers, _written(policy)


def _written(policy: str | bytes) -> str:
    told = _in_order(json.loads(policy), _POLICY)
    if isinstance(told.get("Statement"), list):
        told["Statement"] = [_in_order(one, _STATEMENT) for one in told["Statement"]]
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _in_order(members: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    first = {name: members[name] for name in names if name in members}
    return {**first, **members}


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = S3Response
    replaced.get_bucket_policy = get_bucket_policy
