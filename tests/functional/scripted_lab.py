"""A lab as a script: steps that change an account in every way the labs do, and what they leave."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from dryrun.cloud import keys
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

BUCKET = "ferry-tickets"
SCHEMA = json.dumps(
    {
        "openapi": "3.0.0",
        "info": {"title": "Sold", "version": "1.0.0"},
        "paths": {},
        "components": {"schemas": {"Sold": {"type": "object", "properties": {}}}},
    }
)
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
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


OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:user/purser"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}-purser/*",
        },
    }
)
READ_ONLY = "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"


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
    return [*made, *_things(), *_stacks(), *_times()]


def _person(name: str) -> list[Callable[[Account], Any]]:
    return [
        lambda a: a("iam").create_user(UserName=name, Tags=[{"Key": "crew", "Value": "1"}]),
        lambda a: a("iam").create_access_key(UserName=name),
        lambda a: a("iam").put_user_policy(UserName=name, PolicyName="s3", PolicyDocument=ALLOW),
        lambda a: a("iam").create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=TRUST),
        lambda a: a("iam").put_role_policy(
            RoleName=f"{name}-role", PolicyName="s3", PolicyDocument=ALLOW
        ),
        lambda a: a("iam").create_virtual_mfa_device(VirtualMFADeviceName=f"{name}-phone"),
        lambda a: _enable(a, name),
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
        lambda a: a("events").put_rule(Name="sold", EventPattern='{"source": ["ferry"]}'),
        lambda a: a("events").put_targets(
            Rule="sold",
            Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:tickets"}],
        ),
        lambda a: a("events").create_archive(
            ArchiveName="kept", EventSourceArn=BUS, EventPattern='{"source": ["ferry"]}'
        ),
        lambda a: a("events").put_events(
            Entries=[{"Source": "ferry", "DetailType": "Sold", "Detail": "{}"}]
        ),
        lambda a: a("schemas").create_registry(RegistryName="ferry"),
        lambda a: a("schemas").create_schema(
            RegistryName="ferry", SchemaName="Sold", Type="OpenApi3", Content=SCHEMA
        ),
        lambda a: a("schemas").put_code_binding(
            RegistryName="ferry", SchemaName="Sold", Language="Python36"
        ),
        lambda a: a("secretsmanager").create_secret(Name="db", SecretString="hunter2"),
        lambda a: a("iam").create_policy(PolicyName="harbour", PolicyDocument=ALLOW),
        lambda a: a("iam").add_user_to_group(GroupName="nobody", UserName="purser"),
        lambda a: a("iam").create_group(GroupName="crew"),
        lambda a: a("iam").add_user_to_group(GroupName="crew", UserName="purser"),
        lambda a: a("iam").attach_user_policy(UserName="purser", PolicyArn=READ_ONLY),
        lambda a: a("iam").attach_role_policy(RoleName="purser-role", PolicyArn=READ_ONLY),
        lambda a: a("s3").put_bucket_policy(Bucket=f"{BUCKET}-purser", Policy=OPEN),
        lambda a: a("organizations").create_organization(FeatureSet="ALL"),
        lambda a: a("organizations").create_account(Email="i@ferry.example", AccountName="islands"),
        lambda a: a("iam").create_instance_profile(InstanceProfileName="deck"),
        lambda a: a("sts").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/purser-role", RoleSessionName="night"
        ),
        lambda a: a("ec2").describe_vpcs(),
        lambda a: a("ec2").create_key_pair(KeyName="deck"),
        lambda a: a("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1),
        lambda a: a("ec2").create_vpc(CidrBlock="10.0.0.0/16"),
        lambda a: a("ec2").create_volume(AvailabilityZone="us-east-1a", Size=8),
        lambda a: a("ec2").create_snapshot(VolumeId=_volume(a), Description="deck"),
        lambda a: a("dynamodb").create_table(
            TableName="trips",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ),
        lambda a: a("rds").create_db_instance(
            DBInstanceIdentifier="seasons",
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="ferry",
            MasterUserPassword="hunter2hunter2",
        ),
        lambda a: a("logs").create_log_group(logGroupName="/ferry/deck"),
        lambda a: a("kms").create_key(Description="tickets"),
    ]


BOAT = json.dumps(
    {
        "Parameters": {"Wait": {"Type": "Number", "Default": 30}},
        "Resources": {
            "Waiting": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"VisibilityTimeout": {"Ref": "Wait"}},
            },
            "Pier": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Waiting", "Arn"]}},
            },
        },
        "Outputs": {"Queue": {"Value": {"Ref": "Waiting"}, "Export": {"Name": "boat-queue"}}},
    }
)
SUNK = BOAT.replace('"String"', '"NoSuchType"').replace("boat-queue", "sunk-queue")


_DETECTIONS: set[str] = set()
"""Ids that DetectStackDrift gave out to anybody: no operation lists them."""


def _detect(account: Account) -> None:
    made = account("cloudformation").detect_stack_drift(StackName="boat")
    _DETECTIONS.add(made["StackDriftDetectionId"])


def _stacks() -> list[Callable[[Account], Any]]:
    wait = [{"ParameterKey": "Wait", "ParameterValue": "45"}]
    named = {"StackName": "boat", "ChangeSetName": "longer"}
    return [
        lambda a: a("cloudformation").create_stack(StackName="boat", TemplateBody=BOAT),
        lambda a: a("cloudformation").create_stack(StackName="sunk", TemplateBody=SUNK),
        lambda a: a("cloudformation").create_change_set(
            **named, UsePreviousTemplate=True, Parameters=wait
        ),
        lambda a: a("cloudformation").execute_change_set(**named),
        _detect,
        lambda a: a("cloudformation").delete_stack(StackName="sunk"),
        lambda a: a("cloudformation").create_change_set(
            StackName="boat", ChangeSetName="same", UsePreviousTemplate=True
        ),
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


def _enable(account: Account, name: str) -> None:
    shown = account.running.control("phone", {"device": f"{name}-phone"})
    account("iam").enable_mfa_device(
        UserName=name,
        SerialNumber=shown["serial_number"],
        AuthenticationCode1=shown["before"],
        AuthenticationCode2=shown["code"],
    )


def snapshot(account: Account) -> dict[str, Any]:
    """Return what every operation that the labs read an account with says of it."""
    found = {
        **_people(account("iam")),
        **_stores(account),
        **_of_stacks(account("cloudformation")),
        **_of_events(account("events")),
        **_of_schemas(account("schemas")),
        "schedules": account("scheduler").list_schedules(),
        **_others(account),
    }
    if found["kms"]["Keys"]:  # asked before, EC2 would make its default network now
        ec2 = account("ec2")
        found["pairs"] = ec2.describe_key_pairs()
        found["vpcs"] = ec2.describe_vpcs()
        found["machines"] = ec2.describe_instances()
        found["zones"] = ec2.describe_availability_zones()
        found["guards"] = ec2.describe_security_groups()
        found["volumes"] = ec2.describe_volumes()
        found["volumes kept"] = ec2.describe_snapshots(OwnerIds=["self"])
    return {name: _plain(value) for name, value in found.items()}


def _people(iam: Any) -> dict[str, Any]:
    users = [user["UserName"] for user in iam.list_users()["Users"]]
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    return {
        "users": iam.list_users(),
        "keys": [iam.list_access_keys(UserName=user) for user in users],
        "policies": [iam.list_user_policies(UserName=user) for user in users],
        "attached": [iam.list_attached_user_policies(UserName=user) for user in users],
        "memberships": [iam.list_groups_for_user(UserName=user) for user in users],
        "devices": [iam.list_mfa_devices(UserName=user) for user in users],
        "groups": iam.list_groups(),
        "roles": iam.list_roles(),
        "of roles": [iam.list_role_policies(RoleName=role) for role in roles],
        "attached to roles": [iam.list_attached_role_policies(RoleName=role) for role in roles],
        "managed": iam.list_policies(Scope="Local"),
        "profiles": iam.list_instance_profiles(),
        "mfa": iam.list_virtual_mfa_devices(),
        "all of it": iam.get_account_authorization_details(
            Filter=["User", "Role", "Group", "LocalManagedPolicy"]
        ),
    }


def _stores(account: Account) -> dict[str, Any]:
    s3, ssm = account("s3"), account("ssm")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {
        "buckets": s3.list_buckets(),
        "objects": [s3.list_objects_v2(Bucket=name) for name in buckets],
        "objects, as of old": [s3.list_objects(Bucket=name) for name in buckets],
        "tables": account("dynamodb").list_tables(),
        "databases": _of_databases(account("rds")),
        "logs": account("logs").describe_log_groups(),
        "bucket policies": [_or_code(s3.get_bucket_policy, Bucket=name) for name in buckets],
        "parameters": ssm.describe_parameters(),
        "values": ssm.get_parameters_by_path(Path="/", Recursive=True, WithDecryption=True),
        "secrets": account("secretsmanager").list_secrets(),
    }


def _of_databases(rds: Any) -> Any:
    """Return databases without how far one may go back in time, which is about now."""
    found = rds.describe_db_instances()
    for one in found["DBInstances"]:
        one.pop("LatestRestorableTime", None)
    return found


def _of_events(events: Any) -> dict[str, Any]:
    rules = [rule["Name"] for rule in events.list_rules()["Rules"]]
    archives = [archive["ArchiveName"] for archive in events.list_archives()["Archives"]]
    return {
        "buses": events.list_event_buses(),
        "bus": events.describe_event_bus(),
        "rules": events.list_rules(),
        "each rule": [events.describe_rule(Name=name) for name in rules],
        "targets": [events.list_targets_by_rule(Rule=name) for name in rules],
        "archives": [events.describe_archive(ArchiveName=name) for name in archives],
        "replays": events.list_replays(),
    }


def _of_schemas(schemas: Any) -> dict[str, Any]:
    registries = schemas.list_registries(Scope="LOCAL")["Registries"]
    found: dict[str, Any] = {"registries": registries, "schemas": [], "bindings": []}
    for registry in (one["RegistryName"] for one in registries):
        for one in schemas.list_schemas(RegistryName=registry)["Schemas"]:
            asked = {"RegistryName": registry, "SchemaName": one["SchemaName"]}
            found["schemas"].append(schemas.describe_schema(**asked))
            try:
                binding = schemas.describe_code_binding(**asked, Language="Python36")
            except schemas.exceptions.NotFoundException:
                continue
            found["bindings"].append(binding)
    return found


def _others(account: Account) -> dict[str, Any]:
    a = account
    changes = [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    found = {
        "queues": a("sqs").list_queues(),
        "topics": a("sns").list_topics(),
        "subscriptions": a("sns").list_subscriptions(),
        "kms": a("kms").list_keys(),
        "accounts": _or_code(a("organizations").list_accounts),
        "organization": _or_code(a("organizations").describe_organization),
        "identity": a("sts").get_caller_identity(),
        "trail": a("cloudtrail").lookup_events(LookupAttributes=changes),
    }
    if "QueueUrls" in found["queues"]:
        found["queue"] = a("sqs").get_queue_attributes(QueueUrl=_queue(a), AttributeNames=["All"])
        found["queue tags"] = a("sqs").list_queue_tags(QueueUrl=_queue(a))
    return found


def _of_stacks(cfn: Any) -> dict[str, Any]:
    look = cfn.describe_stack_drift_detection_status
    names = [one["StackId"] for one in cfn.list_stacks()["StackSummaries"]]
    living = [one["StackId"] for one in cfn.describe_stacks()["Stacks"]]
    sets = [
        one["ChangeSetId"]
        for name in living
        for one in cfn.list_change_sets(StackName=name)["Summaries"]
    ]
    return {
        "all stacks": cfn.list_stacks(),
        "stacks": [cfn.describe_stacks(StackName=name) for name in names],
        "told": [cfn.describe_stack_events(StackName=name) for name in names],
        "told of operations": [cfn.describe_events(StackName=name) for name in names],
        "made": [cfn.describe_stack_resources(StackName=name) for name in names],
        "made, in short": [cfn.list_stack_resources(StackName=name) for name in names],
        "one by one": [
            cfn.describe_stack_resource(StackName=name, LogicalResourceId=one["LogicalResourceId"])
            for name in living
            for one in cfn.list_stack_resources(StackName=name)["StackResourceSummaries"]
        ],
        "templates": [cfn.get_template(StackName=name) for name in names],
        "policies of stacks": [cfn.get_stack_policy(StackName=name) for name in living],
        "sets": [cfn.list_change_sets(StackName=name) for name in living],
        "set by set": [
            cfn.describe_change_set(ChangeSetName=one, IncludePropertyValues=True) for one in sets
        ],
        "exports": cfn.list_exports(),
        "imports": [
            _or_code(cfn.list_imports, ExportName=one["Name"])
            for one in cfn.list_exports()["Exports"]
        ],
        "drifts": [cfn.describe_stack_resource_drifts(StackName=name) for name in living],
        "detections": [
            found
            for one in sorted(_DETECTIONS)
            if not isinstance(found := _or_code(look, StackDriftDetectionId=one), str)
        ],
    }


def _or_code(call: Callable[..., Any], **parameters: Any) -> Any:
    """Return an answer, or the code of the refusal where there is nothing to tell."""
    try:
        return call(**parameters)
    except ClientError as refusal:
        return refusal.response["Error"]["Code"]


_OF_THE_MOMENT = ("ResponseMetadata", "NextToken")


def _plain(value: Any) -> Any:
    """Leave out what is of the moment: request ids, page tokens, the cloud's address."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in _OF_THE_MOMENT}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _ADDRESS.sub("ENDPOINT", value) if isinstance(value, str) else value


_ADDRESS = re.compile(r"http://localhost:\d+")
"""Of this cloud, or of the one whose account was taken elsewhere."""


def _volume(account: Account) -> str:
    return str(account("ec2").describe_volumes()["Volumes"][-1]["VolumeId"])


def _queue(account: Account) -> str:
    return f"{account.running.endpoint}/123456789012/tickets"


def _topic(_: Account) -> str:
    return "arn:aws:sns:us-east-1:123456789012:delays"
