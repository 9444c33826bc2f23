"""What a call must be allowed, read from the request boto3 makes of it."""

from __future__ import annotations

import functools
from typing import Any

import boto3
import botocore.session
import in_process
import pytest
from botocore.awsrequest import AWSResponse

from dryrun.cloud.application import _request
from dryrun.cloud.authorization.requests import checks
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.routing import ApiCall, identify

ACCOUNT = "123456789012"
JANE = Caller(CallerKind.USER, f"arn:aws:iam::{ACCOUNT}:user/jane", "AIDAJANE", ACCOUNT)


class Caught(BaseException):
    """Carries a request instead of sending it; past everything that botocore catches."""

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self.request = request


@functools.cache
def _session() -> Any:
    core = botocore.session.Session()
    core.register_component("data_loader", in_process.session()._loader)
    made = boto3.Session("AKIAJANE", "secret", region_name="us-east-1", botocore_session=core)

    def catch(request: Any, **_: Any) -> AWSResponse:
        raise Caught(request)

    made.events.register("before-send", catch)
    return made


def call_of(service: str, operation: str, /, **parameters: Any) -> ApiCall:
    """Return the call that boto3's request for an operation (its Python name) is taken for."""
    client = _session().client(service, endpoint_url=in_process.ENDPOINT)
    with pytest.raises(Caught) as caught:
        getattr(client, operation)(**parameters)
    request = caught.value.request
    environ = in_process.environ(request)
    call = identify(_request(environ, in_process.body_of(request)))
    assert call is not None
    return call


def asked(service: str, operation: str, /, **parameters: Any) -> list[tuple[str, str]]:
    """Return the actions and resources that Jane must be allowed for a call."""
    call = call_of(service, operation, **parameters)
    return [(check.action, check.resource) for check in checks(call, JANE)]
