"""AWS::DynamoDB, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TABLE = "AWS::DynamoDB::Table"
KEYS = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
ON_DEMAND = {**KEYS, "BillingMode": "PAY_PER_REQUEST"}


def index(name: str, key: str = "pk") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def test_provisioned_table() -> None:
    capacity = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1}
    properties = {**KEYS, "ProvisionedThroughput": capacity, "Tags": [{"Key": "a", "Value": "1"}]}
    with Trial(TABLE, properties) as table:
        found = table.read()
        assert table.physical_id == found["TableName"]
        assert found["TableName"].startswith("trial-Thing-")
        assert found["Arn"].endswith(f":table/{table.physical_id}")
        assert {name: found[name] for name in properties} == properties
        more = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
        found = table.update({**KEYS, "ProvisionedThroughput": more})
        assert found["ProvisionedThroughput"] == more
        assert "Tags" not in found
        assert table.update(ON_DEMAND)["BillingMode"] == "PAY_PER_REQUEST"


def test_everything_beside_the_table() -> None:
    properties = {
        **ON_DEMAND,
        "DeletionProtectionEnabled": True,
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"SSEEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }
    with Trial(TABLE, properties) as table:
        found = table.read()
        assert {name: found[name] for name in properties} == properties
        assert "/stream/" in found["StreamArn"]
        with pytest.raises(ClientError):
            table.delete()
        found = table.update({**ON_DEMAND, "SSESpecification": {"SSEEnabled": True}})
        assert found["DeletionProtectionEnabled"] is False
        assert "StreamSpecification" not in found
        table.at.known = properties
        found = table.read()
        assert found["TimeToLiveSpecification"]["Enabled"] is False
        off = {"PointInTimeRecoveryEnabled": False}
        assert found["PointInTimeRecoverySpecification"] == off


def test_indexes() -> None:
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "x", "y")]
    local = {
        "IndexName": "local",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "x", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z"]},
    }
    base = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes[:3],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "LocalSecondaryIndexes": [local],
    }
    properties = {**base, "GlobalSecondaryIndexes": [index("one", "x")]}
    with Trial(TABLE, properties) as table:
        found = table.read()
        assert {name: found[name] for name in properties} == properties
        two = {
            **base,
            "AttributeDefinitions": attributes,
            "GlobalSecondaryIndexes": [index("one", "x"), index("two", "y")],
        }
        assert table.update(two)["GlobalSecondaryIndexes"] == two["GlobalSecondaryIndexes"]
        with pytest.raises(ResourceError, match="Cannot perform more than one GSI"):
            table.update(base)
        table.properties = two
        wrong = {**two, "GlobalSecondaryIndexes": [index("one", "y"), index("two", "y")]}
        with pytest.raises(ResourceError, match="Cannot update GSI's properties"):
            table.update(wrong)
        table.properties = two
        assert table.provider.replaces(two, base, ("LocalSecondaryIndexes",)) is True
        assert table.provider.replaces(two, base, ("AttributeDefinitions",)) is False
        numbers = [{**one, "AttributeType": "N"} for one in attributes]
        changed = {**two, "AttributeDefinitions": numbers}
        assert table.provider.replaces(two, changed, ("AttributeDefinitions",)) is True


def test_resource_policy() -> None:
    with Trial(TABLE, ON_DEMAND) as table:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "dynamodb:GetItem",
            "Resource": table.read()["Arn"],
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        found = table.update({**ON_DEMAND, "ResourcePolicy": {"PolicyDocument": document}})
        assert found["ResourcePolicy"] == {"PolicyDocument": document}
        assert "ResourcePolicy" not in table.update(ON_DEMAND)


def test_name_taken_and_refusals() -> None:
    with Trial(TABLE, {**ON_DEMAND, "TableName": "boats"}) as table:
        with pytest.raises(ClientError, match="Table already exists: boats"):
            Trial(TABLE, {**ON_DEMAND, "TableName": "boats"}).create()
        assert "ImportSourceSpecification" in str(
            table.provider.unsupported({"ImportSourceSpecification": {}})
        )


def test_global_table_of_one_region() -> None:
    replica = {
        "Region": "us-east-1",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    properties = {**ON_DEMAND, "Replicas": [replica]}
    with Trial("AWS::DynamoDB::GlobalTable", properties) as table:
        found = table.read()
        assert found["Arn"].endswith(table.physical_id)
        assert found["Replicas"][0] | replica == found["Replicas"][0]
        replica = {"Region": "us-east-1", "DeletionProtectionEnabled": True}
        found = table.update({**ON_DEMAND, "Replicas": [replica]})
        assert found["Replicas"][0]["DeletionProtectionEnabled"] is True
        tags = client("dynamodb").list_tags_of_resource(ResourceArn=found["Arn"])["Tags"]
        assert tags == []
        table.update({**ON_DEMAND, "Replicas": [{"Region": "us-east-1"}]})
        two = {**ON_DEMAND, "Replicas": [replica, {"Region": "us-west-2"}]}
        assert "more than one of Replicas" in str(table.provider.unsupported(two))


def test_global_table_with_throughput() -> None:
    def scaled(kind: str, least: int, most: int) -> dict[str, object]:
        limits = {"MinCapacity": least, "MaxCapacity": most}
        tracking = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 60}}
        return {f"{kind}CapacityAutoScalingSettings": {**limits, **tracking}}

    index = {
        "IndexName": "by-pier",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "WriteProvisionedThroughputSettings": scaled("Write", 2, 8),
    }
    replica = {
        "Region": "us-east-1",
        "DeletionProtectionEnabled": False,
        "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-pier",
                "ReadProvisionedThroughputSettings": scaled("Read", 3, 9),
            }
        ],
    }
    given = {
        **ON_DEMAND,
        "BillingMode": "PROVISIONED",
        "GlobalSecondaryIndexes": [index],
        "Replicas": [replica],
        "WriteProvisionedThroughputSettings": scaled("Write", 1, 20),
    }
    with Trial("AWS::DynamoDB::GlobalTable", given) as table:
        found = table.read()
        assert {name: found[name] for name in given} == given
        real = client("dynamodb").describe_table(TableName=table.physical_id)["Table"]
        assert real["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
        assert real["ProvisionedThroughput"]["WriteCapacityUnits"] == 1
        throughput = real["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
        assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (3, 2)
        scaling = client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
        assert [one["MaxCapacity"] for one in targets] == [20, 9, 8]
        policies = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")
        assert len(policies["ScalingPolicies"]) == 3
        changed = {**given, "WriteProvisionedThroughputSettings": scaled("Write", 5, 30)}
        found = table.update(changed)
        assert {name: found[name] for name in changed} == changed
        found = table.update({**ON_DEMAND, "Replicas": [{"Region": "us-east-1"}]})
        assert "WriteProvisionedThroughputSettings" not in found
        assert not scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]


def test_global_table_with_an_outlet() -> None:
    with Trial("AWS::Kinesis::Stream", {"ShardCount": 1}, logical_id="Stream") as stream:
        outlet = {"StreamArn": stream.read()["Arn"]}
        replica = {"Region": "us-east-1", "KinesisStreamSpecification": outlet}
        given = {**ON_DEMAND, "Replicas": [replica]}
        with Trial("AWS::DynamoDB::GlobalTable", given) as table:
            assert table.read()["Replicas"] == [{**replica, "DeletionProtectionEnabled": False}]


def test_the_class_and_the_order_of_attributes() -> None:
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "by")]
    properties = {
        **ON_DEMAND,
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": [index("one", "by")],
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
    }
    with Trial(TABLE, properties) as table:
        found = table.read()
        assert {name: found[name] for name in properties} == properties
        told = client("dynamodb").describe_table(TableName=table.physical_id)["Table"]
        # DynamoDB sorts them.
        assert [one["AttributeName"] for one in told["AttributeDefinitions"]] == ["by", "pk"]
        assert table.update({**properties, "TableClass": "STANDARD"})["TableClass"] == "STANDARD"
        del properties["TableClass"]
        assert table.update(properties)["TableClass"] == "STANDARD"
