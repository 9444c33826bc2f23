"""A call that comes the short way looks to moto as one that comes over HTTP."""

from __future__ import annotations

import contextlib
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError
from in_process import lab
from moto.core.responses import BaseResponse
from moto.moto_server.werkzeug_app import BackendRequest

from dryrun.cloud import inside, short_requests
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.short_requests import ShortRequest

CALLS = [
    ("sqs", "create_queue", {"QueueName": "a", "Attributes": {"DelaySeconds": "1"}}),
    ("sns", "create_topic", {"Name": "a-b", "Tags": [{"Key": "k", "Value": "ü =+%&"}]}),
    ("sns", "create_topic", {"Name": "a", "Attributes": {"DisplayName": "b c"}}),
    ("ssm", "put_parameter", {"Name": "/a", "Value": "x=1&y=%20", "Type": "String"}),
    ("iam", "list_users", {"MaxItems": 5}),
    ("cloudwatch", "list_metrics", {}),
    ("sns", "delete_topic", {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:ü =+%&"}),
    ("sqs", "delete_queue", {"QueueUrl": "http://localhost:4566/123456789012/none"}),
    ("ssm", "delete_parameter", {"Name": "/no=%20&ne"}),
]


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_moto_finds_what_it_would_find(
    service: str, operation: str, parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab()
    seen: list[tuple[dict[str, Any], dict[str, Any]]] = []
    quick = short_requests._set_up

    def both(response: BaseResponse, request: ShortRequest, url: str) -> None:
        body = urlencode(request.fields).encode() if request.fields else request.body
        environ = {**request.environ, "wsgi.input": io.BytesIO(body)}
        environ["CONTENT_LENGTH"] = str(len(body))
        plain = BackendRequest(environ)
        other = type(response)()
        other.setup_class(plain, plain.raw_url, dict(plain.headers))
        quick(response, request, url)
        seen.append((_told(response, request), _told(other, plain)))

    monkeypatch.setattr(short_requests, "_set_up", both)
    caller = Caller(
        CallerKind.USER,
        "arn:aws:iam::123456789012:user/learner",
        "AIDAEXAMPLE",
        "123456789012",
        ADMIN_KEY_ID,
        unchecked=True,
    )
    with inside.calling_as(caller), contextlib.suppress(ClientError):
        getattr(inside.client(service, "eu-west-1"), operation)(**parameters)
    assert seen
    for mine, theirs in seen:
        assert mine == theirs


def _told(response: BaseResponse, request: BackendRequest) -> dict[str, Any]:
    found = dict(vars(response))
    del found["normalized_request"]
    found["headers"] = dict(found["headers"]) | {"Content-Length": ""}
    found.pop("_get_action", None)
    found["action"] = response._get_action()
    found["form_data"] = dict(found["form_data"])
    asked = request.raw_url, request.content_type, dict(request.values), request.data
    return {**found, "asked": asked}
