"""Stacks in a cloud without a socket, for tests: made, changed, looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

from dryrun.cloud.clock import ClockMode

ACCOUNT = "123456789012"
Shape = dict[str, Any]


def cfn() -> Any:
    """Return the client of CloudFormation."""
    return client("cloudformation")


def queue(**properties: Any) -> Shape:
    """Return a queue of a template."""
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def parameter(value: Any, **more: Any) -> Shape:
    """Return an SSM parameter of a template: what a function gives is easily read from it."""
    properties = {"Type": "String", "Value": value, **more}
    return {"Type": "AWS::SSM::Parameter", "Properties": properties}


def template(sections: Shape | None = None, **resources: Any) -> str:
    """Return a template of resources, and of other sections."""
    return json.dumps({"Resources": resources, **(sections or {})})


def create(name: str, body: str, **more: Any) -> Shape:
    """Create a stack, and return it as it is when all is done."""
    made = cfn().create_stack(StackName=name, TemplateBody=body, **more)
    return stack(made["StackId"])


def update(name: str, body: str | None = None, **more: Any) -> Shape:
    """Update a stack, and return it as it is when all is done."""
    source = {"UsePreviousTemplate": True} if body is None else {"TemplateBody": body}
    made = cfn().update_stack(StackName=name, **source, **more)
    return stack(made["StackId"])


def delete(name: str, **more: Any) -> Shape:
    """Delete a stack, and return it as it is when all is done."""
    stack_id = stack(name)["StackId"]
    cfn().delete_stack(StackName=name, **more)
    return stack(stack_id)


def stack(name: str) -> Shape:
    """Return a stack."""
    return dict(cfn().describe_stacks(StackName=name)["Stacks"][0])


def status(name: str) -> str:
    """Return the status of a stack."""
    return str(stack(name)["StackStatus"])


def outputs(name: str) -> dict[str, str]:
    """Return the outputs of a stack."""
    return {one["OutputKey"]: one["OutputValue"] for one in stack(name).get("Outputs", [])}


def parameters(*pairs: tuple[str, str], **more: str) -> list[Shape]:
    """Return parameters as requests have them."""
    given = [*pairs, *more.items()]
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given]


def events(name: str, logical_id: str | None = None) -> list[Shape]:
    """Return the events of a stack, oldest first."""
    found = cfn().describe_stack_events(StackName=name)["StackEvents"][::-1]
    return [one for one in found if logical_id in (None, one["LogicalResourceId"])]


def story(name: str, since: int = 0) -> list[tuple[str, str]]:
    """Return logical ids and statuses of a stack's events from a number on, oldest first."""
    return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in events(name)[since:]]


def reason(name: str, logical_id: str, ending: str = "FAILED") -> str:
    """Return why a resource ended as it did, from its last event of that kind."""
    found = [one for one in events(name, logical_id) if one["ResourceStatus"].endswith(ending)]
    return str(found[-1].get("ResourceStatusReason", ""))


def physical(name: str, logical_id: str) -> str:
    """Return the physical id of a resource."""
    found = cfn().describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def value(name: str, logical_id: str = "P") -> str:
    """Return what the SSM parameter behind a resource holds."""
    found = client("ssm").get_parameter(Name=physical(name, logical_id), WithDecryption=True)
    return str(found["Parameter"]["Value"])


def evaluated(name: str, node: Any, sections: Shape | None = None, **more: Any) -> str:
    """Return what a template's node evaluates to, in a stack of its own."""
    found = create(name, template(sections, P=parameter(node)), **more)
    assert found["StackStatus"] == "CREATE_COMPLETE", events(name)
    return value(name)


def refused(call: Callable[..., Any], /, **given: Any) -> tuple[str, str]:
    """Return code and message of a call that is refused."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def change_set(name: str, set_name: str, body: str | None = None, **more: Any) -> Shape:
    """Create a change set, and return it."""
    source = {"UsePreviousTemplate": True} if body is None else {"TemplateBody": body}
    cfn().create_change_set(StackName=name, ChangeSetName=set_name, **source, **more)
    found = cfn().describe_change_set(
        StackName=name, ChangeSetName=set_name, IncludePropertyValues=True
    )
    return dict(found)


def changes(found: Shape) -> dict[str, Shape]:
    """Return the changes of a change set by logical id."""
    each = (one["ResourceChange"] for one in found["Changes"])
    return {one["LogicalResourceId"]: one for one in each}


@contextmanager
def paused() -> Iterator[Any]:
    """Let time stand still, and yield the clock."""
    clock = lab().clock
    clock.set_mode(ClockMode.PAUSED)
    try:
        yield clock
    finally:
        clock.set_mode(ClockMode.FAST)
