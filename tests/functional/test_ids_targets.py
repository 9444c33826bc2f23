"""What rules send to their targets, in a cloud with a socket: functions run, queues receive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import Account

from dryrun.cloud.launcher import Running

NUMBER = "123456789012"
REGION = "us-east-1"
SOURCE = """
import json
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=URL, MessageBody=json.dumps(event))
"""


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    return Account(running)


def allow(action: str, resource: str, rule: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def queue(account: Account, name: str, rule: str = "") -> tuple[str, str]:
    arn = f"arn:aws:sqs:{REGION}:{NUMBER}:{name}"
    attributes = {"Policy": allow("sqs:SendMessage", arn, rule)} if rule else {}
    made = account.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return made["QueueUrl"], arn


def rule(account: Account, name: str) -> str:
    pattern = json.dumps({"source": [f"ferry.{name}"]})
    return str(account.client("events").put_rule(Name=name, EventPattern=pattern)["RuleArn"])


def put(account: Account, name: str, **detail: Any) -> str:
    entry = {"Source": f"ferry.{name}", "DetailType": "Order", "Detail": json.dumps(detail)}
    return str(account.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"])


def taken(account: Account, url: str) -> list[dict[str, Any]]:
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    found: list[dict[str, Any]] = (
        account.client("sqs").receive_message(QueueUrl=url, **asked).get("Messages", [])
    )
    return found


def far(account: Account, service: str, region: str) -> Any:
    """Return a client of another region."""
    endpoint = account.running.endpoint
    return account._session.client(service, region_name=region, endpoint_url=endpoint)


def test_ev_target_lambda_needs_a_permission(account: Account) -> None:
    events, functions = account.client("events"), account.client("lambda")
    told, _ = queue(account, "told")
    dead, dead_arn = queue(account, "unheard", arn := rule(account, "lambda"))
    role = account.role("hears", "arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    function = account.function("hears", f"URL = {told!r}\n{SOURCE}", role)
    target = {"Id": "hears", "Arn": function, "DeadLetterConfig": {"Arn": dead_arn}}
    events.put_targets(Rule="lambda", Targets=[target])
    put(account, "lambda", n=1)
    [letter] = taken(account, dead)
    attributes = {name: one["StringValue"] for name, one in letter["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["TARGET_ARN"] == function
    assert not taken(account, told)
    functions.add_permission(
        FunctionName="hears",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=arn,
    )
    number = put(account, "lambda", n=2)
    [message] = taken(account, told)
    event = json.loads(message["Body"])
    assert (event["id"], event["detail"], event["account"]) == (number, {"n": 2}, NUMBER)


def test_ev_target_mix_five_targets_of_which_two_fail(account: Account) -> None:
    events, arn = account.client("events"), rule(account, "mix")
    urls, targets = [], []
    for name in ("one", "two", "three"):
        url, target = queue(account, name, arn)
        urls.append(url)
        targets.append({"Id": name, "Arn": target})
    dead, dead_arn = queue(account, "dead-of-mix", arn)
    letters = {"DeadLetterConfig": {"Arn": dead_arn}}
    targets.insert(0, {"Id": "gone", "Arn": f"{targets[0]['Arn']}-gone", **letters})
    _, shut = queue(account, "shut")
    targets.insert(2, {"Id": "shut", "Arn": shut, **letters})
    assert events.put_targets(Rule="mix", Targets=targets)["FailedEntryCount"] == 0
    put(account, "mix", n=1)
    assert [len(taken(account, url)) for url in urls] == [1, 1, 1]
    failed = [one["MessageAttributes"]["TARGET_ARN"]["StringValue"] for one in taken(account, dead)]
    assert sorted(failed) == sorted([targets[0]["Arn"], shut])
    with pytest.raises(ClientError) as caught:
        events.put_targets(Rule="mix", Targets=[{"Id": "sixth", "Arn": shut}])
    assert caught.value.response["Error"]["Code"] == "LimitExceededException"


def test_ev_dlq_has_the_event_to_put_again(account: Account) -> None:
    events, arn = account.client("events"), rule(account, "repair")
    url, target = queue(account, "repaired")
    dead, dead_arn = queue(account, "dead-of-repair", arn)
    events.put_targets(
        Rule="repair",
        Targets=[{"Id": "q", "Arn": target, "DeadLetterConfig": {"Arn": dead_arn}}],
    )
    put(account, "repair", order="A1")
    [letter] = taken(account, dead)
    event = json.loads(letter["Body"])
    policy = {"Policy": allow("sqs:SendMessage", target, arn)}
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=policy)
    entry = {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    events.put_events(Entries=[entry])
    [message] = taken(account, url)
    assert json.loads(message["Body"])["detail"] == {"order": "A1"}


def test_ev_target_bus_keeps_account_and_region(account: Account) -> None:
    events, there = account.client("events"), far(account, "events", "eu-west-1")
    iam = account.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = iam.create_role(
        RoleName="sends-on",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    central = there.create_event_bus(Name="central")["EventBusArn"]
    may = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": central}
    iam.put_role_policy(
        RoleName="sends-on",
        PolicyName="may",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    listens = there.put_rule(
        Name="all", EventBusName="central", EventPattern='{"source": ["ferry.bus"]}'
    )["RuleArn"]
    arn = f"arn:aws:sqs:eu-west-1:{NUMBER}:central"
    made = far(account, "sqs", "eu-west-1").create_queue(
        QueueName="central", Attributes={"Policy": allow("sqs:SendMessage", arn, listens)}
    )
    there.put_targets(Rule="all", EventBusName="central", Targets=[{"Id": "q", "Arn": arn}])
    rule(account, "bus")
    events.put_targets(Rule="bus", Targets=[{"Id": "far", "Arn": central, "RoleArn": role}])
    put(account, "bus", n=1)
    asked = far(account, "sqs", "eu-west-1").receive_message(QueueUrl=made["QueueUrl"])
    event = json.loads(asked["Messages"][0]["Body"])
    assert (event["account"], event["region"], event["detail"]) == (NUMBER, REGION, {"n": 1})


def test_a_topic_and_a_bucket_call_functions(account: Account) -> None:
    sns, s3, functions = (account.client(name) for name in ("sns", "s3", "lambda"))
    told, _ = queue(account, "of-function")
    role = account.role("listener", "arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    function = account.function("listener", f"URL = {told!r}\n{SOURCE}", role)
    topic = sns.create_topic(Name="calls")["TopicArn"]
    s3.create_bucket(Bucket="ferry-calls")
    for source, principal in ((topic, "sns"), ("arn:aws:s3:::ferry-calls", "s3")):
        functions.add_permission(
            FunctionName="listener",
            StatementId=principal,
            Action="lambda:InvokeFunction",
            Principal=f"{principal}.amazonaws.com",
            SourceArn=source,
        )
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    sns.publish(TopicArn=topic, Message="a boat", Subject="hi")
    [message] = taken(account, told)
    [record] = json.loads(message["Body"])["Records"]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    assert (record["Sns"]["Message"], record["Sns"]["Subject"]) == ("a boat", "hi")
    one = {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="ferry-calls", NotificationConfiguration={"LambdaFunctionConfigurations": [one]}
    )
    s3.put_object(Bucket="ferry-calls", Key="list.csv", Body=b"1")
    bodies = [json.loads(message["Body"]) for message in taken(account, told)]
    names = [body["Records"][0]["eventName"] for body in bodies]
    assert names == ["ObjectCreated:Put"]
