"""What must be true of the exercises of lab 02-01."""

from __future__ import annotations

import json

from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import stacks, tickets
from dryrun.checks.cloudformation_templates.stacks import Made, where
from dryrun.checks.cloudformation_templates.tickets import OFFICE, TICKETS, TIMETABLE
from dryrun.checks.model import Evidence

QUEUE = "AWS::SQS::Queue"
BUCKET = "AWS::S3::Bucket"
TAG = {"cost-center": "tickets"}
OWNER = "ticket-office@ferry.example"
_AT_QUEUE = f"queue of Orders, stack {TICKETS}"
_NEW = ("CreateStack", "CreateChangeSet")


def _creates(account: Account, name: str) -> bool:
    """Tell whether the learner tried to create a stack of this name."""
    return any(
        call.operation in _NEW and call.parameters.get("StackName") == name
        for call in account.calls("cloudformation")
    )


def _orders(account: Account) -> Made | None:
    found = stacks.made(account, TICKETS).get("Orders")
    return found if found and found.type == QUEUE else None


def _no_orders(account: Account) -> Evidence:
    names = ", ".join(
        f"{one.logical} ({one.type})" for one in stacks.made(account, TICKETS).values()
    )
    return Evidence(f"a resource Orders of type {QUEUE}", names or "nothing", where(TICKETS))


def _attribute(account: Account, name: str, expected: int) -> Evidence | None:
    """Compare an attribute of the orders' queue, as SQS has it."""
    queue = _orders(account)
    if queue is None:
        return _no_orders(account)
    found = tickets.attributes(account, queue.physical).get(name)
    if found == str(expected):
        return None
    return Evidence(f"{name} {expected}", f"{name} {found}", _AT_QUEUE)


# 1 · a template of your own


def tried_first(account: Account) -> bool:
    """Tell whether a stack of tickets was tried."""
    mine = (name for call in account.calls("cloudformation") if call.operation in _NEW
            for name in [call.parameters.get("StackName")])  # fmt: skip
    return any(name != tickets.HARBOUR for name in mine)


def queue_waits(account: Account) -> Evidence | None:
    """Find that an order is hidden for two minutes, or for as long as step 2 wants."""
    if _attribute(account, "VisibilityTimeout", 300) is None:
        return None
    return _attribute(account, "VisibilityTimeout", 120)


def queue_keeps(account: Account) -> Evidence | None:
    """Find that the queue keeps an order for a week."""
    return _attribute(account, "MessageRetentionPeriod", 604800)


def described(account: Account) -> Evidence | None:
    """Find that the template says what it is for."""
    stack = stacks.find(account, TICKETS)
    if stack and str(stack.get("Description") or "").strip():
        return None
    return Evidence("a Description", "none", where(TICKETS))


# 2 · a second resource


def tried_second(account: Account) -> bool:
    """Tell whether the stack was changed since it was made, or taken down."""
    if stacks.find(account, TICKETS) is None:
        deleted = account.calls("cloudformation", "DeleteStack")
        return any(call.parameters.get("StackName") == TICKETS for call in deleted)
    unchanged = _attribute(account, "VisibilityTimeout", 120) is None
    return stacks.updated(account, TICKETS) or not unchanged


def queue_patient(account: Account) -> Evidence | None:
    """Find that an order is hidden for five minutes now."""
    return _attribute(account, "VisibilityTimeout", 300)


def bucket_versioned(account: Account) -> Evidence | None:
    """Find that the stack has a bucket which keeps old versions."""
    buckets = stacks.of_type(stacks.made(account, TICKETS), BUCKET)
    if not buckets:
        return Evidence(f"a resource of type {BUCKET}", "none", where(TICKETS))
    answer = account.client("s3").get_bucket_versioning(Bucket=buckets[0].physical)
    found = answer.get("Status") or "off"
    if found == "Enabled":
        return None
    return Evidence("versioning Enabled", f"versioning {found}", f"bucket {buckets[0].physical}")


