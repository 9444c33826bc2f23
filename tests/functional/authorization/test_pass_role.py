"""Handing a role to a service: iam:PassRole."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from asking import ACCOUNT, call_of
from people import admin, refused, role, statement, user

from dryrun.cloud import authorization
from dryrun.cloud.authorization import pass_role
from dryrun.cloud.identity import Caller, CallerKind

ROLE = f"arn:aws:iam::{ACCOUNT}:role/handed"
EXPECTED = (
    "User: {arn} is not authorized to perform: iam:PassRole on resource: {role} because no "
    "identity-based policy allows the iam:PassRole action"
)
TEMPLATE = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'


def code() -> bytes:
    """Return a zip file with a function."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.py", "def h(event, context): return 1\n")
    return made.getvalue()


def test_a_stack_with_a_role() -> None:
    arn = role(trusts={"Service": "cloudformation.amazonaws.com"})
    someone = user(statement("cloudformation:*"), statement("sqs:*"))
    stack = {"StackName": "handed", "TemplateBody": TEMPLATE, "RoleARN": arn}
    message = refused(someone.client("cloudformation").create_stack, **stack)
    assert message == EXPECTED.format(arn=someone.arn, role=arn)
    allowed = user(statement("cloudformation:*"), statement("iam:PassRole", arn))
    assert allowed.client("cloudformation").create_stack(**stack)["StackId"]


def test_a_function_and_to_whom_the_role_goes() -> None:
    arn = role(trusts={"Service": "lambda.amazonaws.com"})
    function = {
        "FunctionName": "handed",
        "Runtime": "python3.12",
        "Role": arn,
        "Handler": "a.h",
        "Code": {"ZipFile": code()},
    }
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    someone = user(statement("lambda:*"), statement("iam:PassRole", arn, Condition=to_ec2))
    message = refused(someone.client("lambda").create_function, "AccessDeniedException", **function)
    assert message == EXPECTED.format(arn=someone.arn, role=arn)
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    allowed = user(statement("lambda:*"), statement("iam:PassRole", arn, Condition=to_lambda))
    assert allowed.client("lambda").create_function(**function)["FunctionArn"]
    update = {"FunctionName": "handed", "Role": arn}
    refused(
        someone.client("lambda").update_function_configuration, "AccessDeniedException", **update
    )


def test_an_instance_profile_hands_over_its_role() -> None:
    iam = admin("iam")
    arn = role()
    iam.create_instance_profile(InstanceProfileName="profile")
    someone = user(statement("ec2:*"), statement("iam:AddRoleToInstanceProfile"))
    joined = {"InstanceProfileName": "profile", "RoleName": arn.rpartition("/")[2]}
    assert "iam:PassRole" in refused(someone.client("iam").add_role_to_instance_profile, **joined)
    iam.add_role_to_instance_profile(**joined)
    launch = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1}
    message = refused(
        someone.client("ec2").run_instances,
        "UnauthorizedOperation",
        IamInstanceProfile={"Name": "profile"},
        **launch,
    )
    assert f"iam:PassRole on resource: {arn}" in message


SENT: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "ecs",
        "register_task_definition",
        {"family": "f", "containerDefinitions": [], "executionRoleArn": ROLE},
        "ecs-tasks.amazonaws.com",
    ),
    (
        "events",
        "put_targets",
        {"Rule": "r", "Targets": [{"Id": "1", "Arn": "arn:aws:x", "RoleArn": ROLE}]},
        "events.amazonaws.com",
    ),
    (
        "scheduler",
        "create_schedule",
        {
            "Name": "s",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "arn:aws:x", "RoleArn": ROLE},
        },
        "scheduler.amazonaws.com",
    ),
    (
        "stepfunctions",
        "create_state_machine",
        {"name": "m", "definition": "{}", "roleArn": ROLE},
        "states.amazonaws.com",
    ),
    (
        "codedeploy",
        "create_deployment_group",
        {"applicationName": "a", "deploymentGroupName": "g", "serviceRoleArn": ROLE},
        "codedeploy.amazonaws.com",
    ),
    (
        "pipes",
        "create_pipe",
        {"Name": "p", "Source": "arn:aws:x", "Target": "arn:aws:y", "RoleArn": ROLE},
        "pipes.amazonaws.com",
    ),
    (
        "cloudtrail",
        "create_trail",
        {"Name": "t", "S3BucketName": "b", "CloudWatchLogsRoleArn": ROLE},
        "cloudtrail.amazonaws.com",
    ),
    (
        "apigateway",
        "put_integration",
        {"restApiId": "r", "resourceId": "s", "httpMethod": "GET", "type": "AWS",
         "credentials": ROLE},
        "apigateway.amazonaws.com",
    ),
    (
        "ssm",
        "start_automation_execution",
        {"DocumentName": "d", "Parameters": {"AutomationAssumeRole": [ROLE]}},
        "ssm.amazonaws.com",
    ),
    (
        "s3",
        "put_bucket_replication",
        {
            "Bucket": "b",
            "ReplicationConfiguration": {
                "Role": ROLE,
                "Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::c"}}],
            },
        },
        "s3.amazonaws.com",
    ),
    (
        "elasticbeanstalk",
        "create_environment",
        {
            "ApplicationName": "a",
            "EnvironmentName": "eeee",
            "OptionSettings": [
                {
                    "Namespace": "aws:elasticbeanstalk:environment",
                    "OptionName": "ServiceRole",
                    "Value": ROLE,
                }
            ],
        },
        "elasticbeanstalk.amazonaws.com",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", SENT, ids=[f"{case[0]}-{case[1]}" for case in SENT])
def test_roles_are_found_wherever_a_service_takes_them(
    case: tuple[str, str, dict[str, Any], str],
) -> None:
    service, operation, parameters, principal = case
    found = list(pass_role.passed(call_of(service, operation, **parameters), ACCOUNT))
    assert [(one.role, one.service) for one in found] == [(ROLE, principal)]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "me"}),
        ("iam", "attach_role_policy", {"RoleName": "x", "PolicyArn": "arn:aws:iam::aws:policy/y"}),
        (
            "organizations",
            "create_account",
            {"Email": "a@b.cd", "AccountName": "n", "RoleName": "r"},
        ),
        ("rds", "remove_role_from_db_cluster", {"DBClusterIdentifier": "c", "RoleArn": ROLE}),
    ],
)
def test_speaking_of_a_role_is_not_passing_it(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    assert list(pass_role.passed(call_of(service, operation, **parameters), ACCOUNT)) == []


def test_services_ask_for_themselves() -> None:
    someone = user()
    caller = Caller(CallerKind.USER, someone.arn, "AIDA", ACCOUNT)
    decision = authorization.require_pass_role(caller, ROLE, "lambda.amazonaws.com")
    assert decision is not None
    assert decision.request.action == "iam:PassRole"
    free = Caller(CallerKind.USER, someone.arn, "AIDA", ACCOUNT, unchecked=True)
    assert authorization.require_pass_role(free, ROLE, "lambda.amazonaws.com") is None
