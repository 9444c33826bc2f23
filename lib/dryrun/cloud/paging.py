"""Page every list as AWS pages it, where moto answers all at once.

botocore's paginators say which parameter limits a page, which carries the token and where
the items are. When moto's answer holds more items than the page may, the rest is kept back
behind a token of ours; where moto pages by itself, nothing is changed.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import botocore.parsers
from botocore.exceptions import DataNotFoundError
from moto.core.model import OperationModel, Shape, StructureShape
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_pagination_model

from dryrun.cloud.errors import Answer
from dryrun.cloud.routing import ApiCall

TOKEN_MARK = "dryrun-page:"  # noqa: S105 - a page token, not a secret

# Documented defaults that the model's prose does not state in a sentence one can read:
# "ListFunctions" (AWS Lambda), "ListKeys" (AWS KMS), "ListQueues" (Amazon SQS).
_DEFAULTS = {
    ("lambda", "ListFunctions"): 50,
    ("lambda", "ListAliases"): 50,
    ("lambda", "ListVersionsByFunction"): 50,
    ("lambda", "ListLayers"): 50,
    ("kms", "ListKeys"): 100,
    ("kms", "ListAliases"): 50,
    ("sqs", "ListQueues"): 1000,
}
_DEFAULT_SENTENCE = re.compile(
    r"(?:default(?: value)?(?: is|s to|:)?|number of items defaults to)\s+(?:<code>)?(\d+)", re.I
)


@dataclass(frozen=True)
class PageRule:
    """How one operation is paged; the names are botocore's members."""

    limit: str
    token: str
    next_token: str
    items: tuple[str, ...]
    more: str | None = None
    default: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@functools.cache
def rule(service: str, operation_name: str) -> PageRule | None:
    """Return how an operation is paged, or None when it is not, or in no simple way."""
    try:
        page = get_pagination_model(service).get(operation_name)
    except (DataNotFoundError, KeyError):
        return None
    if page is None or "limit_key" not in page:
        return None
    values = [page["input_token"], page["output_token"], page["result_key"]]
    values = [
        value[0] if isinstance(value, list) and len(value) == 1 else value for value in values
    ]
    if not all(isinstance(value, str) and re.fullmatch(r"\w+", value) for value in values[:2]):
        return None
    if not isinstance(values[2], str) or not re.fullmatch(r"[\w.]+", values[2]):
        return None
    items = tuple(values[2].split("."))
    return PageRule(page["limit_key"], values[0], values[1], items, page.get("more_results"))


@functools.cache
def rule_for(operation: OperationModel) -> PageRule | None:
    """Return the page rule of an operation with the limits its model states."""
    service = str(operation.service_model.service_name)
    found = rule(service, str(operation.name))
    shape = operation.input_shape
    if found is None or not isinstance(shape, StructureShape) or found.limit not in shape.members:
        return None
    member = shape.members[found.limit]
    sentence = _DEFAULT_SENTENCE.search(re.sub(r"</?\w+>", "", member.documentation or ""))
    default = _DEFAULTS.get((service, str(operation.name)))
    if default is None and sentence:
        default = int(sentence[1])
    maximum = member.metadata.get("max")
    return replace(
        found, default=default or maximum, minimum=member.metadata.get("min"), maximum=maximum
    )


@dataclass
class Page:
    """What a request asks for: where to begin, and how many items at most."""

    rule: PageRule
    limit: int | None
    cursor: dict[str, Any] | None


def requested_page(call: ApiCall) -> Page | None:
    """Return the page a request asks for, or None when its operation is not paged."""
    page_rule = rule_for(call.operation) if call.operation is not None else None
    if page_rule is None:
        return None
    asked = call.parameters.get(page_rule.limit)
    limit = int(asked) if asked not in (None, "") else None
    return Page(page_rule, limit, _read_token(call.parameters.get(page_rule.token)))


