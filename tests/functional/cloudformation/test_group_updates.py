"""UpdatePolicy of Auto Scaling groups, as the page "UpdatePolicy attribute" has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import stacks
from in_process import client, lab

NAME = "rolling"
Shape = dict[str, Any]


@pytest.fixture(autouse=True)
def _deleted() -> Iterator[None]:
    yield
    stacks.cfn().delete_stack(StackName=NAME)


def body(size: str, policy: Shape, **properties: Any) -> str:
    group = {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "UpdatePolicy": policy,
        "Properties": {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchConfigurationName": {"Ref": "Launch"},
            "MinSize": "1",
            "MaxSize": "4",
            "DesiredCapacity": "2",
            **properties,
        },
    }
    launch = {
        "Type": "AWS::AutoScaling::LaunchConfiguration",
        "Properties": {"ImageId": "ami-12c6146b", "InstanceType": size},
    }
    return json.dumps({"Resources": {"Launch": launch, "Group": group}})


def group() -> Shape:
    name = stacks.physical(NAME, "Group")
    found = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return found["AutoScalingGroups"][0]


def members() -> list[str]:
    return [one["InstanceId"] for one in group()["Instances"]]


def sizes_of(ids: list[str]) -> set[str]:
    found = client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return {one["InstanceType"] for each in found for one in each["Instances"]}


def told() -> list[str]:
    """Return what was told of the group since it was made, the oldest first."""
    found = [one for one in stacks.events(NAME) if one["LogicalResourceId"] == "Group"]
    reasons = [one.get("ResourceStatusReason", one["ResourceStatus"]) for one in found]
    return reasons[reasons.index("CREATE_COMPLETE") + 1 :]


def test_instances_are_replaced_one_after_the_other() -> None:
    policy = {"AutoScalingRollingUpdate": {"MinInstancesInService": "1", "MaxBatchSize": 1}}
    stacks.create(NAME, body("t3.micro", policy))
    first, second = members()
    assert stacks.update(NAME, body("t3.small", policy))["StackStatus"] == "UPDATE_COMPLETE"
    assert told() == [
        "UPDATE_IN_PROGRESS",
        "Rolling update initiated. Terminating 2 obsolete instance(s) in batches of 1, while "
        "keeping at least 1 instance(s) in service.",
        "Temporarily setting autoscaling group MinSize and DesiredCapacity to 2.",
        f"Terminating instance(s) [{first}]; replacing with 1 new instance(s).",
        f"Successfully terminated instance(s) [{first}] (Progress 50%).",
        f"Terminating instance(s) [{second}]; replacing with 1 new instance(s).",
        f"Successfully terminated instance(s) [{second}] (Progress 100%).",
        "UPDATE_COMPLETE",
    ]
    assert not {first, second} & {*members()}
    assert sizes_of(members()) == {"t3.small"}
    found = group()
    assert (found["MinSize"], found["DesiredCapacity"], len(found["Instances"])) == (1, 2, 2)


def test_an_instance_more_where_all_must_stay_in_service() -> None:
    policy = {"AutoScalingRollingUpdate": {"MinInstancesInService": 2}}
    stacks.create(NAME, body("t3.micro", policy))
    first, second = members()
    stacks.update(NAME, body("t3.small", policy))
    assert told()[2:-1] == [
        "Temporarily setting autoscaling group MinSize and DesiredCapacity to 3.",
        f"Terminating instance(s) [{first}]; replacing with 1 new instance(s).",
        f"Successfully terminated instance(s) [{first}] (Progress 50%).",
        f"Terminating instance(s) [{second}]; replacing with 0 new instance(s).",
        f"Successfully terminated instance(s) [{second}] (Progress 100%).",
    ]
    found = group()
    assert (found["MinSize"], found["DesiredCapacity"], len(found["Instances"])) == (1, 2, 2)
    assert sizes_of(members()) == {"t3.small"}


def test_signals_that_come() -> None:
    policy = {"AutoScalingRollingUpdate": {"WaitOnResourceSignals": True, "PauseTime": "PT10M"}}
    stacks.create(NAME, body("t3.micro", policy))
    stacks.update(NAME, body("t3.small", policy))
    for _ in range(2):
        assert stacks.status(NAME) == "UPDATE_IN_PROGRESS"
        assert told()[-1] == (
            "New instance(s) added to autoscaling group - Waiting on 1 resource signal(s) with a "
            "timeout of PT10M."
        )
        stacks.cfn().signal_resource(
            StackName=NAME, LogicalResourceId="Group", UniqueId=members()[-1], Status="SUCCESS"
        )
    assert stacks.status(NAME) == "UPDATE_COMPLETE"
    assert sizes_of(members()) == {"t3.small"}


def test_signals_that_do_not_come() -> None:
    policy = {"AutoScalingRollingUpdate": {"WaitOnResourceSignals": True, "PauseTime": "PT10M"}}
    stacks.create(NAME, body("t3.micro", policy))
    _, second = members()
    stacks.update(NAME, body("t3.small", policy))
    lab().clock.advance(600)
    assert told()[-2:] != []
    failed = [one for one in told() if "resource signal(s) for the current batch" in one]
    assert failed == [
        "Failed to receive 1 resource signal(s) for the current batch.  Each resource signal "
        "timeout is counted as a FAILURE."
    ]
    assert (
        "Received 0 SUCCESS signal(s) out of 2.  Unable to satisfy 100% "
        "MinSuccessfulInstancesPercent requirement"
    ) in told()
    # The way back replaces the new instance alone, and waits for its signal too.
    assert stacks.status(NAME) == "UPDATE_ROLLBACK_IN_PROGRESS"
    stacks.cfn().signal_resource(
        StackName=NAME, LogicalResourceId="Group", UniqueId=members()[-1], Status="SUCCESS"
    )
    assert stacks.status(NAME) == "UPDATE_ROLLBACK_COMPLETE"
    assert second in members()
    assert sizes_of(members()) == {"t3.micro"}


def test_a_new_group_in_its_place() -> None:
    policy = {"AutoScalingReplacingUpdate": {"WillReplace": "true"}}
    stacks.create(NAME, body("t3.micro", policy))
    before = group()["AutoScalingGroupName"]
    assert stacks.update(NAME, body("t3.small", policy))["StackStatus"] == "UPDATE_COMPLETE"
    assert group()["AutoScalingGroupName"] != before
    assert sizes_of(members()) == {"t3.small"}


def test_without_a_policy_the_instances_stay() -> None:
    stacks.create(NAME, body("t3.micro", {}))
    before = members()
    stacks.update(NAME, body("t3.small", {}))
    assert members() == before


@pytest.mark.parametrize(("kept", "size"), [(True, 3), (False, 2)])
def test_sizes_somebody_changed(kept: bool, size: int) -> None:
    policy = {"AutoScalingScheduledAction": {"IgnoreUnmodifiedGroupSizeProperties": kept}}
    stacks.create(NAME, body("t3.micro", policy))
    client("autoscaling").set_desired_capacity(
        AutoScalingGroupName=group()["AutoScalingGroupName"], DesiredCapacity=3
    )
    stacks.update(NAME, body("t3.micro", policy, HealthCheckGracePeriod=30))
    assert group()["DesiredCapacity"] == size


def test_the_count_of_a_creation_policy_may_be_a_function() -> None:
    document = json.loads(body("t3.micro", {}))
    document["Parameters"] = {"Count": {"Type": "Number", "Default": 2}}
    document["Resources"]["Group"]["CreationPolicy"] = {
        "ResourceSignal": {"Count": {"Ref": "Count"}, "Timeout": "PT5M"}
    }
    stacks.create(NAME, json.dumps(document))
    for number in range(2):
        assert stacks.status(NAME) == "CREATE_IN_PROGRESS"
        stacks.cfn().signal_resource(
            StackName=NAME, LogicalResourceId="Group", UniqueId=f"i-{number}", Status="SUCCESS"
        )
    assert stacks.status(NAME) == "CREATE_COMPLETE"
