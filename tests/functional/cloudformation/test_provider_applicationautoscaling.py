"""AWS::ApplicationAutoScaling, type by type."""

from __future__ import annotations

from trial import Trial, client

SCALING = "AWS::ApplicationAutoScaling::"


def test_target_and_policy() -> None:
    client("dynamodb").create_table(
        TableName="tickets",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    name = {
        "ResourceId": "table/tickets",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "ServiceNamespace": "dynamodb",
    }
    night = {
        "ScheduledActionName": "night",
        "Schedule": "cron(0 22 * * ? *)",
        "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 2},
    }
    properties = {
        **name,
        "MinCapacity": 1,
        "MaxCapacity": 10,
        "RoleARN": "arn:aws:iam::123456789012:role/scaling",
        "ScheduledActions": [night],
    }
    with Trial(SCALING + "ScalableTarget", properties) as target:
        assert target.physical_id == "table/tickets|dynamodb:table:ReadCapacityUnits|dynamodb"
        found = target.read()
        assert {key: found[key] for key in properties} == properties
        assert found["Id"] == target.physical_id
        new = {**properties, "MaxCapacity": 20}
        del new["ScheduledActions"]
        found = target.update(new)
        assert found["MaxCapacity"] == 20
        assert "ScheduledActions" not in found
        metric = "DynamoDBReadCapacityUtilization"
        policy_properties = {
            "PolicyName": "read",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": target.physical_id,
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 70.0,
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            },
        }
        with Trial(SCALING + "ScalingPolicy", policy_properties) as policy:
            found = policy.read()
            assert policy.physical_id == found["Arn"]
            assert {key: found[key] for key in policy_properties} == policy_properties
            assert {key: found[key] for key in name} == name
            configuration = {
                **policy_properties["TargetTrackingScalingPolicyConfiguration"],
                "TargetValue": 50.0,
            }
            found = policy.update(
                {**policy_properties, "TargetTrackingScalingPolicyConfiguration": configuration}
            )
            assert found["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0
    client("dynamodb").delete_table(TableName="tickets")
