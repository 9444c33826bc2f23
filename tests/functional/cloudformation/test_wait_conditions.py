"""Wait conditions: signals at the address of their handle, failures and time that runs out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from in_process import lab, wsgi
from stacks import cfn, physical, reason, stack, template

from dryrun.cloud.clock import ClockMode

HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}


@pytest.fixture(autouse=True)
def fast_clock() -> Iterator[None]:
    lab().clock.set_mode(ClockMode.FAST)
    yield
    lab().clock.set_mode(ClockMode.FAST)


def condition(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600", **properties},
    }


def waiting(name: str, **properties: Any) -> str:
    """Create a stack that waits; return the address for signals."""
    sections = {"Outputs": {"Came": {"Value": {"Fn::GetAtt": ["Ready", "Data"]}}}}
    body = template(sections, Handle=HANDLE, Ready=condition(**properties))
    cfn().create_stack(StackName=name, TemplateBody=body)
    assert stack(name)["StackStatus"] == "CREATE_IN_PROGRESS"
    found = cfn().describe_stack_resource(StackName=name, LogicalResourceId="Handle")
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def signal(url: str, unique_id: str, status: str = "SUCCESS", **more: str) -> int:
    message = {"Status": status, "UniqueId": unique_id, "Reason": "because", **more}
    return lab().send(wsgi("PUT", url, [], json.dumps(message).encode())).status


def test_the_stack_goes_on_when_enough_signals_have_come() -> None:
    url = waiting("wait-counts", Count=2)
    assert signal(url, "one", Data="a") == 200
    assert signal(url, "one", Data="again") == 200
    assert stack("wait-counts")["StackStatus"] == "CREATE_IN_PROGRESS"
    assert signal(url, "two", Data="b") == 200
    found = stack("wait-counts")
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert json.loads(found["Outputs"][0]["OutputValue"]) == {"one": "a", "two": "b"}


def test_a_condition_goes_by_the_name_of_its_handle() -> None:
    signal(waiting("wait-named"), "one")
    found = stack("wait-named")
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert physical("wait-named", "Ready") == f"{found['StackId']}/Handle"


def test_a_signal_of_failure_fails_the_stack() -> None:
    url = waiting("wait-fails")
    signal(url, "one", "FAILURE")
    assert stack("wait-fails")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason("wait-fails", "Ready") == (
        "WaitCondition received failed message: 'because' for uniqueId: one"
    )


def test_time_runs_out() -> None:
    waiting("wait-late", Count=3)
    lab().clock.advance(601)
    assert stack("wait-late")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason("wait-late", "Ready") == (
        "WaitCondition timed out. Received 0 conditions when expecting 3"
    )


def test_what_is_no_signal_counts_for_nothing() -> None:
    url = waiting("wait-nonsense")
    for body in (b"hello", b'{"Status": "MAYBE", "UniqueId": "1"}', b'{"Status": "SUCCESS"}'):
        assert lab().send(wsgi("PUT", url, [], body)).status == 200
    assert stack("wait-nonsense")["StackStatus"] == "CREATE_IN_PROGRESS"
    assert lab().send(wsgi("GET", url, [])).status == 403
    assert lab().send(wsgi("PUT", url + "x", [], b"{}")).status == 404
    assert signal(url, "one") == 200
    assert stack("wait-nonsense")["StackStatus"] == "CREATE_COMPLETE"
