"""AWS Config's recorder and its delivery channel, which need one another."""

from __future__ import annotations

from typing import Any

from in_process import forget
from stacks import cfn, create, delete, template
from trial import client

ROLE = "arn:aws:iam::123456789012:role/config"
RECORDER = {"Type": "AWS::Config::ConfigurationRecorder", "Properties": {"RoleARN": ROLE}}


def channel(**more: Any) -> dict[str, Any]:
    properties = {"S3BucketName": {"Ref": "Bucket"}}
    return {"Type": "AWS::Config::DeliveryChannel", "Properties": properties, **more}


def failures(name: str) -> str:
    events = cfn().describe_stack_events(StackName=name)["StackEvents"]
    return " ".join(one.get("ResourceStatusReason", "") for one in reversed(events))


def test_recorder_and_channel_wait_for_one_another() -> None:
    forget("config")
    bucket = {"Type": "AWS::S3::Bucket"}
    made = create("watched", template(Bucket=bucket, Channel=channel(), Recorder=RECORDER))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    status = client("config").describe_configuration_recorder_status()
    assert [one["recording"] for one in status["ConfigurationRecordersStatus"]] == [True]
    assert delete("watched")["StackStatus"] == "DELETE_COMPLETE"
    assert client("config").describe_delivery_channels()["DeliveryChannels"] == []


def test_a_channel_after_its_recorder_is_a_deadlock() -> None:
    forget("config")
    later = channel(DependsOn="Recorder")
    made = create("stuck", template(Bucket={"Type": "AWS::S3::Bucket"}, C=later, Recorder=RECORDER))
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Delivery channel is not available to start configuration recorder." in failures("stuck")


def test_a_channel_without_a_recorder() -> None:
    forget("config")
    made = create("alone", template(Bucket={"Type": "AWS::S3::Bucket"}, Channel=channel()))
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    told = "Configuration recorder is not available to put delivery channel."
    assert told in failures("alone")
