"""AWS::SQS, type by type."""

from __future__ import annotations

from stacks import ACCOUNT, create, queue, reason, template
from trial import Trial

QUEUE = "AWS::SQS::Queue"


def test_queue() -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
    with Trial(QUEUE, {"VisibilityTimeout": 60, "Tags": tags}) as made:
        found = made.read()
        assert made.physical_id == found["QueueUrl"]
        assert found["QueueName"].startswith("trial-Thing-")
        assert found["VisibilityTimeout"] == 60
        assert found["Tags"] == tags
        found = made.update({"DelaySeconds": 5, "Tags": tags[:1]})
        assert (found["VisibilityTimeout"], found["DelaySeconds"]) == (30, 5)
        assert found["Tags"] == tags[:1]


def test_a_size_that_is_no_longer_named_goes_back_to_the_old_default() -> None:
    with Trial(QUEUE, {}) as made:
        assert made.read()["MaximumMessageSize"] == 1048576
        assert made.update({"MaximumMessageSize": 2048})["MaximumMessageSize"] == 2048
        assert made.update({})["MaximumMessageSize"] == 262144


def test_fifo_queue_with_redrive() -> None:
    with Trial(QUEUE, {"QueueName": "dead.fifo", "FifoQueue": True}, logical_id="Dead") as dead:
        policy = {"deadLetterTargetArn": dead.read()["Arn"], "maxReceiveCount": 3}
        with Trial(QUEUE, {"FifoQueue": True, "RedrivePolicy": policy}) as made:
            found = made.read()
            assert found["QueueName"].endswith(".fifo")
            assert found["FifoQueue"] is True
            assert found["RedrivePolicy"] == policy


def test_a_dead_letter_queue_that_is_not_there_is_told_in_the_words_of_sqs() -> None:
    missing = f"arn:aws:sqs:us-east-1:{ACCOUNT}:not-there"
    policy = {"deadLetterTargetArn": missing, "maxReceiveCount": 3}
    create("sqs-dead", template(A=queue(RedrivePolicy=policy)))
    told = reason("sqs-dead", "A")
    assert f'Value {{"deadLetterTargetArn":"{missing}","maxReceiveCount":3}}' in told
    assert "parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist." in told
    assert "HandlerErrorCode: InvalidRequest" in told


def test_a_queue_that_is_said_not_to_be_in_order() -> None:
    with Trial(QUEUE, {"FifoQueue": False}) as made:
        assert not made.read().get("FifoQueue")
        assert made.update({"FifoQueue": False, "DelaySeconds": 5})["DelaySeconds"] == 5
