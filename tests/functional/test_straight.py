"""An operation that came by before is answered as the first time, without Flask."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab
from moto.core import utils as moto_utils

from dryrun.cloud import straight

CALLS = [
    ("lambda", "list_functions", {}),
    ("lambda", "get_function", {"FunctionName": "none"}),
    ("lambda", "list_tags", {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:x"}),
    ("sqs", "list_queues", {"QueueNamePrefix": "ü &="}),
    ("sqs", "get_queue_url", {"QueueName": "none"}),
    ("iam", "list_users", {"PathPrefix": "/a b/"}),
    ("iam", "get_user", {"UserName": "none"}),
    ("ec2", "describe_vpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}),
    ("logs", "describe_log_groups", {"logGroupNamePrefix": "/aws"}),
    ("events", "list_rules", {"EventBusName": "none"}),
    ("apigateway", "get_rest_apis", {"limit": 3}),
    ("scheduler", "list_schedules", {"NamePrefix": "a"}),
    ("schemas", "list_registries", {"RegistryNamePrefix": "no"}),
    ("sts", "get_caller_identity", {}),
    ("cloudformation", "describe_stacks", {"StackName": "none"}),
]
_VARIES = ("date", "x-amzn-requestid", "x-amz-request-id")


def told(service: str, operation: str, parameters: dict[str, Any]) -> Any:
    try:
        answer = getattr(client(service), operation)(**parameters)
    except ClientError as error:
        answer = error.response
    meta = answer.pop("ResponseMetadata")
    headers = {k: v for k, v in meta["HTTPHeaders"].items() if k not in _VARIES}
    headers.pop("content-length", None)  # request ids are of several lengths
    return meta["HTTPStatusCode"], headers, answer


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_the_second_answer_is_the_first(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    lab()
    straight._callbacks.clear()
    first = told(service, operation, parameters)
    assert len(straight._callbacks) == 1
    assert told(service, operation, parameters) == first


def test_pages_may_read_what_they_ask_for() -> None:
    lab()
    sqs, seen, origin = client("sqs"), list[dict[str, str]](), "https://ferry.example"

    def ask(request: Any, **_: Any) -> None:
        request.headers["Origin"] = origin

    for asked in (False, True, True):
        if asked:
            sqs.meta.events.register_first("before-send", ask, unique_id="origin")
        seen.append(sqs.list_queues()["ResponseMetadata"]["HTTPHeaders"])
    sqs.meta.events.unregister("before-send", ask, unique_id="origin")
    assert [one.get("access-control-allow-origin") for one in seen] == [None, origin, origin]


def test_packed_bodies_are_unpacked() -> None:
    lab()
    metrics = client("cloudwatch")

    def pack(request: Any, **_: Any) -> None:
        body = request.body if isinstance(request.body, bytes) else request.body.encode()
        packed = gzip.compress(body)
        request.data = packed
        request.headers["Content-Encoding"] = "gzip"
        request.headers["Content-Length"] = str(len(packed))

    for name in ("Tickets", "Boats"):
        if name == "Boats":
            metrics.meta.events.register("before-sign.cloudwatch.PutMetricData", pack)
        metrics.put_metric_data(Namespace="Ferry", MetricData=[{"MetricName": name, "Value": 1}])
    found = {one["MetricName"] for one in metrics.list_metrics(Namespace="Ferry")["Metrics"]}
    assert found == {"Tickets", "Boats"}


def test_a_request_that_leads_to_another_is_told_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab()
    straight._callbacks.clear()
    view = moto_utils.convert_to_flask_response
    usual, led = view.__call__, list[Any]()

    def lead(self: Any, args: Any = None, **more: Any) -> Any:
        answer = usual(self, args, **more)
        if not led:  # as a service does that calls another
            led.append(None)
            led.append(client("schemas").list_registries())
        return answer

    monkeypatch.setattr(view, "__call__", lead)
    first = client("sqs").list_queues(QueueNamePrefix="none")
    assert "Registries" in led[1]
    monkeypatch.undo()
    assert {("sqs", "ListQueues"), ("schemas", "ListRegistries")} <= set(straight._callbacks)
    again = client("sqs").list_queues(QueueNamePrefix="none")
    assert first.keys() == again.keys()
    assert "Registries" in client("schemas").list_registries()
