"""EventBridge, id by id of the gap map: entries, rules, inputs, archives, replays, accounts.

The answers and messages are recorded ones of AWS, except where `dryrun.cloud.events` says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, forget_everything, lab
from listening import (
    ACCOUNT,
    DEFAULT_BUS,
    REGION,
    client_of,
    entry,
    organization_id,
    other_account,
    put,
    rule,
)

from dryrun.cloud.clock import ClockMode


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_everything()
    yield
    lab().clock.set_mode(ClockMode.FAST)


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    """Return code and message of a refusal."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def results(*entries: dict[str, Any]) -> list[dict[str, str]]:
    answer = client("events").put_events(Entries=list(entries))
    assert answer["FailedEntryCount"] == sum("ErrorCode" in one for one in answer["Entries"])
    return list(answer["Entries"])


def test_ev_put_events_arrive_complete() -> None:
    _, queue = rule({"source": ["ferry"]})
    made = put("ferry", {"price": 30}, Resources=["boat/anna"], Time=1767225600)
    (text,) = queue.texts()
    assert text == (
        f'{{"version":"0","id":"{made}","detail-type":"Ticket Sold","source":"ferry",'
        f'"account":"{ACCOUNT}","time":"2026-01-01T00:00:00Z","region":"{REGION}",'
        '"resources":["boat/anna"],"detail":{"price":30}}'
    )


def test_ev_put_refuses_each_entry_by_itself() -> None:
    required = "Parameter {0} is not valid. Reason: {0} is a required argument."
    found = results(
        entry("ferry"),
        {"DetailType": "x", "Detail": "{}"},
        {"Source": "ferry", "Detail": "{}"},
        {"Source": "ferry", "DetailType": "x"},
        entry("ferry", Detail="no json"),
        entry("ferry", Detail="[1]"),
        entry("ferry", Detail='"text"'),
        entry("aws.ec2"),
        entry("ferry", EventBusName="nowhere"),
    )
    errors = [(one.get("ErrorCode"), one.get("ErrorMessage")) for one in found]
    assert errors == [
        (None, None),
        ("InvalidArgument", required.format("Source")),
        ("InvalidArgument", required.format("DetailType")),
        ("InvalidArgument", required.format("Detail")),
        ("MalformedDetail", "Detail is malformed."),
        ("MalformedDetail", "Detail is malformed."),
        ("MalformedDetail", "Detail is malformed."),
        ("NotAuthorizedForSourceException", "Not authorized for the source."),
        (None, None),
    ]
    assert found[0]["EventId"] != found[8]["EventId"]


def test_ev_put_limits() -> None:
    events = client("events")
    code, message = refused(events.put_events, Entries=[entry("ferry")] * 11)
    assert code == "ValidationException"
    assert message.startswith(
        "1 validation error detected: Value '[PutEventsRequestEntry(time=null, source=ferry,"
        " resources=null, detailType=Ticket Sold, detail={}, eventBusName=null, traceHeader=null,"
        " kmsKeyIdentifier=null, internalMetadata=null), PutEvents"
    )
    assert message.endswith(
        "at 'entries' failed to satisfy constraint: Member must have length less than or equal"
        " to 10"
    )
    large = entry("ferry", {"text": "x" * 600_000})
    assert refused(events.put_events, Entries=[large, large]) == (
        "ValidationException",
        "Total size of the entries in the request is over the limit.",
    )
    assert "EventId" in results(large)[0]


def test_ev_put_to_a_bus_of_ones_own() -> None:
    events = client("events")
    bus = events.create_event_bus(Name="orders", Description="ours")
    assert bus["EventBusArn"] == f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
    assert bus["Description"] == "ours"
    _, here = rule({"source": ["ferry"]}, EventBusName="orders")
    _, default = rule({"source": ["ferry"]})
    put("ferry", EventBusName="orders")
    put("ferry", EventBusName=bus["EventBusArn"])
    assert (len(here.events()), len(default.events())) == (2, 0)
    assert refused(events.create_event_bus, Name="orders") == (
        "ResourceAlreadyExistsException",
        "Event bus orders already exists.",
    )
    assert refused(events.delete_event_bus, Name="default")[1] == "Cannot delete event bus default."
    assert refused(events.describe_event_bus, Name="x")[1] == "Event bus x does not exist."
    names = [one["Name"] for one in events.list_event_buses()["EventBuses"]]
    assert names == ["default", "orders"]


