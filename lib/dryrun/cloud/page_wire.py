"""Read and write the parts of a request and an answer that paging is about."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import botocore.parsers
from moto.core.model import Shape, StructureShape
from moto.core.serialize import get_serializer_class

from dryrun.cloud.errors import Answer
from dryrun.cloud.routing import ApiCall


def with_member(
    call: ApiCall, name: str, value: str | int | None, query: str, body: bytes
) -> tuple[str, bytes]:
    """Return a request's query string and body with an input member set, or without it."""
    member = _member(call, name)
    wire = member.serialization.get("name", name)
    if member.serialization.get("location") == "querystring":
        return _set(query, (wire,), value), body
    if call.protocol in ("query", "ec2"):
        names = (wire[:1].upper() + wire[1:] if call.protocol == "ec2" else wire, wire, name)
        return query, _set(body.decode(), names, value).encode()
    values = json.loads(body or b"{}")
    values.pop(wire, None)
    if value is not None:
        values[wire] = value
    return query, json.dumps(values).encode()


def can_rewrite(call: ApiCall) -> bool:
    """Tell whether requests of this kind can be rewritten (binary ones cannot)."""
    return call.protocol in ("query", "ec2", "json", "rest-json", "rest-xml")


def parse(call: ApiCall, answer: Answer) -> dict[str, Any]:
    """Return an answer as boto3 gives it."""
    parser = botocore.parsers.create_parser(call.protocol)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    response = {"headers": headers, "body": answer.body, "status_code": answer.status}
    assert call.operation is not None
    parsed = dict(parser.parse(response, call.operation.output_shape))
    parsed.pop("ResponseMetadata", None)
    return parsed


def serialize(call: ApiCall, parsed: dict[str, Any], answer: Answer) -> Answer:
    """Return `answer` with another content."""
    assert call.operation is not None
    serializer = get_serializer_class(call.service, call.protocol)(call.operation)
    body = serializer.serialize(parsed)["body"]
    data = body if isinstance(body, bytes) else body.encode()
    kept = {
        name: value for name, value in answer.headers.items() if name.lower() != "content-length"
    }
    return Answer(answer.status, kept, data)


def _member(call: ApiCall, name: str) -> Shape:
    assert call.operation is not None
    shape = call.operation.input_shape
    assert isinstance(shape, StructureShape)
    return shape.members[name]


def _set(query: str, names: tuple[str, ...], value: str | int | None) -> str:
    """Return a query string with the first of `names` set, and none of the others."""
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in names]
    if value is not None:
        pairs.append((names[0], str(value)))
    return urlencode(pairs)
