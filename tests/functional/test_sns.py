"""What subscribers of a topic get: queues, functions, mailboxes, web addresses, firehoses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from delivering import messages, queue
from in_process import client, lab, wsgi
from webserver import Server, running

from dryrun.cloud.delivery import log

SNS_POLICY = "sns.amazonaws.com"


def topic(name: str, **attributes: str) -> str:
    made = client("sns").create_topic(Name=name, Attributes=attributes)
    return str(made["TopicArn"])


def open_queue(name: str, arn: str, **attributes: str) -> tuple[str, str]:
    """Make a queue that lets SNS send for a topic."""
    from delivering import policy

    url, target = queue(name, open_to=None, **attributes)
    text = policy("sqs:SendMessage", target, SNS_POLICY, arn)
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    return url, target


def mails(to: str) -> list[dict[str, Any]]:
    """Return what is in the lab's mailbox for an address."""
    headers = [("X-Dryrun-Token", "in-process")]
    asked = json.dumps({"to": to}).encode()
    environ = wsgi("POST", "http://localhost:4566/_dryrun/mailbox", headers, asked)
    found: list[dict[str, Any]] = json.loads(lab().send(environ).body)["mails"]
    return found


def test_a_queue_gets_the_envelope_and_needs_a_policy() -> None:
    sns, arn = client("sns"), topic("orders")
    url, target = open_queue("orders", arn)
    shut, closed = queue("shut", open_to=None)
    for endpoint in (target, closed):
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint)
    attributes = {"kind": {"DataType": "String", "StringValue": "new"}}
    sent = sns.publish(TopicArn=arn, Message="a boat", Subject="hi", MessageAttributes=attributes)
    [got] = messages(url)
    assert got["Body"].startswith('{\n  "Type" : "Notification",\n  "MessageId" : ')
    told = json.loads(got["Body"])
    assert list(told) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion",
        "Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert (told["MessageId"], told["Message"]) == (sent["MessageId"], "a boat")
    assert told["MessageAttributes"] == {"kind": {"Type": "String", "Value": "new"}}
    assert not messages(shut)


def test_a_queue_gets_raw_messages_that_pass_the_filter() -> None:
    sns, arn = client("sns"), topic("filtered")
    url, target = open_queue("filtered", arn)
    attributes = {"RawMessageDelivery": "true", "FilterPolicy": '{"kind": ["new"]}'}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=target, Attributes=attributes)
    for kind in ("old", "new"):
        told = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=arn, Message=kind, MessageAttributes=told)
    [got] = messages(url)
    assert got["Body"] == "new"
    assert got["MessageAttributes"]["kind"]["StringValue"] == "new"


def test_a_fifo_topic_keeps_its_groups() -> None:
    sns = client("sns")
    arn = topic("line.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    more = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url, target = open_queue("line.fifo", arn, **more)
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=target)
    sns.publish(TopicArn=arn, Message="one", MessageGroupId="g")
    [got] = messages(url)
    assert got["Attributes"]["MessageGroupId"] == "g"


def test_what_a_queue_does_not_take_goes_to_the_dead_letter_queue() -> None:
    sns, arn = client("sns"), topic("with-dead-letters")
    url, dead = open_queue("sns-dead", arn)
    _, closed = queue("closed-to-sns", open_to=None)
    redrive = json.dumps({"deadLetterTargetArn": dead})
    attributes = {"RedrivePolicy": redrive}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=closed, Attributes=attributes)
    sns.publish(TopicArn=arn, Message="lost")
    [got] = messages(url)
    assert json.loads(got["Body"])["Message"] == "lost"


def test_a_mail_address_has_to_confirm() -> None:
    sns, arn = client("sns"), topic("mails", DisplayName="Ferry")
    to = "jane@example.com"
    made = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=to)
    assert made["SubscriptionArn"] == "pending confirmation"
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    sns.publish(TopicArn=arn, Message="too early")
    [asked] = mails(to)
    assert asked["subject"] == "AWS Notification - Subscription Confirmation"
    with pytest.raises(ClientError, match="Invalid parameter: Token"):
        sns.confirm_subscription(TopicArn=arn, Token="f" * 192)
    confirmed = sns.confirm_subscription(TopicArn=arn, Token=asked["token"])["SubscriptionArn"]
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert listed["SubscriptionArn"] == confirmed
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (told["SubscriptionsPending"], told["SubscriptionsConfirmed"]) == ("0", "1")
    sns.publish(TopicArn=arn, Message="a boat", Subject="New")
    got = mails(to)[-1]
    assert (got["subject"], got["sender"]) == ("New", "Ferry <no-reply@sns.amazonaws.com>")
    assert got["text"].startswith("a boat\n")