def test_ev_rule_state_disabled_delivers_nothing() -> None:
    events = client("events")
    name, queue = rule({"source": ["ferry"]}, State="DISABLED")
    put("ferry")
    assert not queue.texts()
    events.enable_rule(Name=name)
    put("ferry")
    assert len(queue.texts()) == 1
    events.disable_rule(Name=name)
    put("ferry")
    assert not queue.texts()
    assert events.describe_rule(Name=name)["State"] == "DISABLED"
    for operation in (events.enable_rule, events.disable_rule, events.describe_rule):
        assert refused(operation, Name="gone") == (
            "ResourceNotFoundException",
            "Rule gone does not exist on EventBus default.",
        )


def test_ev_rule_state_put_replaces_all_but_targets() -> None:
    events = client("events")
    name, _ = rule({"source": ["ferry"]}, Description="sold", Tags=[{"Key": "a", "Value": "1"}])
    arn = events.describe_rule(Name=name)["Arn"]
    events.put_rule(Name=name, EventPattern='{"source":["other"]}')
    told = events.describe_rule(Name=name)
    assert "Description" not in told
    assert (told["EventPattern"], told["CreatedBy"]) == ('{"source":["other"]}', ACCOUNT)
    assert len(events.list_targets_by_rule(Rule=name)["Targets"]) == 1
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert refused(events.delete_rule, Name=name) == (
        "ValidationException",
        "Rule can't be deleted since it has targets.",
    )


def test_ev_rule_state_lists_and_limits() -> None:
    events = client("events")
    for number in range(300):
        events.put_rule(Name=f"r{number:03}", EventPattern='{"source":["x"]}')
    over = refused(events.put_rule, Name="one-more", EventPattern='{"source":["x"]}')
    limit = "The requested resource exceeds the maximum number allowed."
    assert over == ("LimitExceededException", limit)
    page = events.list_rules(Limit=3, NamePrefix="r29")
    assert [one["Name"] for one in page["Rules"]] == ["r290", "r291", "r292"]
    more = events.list_rules(NamePrefix="r29", NextToken=page["NextToken"])
    assert len(more["Rules"]) == 7
    targets = [{"Id": str(n), "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"} for n in range(6)]
    assert refused(events.put_targets, Rule="r000", Targets=targets)[1] == limit
    events.put_targets(Rule="r000", Targets=targets[:5])
    found = events.list_rule_names_by_target(TargetArn=targets[0]["Arn"])["RuleNames"]
    assert found == ["r000"]
    failed = events.remove_targets(Rule="r000", Ids=["0", "nine"])
    assert [one["TargetId"] for one in failed["FailedEntries"]] == ["nine"]


