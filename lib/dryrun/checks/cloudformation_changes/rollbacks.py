"""The stacks of lab 03-02, some of which begin in trouble, and what its exercises ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence

PIER, SNACKS, TIMETABLE = "ferry-pier", "ferry-snacks", "ferry-timetable"
CABINS, LOUNGE = "ferry-cabins", "ferry-lounge"
QUEUE = "ferry-cabins"
CAPTAIN = "captains-log"
FILES = (
    *("pier.broken.yaml", "snacks.broken.yaml", "timetable-summer.broken.yaml"),
    *("timetable.yaml", "cabins.yaml", "cabins-upgrade.broken.yaml"),
    *("lounge.yaml", "lounge-chimes.broken.yaml"),
)
OWN = ("pier.yaml", "snacks.yaml", "timetable-summer.yaml", "lounge-new.yaml")
"""What the learner may call the mended templates."""

_WELL = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_STUCK = "UPDATE_ROLLBACK_FAILED"


def prepare(account: Account) -> None:
    """Put the files beside the notebook, and make the stacks: one failed, one stuck."""
    templates.remove(*OWN)
    stacks.lay_out(account, *FILES)
    _create(account, PIER, "pier.broken.yaml")
    _create(account, TIMETABLE, "timetable.yaml")
    _create(account, CABINS, "cabins.yaml")
    _get_the_lounge_stuck(account)


def _get_the_lounge_stuck(account: Account) -> None:
    _create(account, LOUNGE, "lounge.yaml")
    sns, topic = account.client("sns"), stacks.physical(account, LOUNGE, "News")
    account.client("sqs").create_queue(QueueName=CAPTAIN)
    captain = topic.replace(":sns:", ":sqs:").rpartition(":")[0] + f":{CAPTAIN}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=captain)
    with _paused(account):
        _update(account, LOUNGE, stacks.template(account, "lounge-chimes.broken.yaml"))
        account.control("clock", {"action": "advance", "seconds": 30})
        feed = stacks.physical(account, LOUNGE, "NewsToScreen")
        sns.unsubscribe(SubscriptionArn=feed)


@contextmanager
def _paused(account: Account) -> Iterator[None]:
    """Let time stand still for a while, then do at once what is due."""
    account.control("clock", {"action": "mode", "mode": "paused"})
    try:
        yield
    finally:
        account.control("clock", {"action": "mode", "mode": "fast"})


def _create(account: Account, name: str, template: str, **more: Any) -> None:
    account.client("cloudformation").create_stack(
        StackName=name, TemplateBody=stacks.template(account, template), **more
    )


def _update(account: Account, name: str, body: str, **more: Any) -> None:
    account.client("cloudformation").update_stack(StackName=name, TemplateBody=body, **more)


def _refuse_missing(account: Account, stack: str, *wanted: str) -> Evidence | None:
    there = stacks.resources(account, stack)
    missing = [name for name in wanted if name not in there]
    if not missing:
        return None
    return Evidence(", ".join(wanted), f"no {', no '.join(missing)}", f"stack {stack}")


def _value(account: Account, name: str) -> str:
    """Return what an SSM parameter holds, "" when there is none."""
    try:
        return str(account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return ""
        raise


def _refuse_value(account: Account, name: str, right: str) -> Evidence | None:
    found = _value(account, name)
    return None if found == right else Evidence(right, found or "no value", f"parameter {name}")


# 1 · the pier


def pier_well(account: Account) -> Evidence | None:
    """Find that the pier is complete."""
    return stacks.refuse_status(account, PIER, *_WELL)


def pier_whole(account: Account) -> Evidence | None:
    """Find that it has all it should, and a table with the right key."""
    if evidence := _refuse_missing(account, PIER, "Berths", "BerthsName", "Bookings", "PierLog"):
        return evidence
    table = stacks.physical(account, PIER, "Berths")
    keys = account.client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
    found = ", ".join(f"{one['AttributeName']} ({one['KeyType']})" for one in keys)
    if keys[0] == {"AttributeName": "berth", "KeyType": "HASH"}:
        return None
    return Evidence("berth (HASH)", found, f"table {table}, its key")


def solve_pier(account: Account) -> None:
    """Delete what is left of the pier, and make it with a mended template."""
    extra = "        - AttributeName: length\n          AttributeType: N\n"
    mended = stacks.template(account, "pier.broken.yaml").replace(extra, "")
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=PIER)
    cloudformation.create_stack(StackName=PIER, TemplateBody=mended)


# 2 · the snacks


def snacks_well(account: Account) -> Evidence | None:
    """Find that the stack of the snacks is well."""
    return stacks.refuse_status(account, SNACKS, *_WELL)


def coffee_priced(account: Account) -> Evidence | None:
    """Find that a coffee is 4.50."""
    return _refuse_value(account, "/ferry/snacks/coffee", "4.50")


def nothing_undone(account: Account) -> Evidence | None:
    """Find that the first attempt failed, was left standing, and was gone on from."""
    expected = "CREATE_FAILED first, and nothing deleted after it"
    events = _events(account, SNACKS)
    if not events:
        return Evidence(expected, "no such stack", f"stack {SNACKS}")
    deleted = [name for name, state in events if state == "DELETE_COMPLETE"]
    if deleted:
        return Evidence(expected, f"{deleted[0]} was deleted", f"stack {SNACKS}, events")
    if (SNACKS, "CREATE_FAILED") in events:
        return None
    return Evidence(expected, "it never failed", f"stack {SNACKS}, events")


def _events(account: Account, name: str) -> list[tuple[str, str]]:
    pages = account.client("cloudformation").get_paginator("describe_stack_events")
    try:
        told = [e for page in pages.paginate(StackName=name) for e in page["StackEvents"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return []
        raise
    return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in told]


def solve_snacks(account: Account) -> None:
    """Create without rollback, then go on with a mended template."""
    _create(account, SNACKS, "snacks.broken.yaml", DisableRollback=True)
    mended = stacks.template(account, "snacks.broken.yaml").replace("4,50", "4.50")
    _update(account, SNACKS, mended, DisableRollback=True)


# 3 · the timetable


def timetable_well(account: Account) -> Evidence | None:
    """Find that the timetable was updated."""
    return stacks.refuse_status(account, TIMETABLE, "UPDATE_COMPLETE")


def hours_of_summer(account: Account) -> Evidence | None:
    """Find that the hours are those of the summer."""
    return _refuse_value(account, "/ferry/timetable/hours", "05:30-23:30")


def delays_counted(account: Account) -> Evidence | None:
    """Find that the delays in the log of the timetable are counted."""
    expected, where = "a metric filter DELAY", "log group /ferry/timetable"
    if evidence := _refuse_missing(account, TIMETABLE, "DelayCount"):
        return evidence
    answer = account.client("logs").describe_metric_filters(logGroupName="/ferry/timetable")
    patterns = [one["filterPattern"] for one in answer["metricFilters"]]
    if "DELAY" in patterns:
        return None
    return Evidence(expected, ", ".join(patterns) or "none", where)


def crowds_fed(account: Account) -> Evidence | None:
    """Find that the queue of the crowds hears of changes of the timetable."""
    if evidence := _refuse_missing(account, TIMETABLE, "Crowds", "CrowdsFeed", "BoardFeed"):
        return evidence
    topic = stacks.physical(account, TIMETABLE, "Changes")
    queue = stacks.physical(account, TIMETABLE, "Crowds").rpartition("/")[2]
    return _refuse_unheard(account, topic, queue)


def _refuse_unheard(account: Account, topic: str, queue: str) -> Evidence | None:
    heard = [end.rpartition(":")[2] for end in _subscribers(account, topic).values()]
    if queue in heard:
        return None
    name = topic.rpartition(":")[2]
    return Evidence(f"a subscription of {queue}", ", ".join(heard) or "none", f"topic {name}")


def _subscribers(account: Account, topic: str) -> dict[str, str]:
    """Return the subscriptions of a topic, each with where it ends."""
    try:
        answer = account.client("sns").list_subscriptions_by_topic(TopicArn=topic)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NotFound", "NotFoundException", "InvalidParameter"):
            return {}
        raise
    return {one["SubscriptionArn"]: one["Endpoint"] for one in answer["Subscriptions"]}


def solve_timetable(account: Account) -> None:
    """Update with a template in which both mistakes are mended."""
    text = stacks.template(account, "timetable-summer.broken.yaml")
    text = text.replace("/ferry/timetables\n", "/ferry/timetable\n")
    text = text.replace("      FifoQueue: true\n", "")
    _update(account, TIMETABLE, text)


# 4 · the accident


def cabins_stuck(account: Account) -> Evidence | None:
    """Find that the rollback of the cabins has failed."""
    return stacks.refuse_status(account, CABINS, _STUCK)


def for_want_of_the_queue(account: Account) -> Evidence | None:
    """Find that it failed because the queue is not there."""
    state = stacks.resources(account, CABINS).get("Cabins", {}).get("ResourceStatus", "missing")
    if state != "UPDATE_FAILED":
        return Evidence("Cabins: UPDATE_FAILED", f"Cabins: {state}", f"stack {CABINS}")
    if _seconds(account) is not None:
        return Evidence(f"no queue {QUEUE}", "it is there", "Amazon SQS")
    return None


def _seconds(account: Account) -> str | None:
    """Return how long the queue of the cabins hides a message, None when it is not there."""
    sqs = account.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("NonExistentQueue", "QueueDoesNotExist")):
            return None
        raise
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return str(found["Attributes"]["VisibilityTimeout"])


def tried_cabins(account: Account) -> bool:
    """Tell whether the learner tried to update the cabins, or deleted their queue."""
    return stacks.tried(account, CABINS, "UpdateStack", "CreateChangeSet") or (
        _seconds(account) is None
    )


def solve_accident(account: Account) -> None:
    """Delete the queue while an update is on its way to failing."""
    with _paused(account):
        _update(account, CABINS, stacks.template(account, "cabins-upgrade.broken.yaml"))
        account.control("clock", {"action": "advance", "seconds": 100})
        account.client("sqs").delete_queue(QueueUrl=stacks.physical(account, CABINS, "Cabins"))


# 5 · the way back


def cabins_back(account: Account) -> Evidence | None:
    """Find that the rollback came to its end."""
    return stacks.refuse_status(account, CABINS, "UPDATE_ROLLBACK_COMPLETE")


def queue_as_before(account: Account) -> Evidence | None:
    """Find that the queue is there, as before the update."""
    found = _seconds(account)
    if found == "30":
        return None
    told = "no such queue" if found is None else f"{found} seconds"
    return Evidence("a queue that hides for 30 seconds", told, f"queue {QUEUE}")


def tried_way_back(account: Account) -> bool:
    """Tell whether the learner made the queue again or went on with the rollback."""
    made = any(
        call.parameters.get("QueueName") == QUEUE for call in account.calls("sqs", "CreateQueue")
    )
    return made or stacks.tried(account, CABINS, "ContinueUpdateRollback", "DeleteStack")


def solve_way_back(account: Account) -> None:
    """Make the queue again and go on with the rollback."""
    account.client("sqs").create_queue(QueueName=QUEUE)
    account.client("cloudformation").continue_update_rollback(StackName=CABINS)


# 6 · the lounge


def lounge_well(account: Account) -> Evidence | None:
    """Find that the lounge can be updated again, and was."""
    return stacks.refuse_status(account, LOUNGE, "UPDATE_COMPLETE")


def screen_fed(account: Account) -> Evidence | None:
    """Find that the screen hears the news, through a subscription that the stack knows."""
    topic = stacks.physical(account, LOUNGE, "News")
    screen = stacks.physical(account, LOUNGE, "Screen").rpartition("/")[2]
    if not topic or not screen:
        return Evidence("a topic News and a queue Screen", "not both", f"stack {LOUNGE}")
    if evidence := _refuse_unheard(account, topic, screen):
        return evidence
    there = _subscribers(account, topic)
    known = [
        str(one["PhysicalResourceId"])
        for one in stacks.resources(account, LOUNGE).values()
        if one["ResourceType"] == "AWS::SNS::Subscription"
    ]
    mine = [arn for arn, end in there.items() if end.endswith(f":{screen}")]
    if known and set(known) <= set(there) and set(mine) <= set(known):
        return None
    told = "one made by hand" if mine and not set(mine) & set(known) else "one that is not there"
    return Evidence("each subscription of the stack exists", told, f"stack {LOUNGE}")


def captain_hears(account: Account) -> Evidence | None:
    """Find that the captain still hears the news: the topic is the same one."""
    if not account.client("sqs").list_queues(QueueNamePrefix=CAPTAIN).get("QueueUrls"):
        raise Broken(f"The queue {CAPTAIN}, which belongs to no stack, was deleted.")
    topic = stacks.physical(account, LOUNGE, "News")
    if not topic:
        return Evidence(f"a subscription of {CAPTAIN}", "no topic", f"stack {LOUNGE}")
    return _refuse_unheard(account, topic, CAPTAIN)


def tried_lounge(account: Account) -> bool:
    """Tell whether the learner went on with the rollback, or did away with the stack."""
    return stacks.tried(account, LOUNGE, "ContinueUpdateRollback", "UpdateStack", "DeleteStack")


def solve_lounge(account: Account) -> None:
    """Skip what is lost, then make it anew under another logical id."""
    account.client("cloudformation").continue_update_rollback(
        StackName=LOUNGE, ResourcesToSkip=["NewsToScreen"]
    )
    renamed = stacks.template(account, "lounge.yaml").replace("NewsToScreen", "ScreenFeed")
    _update(account, LOUNGE, renamed)


def captain_gone(account: Account) -> Evidence | None:
    """Find that the queue outside the stacks was cleaned up."""
    if account.client("sqs").list_queues(QueueNamePrefix=CAPTAIN).get("QueueUrls"):
        return Evidence("no such queue", "it is still there", f"queue {CAPTAIN}")
    return None
