"""AWS::Scheduler, Pipes, StepFunctions, Kinesis and KinesisFirehose, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import lab
from trial import ACCOUNT, ADMIN, Trial, client

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.providers.base import ResourceError

ROLE = f"arn:aws:iam::{ACCOUNT}:role/works"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:tickets"
TAGS = [{"Key": "a", "Value": "1"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Word}", "End": True}}}


@pytest.fixture(autouse=True, scope="module")
def _role() -> None:
    """The role that Scheduler and Pipes work with."""
    services = [f"{one}.amazonaws.com" for one in ("scheduler", "pipes", "states")]
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    work = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    iam = client("iam")
    iam.create_role(RoleName="works", AssumeRolePolicyDocument=_policy(trust))
    iam.put_role_policy(RoleName="works", PolicyName="works", PolicyDocument=_policy(work))
    client("sqs").create_queue(QueueName="tickets")


def _policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_schedule_and_group() -> None:
    with Trial("AWS::Scheduler::ScheduleGroup", {"Name": "night", "Tags": TAGS}) as group:
        assert group.read()["Tags"] == TAGS
        assert group.read()["Arn"].endswith(":schedule-group/night")
        assert group.update({"Name": "night", "Tags": TAGS[1:]})["Tags"] == TAGS[1:]
        with pytest.raises(ResourceError, match="already exists"):
            Trial("AWS::Scheduler::ScheduleGroup", {"Name": "night"}).create()
        properties = {
            "EndDate": "2027-01-01T00:00:00Z",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
            "GroupName": "night",
            "ScheduleExpression": "rate(1 hour)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "State": "DISABLED",
            "Target": {
                "Arn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/c",
                "EcsParameters": {
                    "LaunchType": "FARGATE",
                    "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
                    "TaskCount": 1,
                    "TaskDefinitionArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/t",
                },
                "Input": "{}",
                "RoleArn": ROLE,
            },
        }
        with Trial("AWS::Scheduler::Schedule", properties) as schedule:
            found = schedule.read()
            assert {name: found[name] for name in properties} == properties
            assert found["Arn"].endswith(f":schedule/night/{schedule.physical_id}")
            changed = {
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "ScheduleExpression": "rate(2 hours)",
                "Target": {"Arn": QUEUE, "RoleArn": ROLE},
            }
            found = schedule.update(changed)
            assert {name: found[name] for name in changed} == changed
            assert (found["GroupName"], found["State"]) == ("default", "ENABLED")
            assert "EndDate" not in found
    with pytest.raises(ClientError, match="ResourceNotFound"):
        Trial("AWS::Scheduler::Schedule", {**properties, "GroupName": "nowhere"}).create()


def test_pipe() -> None:
    properties = {
        "Description": "moves",
        "Enrichment": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
        "RoleArn": ROLE,
        "Source": QUEUE,
        "SourceParameters": {
            "FilterCriteria": {"Filters": [{"Pattern": '{"a": [1]}'}]},
            "SqsQueueParameters": {"BatchSize": 5},
        },
        "Tags": {"aws:cloudformation:stack-name": "trial", "a": "1"},
        "Target": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default",
        "TargetParameters": {"EventBridgeEventBusParameters": {"DetailType": "sold"}},
    }
    with Trial("AWS::Pipes::Pipe", properties) as pipe:
        lab().clock.settle()
        found = pipe.read()
        assert {name: found[name] for name in properties} == properties
        assert found["CurrentState"] == "RUNNING"
        assert found["Arn"].endswith(f":pipe/{pipe.physical_id}")
        changed = {
            "RoleArn": ROLE,
            "Source": QUEUE,
            "Tags": {"a": "2"},
            "Target": f"arn:aws:sqs:us-east-1:{ACCOUNT}:other",
        }
        found = pipe.update(changed)
        assert {name: found[name] for name in changed} == changed
        assert "Description" not in found
        assert "Enrichment" not in found
        lab().clock.settle()


def test_pipe_that_may_not_read() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    pipe = Trial("AWS::Pipes::Pipe", {"RoleArn": role, "Source": QUEUE, "Target": QUEUE}).create()
    lab().clock.settle()
    with (
        inside.calling_as(ADMIN),
        pytest.raises(ResourceError, match="did not stabilize"),
    ):
        pipe.provider.stabilized(pipe.at, pipe.physical_id)
    pipe.delete()


def test_state_machine() -> None:
    log = {"CloudWatchLogsLogGroup": {"LogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:g:*"}}
    properties = {
        "DefinitionString": json.dumps(PASS),
        "DefinitionSubstitutions": {"Word": "hello"},
        "LoggingConfiguration": {
            "Destinations": [log],
            "IncludeExecutionData": True,
            "Level": "ALL",
        },
        "RoleArn": ROLE,
        "StateMachineName": "sell",
        "StateMachineType": "EXPRESS",
        "Tags": TAGS,
        "TracingConfiguration": {"Enabled": True},
    }
    with Trial("AWS::StepFunctions::StateMachine", properties) as machine:
        found = machine.read()
        kept = [name for name in properties if name != "DefinitionSubstitutions"]
        assert {name: found[name] for name in kept} == {name: properties[name] for name in kept}
        assert machine.physical_id == found["Arn"]
        assert found["Name"] == "sell"
        describe = client("stepfunctions").describe_state_machine
        definition = json.loads(describe(stateMachineArn=machine.physical_id)["definition"])
        assert definition["States"]["A"]["Result"] == "hello"
        with pytest.raises(ResourceError, match="Already Exists"):
            Trial("AWS::StepFunctions::StateMachine", properties).create()
        found = machine.update(
            {
                "Definition": {**PASS, "Comment": "new"},
                "RoleArn": ROLE,
                "StateMachineName": "sell",
                "StateMachineType": "EXPRESS",
                "Tags": TAGS[:1],
            }
        )
        assert json.loads(found["DefinitionString"])["Comment"] == "new"
        assert found["LoggingConfiguration"]["Level"] == "OFF"
        assert found["TracingConfiguration"] == {"Enabled": False}
        assert found["Tags"] == TAGS[:1]


def test_state_machine_in_s3() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="machines")
    s3.put_object(Bucket="machines", Key="a.json", Body=json.dumps(PASS).encode())
    location = {"Bucket": "machines", "Key": "a.json"}
    properties = {"DefinitionS3Location": location, "RoleArn": ROLE}
    with Trial("AWS::StepFunctions::StateMachine", properties) as machine:
        assert json.loads(machine.read()["DefinitionString"]) == PASS
    missing = {"DefinitionS3Location": {**location, "Key": "b.json"}, "RoleArn": ROLE}
    with pytest.raises(ResourceError, match="key does not exist"):
        Trial("AWS::StepFunctions::StateMachine", missing).create()
    broken = {"DefinitionString": "{", "RoleArn": ROLE}
    with pytest.raises(ResourceError, match="INVALID_JSON_DESCRIPTION"):
        Trial("AWS::StepFunctions::StateMachine", broken).create()


def test_activity() -> None:
    with Trial("AWS::StepFunctions::Activity", {"Name": "weigh", "Tags": TAGS}) as activity:
        found = activity.read()
        assert (found["Name"], found["Tags"]) == ("weigh", TAGS)
        assert activity.physical_id.endswith(":activity:weigh")
        assert activity.update({"Name": "weigh", "Tags": TAGS[1:]})["Tags"] == TAGS[1:]


def test_stream_and_consumer() -> None:
    properties = {
        "DesiredShardLevelMetrics": ["OutgoingBytes", "IncomingBytes"],
        "Name": "clicks",
        "RetentionPeriodHours": 48,
        "ShardCount": 2,
        "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
        "Tags": TAGS,
    }
    with Trial("AWS::Kinesis::Stream", properties) as stream:
        found = stream.read()
        assert {name: found[name] for name in properties} == properties
        assert found["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
        consumer = {"ConsumerName": "app", "StreamARN": found["Arn"]}
        with Trial("AWS::Kinesis::StreamConsumer", consumer) as it:
            shown = it.read()
            assert {name: shown[name] for name in consumer} == consumer
            assert (it.physical_id, shown["ConsumerStatus"]) == (shown["ConsumerARN"], "ACTIVE")
        found = stream.update({"Name": "clicks", "ShardCount": 4, "Tags": TAGS[1:]})
        assert (found["RetentionPeriodHours"], found["ShardCount"]) == (24, 4)
        assert found["DesiredShardLevelMetrics"] == []
        assert "StreamEncryption" not in found
        assert found["Tags"] == TAGS[1:]
        mode = {"StreamMode": "ON_DEMAND"}
        found = stream.update({"Name": "clicks", "StreamModeDetails": mode})
        assert found["StreamModeDetails"] == mode
        assert "ShardCount" not in found


def test_delivery_stream() -> None:
    destination = {
        "BucketARN": "arn:aws:s3:::lake",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1},
        "CompressionFormat": "GZIP",
        "Prefix": "in/",
        "RoleARN": ROLE,
        "S3BackupConfiguration": {"BucketARN": "arn:aws:s3:::spare", "RoleARN": ROLE},
        "S3BackupMode": "Enabled",
    }
    properties = {
        "DeliveryStreamEncryptionConfigurationInput": {"KeyType": "AWS_OWNED_CMK"},
        "DeliveryStreamName": "lake",
        "DeliveryStreamType": "DirectPut",
        "ExtendedS3DestinationConfiguration": destination,
        "Tags": TAGS,
    }
    with Trial("AWS::KinesisFirehose::DeliveryStream", properties) as stream:
        found = stream.read()
        # Firehose takes no tags of AWS's own.
        assert {name: found[name] for name in properties} == {**properties, "Tags": TAGS[:1]}
        assert found["Arn"].endswith(":deliverystream/lake")
        changed = {**properties, "Tags": []}
        del changed["DeliveryStreamEncryptionConfigurationInput"]
        changed["ExtendedS3DestinationConfiguration"] = {**destination, "Prefix": "out/"}
        found = stream.update(changed)
        assert found["ExtendedS3DestinationConfiguration"]["Prefix"] == "out/"
        assert "DeliveryStreamEncryptionConfigurationInput" not in found
        assert found["Tags"] == []


STAGE = {"BucketARN": "arn:aws:s3:::stage", "Prefix": "in/", "RoleARN": ROLE}
DOMAIN = {
    "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1},
    "DomainARN": "arn:aws:es:us-east-1:123456789012:domain/boats",
    "IndexName": "boats",
    "RoleARN": ROLE,
    "S3BackupMode": "AllDocuments",
    "S3Configuration": STAGE,
}
REDSHIFT = {
    "ClusterJDBCURL": "jdbc:redshift://boats.example.com:5439/dev",
    "CopyCommand": {"DataTableName": "boats"},
    "Password": "Sail-away-1",
    "RoleARN": ROLE,
    "S3Configuration": STAGE,
    "Username": "captain",
}
SPLUNK = {
    "HECEndpoint": "https://splunk.example.com",
    "HECEndpointType": "Raw",
    "HECToken": "token",
    "S3BackupMode": "FailedEventsOnly",
    "S3Configuration": STAGE,
}


@pytest.mark.filterwarnings("ignore:A Splunk destination")
@pytest.mark.parametrize(
    ("name", "config", "staged"),
    [
        ("Amazonopensearchservice", DOMAIN, 1),
        ("Elasticsearch", DOMAIN, 1),
        ("Elasticsearch", {**DOMAIN, "S3BackupMode": "FailedDocumentsOnly"}, 0),
        ("Redshift", REDSHIFT, 1),
        ("Splunk", SPLUNK, 0),
    ],
)
def test_delivery_stream_to_others(name: str, config: dict[str, Any], staged: int) -> None:
    s3, firehose = client("s3"), client("firehose")
    s3.create_bucket(Bucket="stage")
    key = f"{name}DestinationConfiguration"
    properties = {"DeliveryStreamName": "boats", key: config}
    with Trial("AWS::KinesisFirehose::DeliveryStream", properties) as stream:
        assert stream.read()[key] == config
        assert firehose.put_record(DeliveryStreamName="boats", Record={"Data": b"x"})["RecordId"]
        kept = s3.list_objects_v2(Bucket="stage").get("Contents", [])
        assert len(kept) == staged
        for one in kept:
            assert s3.get_object(Bucket="stage", Key=one["Key"])["Body"].read() == b"x"
            s3.delete_object(Bucket="stage", Key=one["Key"])
        changed = {**config, "S3Configuration": {**STAGE, "Prefix": "out/"}}
        found = stream.update({**properties, key: changed})
        assert found[key] == changed
    s3.delete_bucket(Bucket="stage")


def test_delivery_stream_in_a_network() -> None:
    network = {"RoleARN": ROLE, "SecurityGroupIds": ["sg-1"], "SubnetIds": ["subnet-1"]}
    config = {**DOMAIN, "VpcConfiguration": network}
    properties = {"ElasticsearchDestinationConfiguration": config}
    with Trial("AWS::KinesisFirehose::DeliveryStream", properties) as stream:
        assert stream.read()["ElasticsearchDestinationConfiguration"] == config