TARGET_MISTAKES: list[tuple[dict[str, Any], str]] = [
    (
        {"Id": "!@#", "Arn": DEFAULT_BUS},
        "1 validation error detected: Value '!@#' at 'targets.1.member.id' failed to satisfy"
        " constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ),
    (
        {"Id": "t", "Arn": "queue"},
        "Parameter queue is not valid. Reason: Provided Arn is not in correct format.",
    ),
    (
        {"Id": "t", "Arn": DEFAULT_BUS, "Input": "{}", "InputPath": "$"},
        "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
    ),
    (
        {"Id": "t", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q.fifo"},
        "Parameter(s) SqsParameters must be specified for target: t.",
    ),
    (
        {"Id": "t", "Arn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"},
        f"RoleArn is required for target arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m.",
    ),
    (
        {"Id": "t", "Arn": DEFAULT_BUS, "Input": "{'a': 1}"},
        "JSON syntax error in input for target t: [Source: (String)\"{'a': 1}\"; line: 1,"
        " column: 2]",
    ),
    (
        {"Id": "t", "Arn": DEFAULT_BUS, "InputTransformer": {"InputTemplate": '"<gone>"'}},
        "InputTemplate for target t contains invalid placeholder gone.",
    ),
    (
        {"Id": "t", "Arn": DEFAULT_BUS, "InputTransformer": {"InputTemplate": "plain words"}},
        'Invalid InputTemplate for target t : [Source: (String)"plain words"; line: 1, column: 6].',
    ),
]


@pytest.mark.parametrize(("target", "message"), TARGET_MISTAKES)
def test_ev_target_mistakes_are_refused(target: dict[str, Any], message: str) -> None:
    events = client("events")
    events.put_rule(Name="r", EventPattern='{"source":["x"]}')
    assert refused(events.put_targets, Rule="r", Targets=[target]) == (
        "ValidationException",
        message,
    )


def test_ev_rule_state_tags_of_what_is_not_there() -> None:
    events = client("events")
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:"
    assert refused(events.list_tags_for_resource, ResourceARN=f"{arn}rule/x") == (
        "ResourceNotFoundException",
        "Rule x does not exist on EventBus default.",
    )
    assert refused(events.list_tags_for_resource, ResourceARN=f"{arn}event-bus/x") == (
        "ResourceNotFoundException",
        "Event bus x does not exist.",
    )


def delivered(target: dict[str, Any], detail: Any = None) -> str:
    """Return what a queue gets of one event through a target's input settings."""
    _, queue = rule({"source": ["ferry"]}, name="told", target=target)
    put("ferry", {"name": "Ada", "n": 3, "boat": {"id": "anna"}} if detail is None else detail)
    (text,) = queue.texts()
    return text


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({"Input": '{"c":1}'}, '{"c":1}'),
        ({"InputPath": "$.detail"}, '{"name":"Ada","n":3,"boat":{"id":"anna"}}'),
        ({"InputPath": "$.detail.boat.id"}, '"anna"'),
        ({"InputPath": "$.detail['n']"}, "3"),
    ],
)
def test_ev_in_path_const(target: dict[str, Any], text: str) -> None:
    assert delivered(target) == text


PATHS = {
    "name": "$.detail.name",
    "n": "$.detail.n",
    "boat": "$.detail.boat",
    "gone": "$.detail.gone",
    "type": "$.detail-type",
}
RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/told"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('"<type> to <name>, <n> of them, <gone>"', '"Ticket Sold to Ada, 3 of them, "'),
        ('"{[/<type>"', '"{[/Ticket Sold"'),
        ('"<boat>"', '"{id:anna}"'),
        ('"<name>"\n"<n>"', '"Ada"\n"3"'),
        (
            '{"who": <name>, "n": <n>, "boat": <boat>, "gone": <gone>}',
            '{"who": "Ada", "n": 3, "boat": {"id":"anna"}, "gone": ""}',
        ),
        ('{"who": "<name> on <n>"}', '{"who": "Ada on 3"}'),
        (
            '{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}',
            f'{{"rule": "told", "arn": "{RULE_ARN}"}}',
        ),
    ],
)
def test_ev_in_transformer(template: str, text: str) -> None:
    paths = PATHS if "aws.events" not in template else {}
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    assert delivered(target) == text


def test_ev_in_transformer_reserved_variables() -> None:
    template = (
        '{"short": <aws.events.event>, "whole": <aws.events.event.json>,'
        ' "at": <aws.events.event.ingestion-time>}'
    )
    told = json.loads(delivered({"InputTransformer": {"InputTemplate": template}}))
    assert list(told["short"]) == [
        "id", "account", "detailType", "time", "source", "region", "resources", "version",
    ]  # fmt: skip
    assert told["whole"]["detail"]["name"] == "Ada"
    assert told["at"] == told["whole"]["time"]


