"""AWS::StepFunctions: versions and aliases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

TYPE = "AWS::StepFunctions::StateMachine"


@pytest.fixture(autouse=True)
def _role() -> Iterator[None]:
    principal = {"Service": "states.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    client("iam").create_role(RoleName="steps", AssumeRolePolicyDocument=document)
    yield
    client("iam").delete_role(RoleName="steps")


def machine(comment: str) -> dict[str, Any]:
    states = {"Go": {"Type": "Pass", "End": True}}
    definition = {"Comment": comment, "StartAt": "Go", "States": states}
    role = "arn:aws:iam::123456789012:role/steps"
    return {
        "DefinitionString": json.dumps(definition),
        "RoleArn": role,
        "StateMachineName": "kept",
    }


def test_versions_and_aliases() -> None:
    with Trial(TYPE, machine("one")) as kept:
        revision = kept.read()["StateMachineRevisionId"]
        first = {"Description": "First", "StateMachineArn": kept.physical_id}
        asked = {**first, "StateMachineRevisionId": revision}
        with Trial(TYPE + "Version", asked) as one:
            assert one.physical_id == f"{kept.physical_id}:1"
            assert one.read() == {"Arn": one.physical_id, **asked}
            kept.update(machine("two"))
            with pytest.raises(ClientError, match="Failed to publish"):
                Trial(TYPE + "Version", asked).create()
            with Trial(TYPE + "Version", {"StateMachineArn": kept.physical_id}) as two:
                aliases(one.physical_id, two.physical_id)


def aliases(one: str, two: str) -> None:
    whole = [{"StateMachineVersionArn": one, "Weight": 100}]
    halves = [{"StateMachineVersionArn": arn, "Weight": 50} for arn in (one, two)]
    given = {"Name": "live", "RoutingConfiguration": whole}
    with Trial(TYPE + "Alias", given) as live:
        assert live.read() == {"Arn": live.physical_id, **given}
        with pytest.raises(ResourceError, match="Already Exists"):
            Trial(TYPE + "Alias", given).create()
        with pytest.raises(ClientError, match="must not be referenced by an alias"):
            client("stepfunctions").delete_state_machine_version(stateMachineVersionArn=one)
        assert (
            live.update({**given, "RoutingConfiguration": halves})["RoutingConfiguration"] == halves
        )
    preference = {"StateMachineVersionArn": one, "Type": "ALL_AT_ONCE"}
    given = {"Name": "next", "DeploymentPreference": preference}
    with Trial(TYPE + "Alias", given) as later:
        assert later.read()["DeploymentPreference"] == preference
        moved = {**preference, "StateMachineVersionArn": two}
        found = later.update({**given, "DeploymentPreference": moved})
        assert found["DeploymentPreference"] == moved
        with pytest.raises(NotSimulatedError, match="CANARY"):
            later.update({**given, "DeploymentPreference": {**preference, "Type": "CANARY"}})
