"""Requests of S3 as CloudTrail shows them: "Amazon S3 CloudTrail events"."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import OperationModel

from dryrun.cloud.journal import Call


def request_parameters(call: Call, operation: OperationModel | None) -> dict[str, Any]:
    """Return `requestParameters`: the bucket, headers by their names, bodies by their elements."""
    shape = operation.input_shape if operation is not None else None
    members = getattr(shape, "members", {})
    made: dict[str, Any] = {}
    for name, value in call.parameters.items():
        if name == "Bucket":
            made["bucketName"] = value
        elif name == "Key":
            made["key"] = value
        elif name == "Policy":
            made["bucketPolicy"] = _parsed(value)
        else:
            serialization = getattr(members.get(name), "serialization", {})
            made[serialization.get("name", name)] = value
    return made


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text
