"""Labs 02-03 and 02-04: what their checks say of stacks that are made up here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks import Account
from dryrun.checks.cloudformation_templates import bodies, checks03, checks04
from dryrun.checks.cloudformation_templates.lab03 import LAB as WIRING
from dryrun.checks.cloudformation_templates.lab04 import LAB as SETTINGS
from dryrun.workspace import Workspace

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Description: AWS::SQS::Queue, of which there is one below
Resources:
  WayOut:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {GatewayId: !Ref Gateway, Text: !Sub ["${A}", {A: !GetAtt B.Arn}]}
  # AWS::SQS::Queue again
  Line: {Type: AWS::SQS::Queue, Properties: {QueueName: !Join ["-", [ferry, !Ref Pier]]}}
"""


def account(tmp_path: Path, **services: Mapping[str, Any]) -> Account:
    """Return an account whose clients answer what a test says, whatever they are asked."""
    cloud = SimpleNamespace(
        endpoint="http://localhost:1", instance="x", control=lambda *_: {"calls": [], "next": 1}
    )
    made = Account(Workspace(tmp_path), cloud, {}, since=1)
    for name, answers in services.items():
        calls = {operation: lambda answer=a, **_: answer for operation, a in answers.items()}
        made._clients[(name, "us-east-1")] = SimpleNamespace(**calls)
    return made


def made_with(logical: str, properties: dict[str, Any]) -> dict[str, Any]:
    event = {"LogicalResourceId": logical, "ResourceProperties": json.dumps(properties)}
    return {"describe_stack_events": {"StackEvents": [{"LogicalResourceId": logical}, event]}}


def test_short_forms_are_read_as_long_ones() -> None:
    resources = bodies.read(TEMPLATE)["Resources"]
    assert resources["WayOut"]["Properties"] == {
        "GatewayId": {"Ref": "Gateway"},
        "Text": {"Fn::Sub": ["${A}", {"A": {"Fn::GetAtt": "B.Arn"}}]},
    }
    assert bodies.read("a: [") == {}


def test_comments_and_descriptions_do_not_count(tmp_path: Path) -> None:
    made = account(tmp_path, cloudformation={"get_template": {"TemplateBody": TEMPLATE}})
    assert bodies.code(made, "x").count("AWS::SQS::Queue") == 1


@pytest.mark.parametrize("depends", ["DependsOn: Attachment", "DependsOn: [Gateway, Attachment]"])
def test_a_route_that_waits(depends: str, tmp_path: Path) -> None:
    body = TEMPLATE.replace("DependsOn: Attachment", depends)
    made = account(tmp_path, cloudformation={"get_template": {"TemplateBody": body}})
    assert checks03.route_waits(made) is None


def test_a_route_that_does_not_wait(tmp_path: Path) -> None:
    body = TEMPLATE.replace("DependsOn: Attachment", "DependsOn: Gateway")
    made = account(tmp_path, cloudformation={"get_template": {"TemplateBody": body}})
    evidence = checks03.route_waits(made)
    assert evidence is not None
    assert evidence.found == "it waits for Gateway"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("{{resolve:ssm:/ferry/prices/adult:3}}", True),
        ("{{resolve:ssm:/ferry/prices/adult}}", False),
        ("21", False),
    ],
)
def test_a_price_with_a_version(said: str, right: bool, tmp_path: Path) -> None:
    variables = {"Environment": {"Variables": {"ADULT": said}}}
    made = account(tmp_path, cloudformation=made_with("Counter", variables))
    assert (checks04.pinned(made) is None) is right


ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ferry/cash-box-AbCdEf"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("{{resolve:secretsmanager:ferry/cash-box:SecretString:password}}", True),
        (f"{{{{resolve:secretsmanager:{ARN}:SecretString:password}}}}", True),
        ("{{resolve:secretsmanager:ferry/cash-box:SecretString:password:AWSCURRENT}}", True),
        ("{{resolve:secretsmanager:ferry/cash-box:SecretString:username}}", False),
        ("{{resolve:secretsmanager:ferry/cash:SecretString:password}}", False),
        ("{{resolve:secretsmanager:ferry/cash-box}}", False),
        ("Mast-and-Keel-93", False),
    ],
)
def test_a_password_out_of_the_secret(said: str, right: bool, tmp_path: Path) -> None:
    login = {"SecretString": '{"username": "purser", "password": "Mast-and-Keel-93"}'}
    properties = {"MasterUserPassword": said}
    made = account(
        tmp_path,
        cloudformation=made_with("Sales", properties),
        secretsmanager={"get_secret_value": login},
    )
    made._clients[("secretsmanager", "us-east-1")].exceptions = SimpleNamespace(
        ResourceNotFoundException=KeyError
    )
    evidence = checks04.password_by_secret(made)
    assert (evidence is None) is right
    assert evidence is None or "Mast-and-Keel" not in evidence.found


def test_the_labs_have_everything_they_need() -> None:
    for lab in (WIRING, SETTINGS):
        assert len({exercise.id for exercise in lab.exercises}) == len(lab.exercises)
        for exercise in lab.exercises:
            assert len(exercise.hints) >= 3
            assert exercise.why