def refuse_limit(call: ApiCall, page: Page) -> tuple[str, str] | None:
    """Return the (code, message) for a page size out of AWS's bounds, or None."""
    if page.limit is None:
        return None
    if page.rule.maximum is not None and page.limit > page.rule.maximum:
        bound = f"less than or equal to {page.rule.maximum}"
    elif page.rule.minimum is not None and page.limit < page.rule.minimum:
        bound = f"greater than or equal to {page.rule.minimum}"
    else:
        return None
    if call.service in ("s3", "ec2", "sqs"):
        return None  # these have bounds of their own, in words of their own
    name = page.rule.limit[0].lower() + page.rule.limit[1:]
    code = "ValidationError" if call.protocol == "query" else "ValidationException"
    return code, (
        f"1 validation error detected: Value '{page.limit}' at '{name}' failed to satisfy "
        f"constraint: Member must have value {bound}"
    )


def without_token(call: ApiCall, page: Page, query: str, body: bytes) -> tuple[str, bytes]:
    """Return the request's query string and body without our page token."""
    member = _member(call, page.rule.token)
    wire = member.serialization.get("name", page.rule.token)
    if member.serialization.get("location") == "querystring":
        return _drop(query, wire), body
    if call.protocol in ("query", "ec2"):
        names = (wire, page.rule.token, wire[:1].upper() + wire[1:])
        return query, functools.reduce(_drop, names, body.decode()).encode()
    values = json.loads(body or b"{}")
    values.pop(wire, None)
    return query, json.dumps(values).encode()


def read_items(
    call: ApiCall, page: Page, answer: Answer
) -> tuple[dict[str, Any], list[Any]] | None:
    """Parse an answer; return it and its items, or None when it is not a plain list."""
    parsed = _parse(call, answer)
    value: Any = parsed
    for name in page.rule.items:
        value = value.get(name) if isinstance(value, dict) else None
    return (parsed, value) if isinstance(value, list) else None


def cut(call: ApiCall, page: Page, answer: Answer) -> Answer:
    """Cut an answer to the page asked for; leave it alone when it is short enough."""
    read = read_items(call, page, answer)
    if read is None:
        return answer
    parsed, items = read
    limit = page.limit if page.limit is not None else page.rule.default
    if parsed.get(page.rule.next_token) or parsed.get(page.rule.more or ""):
        return answer
    start = _start(items, page.cursor)
    if start == 0 and (not limit or len(items) <= limit):
        return answer
    end = len(items) if not limit else start + limit
    target: Any = parsed
    for name in page.rule.items[:-1]:
        target = target[name]
    target[page.rule.items[-1]] = items[start:end]
    if end < len(items):
        parsed[page.rule.next_token] = _token(end, items[end])
    if page.rule.more:
        parsed[page.rule.more] = end < len(items)
    return _serialize(call, parsed, answer)


def _start(items: list[Any], cursor: dict[str, Any] | None) -> int:
    """Return where the page begins: at the remembered item, or where it used to be."""
    if cursor is None:
        return 0
    for index, item in enumerate(items):
        if _fingerprint(item) == cursor["item"]:
            return index
    return min(int(cursor["at"]), len(items))


def _token(at: int, item: Any) -> str:
    text = TOKEN_MARK + json.dumps({"at": at, "item": _fingerprint(item)})
    return base64.b64encode(text.encode()).decode()


def _read_token(token: Any) -> dict[str, Any] | None:
    try:
        text = base64.b64decode(str(token), validate=True).decode()
        return (
            dict(json.loads(text.removeprefix(TOKEN_MARK))) if text.startswith(TOKEN_MARK) else None
        )
    except (ValueError, UnicodeDecodeError):
        return None


def _fingerprint(item: Any) -> str:
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]


def _parse(call: ApiCall, answer: Answer) -> dict[str, Any]:
    parser = botocore.parsers.create_parser(call.protocol)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    response = {"headers": headers, "body": answer.body, "status_code": answer.status}
    assert call.operation is not None
    parsed = dict(parser.parse(response, call.operation.output_shape))
    parsed.pop("ResponseMetadata", None)
    return parsed


def _serialize(call: ApiCall, parsed: dict[str, Any], answer: Answer) -> Answer:
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


def _drop(query: str, name: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(key, value) for key, value in pairs if key != name])
