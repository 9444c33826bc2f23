"""A lab as a script: steps that change an account in every way the labs do, and what they leave."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from dryrun.cloud import keys
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

BUCKET = "ferry-tickets"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
)


class Account:
    """The administrator's clients of one workspace's cloud, made once, retrying nothing."""

    def __init__(self, workspace: Workspace, running: Running) -> None:
        self.workspace = workspace
        self.running = running
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        """Return the client of a service."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=self.running.endpoint,
                aws_access_key_id=keys.ADMIN_KEY_ID,
                aws_secret_access_key=keys.read(self.workspace.keys).admin_secret,
                config=Config(
                    retries={"total_max_attempts": 1},
                    read_timeout=30,
                    s3={"addressing_style": "path"},
                ),
            )
        return self._clients[service]


def steps() -> list[Callable[[Account], Any]]:
    """Return the steps in order; each is one request that changes something."""
    made: list[Callable[[Account], Any]] = []
    for name in ("purser", "deckhand", "stoker"):
        made += _person(name)
    return [*made, *_things(), *_times()]


def _person(name: str) -> list[Callable[[Account], Any]]:
    return [
        lambda a: a("iam").create_user(UserName=name, Tags=[{"Key": "crew", "Value": "1"}]),
        lambda a: a("iam").create_access_key(UserName=name),
        lambda a: a("iam").put_user_policy(UserName=name, PolicyName="s3", PolicyDocument=ALLOW),
        lambda a: a("iam").create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=TRUST),
        lambda a: a("iam").create_virtual_mfa_device(VirtualMFADeviceName=f"{name}-phone"),
        lambda a: a("iam").create_login_profile(UserName=name, Password="hunter2-Hunter2"),
        lambda a: a("s3").create_bucket(Bucket=f"{BUCKET}-{name}"),
        lambda a: a("s3").put_object(Bucket=f"{BUCKET}-{name}", Key="t/1", Body=b"x" * 70_000),
        lambda a: a("ssm").put_parameter(Name=f"/{name}/pin", Value="s3cr3t", Type="SecureString"),
    ]


def _things() -> list[Callable[[Account], Any]]:
    return [
        # A message that is seen again after a while would make two snapshots differ by themselves.
        lambda a: a("sqs").create_queue(
            QueueName="tickets", Attributes={"VisibilityTimeout": "43200"}
        ),
        lambda a: a("sqs").send_message(QueueUrl=_queue(a), MessageBody="one ticket"),
        lambda a: a("sqs").receive_message(QueueUrl=_queue(a)),
        lambda a: a("sns").create_topic(Name="delays"),
        lambda a: a("sns").subscribe(
            TopicArn=_topic(a),
            Protocol="sqs",
            Endpoint="arn:aws:sqs:us-east-1:123456789012:tickets",
        ),
        lambda a: a("sns").publish(TopicArn=_topic(a), Message="late"),
        lambda a: a("secretsmanager").create_secret(Name="db", SecretString="hunter2"),
        lambda a: a("iam").create_policy(PolicyName="harbour", PolicyDocument=ALLOW),
        lambda a: a("iam").add_user_to_group(GroupName="nobody", UserName="purser"),
        lambda a: a("iam").create_group(GroupName="crew"),
        lambda a: a("iam").add_user_to_group(GroupName="crew", UserName="purser"),
        lambda a: a("iam").create_instance_profile(InstanceProfileName="deck"),
        lambda a: a("sts").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/purser-role", RoleSessionName="night"
        ),
        lambda a: a("ec2").describe_vpcs(),
        lambda a: a("ec2").create_key_pair(KeyName="deck"),
        lambda a: a("ec2").create_vpc(CidrBlock="10.0.0.0/16"),
        lambda a: a("kms").create_key(Description="tickets"),
    ]


def _times() -> list[Callable[[Account], Any]]:
    fixture = {"name": "ssm_parameters",
               "arguments": {"pattern": "/s/{number}", "count": 20, "value": "v"}}  # fmt: skip
    return [
        lambda a: a.running.control("clock", {"action": "advance", "seconds": 1800}),
        lambda a: a.running.control("fixture", fixture),
        lambda a: a.running.control("settings", {"item_latency_ms": 0.0}),
        lambda a: a("iam").create_user(UserName="late"),
        lambda a: a("s3").delete_object(Bucket=f"{BUCKET}-stoker", Key="t/1"),
        lambda a: a("ssm").delete_parameter(Name="/stoker/pin"),
        lambda a: a.running.control("clock", {"action": "mode", "mode": "paused"}),
        lambda a: a("iam").delete_login_profile(UserName="stoker"),
    ]


def snapshot(account: Account) -> dict[str, Any]:
    """Return what every describe and list operation of the labs says of the account."""
    a = account
    users = [user["UserName"] for user in a("iam").list_users()["Users"]]
    buckets = [bucket["Name"] for bucket in a("s3").list_buckets()["Buckets"]]
    found: dict[str, Any] = {
        "users": a("iam").list_users(),
        "keys": [a("iam").list_access_keys(UserName=user) for user in users],
        "policies": [a("iam").list_user_policies(UserName=user) for user in users],
        "groups": a("iam").list_groups(),
        "roles": a("iam").list_roles(),
        "managed": a("iam").list_policies(Scope="Local"),
        "profiles": a("iam").list_instance_profiles(),
        "mfa": a("iam").list_virtual_mfa_devices(),
        "buckets": a("s3").list_buckets(),
        "objects": [a("s3").list_objects_v2(Bucket=name) for name in buckets],
        "parameters": a("ssm").describe_parameters(),
        "values": a("ssm").get_parameters_by_path(Path="/", Recursive=True, WithDecryption=True),
        "queues": a("sqs").list_queues(),
        "topics": a("sns").list_topics(),
        "subscriptions": a("sns").list_subscriptions(),
        "secrets": a("secretsmanager").list_secrets(),
        "kms": a("kms").list_keys(),
        "identity": a("sts").get_caller_identity(),
    }
    if "QueueUrls" in found["queues"]:
        found["queue"] = a("sqs").get_queue_attributes(QueueUrl=_queue(a), AttributeNames=["All"])
    if found["kms"]["Keys"]:  # asked before, EC2 would make its default network now
        found["pairs"] = a("ec2").describe_key_pairs()
        found["vpcs"] = a("ec2").describe_vpcs()
    return {name: _plain(value, a.running.endpoint) for name, value in found.items()}


_OF_THE_MOMENT = ("ResponseMetadata", "NextToken")


def _plain(value: Any, endpoint: str) -> Any:
    """Leave out what is of the moment: request ids, page tokens, the cloud's address."""
    if isinstance(value, dict):
        return {k: _plain(v, endpoint) for k, v in value.items() if k not in _OF_THE_MOMENT}
    if isinstance(value, list):
        return [_plain(item, endpoint) for item in value]
    return value.replace(endpoint, "ENDPOINT") if isinstance(value, str) else value


def _queue(account: Account) -> str:
    return f"{account.running.endpoint}/123456789012/tickets"


def _topic(_: Account) -> str:
    return "arn:aws:sns:us-east-1:123456789012:delays"