def orders_kept(account: Account) -> Evidence | None:
    """Find that the orders are still in the queue."""
    queue = _orders(account)
    if queue is None:
        return _no_orders(account)
    known = tickets.attributes(account, queue.physical)
    counted = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = sum(int(known.get(name) or 0) for name in counted)
    expected = len(tickets.ORDERS)
    if found >= expected:
        return None
    advice = "; a deleted queue takes its messages along" if found == 0 else ""
    return Evidence(f"{expected} orders", f"{found} orders{advice}", _AT_QUEUE)


# 3 · what belongs to the whole stack


def tried_settings(account: Account) -> bool:
    """Tell whether the stack, or something in it, was given tags or a topic."""
    stack = stacks.find(account, TICKETS) or {}
    tagging = ("TagQueue", "PutBucketTagging", "Subscribe")
    by_hand = any(call.operation in tagging for call in account.calls())
    return bool(stacks.tags(stack) or stack.get("NotificationARNs") or by_hand)


def stack_tagged(account: Account) -> Evidence | None:
    """Find that the stack has the tag of the cost centre."""
    found = stacks.tags(stacks.find(account, TICKETS))
    if found.items() >= TAG.items():
        return None
    return Evidence("tag cost-center=tickets", _pairs(found), where(TICKETS))


def resources_tagged(account: Account) -> Evidence | None:
    """Find that queue and bucket carry the tag too."""
    resources = stacks.made(account, TICKETS)
    for bucket in stacks.of_type(resources, BUCKET):
        found = _bucket_tags(account, bucket.physical)
        if not found.items() >= TAG.items():
            return Evidence("tag cost-center=tickets", _pairs(found), f"bucket {bucket.physical}")
    queue = _orders(account)
    if queue is None:
        return _no_orders(account)
    found = account.client("sqs").list_queue_tags(QueueUrl=queue.physical).get("Tags") or {}
    if found.items() >= TAG.items():
        return None
    return Evidence("tag cost-center=tickets", _pairs(found), _AT_QUEUE)


def news_sent(account: Account) -> Evidence | None:
    """Find that the events of the stack go to the office's topic."""
    topic = tickets.topic_arn(account)
    stack = stacks.find(account, TICKETS) or {}
    found = stack.get("NotificationARNs") or []
    if topic in found:
        return None
    return Evidence(f"notifications to {tickets.NEWS}", ", ".join(found) or "none", where(TICKETS))


def template_kept(account: Account) -> Evidence | None:
    """Find that the template is the one of step 2."""
    return queue_patient(account) or bucket_versioned(account)


def _bucket_tags(account: Account, bucket: str) -> dict[str, str]:
    s3 = account.client("s3")
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise


def _pairs(tags: dict[str, str]) -> str:
    own = {key: value for key, value in tags.items() if not key.startswith("aws:")}
    return ", ".join(f"{key}={value}" for key, value in own.items()) or "no tag of yours"


# 4 · too long for a command


def tried_timetable(account: Account) -> bool:
    """Tell whether the timetable was put into the bucket or into a stack."""
    puts = {call.parameters.get("Bucket") for call in account.calls("s3", "PutObject")}
    tried = (
        c for c in account.calls("cloudformation", "CreateStack") if "TemplateURL" in c.parameters
    )
    return tickets.BUCKET in puts or any(tried) or stacks.find(account, TIMETABLE) is not None


def timetable_whole(account: Account) -> Evidence | None:
    """Find that no sailing was thrown away to make the template fit."""
    if stacks.find(account, TIMETABLE) is None:
        return Evidence(f"{tickets.all_sailings(account)} sailings", "no stack", where(TIMETABLE))
    body = account.client("cloudformation").get_template(StackName=TIMETABLE)["TemplateBody"]
    found, expected = tickets.sailings(body), tickets.all_sailings(account)
    if found >= expected:
        return None
    return Evidence(f"{expected} sailings", f"{found} sailings", f"the template of {TIMETABLE}")


