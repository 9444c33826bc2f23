"""What alarms do: actions, history, composite alarms. CW-ALARM-ACTION of the gap map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import lab_time
import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"


@pytest.fixture(autouse=True)
def _ten_o_clock() -> Iterator[None]:
    with lab_time.fresh(START.timestamp(), paused=True):
        yield


def advance(seconds: float) -> None:
    lab().clock.advance(seconds)


@pytest.fixture
def inbox() -> str:
    """A queue that has what the topic for alarms is sent."""
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return str(url)


def mail(url: str) -> list[dict[str, Any]]:
    advance(1)
    sqs = client("sqs")
    found = []
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        for one in messages:
            found.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def put(name: str = "errors", **changes: Any) -> None:
    settings: dict[str, Any] = {
        "Namespace": "Ferry",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "Ship", "Value": "Aurora"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **changes,
    }
    client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)


def force(value: str, name: str = "errors", reason: str = "testing") -> None:
    client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=value, StateReason=reason)


def history(name: str = "errors", **more: Any) -> list[dict[str, Any]]:
    found = client("cloudwatch").describe_alarm_history(AlarmName=name, **more)
    return list(found["AlarmHistoryItems"])


def composite(name: str = "both") -> dict[str, Any]:
    found = client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
    return dict(found["CompositeAlarms"][0])


def test_cw_alarm_action_publishes_to_a_topic(inbox: str) -> None:
    put(AlarmActions=[TOPIC], AlarmDescription="Too many errors", OKActions=[TOPIC])
    force("ALARM")
    (message,) = mail(inbox)
    assert message["Subject"] == 'ALARM: "errors" in US East (N. Virginia)'
    assert json.loads(message["Message"]) == {
        "AlarmName": "errors",
        "AlarmDescription": "Too many errors",
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-01-05T10:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": "testing",
        "StateChangeTime": "2026-01-05T10:00:00.000+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:errors",
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [TOPIC],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Errors",
            "Namespace": "Ferry",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "Aurora", "name": "Ship"}],
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    advance(60)  # no data: the state that was set by hand does not last
    assert mail(inbox) == []
    force("OK")
    assert [json.loads(one["Message"])["NewStateValue"] for one in mail(inbox)] == ["OK"]


def test_cw_alarm_action_of_a_disabled_alarm_is_not_taken(inbox: str) -> None:
    put(AlarmActions=[TOPIC])
    client("cloudwatch").disable_alarm_actions(AlarmNames=["errors"])
    force("ALARM")
    assert mail(inbox) == []
    force("OK")
    client("cloudwatch").enable_alarm_actions(AlarmNames=["errors"])
    force("ALARM")
    assert len(mail(inbox)) == 1
    force("ALARM")  # it is in that state already
    assert mail(inbox) == []


def test_cw_alarm_action_history(inbox: str) -> None:
    put(AlarmActions=[TOPIC, f"arn:aws:sns:us-east-1:{ACCOUNT}:nowhere"])
    force("ALARM")
    mail(inbox)
    advance(10)
    found = history()
    assert [(one["HistoryItemType"], one["HistorySummary"]) for one in found][-2:] == [
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        ("ConfigurationUpdate", 'Alarm "errors" created'),
    ]
    acted = {one["HistorySummary"]: json.loads(one["HistoryData"]) for one in found[:-2]}
    done = acted[f"Successfully executed action {TOPIC}"]
    assert (done["actionState"], done["error"]) == ("Succeeded", None)
    assert json.loads(json.loads(done["publishedMessage"])["default"])["AlarmName"] == "errors"
    failed = acted[f"Failed to execute action arn:aws:sns:us-east-1:{ACCOUNT}:nowhere"]
    assert (failed["actionState"], failed["publishedMessage"]) == ("Failed", None)
    assert failed["error"]
    update = json.loads(found[-2]["HistoryData"])
    assert update["newState"] == {"stateValue": "ALARM", "stateReason": "testing"}
    client("cloudwatch").delete_alarms(AlarmNames=["errors"])
    latest = history(ScanBy="TimestampDescending", HistoryItemType="ConfigurationUpdate")[0]
    assert latest["HistorySummary"] == 'Alarm "errors" deleted'
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_cw_alarm_action_stops_an_instance() -> None:
    ec2 = client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    name = launched["InstanceId"]
    put(
        Dimensions=[{"Name": "InstanceId", "Value": name}],
        AlarmActions=["arn:aws:automate:us-east-1:ec2:stop"],
        OKActions=["arn:aws:automate:us-east-1:ec2:recover"],
    )
    force("ALARM")
    advance(1)
    found = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    assert found["State"]["Name"] in ("stopping", "stopped")
    force("OK")
    advance(1)
    assert "Dry Run does not simulate the action recover." in history()[0]["HistoryData"]


def test_cw_alarm_action_executes_a_scaling_policy() -> None:
    scaling = client("autoscaling")
    image = client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    scaling.create_launch_configuration(
        LaunchConfigurationName="l", ImageId=image, InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="ships",
        LaunchConfigurationName="l",
        MinSize=1,
        MaxSize=4,
        AvailabilityZones=["us-east-1a"],
    )
    policy = scaling.put_scaling_policy(
        AutoScalingGroupName="ships",
        PolicyName="more",
        AdjustmentType="ChangeInCapacity",
        ScalingAdjustment=2,
    )
    put(AlarmActions=[policy["PolicyARN"]])
    force("ALARM")
    advance(1)
    (group,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert group["DesiredCapacity"] == 3
    assert history()[0]["HistorySummary"].startswith("Successfully executed action")


def test_cw_alarm_action_says_what_is_not_simulated() -> None:
    put(AlarmActions=[f"arn:aws:ssm:us-east-1:{ACCOUNT}:opsitem:1"])
    force("ALARM")
    assert "Dry Run does not simulate actions of ssm." in history()[0]["HistoryData"]
    with pytest.raises(ClientError, match="Invalid arn syntax: everywhere"):
        put(AlarmActions=["everywhere"])


def test_cw_alarm_action_composite_follows_at_once(inbox: str) -> None:
    put("a")
    put("b")
    client("cloudwatch").put_composite_alarm(
        AlarmName="both", AlarmRule="ALARM(a) AND ALARM(b)", AlarmActions=[TOPIC]
    )
    arn = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm"
    assert (composite()["StateValue"], composite()["StateReason"]) == (
        "OK",
        f"{arn}:both was created and its alarm rule evaluates to OK",
    )
    force("ALARM", "a")
    assert composite()["StateValue"] == "OK"
    force("ALARM", "b")
    assert composite()["StateReason"] == (
        f"{arn}:b transitioned to ALARM at Monday 05 January, 2026 10:00:00 UTC"
    )
    (message,) = mail(inbox)
    sent = json.loads(message["Message"])
    assert sent["AlarmRule"] == "ALARM(a) AND ALARM(b)"
    assert [one["Arn"] for one in sent["TriggeringChildren"]] == [f"{arn}:a", f"{arn}:b"]
    found = client("cloudwatch").describe_alarms(ChildrenOfAlarmName="both")["MetricAlarms"]
    assert [one["AlarmName"] for one in found] == ["a", "b"]
    advance(60)  # a and b have no data
    assert composite()["StateValue"] == "OK"
    latest = history("both", AlarmTypes=["CompositeAlarm"])[0]
    assert latest["HistorySummary"] == "Alarm updated from ALARM to OK"


def test_cw_alarm_action_composite_is_suppressed(inbox: str) -> None:
    put("a", TreatMissingData="ignore")
    put("works", TreatMissingData="ignore")
    client("cloudwatch").put_composite_alarm(
        AlarmName="both",
        AlarmRule="ALARM(a)",
        AlarmActions=[TOPIC],
        ActionsSuppressor="works",
        ActionsSuppressorWaitPeriod=30,
        ActionsSuppressorExtensionPeriod=60,
    )
    force("ALARM", "a")
    assert composite()["ActionsSuppressedBy"] == "WaitPeriod"
    assert mail(inbox) == []
    advance(30)
    assert "ActionsSuppressedBy" not in composite()
    assert len(mail(inbox)) == 1
    force("OK", "a")
    force("ALARM", "works")
    force("ALARM", "a")
    assert composite()["ActionsSuppressedReason"] == "Actions suppressed by Alarm"
    advance(600)
    assert mail(inbox) == []
    force("OK", "works")
    assert composite()["ActionsSuppressedBy"] == "ExtensionPeriod"
    advance(60)
    assert len(mail(inbox)) == 1


def test_cw_alarm_action_composites_in_a_circle_end() -> None:
    cloudwatch = client("cloudwatch")
    put("a", TreatMissingData="ignore")
    cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(a)")
    cloudwatch.put_composite_alarm(AlarmName="y", AlarmRule="NOT ALARM(x)")
    cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(y) OR ALARM(a)")
    force("ALARM", "a")
    force("OK", "a")
    assert composite("x")["StateValue"] in ("OK", "ALARM")


def test_cw_alarm_action_tags_and_metric() -> None:
    cloudwatch = client("cloudwatch")
    put("a", Tags=[{"Key": "team", "Value": "tickets"}])
    arn = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:a"
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "team", "Value": "tickets"}
    ]
    metric = {"Namespace": "Ferry", "MetricName": "Errors"}
    ship = [{"Name": "Ship", "Value": "Aurora"}]
    found = cloudwatch.describe_alarms_for_metric(**metric, Dimensions=ship)["MetricAlarms"]
    assert [one["AlarmName"] for one in found] == ["a"]
    assert cloudwatch.describe_alarms_for_metric(**metric)["MetricAlarms"] == []


def test_cw_alarm_action_tells_eventbridge() -> None:
    events, sqs = client("events"), client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:events"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = {"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}
    events.put_rule(Name="alarms", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="alarms", Targets=[{"Id": "1", "Arn": arn}])
    put(AlarmDescription="Too many errors")
    force("ALARM")
    (event,) = mail(url)
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["resources"] == [f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:errors"]
    detail = event["detail"]
    assert detail["previousState"] == {
        "value": "INSUFFICIENT_DATA",
        "reason": "Unchecked: Initial alarm creation",
        "timestamp": "2026-01-05T10:00:00.000+0000",
    }
    assert detail["configuration"]["description"] == "Too many errors"
    (metric,) = detail["configuration"]["metrics"]
    assert metric["metricStat"] == {
        "metric": {"namespace": "Ferry", "name": "Errors", "dimensions": {"Ship": "Aurora"}},
        "period": 60,
        "stat": "Sum",
    }


def test_cw_alarm_action_composite_of_too_much() -> None:
    put("a")
    for rule in ("NOT " * 600 + "ALARM(a)", "(" * 600 + "ALARM(a)" + ")" * 600):
        with pytest.raises(ClientError, match="500 elements"):
            client("cloudwatch").put_composite_alarm(AlarmName="deep", AlarmRule=rule)
