"""CloudTrail over the calls that were really made, and trails that deliver them.

Sources: "LookupEvents", "CreateTrail", "GetTrailStatus" (AWS CloudTrail API Reference); "Amazon S3
bucket policy for CloudTrail", "CloudTrail log file examples" (AWS CloudTrail User Guide).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import in_process
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from delivering import hear

ACCOUNT = "123456789012"
BUCKET = "ship-logs"


def policy(prefix: str = "", **condition: Any) -> str:
    service = {"Service": "cloudtrail.amazonaws.com"}
    key = f"{prefix}AWSLogs/{ACCOUNT}/*"
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:GetBucketAcl",
            "Resource": f"arn:aws:s3:::{BUCKET}",
        },
        {
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/{key}",
            "Condition": {
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **condition}
            },
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def trail() -> Iterator[Any]:
    """A client, in an account without trails and with a bucket that lets CloudTrail write."""
    for service in ("cloudtrail", "s3", "iam", "sqs", "ssm"):
        in_process.client(service)  # loads the service
    client = in_process.client("cloudtrail")
    client.list_trails()
    in_process.forget("cloudtrail")
    in_process.forget("s3")
    s3 = in_process.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy())
    yield client
    in_process.forget("cloudtrail")


def fails(code: str, call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    assert error["Code"] == code
    return str(error["Message"])


def find(client: Any, key: str, value: str) -> list[dict[str, Any]]:
    given = [{"AttributeKey": key, "AttributeValue": value}]
    return list(client.lookup_events(LookupAttributes=given)["Events"])


def log_files() -> dict[str, list[dict[str, Any]]]:
    s3 = in_process.client("s3")
    made = {}
    for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        body = s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
        made[one["Key"]] = json.loads(gzip.decompress(body))["Records"]
    return made


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["eventName"] for record in records]


# LookupEvents


def test_a_call_is_found_by_name_and_by_what_it_names(trail: Any) -> None:
    iam = in_process.client("iam")
    iam.create_group(GroupName="stokers")
    event = find(trail, "ResourceName", "stokers")[0]
    record = json.loads(event["CloudTrailEvent"])
    assert (event["EventName"], event["EventSource"]) == ("CreateGroup", "iam.amazonaws.com")
    assert event["ReadOnly"] == "false"
    assert record["requestParameters"] == {"groupName": "stokers"}
    assert record["responseElements"]["group"]["groupName"] == "stokers"
    assert record["userIdentity"]["type"] == "IAMUser"
    assert record["userIdentity"]["userName"] == event["Username"]
    assert record["eventID"] == event["EventId"]
    iam.delete_group(GroupName="stokers")


def test_a_call_that_failed_tells_why(trail: Any) -> None:
    fails("NoSuchEntity", in_process.client("iam").get_group, GroupName="ghosts")
    record = json.loads(find(trail, "ResourceName", "ghosts")[0]["CloudTrailEvent"])
    assert record["errorCode"] == "NoSuchEntityException"
    assert "ghosts" in record["errorMessage"]
    assert record["responseElements"] is None


def test_secrets_are_hidden(trail: Any) -> None:
    ssm = in_process.client("ssm")
    ssm.put_parameter(Name="/ship/code", Value="open sesame", Type="SecureString", Overwrite=True)
    event = find(trail, "EventName", "PutParameter")[0]
    assert "open sesame" not in event["CloudTrailEvent"]
    shown = json.loads(event["CloudTrailEvent"])["requestParameters"]
    assert shown["value"] == "HIDDEN_DUE_TO_SECURITY_REASONS"


def test_a_bucket_policy_is_shown_as_what_it_says(trail: Any) -> None:
    event = find(trail, "EventName", "PutBucketPolicy")[0]
    shown = json.loads(event["CloudTrailEvent"])["requestParameters"]
    assert shown["bucketName"] == BUCKET
    assert shown["bucketPolicy"] == json.loads(policy())


def test_each_region_has_its_own_events(trail: Any) -> None:
    in_process.client("iam").list_groups()
    abroad = in_process.session().client(
        "cloudtrail", region_name="eu-west-3", endpoint_url=in_process.ENDPOINT
    )
    abroad.list_trails()
    found = abroad.lookup_events()["Events"]
    assert [event["EventName"] for event in found] == ["ListTrails"]


def test_data_events_are_not_there(trail: Any) -> None:
    in_process.client("s3").put_object(Bucket=BUCKET, Key="a", Body=b"a")
    assert find(trail, "EventName", "PutObject") == []


def test_a_paginator_gives_every_event_once(trail: Any) -> None:
    sqs = in_process.client("sqs")
    for number in range(7):
        sqs.create_queue(QueueName=f"berth-{number}")
    given = [{"AttributeKey": "EventName", "AttributeValue": "CreateQueue"}]
    pages = trail.get_paginator("lookup_events").paginate(
        LookupAttributes=given, PaginationConfig={"PageSize": 3, "MaxItems": 7}
    )
    found = [event for page in pages for event in page["Events"]]
    queues = [
        json.loads(event["CloudTrailEvent"])["requestParameters"]["queueName"] for event in found
    ]
    assert queues == [f"berth-{number}" for number in reversed(range(7))]


def test_looking_up_is_an_event_too(trail: Any) -> None:
    trail.lookup_events()
    assert trail.lookup_events()["Events"][0]["EventName"] == "LookupEvents"


def test_what_lookup_refuses(trail: Any) -> None:
    now = in_process.lab().clock.now()
    fails("InvalidMaxResultsException", trail.lookup_events, MaxResults=51)
    fails("InvalidNextTokenException", trail.lookup_events, NextToken="made up")
    fails(
        "InvalidTimeRangeException",
        trail.lookup_events,
        StartTime=now,
        EndTime=now - timedelta(hours=1),
    )
    two = [{"AttributeKey": "ReadOnly", "AttributeValue": "true"}] * 2
    fails("InvalidLookupAttributesException", trail.lookup_events, LookupAttributes=two)


# Trails


def test_a_bucket_must_let_cloudtrail_write(trail: Any) -> None:
    s3 = in_process.client("s3")
    words = f"Incorrect S3 bucket policy is detected for bucket: {BUCKET}"
    for wrong in (policy("other/"), policy(**{"aws:SourceArn": "arn:aws:cloudtrail:::trail/x"})):
        s3.put_bucket_policy(Bucket=BUCKET, Policy=wrong)
        said = fails(
            "InsufficientS3BucketPolicyException",
            trail.create_trail,
            Name="watch",
            S3BucketName=BUCKET,
        )
        assert said == words
    s3.delete_bucket_policy(Bucket=BUCKET)
    fails(
        "InsufficientS3BucketPolicyException",
        trail.create_trail,
        Name="watch",
        S3BucketName=BUCKET,
    )
    fails("S3BucketDoesNotExistException", trail.create_trail, Name="watch", S3BucketName="no-ship")
    assert trail.list_trails()["Trails"] == []


def test_a_trail_delivers_what_happened_since_the_last_delivery(trail: Any) -> None:
    lab = in_process.lab()
    trail.create_trail(Name="watch", S3BucketName=BUCKET)
    trail.start_logging(Name="watch")
    in_process.client("sqs").create_queue(QueueName="berth-x")
    assert log_files() == {}
    lab.clock.advance(300)
    [(key, records)] = log_files().items()
    assert re.fullmatch(
        rf"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/\d{{4}}/\d\d/\d\d/"
        rf"{ACCOUNT}_CloudTrail_us-east-1_\d{{8}}T\d{{4}}Z_[0-9A-Za-z]{{16}}\.json\.gz",
        key,
    )
    assert names(records)[:2] == ["StartLogging", "CreateQueue"]
    assert "GetObject" not in names(records)
    status = trail.get_trail_status(Name="watch")
    assert status["IsLogging"]
    assert "LatestDeliveryError" not in status
    assert status["LatestDeliveryTime"] >= status["StartLoggingTime"]
    lab.clock.advance(300)
    assert len(log_files()) == 2
    told = [record["eventID"] for records in log_files().values() for record in records]
    assert len(told) == len(set(told))


def test_stopping_is_the_last_thing_a_trail_logs(trail: Any) -> None:
    lab = in_process.lab()
    trail.create_trail(Name="watch", S3BucketName=BUCKET)
    trail.start_logging(Name="watch")
    trail.stop_logging(Name="watch")
    in_process.client("sqs").create_queue(QueueName="berth-y")
    lab.clock.advance(300)
    [records] = log_files().values()
    assert names(records) == ["StartLogging", "StopLogging"]
    assert not trail.get_trail_status(Name="watch")["IsLogging"]


def test_a_prefix_a_region_and_writes_only(trail: Any) -> None:
    lab, s3 = in_process.lab(), in_process.client("s3")
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy("deck/"))
    trail.create_trail(
        Name="watch", S3BucketName=BUCKET, S3KeyPrefix="deck", IsMultiRegionTrail=True
    )
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
    trail.put_event_selectors(TrailName="watch", EventSelectors=[selector])
    trail.start_logging(Name="watch")
    sqs = in_process.session().client(
        "sqs", region_name="eu-west-1", endpoint_url=in_process.ENDPOINT
    )
    sqs.create_queue(QueueName="abroad")
    trail.list_trails()
    lab.clock.advance(300)
    found = {key.split("/")[4]: names(records) for key, records in log_files().items()}
    assert found == {"eu-west-1": ["CreateQueue"], "us-east-1": ["StartLogging"]}
    assert all(key.startswith(f"deck/AWSLogs/{ACCOUNT}/") for key in log_files())
    assert trail.get_trail(Name="watch")["Trail"]["HasCustomEventSelectors"]


def test_a_delivery_that_fails_is_told_and_made_up_for(trail: Any) -> None:
    lab, s3 = in_process.lab(), in_process.client("s3")
    trail.create_trail(Name="watch", S3BucketName=BUCKET)
    trail.start_logging(Name="watch")
    s3.delete_bucket_policy(Bucket=BUCKET)
    lab.clock.advance(300)
    assert trail.get_trail_status(Name="watch")["LatestDeliveryError"] == "AccessDenied"
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy())
    lab.clock.advance(300)
    [records] = log_files().values()
    assert names(records)[:2] == ["StartLogging", "DeleteBucketPolicy"]


def test_selectors_are_kept_whole_and_data_events_are_not_simulated(trail: Any) -> None:
    trail.create_trail(Name="watch", S3BucketName=BUCKET)
    kept = trail.get_event_selectors(TrailName="watch")["EventSelectors"]
    assert kept[0]["ReadWriteType"] == "All"
    data = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
    fails(
        "NotSimulated",
        trail.put_event_selectors,
        TrailName="watch",
        EventSelectors=[{"DataResources": [data]}],
    )
    fields = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": ["true"]},
    ]
    advanced = [{"Name": "Reads", "FieldSelectors": fields}]
    trail.put_event_selectors(TrailName="watch", AdvancedEventSelectors=advanced)
    assert trail.get_event_selectors(TrailName="watch")["AdvancedEventSelectors"] == advanced
    fields[0]["Equals"] = ["Data"]
    fails(
        "NotSimulated",
        trail.put_event_selectors,
        TrailName="watch",
        AdvancedEventSelectors=advanced,
    )


@pytest.mark.parametrize(
    "more",
    [
        {"KmsKeyId": "alias/x"},
        {"IsOrganizationTrail": True},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_trails_do_not_do_here_is_said(trail: Any, more: dict[str, Any]) -> None:
    said = fails("NotSimulated", trail.create_trail, Name="watch", S3BucketName=BUCKET, **more)
    assert said.startswith("Dry Run does not simulate")


def test_names_and_numbers_of_trails(trail: Any) -> None:
    trail.create_trail(Name="watch-0", S3BucketName=BUCKET)
    said = fails(
        "TrailAlreadyExistsException", trail.create_trail, Name="watch-0", S3BucketName=BUCKET
    )
    assert said == f"Trail watch-0 already exists for customer: {ACCOUNT}"
    for number in range(1, 5):
        trail.create_trail(Name=f"watch-{number}", S3BucketName=BUCKET)
    fails(
        "MaximumNumberOfTrailsExceededException",
        trail.create_trail,
        Name="watch-5",
        S3BucketName=BUCKET,
    )
    trail.delete_trail(Name="watch-0")
    fails("TrailNotFoundException", trail.delete_trail, Name="watch-0")
    fails(
        "InsufficientS3BucketPolicyException",
        trail.update_trail,
        Name="watch-1",
        S3KeyPrefix="elsewhere",
    )
    assert "S3KeyPrefix" not in trail.get_trail(Name="watch-1")["Trail"]


def test_deliveries_are_told_to_a_topic_and_written_to_a_log_group(trail: Any) -> None:
    sns, sqs, logs = (in_process.client(name) for name in ("sns", "sqs", "logs"))
    asked = {"Name": "told", "S3BucketName": BUCKET, "SnsTopicName": "bell"}
    fails("InsufficientSnsTopicPolicyException", trail.create_trail, **asked)
    topic = sns.create_topic(Name="bell")["TopicArn"]
    fails("InsufficientSnsTopicPolicyException", trail.create_trail, **asked)
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    written = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=written)
    queue = sqs.create_queue(QueueName="bell")["QueueUrl"]
    hear(topic, queue)
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:audit:*"
    role = f"arn:aws:iam::{ACCOUNT}:role/trail-writes"
    logged = {**asked, "CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role}
    fails("InvalidCloudWatchLogsLogGroupArnException", trail.create_trail, **logged)
    logs.create_log_group(logGroupName="audit")
    fails("InvalidCloudWatchLogsRoleArnException", trail.create_trail, **logged)
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    in_process.client("iam").create_role(
        RoleName="trail-writes",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    made = trail.create_trail(**logged)
    assert made["SnsTopicARN"] == topic
    trail.start_logging(Name="told")
    in_process.client("ssm").put_parameter(Name="/boat", Value="x", Type="String")
    in_process.lab().clock.advance(300)
    status = trail.get_trail_status(Name="told")
    assert {"LatestNotificationTime", "LatestCloudWatchLogsDeliveryTime"} <= set(status)
    told = sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    message = json.loads(json.loads(told)["Message"])
    assert message["s3Bucket"] == BUCKET
    assert set(message["s3ObjectKey"]) <= set(log_files())
    streams = logs.describe_log_streams(logGroupName="audit")["logStreams"]
    stream = f"{ACCOUNT}_CloudTrail_us-east-1"
    assert [one["logStreamName"] for one in streams] == [stream]
    found = logs.get_log_events(logGroupName="audit", logStreamName=stream)["events"]
    assert "PutParameter" in [json.loads(one["message"])["eventName"] for one in found]
    trail.delete_trail(Name="told")


def test_digests_show_that_log_files_are_whole(trail: Any) -> None:
    clock, s3 = in_process.lab().clock, in_process.client("s3")
    trail.create_trail(Name="whole", S3BucketName=BUCKET, EnableLogFileValidation=True)
    trail.start_logging(Name="whole")
    previous, checked = "null", 0
    listed = trail.list_public_keys()["PublicKeyList"]
    for number in range(2):
        in_process.client("ssm").put_parameter(
            Name=f"/whole/{number}", Value="x", Type="String", Overwrite=True
        )
        clock.advance(4000)
        found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/")
        assert found["KeyCount"] == number + 1
        key = sorted(one["Key"] for one in found["Contents"])[-1]
        read = s3.get_object(Bucket=BUCKET, Key=key)
        text = gzip.decompress(read["Body"].read())
        digest = json.loads(text)
        signed = "\n".join(
            (
                digest["digestEndTime"],
                f"{BUCKET}/{key}",
                hashlib.sha256(text).hexdigest(),
                previous,
            )
        )
        public = load_der_public_key(_subject(listed[0]["Value"]))
        assert isinstance(public, RSAPublicKey)
        signature = bytes.fromhex(read["Metadata"]["signature"])
        public.verify(signature, signed.encode(), PKCS1v15(), SHA256())
        assert digest["digestPublicKeyFingerprint"] == listed[0]["Fingerprint"]
        assert digest["previousDigestSignature"] == (None if number == 0 else previous)
        for one in digest["logFiles"]:
            body = s3.get_object(Bucket=BUCKET, Key=one["s3Object"])["Body"].read()
            assert hashlib.sha256(gzip.decompress(body)).hexdigest() == one["hashValue"]
            checked += 1
        previous = read["Metadata"]["signature"]
    assert checked >= 2
    trail.delete_trail(Name="whole")


def _subject(key: bytes) -> bytes:
    """Return a public key of PKCS 1 as a SubjectPublicKeyInfo, which libraries load."""
    bits = b"\x00" + key
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    inner = algorithm + b"\x03" + _length(bits) + bits
    return b"\x30" + _length(inner) + inner


def _length(content: bytes) -> bytes:
    size = len(content)
    return b"\x82" + size.to_bytes(2, "big") if size > 255 else b"\x81" + bytes([size])