# 5 · taken down


def tried_take_down(account: Account) -> bool:
    """Tell whether anything was deleted."""
    deleting = ("DeleteStack", "DeleteParameter", "DeleteParameters")
    return any(call.operation in deleting for call in account.calls())


def timetable_gone(account: Account) -> Evidence | None:
    """Find that the timetable's stack was deleted."""
    return stacks.gone(account, TIMETABLE)


def parameters_gone(account: Account) -> Evidence | None:
    """Find that nothing the timetable's stack had made is left."""
    if stacks.gone(account, TIMETABLE) is not None:
        return Evidence("no parameter of a deleted stack", "the stack is not deleted", ROUTES_PLACE)
    answer = account.client("ssm").get_parameters_by_path(Path=tickets.ROUTES)
    left = [one["Name"] for one in answer["Parameters"]]
    if not left:
        return None
    return Evidence("no parameter", ", ".join(left), ROUTES_PLACE)


ROUTES_PLACE = f"Parameter Store, {tickets.ROUTES}"


# 6 · the office's template


def tried_office(account: Account) -> bool:
    """Tell whether the office's stack was tried."""
    return _creates(account, OFFICE)


def office_refunds(account: Account) -> Evidence | None:
    """Find that refunds wait three minutes, and are given up after three tries."""
    queue = stacks.made(account, OFFICE).get("Refunds")
    lost = stacks.made(account, OFFICE).get("LostRefunds")
    expected = "VisibilityTimeout 180, redrive to LostRefunds after 3"
    if queue is None or lost is None:
        return Evidence(expected, "Refunds or LostRefunds is missing", where(OFFICE))
    known = tickets.attributes(account, queue.physical)
    redrive = json.loads(known.get("RedrivePolicy") or "{}")
    target = str(redrive.get("deadLetterTargetArn") or "nowhere").rpartition(":")[2]
    tries, seconds = str(redrive.get("maxReceiveCount")), known.get("VisibilityTimeout")
    right = lost.physical.endswith(f"/{target}") and tries == "3" and seconds == "180"
    if right:
        return None
    found = f"VisibilityTimeout {seconds}, redrive to {target} after {tries}"
    return Evidence(expected, found, f"queue of Refunds, stack {OFFICE}")


def office_alarm(account: Account) -> Evidence | None:
    """Find that an alarm tells the office's topic about refunds that pile up."""
    resources = stacks.made(account, OFFICE)
    alarm, topic = resources.get("RefundsWaiting"), resources.get("OfficeNews")
    expected = "the alarm RefundsWaiting, which tells OfficeNews above 20"
    if alarm is None or topic is None:
        missing = "RefundsWaiting" if alarm is None else "OfficeNews"
        return Evidence(expected, f"{missing} is missing", where(OFFICE))
    answer = account.client("cloudwatch").describe_alarms(AlarmNames=[alarm.physical])
    for found in answer["MetricAlarms"]:
        if found["AlarmActions"] == [topic.physical] and found["Threshold"] == 20:
            return None
        told = ", ".join(found["AlarmActions"]) or "nobody"
        return Evidence(expected, f"tells {told} above {found['Threshold']:g}", where(OFFICE))
    return Evidence(expected, "no such alarm in CloudWatch", where(OFFICE))


def office_owner(account: Account) -> Evidence | None:
    """Find that the template still says who owns it, where a template may say so."""
    if stacks.find(account, OFFICE) is None:
        return Evidence(f"{OWNER} under Metadata", "no stack", where(OFFICE))
    summary = account.client("cloudformation").get_template_summary(StackName=OFFICE)
    found = summary.get("Metadata") or ""
    if OWNER in found:
        return None
    return Evidence(f"{OWNER} under Metadata", found or "no Metadata", f"the template of {OFFICE}")


def nothing_left(account: Account) -> Evidence | None:
    """Find that every stack of this lab is deleted."""
    return stacks.none_left(account, tickets.STACKS)
