"""AWS::S3, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

BUCKET = "AWS::S3::Bucket"
TAGS = [{"Key": "a", "Value": "1"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]


def test_plain_bucket() -> None:
    with Trial(BUCKET, {"Tags": TAGS}) as bucket:
        found = bucket.read()
        name = bucket.physical_id
        assert name.startswith("trial-thing-")
        assert found["Arn"] == f"arn:aws:s3:::{name}"
        assert found["DomainName"] == f"{name}.s3.amazonaws.com"
        assert found["RegionalDomainName"] == f"{name}.s3.us-east-1.amazonaws.com"
        assert found["DualStackDomainName"] == f"{name}.s3.dualstack.us-east-1.amazonaws.com"
        assert found["WebsiteURL"] == f"http://{name}.s3-website-us-east-1.amazonaws.com"
        assert found["Tags"] == TAGS
        block = client("s3").get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        assert all(block.values())
        changed = [{"Key": "a", "Value": "2"}, *TAGS[1:]]
        assert bucket.update({"Tags": changed})["Tags"] == changed
        assert bucket.update({"Tags": TAGS[1:]})["Tags"] == TAGS[1:]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VersioningConfiguration", {"Status": "Enabled"}),
        ("AccelerateConfiguration", {"AccelerationStatus": "Enabled"}),
        ("OwnershipControls", {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
        ("PublicAccessBlockConfiguration", {"BlockPublicAcls": True}),
        (
            "BucketEncryption",
            {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": "alias/x",
                        },
                    }
                ]
            },
        ),
        (
            "LifecycleConfiguration",
            {
                "Rules": [
                    {
                        "Id": "old",
                        "Status": "Enabled",
                        "Prefix": "logs/",
                        "TagFilters": [{"Key": "a", "Value": "b"}],
                        "ExpirationInDays": 90,
                        "Transitions": [
                            {"TransitionInDays": 30, "StorageClass": "STANDARD_IA"},
                            {"TransitionInDays": 60, "StorageClass": "GLACIER"},
                        ],
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            },
        ),
        (
            "CorsConfiguration",
            {
                "CorsRules": [
                    {
                        "AllowedHeaders": ["*"],
                        "AllowedMethods": ["GET", "PUT"],
                        "AllowedOrigins": ["https://ferry.example"],
                        "ExposedHeaders": ["Date"],
                        "Id": "one",
                        "MaxAge": 60,
                    }
                ]
            },
        ),
        (
            "WebsiteConfiguration",
            {
                "IndexDocument": "index.html",
                "ErrorDocument": "error.html",
                "RoutingRules": [
                    {
                        "RoutingRuleCondition": {"KeyPrefixEquals": "docs/"},
                        "RedirectRule": {"ReplaceKeyPrefixWith": "documents/"},
                    }
                ],
            },
        ),
        (
            "NotificationConfiguration",
            {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        ),
    ],
)
def test_configurations(name: str, value: Any) -> None:
    with Trial(BUCKET, {name: value}) as bucket:
        assert bucket.read()[name] == value
        bucket.at.known = {}
        raw = bucket.read()[name]
        assert raw == value or name == "PublicAccessBlockConfiguration"
        bucket.update({})
        bucket.at.known = {}
        after = bucket.read().get(name)
        assert after != value


def test_short_words_of_a_lifecycle() -> None:
    rule = {
        "Status": "Enabled",
        "Transition": {"TransitionInDays": 30, "StorageClass": "GLACIER"},
        "NoncurrentVersionExpirationInDays": 3,
    }
    with Trial(BUCKET, {"LifecycleConfiguration": {"Rules": [rule]}}) as bucket:
        assert bucket.read()["LifecycleConfiguration"] == {"Rules": [rule]}
        s3 = client("s3")
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket.physical_id)["Rules"]
        rules[0]["NoncurrentVersionExpiration"] = {"NoncurrentDays": 4}
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket.physical_id, LifecycleConfiguration={"Rules": rules}
        )
        drifted = bucket.read()["LifecycleConfiguration"]["Rules"][0]
        assert drifted["NoncurrentVersionExpiration"] == {"NoncurrentDays": 4}


def policy(arn: str, action: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": action,
        "Resource": arn,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_notification_to_a_queue() -> None:
    queue = Trial("AWS::SQS::Queue", {}, logical_id="Queue")
    with queue:
        arn = queue.read()["Arn"]
        value = {
            "QueueConfigurations": [
                {
                    "Event": "s3:ObjectCreated:*",
                    "Queue": arn,
                    "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".jpg"}]}},
                }
            ]
        }
        with pytest.raises(ResourceError, match="Unable to validate the following destination"):
            Trial(BUCKET, {"NotificationConfiguration": value}).create()
        allowed = {
            "Queues": [queue.physical_id],
            "PolicyDocument": policy(arn, "sqs:SendMessage"),
        }
        Trial("AWS::SQS::QueuePolicy", allowed).create()
        with Trial(BUCKET, {"NotificationConfiguration": value}) as bucket:
            assert bucket.read()["NotificationConfiguration"] == value
            s3 = client("s3")
            s3.put_object(Bucket=bucket.physical_id, Key="a.jpg", Body=b"")
            s3.delete_object(Bucket=bucket.physical_id, Key="a.jpg")
            found = client("sqs").receive_message(
                QueueUrl=queue.physical_id, MaxNumberOfMessages=10
            )
            assert any("a.jpg" in message["Body"] for message in found["Messages"])
            assert "QueueConfigurations" not in bucket.update({}).get(
                "NotificationConfiguration", {}
            )


def test_notification_to_a_topic() -> None:
    with Trial("AWS::SNS::Topic", {}, logical_id="Topic") as topic:
        arn = topic.physical_id
        value = {"TopicConfigurations": [{"Event": "s3:ObjectRemoved:*", "Topic": arn}]}
        with pytest.raises(ResourceError, match="Unable to validate"):
            Trial(BUCKET, {"NotificationConfiguration": value}).create()
        allowed = {"TopicArn": arn, "PolicyDocument": policy(arn, "sns:*")}
        with (
            Trial("AWS::SNS::TopicInlinePolicy", allowed),
            Trial(BUCKET, {"NotificationConfiguration": value}) as bucket,
        ):
            assert bucket.read()["NotificationConfiguration"] == value
        function = "arn:aws:lambda:us-east-1:123456789012:function:none"
        missing = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": function}]}
        with pytest.raises(ResourceError, match="Unable to validate"):
            Trial(BUCKET, {"NotificationConfiguration": missing}).create()


def test_logging_replication_inventory() -> None:
    versions = {"VersioningConfiguration": {"Status": "Enabled"}}
    target = Trial(
        BUCKET,
        {
            "AccessControl": "LogDeliveryWrite",
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
            **versions,
        },
        logical_id="Target",
    )
    with target:
        arn = target.read()["Arn"]
        properties = {
            "LoggingConfiguration": {
                "DestinationBucketName": target.physical_id,
                "LogFilePrefix": "logs/",
            },
            "ReplicationConfiguration": {
                "Role": "arn:aws:iam::123456789012:role/copy",
                "Rules": [
                    {
                        "Status": "Enabled",
                        "Priority": 3,
                        "Filter": {"Prefix": "a/"},
                        "DeleteMarkerReplication": {"Status": "Enabled"},
                        "Destination": {"Bucket": arn, "StorageClass": "STANDARD_IA"},
                    }
                ],
            },
            "InventoryConfigurations": [
                {
                    "Id": "all",
                    "Enabled": True,
                    "IncludedObjectVersions": "All",
                    "ScheduleFrequency": "Daily",
                    "Destination": {"BucketArn": arn, "Format": "CSV"},
                }
            ],
            **versions,
        }
        with Trial(BUCKET, properties) as bucket:
            found = bucket.read()
            for name, value in properties.items():
                assert found[name] == value, name
            client("s3").delete_bucket_replication(Bucket=bucket.physical_id)
            assert "ReplicationConfiguration" not in bucket.read()
        _empty(target.physical_id)


def test_logging_without_grants() -> None:
    with Trial(BUCKET, {}, logical_id="Target") as target:
        logging = {"DestinationBucketName": target.physical_id, "LogFilePrefix": "logs/"}
        with Trial(BUCKET, {"LoggingConfiguration": logging}) as bucket:
            assert bucket.read()["LoggingConfiguration"] == logging
        assert "Contents" not in client("s3").list_objects_v2(Bucket=target.physical_id)
        owned = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}}
        target.update(owned)
        with pytest.raises(ClientError, match="give the log-delivery group WRITE"):
            Trial(BUCKET, {"LoggingConfiguration": logging}).create()
        arn = target.read()["Arn"]
        statements = [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": arn},
            {
                "Effect": "Allow",
                "Principal": {"Service": ["logging.s3.amazonaws.com"]},
                "Action": ["s3:Put*"],
                "Resource": f"{arn}/logs/*",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            },
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        client("s3").put_bucket_policy(Bucket=target.physical_id, Policy=policy)
        with Trial(BUCKET, {"LoggingConfiguration": logging}) as bucket:
            assert bucket.read()["LoggingConfiguration"] == logging
        client("s3").delete_bucket_policy(Bucket=target.physical_id)
        logs = client("s3").list_objects_v2(Bucket=target.physical_id)["Contents"]
        assert logs
        assert all(log["Key"].startswith("logs/") for log in logs)
        _empty(target.physical_id)


def _empty(name: str) -> None:
    s3 = client("s3")
    found = s3.list_object_versions(Bucket=name)
    for one in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
        s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])


def test_object_lock() -> None:
    lock = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
    }
    with Trial(BUCKET, {"ObjectLockEnabled": False}) as bucket:
        assert bucket.read()["ObjectLockEnabled"] is False
    with Trial(BUCKET, {"ObjectLockEnabled": True, "ObjectLockConfiguration": lock}) as bucket:
        found = bucket.read()
        assert found["ObjectLockConfiguration"] == lock
        assert found["ObjectLockEnabled"] is True


def test_refusals() -> None:
    with Trial(BUCKET, {"BucketName": "ferry-taken"}) as bucket:
        with pytest.raises(ResourceError, match=r"^ferry-taken already exists$") as refused:
            Trial(BUCKET, {"BucketName": "ferry-taken"}).create()
        assert refused.value.code == "AlreadyExists"
        client("s3").put_object(Bucket="ferry-taken", Key="k", Body=b"")
        with pytest.raises(ClientError, match="The bucket you tried to delete is not empty"):
            bucket.delete()
        client("s3").delete_object(Bucket="ferry-taken", Key="k")
    with pytest.raises(ResourceError, match="BucketOwnerEnforced"):
        Trial(BUCKET, {"AccessControl": "PublicRead"}).create()


def test_lifecycle_by_size_and_number() -> None:
    rules = [
        {
            "Id": "large",
            "Status": "Enabled",
            "ObjectSizeGreaterThan": "500",
            "ExpirationInDays": 1,
        },
        {
            "Id": "some",
            "Status": "Enabled",
            "ObjectSizeGreaterThan": "500",
            "ObjectSizeLessThan": "600",
            "Prefix": "logs/",
            "TagFilters": [{"Key": "a", "Value": "1"}],
            "NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 3, "NoncurrentDays": 7},
        },
    ]
    with Trial(BUCKET, {"LifecycleConfiguration": {"Rules": rules}}) as bucket:
        assert bucket.read()["LifecycleConfiguration"]["Rules"] == rules
        shown = client("s3").get_bucket_lifecycle_configuration(Bucket=bucket.physical_id)
        first, second = shown["Rules"]
        assert first["Filter"] == {"ObjectSizeGreaterThan": 500}
        assert second["Filter"]["And"]["ObjectSizeLessThan"] == 600
        assert second["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] == 3
        found = bucket.update({"LifecycleConfiguration": {"Rules": rules[:1]}})
        assert found["LifecycleConfiguration"]["Rules"] == rules[:1]


def test_no_half_made_bucket_stays() -> None:
    wrong = {"LoggingConfiguration": {"DestinationBucketName": "ferry-nowhere"}}
    with pytest.raises(ClientError):
        Trial(BUCKET, {"BucketName": "ferry-half", **wrong}).create()
    names = [one["Name"] for one in client("s3").list_buckets()["Buckets"]]
    assert "ferry-half" not in names


def test_public_acl_and_other_region() -> None:
    properties = {
        "AccessControl": "PublicRead",
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": False},
    }
    with Trial(BUCKET, properties, region="eu-central-1") as bucket:
        found = bucket.read()
        assert found["WebsiteURL"].endswith(".s3-website.eu-central-1.amazonaws.com")
        grants = client("s3").get_bucket_acl(Bucket=bucket.physical_id)["Grants"]
        assert "READ" in [grant["Permission"] for grant in grants]


def test_bucket_policy() -> None:
    with Trial(BUCKET, {}) as bucket:
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": f"arn:aws:s3:::{bucket.physical_id}/*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
        properties = {"Bucket": bucket.physical_id, "PolicyDocument": document}
        with Trial("AWS::S3::BucketPolicy", properties) as policy:
            assert policy.physical_id == bucket.physical_id
            assert policy.read() == properties
            with pytest.raises(ResourceError, match="already exists"):
                Trial("AWS::S3::BucketPolicy", properties).create()
            document = {**document, "Id": "second"}
            new = {**properties, "PolicyDocument": document}
            assert policy.update(new)["PolicyDocument"]["Id"] == "second"


def test_access_point() -> None:
    with Trial(BUCKET, {}) as bucket:
        properties = {"Bucket": bucket.physical_id, "Name": "ferry-point", "Tags": TAGS}
        with Trial("AWS::S3::AccessPoint", properties) as point:
            found = point.read()
            assert found["Arn"].endswith(":accesspoint/ferry-point")
            assert found["Alias"].startswith("ferry-point-")
            assert found["NetworkOrigin"] == "Internet"
            assert found["Tags"] == TAGS
            policy = {"Version": "2012-10-17", "Statement": []}
            found = point.update({**properties, "Policy": policy, "Tags": TAGS[:1]})
            assert found["Policy"] == policy
            assert found["Tags"] == TAGS[:1]
