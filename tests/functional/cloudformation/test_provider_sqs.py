"""AWS::SQS, type by type."""

from __future__ import annotations

from trial import Trial

QUEUE = "AWS::SQS::Queue"


def test_queue() -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
    with Trial(QUEUE, {"VisibilityTimeout": 60, "Tags": tags}) as queue:
        found = queue.read()
        assert queue.physical_id == found["QueueUrl"]
        assert found["QueueName"].startswith("trial-Thing-")
        assert found["VisibilityTimeout"] == 60
        assert found["Tags"] == tags
        found = queue.update({"DelaySeconds": 5, "Tags": tags[:1]})
        assert (found["VisibilityTimeout"], found["DelaySeconds"]) == (30, 5)
        assert found["Tags"] == tags[:1]


def test_fifo_queue_with_redrive() -> None:
    with Trial(QUEUE, {"QueueName": "dead.fifo", "FifoQueue": True}, logical_id="Dead") as dead:
        policy = {"deadLetterTargetArn": dead.read()["Arn"], "maxReceiveCount": 3}
        with Trial(QUEUE, {"FifoQueue": True, "RedrivePolicy": policy}) as queue:
            found = queue.read()
            assert found["QueueName"].endswith(".fifo")
            assert found["FifoQueue"] is True
            assert found["RedrivePolicy"] == policy