def test_ev_in_transformer_a_text_that_needs_escapes() -> None:
    paths = {"name": "$.detail.name"}
    template = '{"who": "<name>", "again": <name>}'
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    told = json.loads(delivered(target, {"name": 'A "B"\n'}))
    assert told == {"who": 'A "B"\n', "again": 'A "B"\n'}


def archive(name: str = "all", **more: Any) -> Any:
    events = client("events")
    return events.create_archive(ArchiveName=name, EventSourceArn=DEFAULT_BUS, **more)


def test_ev_archive_keeps_what_matches() -> None:
    events = client("events")
    made = archive(EventPattern='{"source":["ferry"]}', RetentionDays=2, Description="tickets")
    assert made["State"] == "ENABLED"
    detail = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}
    put("ferry", detail)
    put("other")
    told = events.describe_archive(ArchiveName="all")
    assert told["ArchiveArn"] == f"arn:aws:events:{REGION}:{ACCOUNT}:archive/all"
    # As much as AWS counts: source, type, time and detail.
    size = len("ferry") + len("Ticket Sold") + len("2026-01-01T00:00:00Z") + len(json.dumps(detail))
    assert (told["EventCount"], told["SizeBytes"], told["RetentionDays"]) == (1, size, 2)
    (managed,) = events.list_rules(NamePrefix="Events-Archive-")["Rules"]
    assert (managed["Name"], managed["ManagedBy"]) == (
        "Events-Archive-all",
        "prod.vhs.events.aws.internal",
    )
    assert json.loads(managed["EventPattern"])["replay-name"] == [{"exists": False}]
    assert refused(events.disable_rule, Name=managed["Name"])[0] == "ManagedRuleException"
    lab().clock.advance(2 * 86400)
    assert events.describe_archive(ArchiveName="all")["EventCount"] == 0
    assert refused(archive) == ("ResourceAlreadyExistsException", "Archive all already exists.")
    events.delete_archive(ArchiveName="all")
    assert not events.list_rules()["Rules"]
    assert refused(events.describe_archive, ArchiveName="all") == (
        "ResourceNotFoundException",
        "Archive all does not exist.",
    )


def window(days: float = 0) -> dict[str, Any]:
    """Return an hour around now, or around a moment some days ago."""
    now = lab().clock.now() - timedelta(days=days)
    return {
        "EventStartTime": now - timedelta(minutes=30),
        "EventEndTime": now + timedelta(minutes=30),
    }


def replay(name: str, *rules: str, **when: Any) -> Any:
    arns = [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{one}" for one in rules]
    return client("events").start_replay(
        ReplayName=name,
        EventSourceArn=f"arn:aws:events:{REGION}:{ACCOUNT}:archive/all",
        Destination={"Arn": DEFAULT_BUS, **({"FilterArns": arns} if arns else {})},
        **(when or window()),
    )


def test_ev_replay_sends_a_window_to_chosen_rules() -> None:
    events = client("events")
    archive()
    transformer = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '"seat <n>"'}
    chosen, seats = rule({"source": ["ferry"]}, target={"InputTransformer": transformer})
    _, whole = rule({"source": ["ferry"]})
    first = put("ferry", {"n": 1})
    lab().clock.advance(3600 * 3)
    put("ferry", {"n": 2})
    assert (seats.texts(), len(whole.events())) == (['"seat 1"', '"seat 2"'], 2)
    started = replay("one", chosen, **window(days=3 / 24))
    assert started["State"] == "STARTING"
    assert (seats.texts(), whole.events()) == (['"seat 1"'], [])
    told = events.describe_replay(ReplayName="one")
    assert told["State"] == "COMPLETED"
    assert told["ReplayEndTime"] > told["ReplayStartTime"] > told["EventLastReplayedTime"]
    replay("all", **window(days=3 / 24))
    (again,) = whole.events()
    assert (again["id"], again["replay-name"]) == (first, "all")
    assert list(again)[-3:] == ["replay-name", "resources", "detail"]
    assert events.describe_archive(ArchiveName="all")["EventCount"] == 2
    replay("old", **window(days=30))
    assert not whole.events()
    assert "EventLastReplayedTime" not in events.describe_replay(ReplayName="old")


