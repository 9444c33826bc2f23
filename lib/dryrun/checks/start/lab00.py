"""Lab 00: start here."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.model import Criterion, Evidence, Exercise, Lab, Question

QUEUE = "boarding"
RETENTION = "3600"
TAG, TEAM = "team", "pier"


def _queue_url(account: Account) -> str | None:
    """Return the queue's URL in the home region, or None when there is no such queue."""
    sqs = account.client("sqs")
    try:
        return str(sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"])
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("NonExistentQueue", "QueueDoesNotExist")):
            return None
        raise


def _queue_exists(account: Account) -> Evidence | None:
    if _queue_url(account) is not None:
        return None
    return Evidence(f"a queue named {QUEUE}", _nearest_queue(account), "Amazon SQS in us-east-1")


def _nearest_queue(account: Account) -> str:
    """Say what there is in place of the queue, looking at the last attempt to create one."""
    attempts = account.calls("sqs", "CreateQueue")
    if not attempts:
        return "no queue; it was deleted"
    last = attempts[-1]
    name = last.parameters.get("QueueName", "")
    if last.error:
        return f"a create-queue call that failed with {last.error}"
    if last.region != "us-east-1" and name == QUEUE:
        return f"a queue of that name in {last.region}"
    return f"no queue of that name; the last one you created is named {name}"


def _retention(account: Account) -> Evidence | None:
    url = _queue_url(account)
    if url is None:
        return Evidence(f"{RETENTION} seconds", "no queue to look at", f"queue {QUEUE}")
    attributes = account.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["MessageRetentionPeriod"]
    )["Attributes"]
    found = attributes.get("MessageRetentionPeriod", "")
    if found == RETENTION:
        return None
    default = " (four days, the default)" if found == "345600" else ""
    return Evidence(
        f"{RETENTION} seconds (one hour)",
        f"{found} seconds{default}",
        f"queue {QUEUE}, attribute MessageRetentionPeriod",
    )


def _tags(account: Account) -> dict[str, str]:
    url = _queue_url(account)
    if url is None:
        return {}
    return dict(account.client("sqs").list_queue_tags(QueueUrl=url).get("Tags", {}))


def _tagged(account: Account) -> Evidence | None:
    tags = _tags(account)
    if tags.get(TAG) == TEAM:
        return None
    found = ", ".join(f"{key} = {value}" for key, value in sorted(tags.items())) or "no tags"
    if _queue_url(account) is None:
        found = "no queue to look at"
    return Evidence(f"{TAG} = {TEAM}", found, f"queue {QUEUE}, tags")


def _gone(account: Account) -> Evidence | None:
    if _queue_url(account) is None:
        return None
    return Evidence("no queue", f"the queue {QUEUE}", "Amazon SQS in us-east-1")


def _prepare(account: Account) -> None:
    account.client("sqs").create_queue(QueueName=QUEUE)


def _changed_a_queue(account: Account) -> bool:
    changes = ("CreateQueue", "DeleteQueue", "SetQueueAttributes")
    return any(call.operation in changes for call in account.calls("sqs"))


def _solve_queue(account: Account) -> None:
    account.client("sqs").set_queue_attributes(
        QueueUrl=_queue_url(account), Attributes={"MessageRetentionPeriod": RETENTION}
    )


def _solve_tag(account: Account) -> None:
    sqs: Any = account.client("sqs")
    sqs.tag_queue(QueueUrl=_queue_url(account), Tags={TAG: TEAM})


LAB = Lab(
    id="00",
    title="Start here",
    goal="Learn how a lab works by getting one exercise wrong, then right.",
    minutes=10,
    places=(
        ("the pretend account", "123456789012, region us-east-1, you are ferry-admin"),
        ("a terminal", "File > New > Terminal; aws works there too"),
    ),
    services=("sqs",),
    prepare=_prepare,
    exercises=(
        Exercise(
            id="boarding-queue",
            number="1",
            title="A queue that forgets after an hour",
            criteria=(
                Criterion(
                    "queue-exists", f"There is a queue named `{QUEUE}` in us-east-1.", _queue_exists
                ),
                Criterion(
                    "retention-hour",
                    f"The queue `{QUEUE}` keeps a message for one hour.",
                    _retention,
                ),
            ),
            attempted=_changed_a_queue,
            solve=_solve_queue,
            hints=(
                "The card above says which attribute is not as asked, and what it is now.",
                "The number is in seconds. An hour has sixty minutes of sixty seconds.",
                "The command you ran was the right one. Run it again with another number after "
                "`MessageRetentionPeriod=`: 60 times 60.",
            ),
            why="A check reads the account, not your commands: whatever tool put the queue right, "
            "it is right.",
        ),
        Exercise(
            id="team-tag",
            number="2",
            title="Say whose queue it is",
            criteria=(
                Criterion(
                    "queue-tagged", f"The queue `{QUEUE}` has the tag `{TAG}` = `{TEAM}`.", _tagged
                ),
            ),
            attempted=lambda account: bool(_tags(account)),
            solve=_solve_tag,
            hints=(
                "Tags are set on the queue itself. Ask the tool what it can do: `aws sqs help` "
                "lists every command of the service.",
                "The command is `aws sqs tag-queue`. Like `set-queue-attributes`, it wants the "
                "queue's URL.",
                "A tag is a key and a value, written `--tags KEY=VALUE`. The URL comes from "
                f"`aws sqs get-queue-url --queue-name {QUEUE} --query QueueUrl --output text`, "
                f"the key is `{TAG}`.",
            ),
            why="Tags are how a company of more than one person finds out whose things are whose, "
            "and who pays for them.",
        ),
    ),
    questions=(
        Question(
            id="where-it-goes",
            text="You type `aws sqs create-queue` in this notebook. Where does the queue appear?",
            choices=(
                "In your own AWS account, if you have one",
                "In a pretend account on this computer",
                "Nowhere; the output is made up",
            ),
            answer=1,
            explanations=(
                "No. Lab commands never read your own keys, and a call that leaves for AWS is "
                "refused.",
                "Yes. A small cloud runs on this computer. It keeps what you make and forgets it "
                "when you reset.",
                "No. The account keeps real state: what you create you can list, change and "
                "delete.",
            ),
        ),
    ),
    clean_up=(Criterion("queue-deleted", f"The queue `{QUEUE}` is gone.", _gone),),
)
