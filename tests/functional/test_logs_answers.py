"""CloudWatch Logs answers as recorded calls to AWS do: members, words, what is refused."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget, lab

ACCOUNT, REGION = "123456789012", "us-east-1"
GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:deck"
NO_GROUP = ("ResourceNotFoundException", "The specified log group does not exist.")
NO_STREAM = ("ResourceNotFoundException", "The specified log stream does not exist.")
DAY = 86_400_000


@pytest.fixture
def logs() -> Any:
    lab()
    forget("logs")
    made = client("logs", parameter_validation=False)
    made.create_log_group(logGroupName="deck")
    made.create_log_stream(logGroupName="deck", logStreamName="watch")
    return made


def refused(call: Callable[..., Any], **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**asked)
    answer: Any = refusal.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    return answer["Error"]["Code"], answer["Error"]["Message"]


def invalid(message: str) -> tuple[str, str]:
    return "InvalidParameterException", message


def violated(value: object, name: str, rule: str) -> tuple[str, str]:
    sentence = f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy"
    return invalid(f"{sentence} constraint: Member must {rule}")


def metric(**more: Any) -> list[dict[str, Any]]:
    return [{"metricNamespace": "ship", "metricName": "leaks", "metricValue": "1", **more}]


# Groups and streams


def test_groups_by_how_they_begin_and_by_a_part_of_their_names(logs: Any) -> None:
    logs.create_log_group(logGroupName="upper-deck")
    (found,) = logs.describe_log_groups(logGroupNamePrefix="upper")["logGroups"]
    assert (found["deletionProtectionEnabled"], found["storedBytes"]) == (False, 0)
    found = logs.describe_log_groups(logGroupNamePattern="deck")["logGroups"]
    assert [one["logGroupName"] for one in found] == ["deck", "upper-deck"]
    assert not {"storedBytes", "deletionProtectionEnabled"} & found[0].keys()
    both = {"logGroupNamePattern": "deck", "logGroupNamePrefix": "deck"}
    assert refused(logs.describe_log_groups, **both) == invalid(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    )
    (found,) = logs.list_log_groups(logGroupNamePattern="^upper|keel")["logGroups"]
    assert found == {
        "logGroupName": "upper-deck",
        "logGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:upper-deck",
        "logGroupClass": "STANDARD",
    }


@pytest.mark.parametrize("identifier", ["deck", GROUP_ARN])
def test_a_group_is_named_by_its_arn_as_well(logs: Any, identifier: str) -> None:
    (stream,) = logs.describe_log_streams(logGroupIdentifier=identifier)["logStreams"]
    assert stream["logStreamName"] == "watch"
    asked = {"logGroupIdentifier": identifier, "logStreamName": "watch"}
    assert logs.get_log_events(**asked)["events"] == []
    assert refused(logs.get_log_events, logGroupName="deck", **asked) == (
        "ValidationException",
        "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    )


def test_what_is_there_already_and_what_is_not(logs: Any) -> None:
    stream = {"logGroupName": "deck", "logStreamName": "watch"}
    assert refused(logs.create_log_stream, **stream) == (
        "ResourceAlreadyExistsException", "The specified log stream already exists",
    )  # fmt: skip
    stream = {"logGroupName": "deck", "logStreamName": "no"}
    assert refused(logs.delete_log_stream, **stream) == NO_STREAM
    assert refused(logs.get_log_events, **stream) == NO_STREAM
    stream = {"logGroupName": "no", "logStreamName": "no"}
    assert refused(logs.get_log_events, **stream) == NO_GROUP


def test_names_retention_and_limits(logs: Any) -> None:
    assert refused(logs.create_log_group, logGroupName="a" * 513) == invalid(
        "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
    )
    code, message = refused(logs.put_retention_policy, logGroupName="deck", retentionInDays=8)
    assert code == "InvalidParameterException"
    assert "Value '8' at 'retentionInDays'" in message
    rule = "have value less than or equal to 10000"
    assert refused(logs.filter_log_events, logGroupName="deck", limit=10001) == violated(
        10001, "limit", rule
    )
    assert refused(logs.filter_log_events, logGroupName="deck", nextToken="x") == invalid(
        "The specified nextToken is invalid."
    )


def test_events_out_of_time_are_told_apart(logs: Any) -> None:
    now = int(time.time() * 1000)
    times = [now - 30 * DAY, now - 20 * DAY, now, now + DAY, now + 2 * DAY]
    events = [{"timestamp": one, "message": str(at)} for at, one in enumerate(times)]
    where = {"logGroupName": "deck", "logStreamName": "watch"}
    told = logs.put_log_events(logEvents=events, **where)
    assert told["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 2,
        "tooNewLogEventStartIndex": 3,
    }
    assert [one["message"] for one in logs.get_log_events(**where)["events"]] == ["2"]
    assert logs.filter_log_events(logGroupName="deck")["searchedLogStreams"] == []


# Metric filters


def test_a_metric_filter_is_the_one_of_its_name(logs: Any) -> None:
    named = {"logGroupName": "deck", "filterName": "leaks"}
    for pattern in ("leak", "flood"):
        logs.put_metric_filter(
            filterPattern=pattern, metricTransformations=metric(defaultValue=0), **named
        )
    (found,) = logs.describe_metric_filters(logGroupName="deck")["metricFilters"]
    assert found.pop("creationTime") > 0
    assert found == {
        **named,
        "filterPattern": "flood",
        "metricTransformations": metric(defaultValue=0.0),
        "applyOnTransformedLogs": False,
    }
    assert logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 1
    logs.delete_metric_filter(**named)
    assert refused(logs.delete_metric_filter, **named) == (
        "ResourceNotFoundException", "The specified metric filter does not exist.",
    )  # fmt: skip


def test_metric_filters_go_with_their_group(logs: Any) -> None:
    asked = {"filterName": "f", "filterPattern": "", "metricTransformations": metric()}
    assert refused(logs.put_metric_filter, logGroupName="no", **asked) == NO_GROUP
    logs.put_metric_filter(logGroupName="deck", **asked)
    logs.delete_log_group(logGroupName="deck")
    assert logs.describe_metric_filters()["metricFilters"] == []


def test_metric_filters_that_are_refused(logs: Any) -> None:
    asked = {"logGroupName": "deck", "filterPattern": "", "metricTransformations": metric()}
    assert refused(logs.put_metric_filter, filterName="f" * 513, **asked) == violated(
        "f" * 513, "filterName", "have length less than or equal to 512"
    )
    asked["metricTransformations"] = metric() + metric(unit="Count")
    code, message = refused(logs.put_metric_filter, filterName="f", **asked)
    assert code == "InvalidParameterException"
    first = "metricName=leaks, metricNamespace=ship, metricValue=1, defaultValue=null"
    assert f"[MetricTransformation({first}, unit=null, dimensions=null), " in message
    assert message.endswith(
        "at 'metricTransformations' failed to satisfy constraint: Member must have length less "
        "than or equal to 1"
    )


# What reads logs


def test_where_events_may_not_be_sent(logs: Any) -> None:
    asked = {"logGroupName": "deck", "filterName": "f", "filterPattern": ""}
    function = f"arn:aws:lambda:{REGION}:999999999999:function:f"
    code, message = refused(logs.put_subscription_filter, destinationArn=function, **asked)
    assert code == "AccessDeniedException"
    assert message.startswith("Cross-account lambda invocation passing is not allowed.")
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
    assert refused(logs.put_subscription_filter, destinationArn=stream, **asked) == invalid(
        "destinationArn for vendor kinesis cannot be used without roleArn"
    )


def test_policies_are_those_of_the_account(logs: Any) -> None:
    made = logs.put_resource_policy(policyName="dns", policyDocument="{}")["resourcePolicy"]
    assert made["policyScope"] == "ACCOUNT"
    assert logs.describe_resource_policies()["resourcePolicies"] == [made]
    assert refused(logs.delete_resource_policy, policyName="no") == (
        "ResourceNotFoundException", "Policy with name [no] does not exist.",
    )  # fmt: skip


def test_queries_are_told_with_their_source(logs: Any) -> None:
    asked = {"startTime": 10, "endTime": 20, "queryString": "fields @message"}
    logs.start_query(logGroupName="deck", **asked)
    (query,) = logs.describe_queries(logGroupName="deck")["queries"]
    assert query["queryLanguage"] == "CWLI"
    assert query["queryString"] == 'SOURCE "deck" START=10000 END=20999 | fields @message'
    code, message = refused(logs.start_query, logGroupName="no", **asked)
    assert code == "ResourceNotFoundException"
    assert message.startswith(f"Log group 'no' does not exist for account ID '{ACCOUNT}' (Service")


# Filter patterns


def said(logs: Any, *messages: str) -> None:
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": one} for one in messages]
    logs.put_log_events(logGroupName="deck", logStreamName="watch", logEvents=events)


def test_events_are_found_by_pattern(logs: Any) -> None:
    said(logs, "ERROR leak", "WARN rust", "INFO dry", '{"level": "ERROR"}')

    def found(pattern: str) -> list[str]:
        told = logs.filter_log_events(logGroupName="deck", filterPattern=pattern)
        return [one["message"] for one in told["events"]]

    assert found("?leak ?WARN") == ["ERROR leak", "WARN rust"]
    assert found("ERROR -leak") == ['{"level": "ERROR"}']
    assert found('{ $.level = "ERR*" }') == ['{"level": "ERROR"}']
    assert found("[level, what = rust]") == ["WARN rust"]
    asked = {"logGroupName": "deck", "filterPattern": "{ $.level }"}
    assert refused(logs.filter_log_events, **asked) == invalid("Invalid filter pattern")
    with pytest.raises(ClientError, match=r"NotSimulated.*regular expressions in filter patterns"):
        logs.filter_log_events(logGroupName="deck", filterPattern="%E.*R%")


def test_a_metric_filter_makes_data_of_a_metric(logs: Any) -> None:
    made = metric(metricValue="$.litres", dimensions={"Deck": "$.deck"}, unit="Count")
    logs.put_metric_filter(
        logGroupName="deck", filterName="leaks", filterPattern="{ $.litres > 5 }",
        metricTransformations=made,
    )  # fmt: skip
    said(logs, *(json.dumps({"litres": one, "deck": "upper"}) for one in (3, 6, 12)))
    watch = client("cloudwatch")
    asked = {"Namespace": "ship", "MetricName": "leaks"}
    dimensions = [{"Name": "Deck", "Value": "upper"}]
    assert watch.list_metrics(**asked)["Metrics"] == [{**asked, "Dimensions": dimensions}]
    end = datetime.now(UTC) + timedelta(minutes=2)
    (point,) = watch.get_metric_statistics(
        **asked, Dimensions=dimensions, StartTime=end - timedelta(minutes=60), EndTime=end,
        Period=3600, Statistics=["Sum", "SampleCount"],
    )["Datapoints"]  # fmt: skip
    assert (point["Sum"], point["SampleCount"], point["Unit"]) == (18.0, 2.0, "Count")


def test_a_default_value_is_reported_where_nothing_is_found(logs: Any) -> None:
    logs.put_metric_filter(
        logGroupName="deck", filterName="rust", filterPattern="RUST",
        metricTransformations=metric(metricName="rust", metricValue="5", defaultValue=1),
    )  # fmt: skip
    said(logs, "INFO dry", "INFO dry")
    said(logs, "INFO dry", "RUST")
    end = datetime.now(UTC) + timedelta(minutes=2)
    (point,) = client("cloudwatch").get_metric_statistics(
        Namespace="ship", MetricName="rust", StartTime=end - timedelta(minutes=60), EndTime=end,
        Period=3600, Statistics=["Sum", "SampleCount"],
    )["Datapoints"]  # fmt: skip
    assert (point["Sum"], point["SampleCount"]) == (6.0, 2.0)


def test_a_subscription_passes_on_what_its_pattern_finds(logs: Any) -> None:
    stream = client("kinesis")
    stream.create_stream(StreamName="log-book", ShardCount=1)
    arn = stream.describe_stream(StreamName="log-book")["StreamDescription"]["StreamARN"]
    logs.put_subscription_filter(
        logGroupName="deck", filterName="f", filterPattern="ERROR", destinationArn=arn,
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/logs",
    )  # fmt: skip
    said(logs, "INFO dry", "ERROR leak")
    said(logs, "INFO dry again")
    shard = stream.list_shards(StreamName="log-book")["Shards"][0]["ShardId"]
    iterator = stream.get_shard_iterator(
        StreamName="log-book", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = stream.get_records(ShardIterator=iterator)["Records"]
    told = [json.loads(gzip.decompress(one["Data"])) for one in records]
    passed = [event["message"] for one in told for event in one.get("logEvents", ())]
    assert [one for one in passed if "CWL CONTROL" not in one] == ["ERROR leak"]