def test_ev_replay_can_be_cancelled() -> None:
    events = client("events")
    archive()
    _, queue = rule({"source": ["ferry"]})
    put("ferry")
    assert len(queue.events()) == 1 if lab().clock.mode is ClockMode.FAST else True
    lab().clock.set_mode(ClockMode.PAUSED)
    replay("stopped")
    assert events.describe_replay(ReplayName="stopped")["State"] == "STARTING"
    answer = events.cancel_replay(ReplayName="stopped")
    assert answer["State"] == "CANCELLING"
    lab().clock.advance(60)
    assert events.describe_replay(ReplayName="stopped")["State"] == "CANCELLED"
    assert not queue.events()
    assert refused(events.cancel_replay, ReplayName="stopped") == (
        "IllegalStatusException",
        "Replay stopped is not in a valid state for this operation.",
    )


def test_ev_replay_mistakes() -> None:
    events = client("events")
    archive()
    events.create_event_bus(Name="other")
    other = DEFAULT_BUS.replace("default", "other")
    given = {
        "ReplayName": "r",
        "EventSourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:archive/all",
        **window(),
    }
    assert refused(events.start_replay, **given, Destination={"Arn": other})[1] == (
        "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."
    )
    assert refused(events.start_replay, **given, Destination={"Arn": other + "x"})[1] == (
        "Event bus otherx does not exist."
    )
    backwards = {"EventStartTime": given["EventEndTime"], "EventEndTime": given["EventStartTime"]}
    assert refused(events.start_replay, **(given | backwards), Destination={"Arn": DEFAULT_BUS})[
        1
    ] == (
        "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
    )
    unknown = given | {"EventSourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:archive/none"}
    assert refused(events.start_replay, **unknown, Destination={"Arn": DEFAULT_BUS})[1] == (
        "Parameter EventSourceArn is not valid. Reason: Archive none does not exist."
    )


def test_ev_xaccount_needs_the_policy_of_the_bus() -> None:
    account, keys = other_account("branch")
    central, _ = "central", client("events").create_event_bus(Name="central")
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{central}"
    _, queue = rule({"source": ["ferry"]}, EventBusName=central)
    theirs = client_of(keys, "events")
    code, message = refused(theirs.put_events, Entries=[entry("ferry", EventBusName=arn)])
    assert code == "AccessDeniedException"
    assert "because no resource-based policy allows the events:PutEvents action" in message
    client("events").put_permission(
        EventBusName=central, Action="events:PutEvents", Principal=account, StatementId="branch"
    )
    answer = theirs.put_events(Entries=[entry("ferry", EventBusName=arn)])
    assert answer["FailedEntryCount"] == 0
    (event,) = queue.events()
    assert (event["account"], event["region"]) == (account, REGION)
    policy = json.loads(client("events").describe_event_bus(Name=central)["Policy"])
    denied = {**policy["Statement"][0], "Sid": "no", "Effect": "Deny"}
    policy["Statement"].append(denied)
    client("events").put_permission(EventBusName=central, Policy=json.dumps(policy))
    code, message = refused(theirs.put_events, Entries=[entry("ferry", EventBusName=arn)])
    assert "with an explicit deny in a resource-based policy" in message


def test_ev_xaccount_a_rule_sends_on_to_another_account_and_region() -> None:
    account, keys = other_account("headquarters")
    there = client_of(keys, "events", "eu-west-1")
    there.create_event_bus(Name="all")
    bus = f"arn:aws:events:eu-west-1:{account}:event-bus/all"
    there.put_rule(Name="r", EventPattern='{"source":["ferry"]}', EventBusName="all")
    queues = client_of(keys, "sqs", "eu-west-1")
    arn = f"arn:aws:sqs:eu-west-1:{account}:got"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = queues.create_queue(QueueName="got", Attributes={"Policy": document})["QueueUrl"]
    there.put_targets(Rule="r", EventBusName="all", Targets=[{"Id": "q", "Arn": arn}])
    events = client("events")
    events.put_rule(Name="on", EventPattern='{"source":["ferry"]}')
    events.put_targets(Rule="on", Targets=[{"Id": "bus", "Arn": bus}])
    put("ferry")
    assert "Messages" not in queues.receive_message(QueueUrl=url)
    there.put_permission(
        EventBusName="all", Action="events:PutEvents", Principal=ACCOUNT, StatementId="a"
    )
    put("ferry", {"n": 1})
    (message,) = queues.receive_message(QueueUrl=url)["Messages"]
    event = json.loads(message["Body"])
    assert (event["account"], event["region"], event["detail"]) == (ACCOUNT, REGION, {"n": 1})


