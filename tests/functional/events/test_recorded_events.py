"""What AWS was recorded to answer about lists, replays, destinations and streams of events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget_everything, lab
from listening import ACCOUNT, DEFAULT_BUS, REGION

from dryrun.cloud.clock import ClockMode


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_everything()
    lab().clock.set_mode(ClockMode.PAUSED)
    yield
    forget_everything()


def archive(name: str) -> str:
    made = client("events").create_archive(ArchiveName=name, EventSourceArn=DEFAULT_BUS)
    return str(made["ArchiveArn"])


def replay(name: str, source: str) -> Any:
    now = lab().clock.now()
    return client("events").start_replay(
        ReplayName=name,
        EventSourceArn=source,
        EventStartTime=now - timedelta(minutes=1),
        EventEndTime=now,
        Destination={"Arn": DEFAULT_BUS},
    )


def connection(name: str, kind: str = "BASIC", **more: Any) -> str:
    parameters: dict[str, Any] = {
        "BASIC": {"BasicAuthParameters": {"Username": "ferry", "Password": "tide"}},
        "OAUTH_CLIENT_CREDENTIALS": {
            "OAuthParameters": {
                "AuthorizationEndpoint": "https://login.example.com/token",
                "ClientParameters": {"ClientID": "ferry", "ClientSecret": "tide"},
                "HttpMethod": "POST",
            }
        },
    }
    made = client("events").create_connection(
        Name=name, AuthorizationType=kind, AuthParameters=parameters[kind] | more
    )
    return str(made["ConnectionArn"])


def destination(name: str, of: str) -> Any:
    return client("events").create_api_destination(
        Name=name,
        ConnectionArn=of,
        InvocationEndpoint="https://example.com/orders",
        HttpMethod="POST",
    )


def make_buses(names: list[str]) -> None:
    for name in names:
        client("events").create_event_bus(Name=name)


def make_archives(names: list[str]) -> None:
    for name in names:
        archive(name)


def make_replays(names: list[str]) -> None:
    source = archive("all")
    for name in names:
        replay(name, source)


def make_connections(names: list[str]) -> None:
    for name in names:
        connection(name)


def make_destinations(names: list[str]) -> None:
    of = connection("partner")
    for name in names:
        destination(name, of)


@pytest.mark.parametrize(
    ("make", "operation", "listed", "named"),
    [
        (make_buses, "list_event_buses", "EventBuses", "Name"),
        (make_archives, "list_archives", "Archives", "ArchiveName"),
        (make_replays, "list_replays", "Replays", "ReplayName"),
        (make_connections, "list_connections", "Connections", "Name"),
        (make_destinations, "list_api_destinations", "ApiDestinations", "Name"),
    ],
)
def test_lists_come_in_pages(
    make: Callable[[list[str]], None], operation: str, listed: str, named: str
) -> None:
    names = [f"quay-{number}" for number in range(5)]
    make(names)
    ask = getattr(client("events"), operation)
    first = ask(NamePrefix="quay", Limit=3)
    assert [one[named] for one in first[listed]] == names[:3]
    rest = ask(NamePrefix="quay", Limit=5, NextToken=first["NextToken"])
    assert [one[named] for one in rest[listed]] == names[3:]
    assert "NextToken" not in rest
    with pytest.raises(ClientError, match="NextToken"):
        ask(NextToken="made-up")


def test_ten_replays_are_under_way_at_most() -> None:
    source = archive("all")
    for number in range(10):
        replay(f"again-{number}", source)
    with pytest.raises(ClientError) as caught:
        replay("again-10", source)
    assert caught.value.response["Error"] == {
        "Code": "LimitExceededException",
        "Message": "The requested resource exceeds the maximum number allowed.",
    }
    client("events").cancel_replay(ReplayName="again-0")
    assert replay("again-10", source)["State"] == "STARTING"
    lab().clock.advance(60)
    assert replay("again-11", source)["ReplayArn"] == (
        f"arn:aws:events:{REGION}:{ACCOUNT}:replay/again-11"
    )


def test_a_destination_is_active_once_its_connection_is_authorized() -> None:
    events = client("events")
    of = connection("waiting", "OAUTH_CLIENT_CREDENTIALS")
    assert destination("orders", of)["ApiDestinationState"] == "INACTIVE"
    assert events.describe_api_destination(Name="orders")["ApiDestinationState"] == "INACTIVE"
    (listed,) = events.list_api_destinations()["ApiDestinations"]
    assert listed["ApiDestinationState"] == "INACTIVE"
    changed = events.update_api_destination(Name="orders", ConnectionArn=connection("ready"))
    assert changed["ApiDestinationState"] == "ACTIVE"
    events.delete_connection(Name="ready")
    assert events.describe_api_destination(Name="orders")["ApiDestinationState"] == "INACTIVE"


def test_the_secret_of_a_changed_connection_is_text_alone() -> None:
    events = client("events")
    connection("partner", InvocationHttpParameters={})
    events.update_connection(
        Name="partner",
        AuthParameters={"BasicAuthParameters": {"Username": "ferry", "Password": "ebb"}},
    )
    arn = events.describe_connection(Name="partner")["SecretArn"]
    secret = client("secretsmanager").get_secret_value(SecretId=arn)
    assert '"password": "ebb"' in secret["SecretString"]
    assert "SecretBinary" not in secret


def test_the_methods_of_a_destination_are_listed_in_the_order_of_aws() -> None:
    with pytest.raises(ClientError) as caught:
        client("events").create_api_destination(
            Name="orders",
            ConnectionArn=connection("partner"),
            InvocationEndpoint="https://example.com/orders",
            HttpMethod="SEND",
        )
    assert caught.value.response["Error"]["Message"] == (
        "1 validation error detected: Value 'SEND' at 'httpMethod' failed to satisfy constraint: "
        "Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]"
    )


def test_streams_with_events_of_a_schedule_count_no_bytes() -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/aws/events/tides")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/tides"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group}:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName="events", policyDocument=policy)
    client("events").put_rule(Name="tides", ScheduleExpression="rate(1 hour)")
    targets = [{"Id": "one", "Arn": group}, {"Id": "two", "Arn": group}]
    client("events").put_targets(Rule="tides", Targets=targets)
    lab().clock.advance(3601)
    streams = logs.describe_log_streams(logGroupName="/aws/events/tides")["logStreams"]
    assert [(one["storedBytes"], "lastEventTimestamp" in one) for one in streams] == [(0, True)] * 2
    (about,) = logs.describe_log_groups()["logGroups"]
    assert about["storedBytes"] > 0