def test_the_link_of_a_mail_confirms() -> None:
    sns, arn = client("sns"), topic("clicked")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="link@example.com")
    link = mails("link@example.com")[0]["link"]
    reply = lab().send(wsgi("GET", link, []))
    assert reply.status == 200, reply.body
    [listed] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert listed["SubscriptionArn"].startswith(f"{arn}:")


def test_a_phone_gets_text_messages() -> None:
    sns, arn = client("sns"), topic("phones")
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+491701234567")
    sns.publish(TopicArn=arn, Message="boat is late")
    sns.publish(PhoneNumber="+491701234567", Message="again")
    assert [one["text"] for one in mails("+491701234567")] == ["boat is late", "again"]


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as made:
        yield made


def test_a_web_address_confirms_and_gets_messages(server: Server) -> None:
    sns, arn = client("sns"), topic("web")
    made = sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=f"{server.url}/hook")
    assert made["SubscriptionArn"] == "pending confirmation"
    [asked] = server.asked
    assert asked["headers"]["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    told = json.loads(asked["body"])
    sns.confirm_subscription(TopicArn=arn, Token=told["Token"])
    server.answers = [(503, "")]
    sns.publish(TopicArn=arn, Message="a boat")
    assert [one["path"] for one in server.asked] == ["/hook"] * 3
    assert json.loads(server.asked[-1]["body"])["Message"] == "a boat"


def test_a_web_address_elsewhere_is_not_called() -> None:
    sns, arn = client("sns"), topic("far")
    sns.subscribe(TopicArn=arn, Protocol="https", Endpoint="https://example.com/hook")
    last = log.entries()[-1]
    assert not last["delivered"]
    assert "Dry Run calls servers on this computer only" in last["error_message"]


@pytest.mark.parametrize(("arn", "elements"), [("nope", 1), ("arn:aws:sns", 3)])
def test_what_is_too_short_for_an_arn_is_refused(arn: str, elements: int) -> None:
    sns = client("sns")
    told = f"TopicArn Reason: An ARN must have at least 6 elements, not {elements}"
    with pytest.raises(ClientError, match=f"InvalidParameter.*Invalid parameter: {told}"):
        sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com")
    with pytest.raises(ClientError, match=told):
        sns.publish(TopicArn=arn, Message="x")
    with pytest.raises(ClientError, match="SubscriptionArn Reason: An ARN must have at least 6"):
        sns.unsubscribe(SubscriptionArn="PendingConfirmation")


@pytest.mark.parametrize(
    ("protocol", "endpoint", "told"),
    [
        ("sqs", "arn:aws:sqs:here:123456789012:q", "SQS endpoint ARN"),
        ("sqs", '{"Fn::GetAtt": ["Screen", "Arn"]}', "SQS endpoint ARN"),
        ("sqs", None, "Endpoint"),
        ("sms", None, "Endpoint"),
    ],
)
def test_an_endpoint_that_is_none_is_refused(
    protocol: str, endpoint: str | None, told: str
) -> None:
    arn, sns = topic("lost"), client("sns")
    asked = {"TopicArn": arn, "Protocol": protocol} | ({"Endpoint": endpoint} if endpoint else {})
    with pytest.raises(ClientError, match=rf"InvalidParameter.*Invalid parameter: {told}$"):
        sns.subscribe(**asked)
    assert not sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]


def test_a_topic_tells_its_delivery_policies_as_aws_does() -> None:
    sns, arn = client("sns"), topic("policies")
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert "DeliveryPolicy" not in told
    effective = json.loads(told["EffectiveDeliveryPolicy"])["http"]
    assert effective["defaultHealthyRetryPolicy"]["numRetries"] == 3
    assert effective["disableSubscriptionOverrides"] is False
    assert effective["defaultRequestPolicy"] == {"headerContentType": "text/plain; charset=UTF-8"}
    own = json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}}})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DeliveryPolicy", AttributeValue=own)
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert told["DeliveryPolicy"] == own
    retries = json.loads(told["EffectiveDeliveryPolicy"])["http"]["defaultHealthyRetryPolicy"]
    assert (retries["numRetries"], retries["minDelayTarget"]) == (5, 20)


def test_a_subscription_tells_who_made_it() -> None:
    sns, arn = client("sns"), topic("principals")
    _, target = queue("principals", open_to=None)
    made = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=target)["SubscriptionArn"]
    told = sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]
    caller = client("sts").get_caller_identity()["Arn"]
    assert told["SubscriptionPrincipal"] == caller


def test_an_error_has_one_message() -> None:
    with pytest.raises(ClientError) as refused:
        client("sns").get_topic_attributes(TopicArn="arn:aws:sns:us-east-1:123456789012:none")
    told = refused.value.response
    assert set(told["Error"]) == {"Type", "Code", "Message"}
    assert set(told) == {"Error", "ResponseMetadata"}