def test_ev_policy_statements() -> None:
    events = client("events")
    for name, principal in (("a", ACCOUNT), ("b", ACCOUNT), ("everybody", "*")):
        events.put_permission(Action="events:PutEvents", Principal=principal, StatementId=name)
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-ferry"}
    events.put_permission(
        Action="events:PutEvents", Principal="*", StatementId="org", Condition=condition
    )
    statements = json.loads(events.describe_event_bus()["Policy"])["Statement"]
    assert [one["Sid"] for one in statements] == ["a", "b", "everybody", "org"]
    assert statements[0] == {
        "Sid": "a",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "events:PutEvents",
        "Resource": DEFAULT_BUS,
    }
    assert statements[3]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-ferry"}}
    assert refused(events.remove_permission, StatementId="x") == (
        "ResourceNotFoundException",
        "Statement with the provided id does not exist.",
    )
    events.remove_permission(StatementId="a")
    events.remove_permission(RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus()
    assert refused(events.put_permission, Policy="{")[1] == "This policy contains invalid Json"
    assert refused(
        events.put_permission,
        EventBusName="x",
        Action="events:PutEvents",
        Principal=ACCOUNT,
        StatementId="a",
    ) == ("ResourceNotFoundException", "Event bus x does not exist.")


def test_ev_policy_by_organization() -> None:
    account, keys = other_account("member")
    theirs = client_of(keys, "events")
    _, queue = rule({"source": ["ferry"]})
    given = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "org"}
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-somebody"}
    client("events").put_permission(**given, Condition=condition)
    sent = [entry("ferry", EventBusName=DEFAULT_BUS)]
    assert refused(theirs.put_events, Entries=sent)[0] == "AccessDeniedException"
    condition["Value"] = organization_id()
    client("events").put_permission(**given, Condition=condition)
    theirs.put_events(Entries=sent)
    assert [one["account"] for one in queue.events()] == [account]


def test_ev_xaccount_who_is_let_in_by_the_organization_needs_a_role() -> None:
    account, keys = other_account("member")
    _, queue = rule({"source": ["ferry"]})
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": organization_id()}
    client("events").put_permission(
        Action="events:PutEvents", Principal="*", StatementId="org", Condition=condition
    )
    theirs, iam = client_of(keys, "events"), client_of(keys, "iam")
    theirs.put_rule(Name="on", EventPattern='{"source":["ferry"]}')
    theirs.put_targets(Rule="on", Targets=[{"Id": "bus", "Arn": DEFAULT_BUS}])
    theirs.put_events(Entries=[entry("ferry", {"n": 1})])
    assert not queue.events()
    allow = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": DEFAULT_BUS}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName="on", AssumeRolePolicyDocument=json.dumps(document))["Role"]
    document = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(RoleName="on", PolicyName="p", PolicyDocument=json.dumps(document))
    aimed = {"Id": "bus", "Arn": DEFAULT_BUS, "RoleArn": role["Arn"]}
    theirs.put_targets(Rule="on", Targets=[aimed])
    theirs.put_events(Entries=[entry("ferry", {"n": 2})])
    (event,) = queue.events()
    assert (event["account"], event["detail"]) == (account, {"n": 2})


