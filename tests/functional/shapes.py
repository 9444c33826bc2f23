"""The smallest valid parameters of any operation, read off its botocore model."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime
from typing import Any

from botocore.model import OperationModel, Shape

ACCOUNT = "123456789012"
MOMENT = datetime(2026, 1, 5, 12, tzinfo=UTC)
DEEPEST = 6

_UUID = "01234567-89ab-4cde-8f01-23456789abcd"
# Tried in order against a member's pattern and lengths; the first that fits is taken.
_WORDS = (
    "dryrun-test",
    "dryruntest",
    "DryRunTest",
    "a",
    "1",
    "12",
    "us-east-1",
    ACCOUNT,
    "0123456789abcdef",
    _UUID,
    "0123456789abcdef0123456789abcdef",
    "a" * 26,
    "1.0.0",
    "10.0.0.0/16",
    "10.0.0.1",
    "2026-01-05",
    "2026-01-05T12:00:00Z",
    "/dryrun/test",
    "s3://dryrun-test/key",
    "https://example.com/path",
    "learner@example.com",
    "+15555550100",
    "{}",
    "$LATEST",
    "200",
)
# Members whose shape says no more than "string".
_KNOWN = {
    "bucket": "dryrun-test",
    "key": "dryrun/test",
    "accountid": ACCOUNT,
    "awsaccountid": ACCOUNT,
    "id": "dryrun-test",
    "uploadid": "upload",
    "queueurl": f"http://localhost:4566/{ACCOUNT}/dryrun-test",
    "policydocument": '{"Version":"2012-10-17","Statement":[]}',
    "email": "learner@example.com",
}


def minimal(operation: OperationModel) -> dict[str, Any]:
    """Return parameters with every required member and nothing else."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return dict(_structure(shape, operation.service_model.service_name, 0))


def _value(shape: Shape, name: str, service: str, depth: int) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, service, depth)
    if kind == "list":
        few = max(shape.metadata.get("min", 0), 1 if depth < DEEPEST else 0)
        return [_numbered(_value(shape.member, name, service, depth + 1), n) for n in range(few)]
    if kind == "map":
        key = _value(shape.key, "Key", service, depth + 1)
        return {} if depth >= DEEPEST else {key: _value(shape.value, name, service, depth + 1)}
    if kind == "string":
        return _string(shape, name, service)
    if kind in ("integer", "long", "float", "double"):
        number = shape.metadata.get("min", 1)
        return number if kind in ("integer", "long") else float(number)
    return {"boolean": True, "timestamp": MOMENT, "blob": b"x" * _least(shape)}.get(kind, "x")


def _structure(shape: Any, service: str, depth: int) -> dict[str, Any]:
    if getattr(shape, "is_document_type", False) or getattr(shape, "is_eventstream", False):
        return {}
    if getattr(shape, "is_tagged_union", False):
        name = next(iter(shape.members))
        return {name: _value(shape.members[name], name, service, depth + 1)}
    return {
        name: _value(shape.members[name], name, service, depth + 1)
        for name in shape.required_members
        if depth < 12
    }


def _string(shape: Any, name: str, service: str) -> str:
    if shape.enum:
        return str(shape.enum[0])
    known = _KNOWN.get(name.lower())
    if known is not None and service in ("s3", "s3control", "sqs", "iam"):
        return known
    arn = f"arn:aws:{service}:us-east-1:{ACCOUNT}:dryrun:test"
    longer = f"arn:aws:{service}:us-east-1:{ACCOUNT}:portal/{_UUID}"
    words = (arn, longer, *_WORDS) if "arn" in name.lower() else (*_WORDS, arn)
    pattern = _pattern(shape.metadata.get("pattern"))
    for word in words:
        if _fits(word, shape, pattern):
            return word
    return "a" * _least(shape)


def _fits(word: str, shape: Any, pattern: re.Pattern[str] | None) -> bool:
    long_enough = shape.metadata.get("min", 0) <= len(word) <= shape.metadata.get("max", 4096)
    return long_enough and (pattern is None or pattern.search(word) is not None)


@functools.cache
def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(rf"^(?:{text})$") if text else None
    except re.error:  # Java's patterns have classes that Python's lack
        return None


def _least(shape: Any) -> int:
    return max(int(shape.metadata.get("min", 1)), 1)


def _numbered(value: Any, number: int) -> Any:
    return f"{value}{number}" if number and isinstance(value, str) else value
