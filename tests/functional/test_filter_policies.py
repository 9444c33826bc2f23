"""What SNS takes for a filter policy."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import client

QUEUE = "arn:aws:sqs:us-east-1:123456789012:deck"


@pytest.mark.parametrize("policy", ["ki", "[1]", '"port"'])
def test_what_is_no_json_object_is_refused(policy):
    sns = client("sns")
    topic = sns.create_topic(Name="filtered")["TopicArn"]
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    with pytest.raises(ClientError, match="FilterPolicy: failed to parse JSON") as refused:
        sns.subscribe(**given, Attributes={"FilterPolicy": policy})
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    made = sns.subscribe(**given, Attributes={"FilterPolicy": '{"port": ["Calais"]}'})
    arn = {"SubscriptionArn": made["SubscriptionArn"], "AttributeName": "FilterPolicy"}
    with pytest.raises(ClientError, match="FilterPolicy: failed to parse JSON"):
        sns.set_subscription_attributes(**arn, AttributeValue=policy)
    sns.set_subscription_attributes(**arn, AttributeValue="")
    sns.delete_topic(TopicArn=topic)