def test_ev_sched_rule_fires_by_the_clock() -> None:
    events = client("events")
    lab().clock.set_mode(ClockMode.PAUSED)
    name, queue = rule(None, ScheduleExpression="rate(5 minutes)")
    put("ferry")
    lab().clock.advance(1)
    assert not queue.texts()
    lab().clock.advance(901)
    lab().clock.advance(1)
    found = queue.events()
    assert len(found) == 3
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"
    assert {**found[0], "id": "", "time": ""} == {
        "version": "0", "id": "", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": ACCOUNT, "time": "", "region": REGION, "resources": [arn], "detail": {},
    }  # fmt: skip
    events.disable_rule(Name=name)
    lab().clock.advance(3600)
    assert not queue.texts()
    events.enable_rule(Name=name)
    lab().clock.advance(301)
    lab().clock.advance(1)
    assert len(queue.texts()) == 1


def test_ev_sched_rule_a_night_of_cron() -> None:
    _, queue = rule(None, ScheduleExpression="cron(0/15 3 * * ? *)")
    lab().clock.advance(86400)
    times = [event["time"][11:] for event in queue.events()]
    assert sorted(times) == ["03:00:00Z", "03:15:00Z", "03:30:00Z", "03:45:00Z"]


@pytest.mark.parametrize(
    "expression", ["rate(5 minute)", "rate(0 minutes)", "cron(99 99 99)", "at(2030-01-01T00:00:00)"]
)
def test_ev_sched_rule_refuses_what_is_no_schedule(expression: str) -> None:
    events = client("events")
    assert refused(events.put_rule, Name="r", ScheduleExpression=expression) == (
        "ValidationException",
        "Parameter ScheduleExpression is not valid.",
    )


def test_ev_sched_rule_only_on_the_default_bus() -> None:
    events = client("events")
    events.create_event_bus(Name="own")
    given = {"Name": "r", "ScheduleExpression": "rate(1 hour)", "EventBusName": "own"}
    assert refused(events.put_rule, **given)[1] == (
        "ScheduleExpression is supported only on the default event bus."
    )
    assert refused(events.put_rule, Name="r")[1] == (
        "Parameter(s) EventPattern or ScheduleExpression must be specified."
    )


def test_connections_and_destinations_are_told_without_secrets() -> None:
    events = client("events")
    key = {"ApiKeyName": "X-Key", "ApiKeyValue": "hidden"}
    made = events.create_connection(
        Name="partner",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": key, "InvocationHttpParameters": {}},
    )
    assert made["ConnectionState"] == "AUTHORIZED"
    told = events.describe_connection(Name="partner")
    assert told["AuthParameters"] == {
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key"},
        "InvocationHttpParameters": {},
    }
    secret = client("secretsmanager").get_secret_value(SecretId=told["SecretArn"])
    assert json.loads(secret["SecretString"]) == {
        "api_key_name": "X-Key",
        "api_key_value": "hidden",
        "invocation_http_parameters": {},
    }
    destination = events.create_api_destination(
        Name="api",
        ConnectionArn=made["ConnectionArn"],
        InvocationEndpoint="https://example.com/*",
        HttpMethod="POST",
    )
    assert destination["ApiDestinationState"] == "ACTIVE"
    assert events.describe_api_destination(Name="api")["InvocationRateLimitPerSecond"] == 300
    assert refused(events.describe_connection, Name="x") == (
        "ResourceNotFoundException",
        "Failed to describe the connection(s). Connection 'x' does not exist.",
    )
    assert events.delete_connection(Name="partner")["ConnectionState"] == "DELETING"


def test_a_storm_of_roles_is_cut_off_with_a_sentence() -> None:
    _, keys = other_account("loop")
    looping = client_of(keys, "events")
    found = []
    for _ in range(25):
        found += looping.put_events(Entries=[entry("ferry")] * 10)["Entries"]
    errors = [one for one in found if "ErrorCode" in one]
    assert len(errors) == 50
    assert errors[0]["ErrorCode"] == "ThrottlingException"
    assert errors[0]["ErrorMessage"].startswith("Dry Run stopped a storm: roles have put 200")
    lab().clock.advance(601)
    assert "EventId" in looping.put_events(Entries=[entry("ferry")])["Entries"][0]
