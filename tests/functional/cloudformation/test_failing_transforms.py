"""A transform that fails: AWS takes the request, and fails the stack or the change set.

As recorded events of stacks with failing macros show: "Transform … failed with: …. Rollback
requested by user."
"""

from __future__ import annotations

import stacks
from botocore.exceptions import WaiterError

SAM = "AWS::Serverless-2016-10-31"
GOOD = "Resources: {Q: {Type: AWS::SQS::Queue}}"
BAD = f"""
Transform: {SAM}
Resources:
  Tickets:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13}}
"""
WHY = (
    f"Transform {SAM} failed with: Invalid Serverless Application Specification document. "
    "Number of errors found: 1. Resource with id [Tickets] is invalid."
)
TAKEN = {"Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]}


def story(name: str) -> list[tuple[str, str]]:
    told = [(one["ResourceStatus"], one.get("ResourceStatusReason", "")) for one in events(name)]
    return [(status, reason[: len(WHY)]) for status, reason in told]


def events(name: str) -> list[dict[str, str]]:
    return sorted(stacks.events(name), key=lambda one: one["Timestamp"])


def test_a_new_stack_rolls_back() -> None:
    made = stacks.create("failing-transform", BAD, **TAKEN)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert story("failing-transform") == [
        ("CREATE_IN_PROGRESS", "User Initiated"),
        ("ROLLBACK_IN_PROGRESS", WHY),
        ("ROLLBACK_COMPLETE", ""),
    ]
    last = events("failing-transform")[1]["ResourceStatusReason"]
    assert last.endswith(". Rollback requested by user.")
    sent = stacks.cfn().get_template(StackName="failing-transform")["TemplateBody"]
    assert sent == BAD
    stacks.cfn().delete_stack(StackName="failing-transform")


def test_an_update_rolls_back_and_the_resources_stay() -> None:
    stacks.create("once-good", GOOD)
    before = stacks.cfn().describe_stack_resources(StackName="once-good")["StackResources"]
    changed = stacks.update("once-good", BAD, **TAKEN)
    assert changed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("UPDATE_ROLLBACK_IN_PROGRESS", WHY) in story("once-good")
    after = stacks.cfn().describe_stack_resources(StackName="once-good")["StackResources"]
    assert after == before
    stacks.cfn().delete_stack(StackName="once-good")


def test_an_update_that_changes_nothing_completes() -> None:
    body = f"Transform: {SAM}\n{GOOD}"
    stacks.create("same-again", body, **TAKEN)
    before = stacks.cfn().describe_stack_resources(StackName="same-again")["StackResources"]
    assert stacks.update("same-again", body, **TAKEN)["StackStatus"] == "UPDATE_COMPLETE"
    after = stacks.cfn().describe_stack_resources(StackName="same-again")["StackResources"]
    assert after == before
    made = stacks.cfn().create_change_set(
        StackName="same-again", ChangeSetName="one", TemplateBody=body, **TAKEN
    )
    found = stacks.cfn().describe_change_set(ChangeSetName=made["Id"])
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    stacks.cfn().delete_stack(StackName="same-again")


def test_a_change_set_fails_with_the_reason() -> None:
    cfn = stacks.cfn()
    made = cfn.create_change_set(
        StackName="failing-change", ChangeSetName="one", ChangeSetType="CREATE", TemplateBody=BAD,
        **TAKEN,
    )  # fmt: skip
    found = cfn.describe_change_set(ChangeSetName=made["Id"])
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"].startswith(WHY)
    assert found["Changes"] == []
    try:
        cfn.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"])
    except WaiterError as error:
        assert WHY in str(error.last_response["StatusReason"])  # noqa: PT017
    else:
        raise AssertionError("the waiter takes a failed change set for a complete one")
    cfn.delete_stack(StackName="failing-change")
