"""Ferry's desk, to which lab 10-01 sends events: how it begins, what its exercises ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.eventbridge import matching
from dryrun.checks.eventbridge.matching import ACCOUNT, REGION, event
from dryrun.checks.model import Evidence

DESK = "ferry-desk"
DESK_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{DESK}"
BUCKET = "ferry-timetables"
EVERYTHING, LARGE, REFUNDS = "ferry-everything", "ferry-large-sales", "ferry-refunds"
LOGINS, TIMETABLES, STOWAWAYS = "ferry-odd-logins", "ferry-new-timetables", "ferry-stowaways"
FILES = ("sale.json", "refund.json", "booking.json", "dogs.broken.json")
OWN = ("dogs.json", "pattern.json")
"""What the learner may call files of their own."""

ALL = {"source": [{"prefix": "ferry."}]}
BROKEN = {
    "source": ["ferry.tickets"],
    "detail-type": ["Ticket refunded"],
    "detail": {
        "Amount": [{"numeric": [">", 0]}],
        "reason": ["weather", "strike"],
        "paid": ["true"],
    },
}
_TICKETS, _SOLD, _REFUNDED = "ferry.tickets", "Ticket Sold", "Ticket Refunded"


def prepare(account: Account) -> None:
    """Make the desk's queue, two rules, and the bucket of timetables."""
    templates.remove(*OWN)
    templates.lay_out(account, "10-eventbridge", *FILES)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": DESK_ARN,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("sqs").create_queue(QueueName=DESK, Attributes={"Policy": policy})
    matching.put(account, EVERYTHING, ALL, DESK_ARN)
    matching.put(account, REFUNDS, BROKEN, DESK_ARN)
    account.client("s3").create_bucket(Bucket=BUCKET)


def made(name: str) -> Any:
    """Return what tells whether a rule was tried."""
    return partial(matching.tried, name=name)


def aimed(name: str) -> Any:
    """Return the check that a rule is on and sends to the desk."""
    return partial(matching.refuse_aim, name=name, target=DESK_ARN)


# 1 · an event of one's own

SALE = {"port": "island/helgoland", "price": 120}


def tried_sale(account: Account) -> bool:
    """Tell whether the learner put any event."""
    return bool(account.calls("events", "PutEvents"))


def sold(account: Account) -> Evidence | None:
    """Find that EventBridge took an event of a sale."""
    if any(entry for entry, _ in _sales(account)):
        return None
    last = _last_error(account)
    found = f"none; the last one was refused: {last}" if last else "no such event"
    return Evidence(f"an event {_SOLD} of {_TICKETS}", found, "events put on the default bus")


def sale_told(account: Account) -> Evidence | None:
    """Find that the event of a sale told port and price."""
    details = [detail for _, detail in _sales(account)]
    if any({name: detail.get(name) for name in SALE} == SALE for detail in details):
        return None
    found = json.dumps(details[-1]) if details else "no such event"
    return Evidence(json.dumps(SALE), found, f"detail of the event {_SOLD}")


def _sales(account: Account) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for call in account.calls("events", "PutEvents"):
        results = call.result.get("Entries", [])
        for entry, result in zip(call.parameters.get("Entries", []), results, strict=False):
            bus = str(entry.get("EventBusName") or "default").rpartition("/")[2]
            named = (entry.get("Source"), entry.get("DetailType"), bus)
            if "EventId" in result and named == (_TICKETS, _SOLD, "default"):
                yield entry, json.loads(entry["Detail"])


def _last_error(account: Account) -> str:
    for call in reversed(account.calls("events", "PutEvents")):
        for result in call.result.get("Entries", []):
            if "ErrorCode" in result:
                return f"{result['ErrorCode']}, {result.get('ErrorMessage', '')}"
    return ""


def solve_sale(account: Account) -> None:
    """Put the event."""
    entry = {"Source": _TICKETS, "DetailType": _SOLD, "Detail": json.dumps(SALE)}
    account.client("events").put_events(Entries=[entry])


# 2 · too much mail


def tried_silence(account: Account) -> bool:
    """Tell whether the learner changed the rule for everything."""
    changing = ("DisableRule", "DeleteRule", "RemoveTargets", "PutRule")
    return any(
        EVERYTHING in (call.parameters.get("Name"), call.parameters.get("Rule"))
        for operation in changing
        for call in account.calls("events", operation)
    )


def silent(account: Account) -> Evidence | None:
    """Find that the rule for everything delivers nothing."""
    found = matching.rule(account, EVERYTHING)
    if found is None or found["State"] == "DISABLED":
        return None
    return Evidence("DISABLED", found["State"], f"state of the rule {EVERYTHING}")


def kept(account: Account) -> Evidence | None:
    """Find that it is still there, with pattern and target."""
    found = matching.rule(account, EVERYTHING)
    if found is None:
        return Evidence("the rule is still there", "it is gone", f"rule {EVERYTHING}")
    if json.loads(found.get("EventPattern") or "{}") != ALL:
        return Evidence(json.dumps(ALL), found.get("EventPattern", "none"), f"rule {EVERYTHING}")
    aims = matching.targets(account, EVERYTHING)
    if DESK_ARN in aims:
        return None
    return Evidence(DESK_ARN, ", ".join(aims) or "no target", f"targets of {EVERYTHING}")


def solve_silence(account: Account) -> None:
    """Disable the rule."""
    account.client("events").disable_rule(Name=EVERYTHING)


# 3 · large sales


def _sale(kind: str = _SOLD, source: str = _TICKETS, **detail: Any) -> dict[str, Any]:
    return event(source, kind, {"port": "island/sylt", "price": 250, "clerk": "bo", **detail})


LARGE_SALES = {
    "a sale of 250 to island/sylt": _sale(),
    "a sale of 100 to island/helgoland": _sale(port="island/helgoland", price=100),
    "a sale of 180.5 to island/juist": _sale(port="island/juist", price=180.5),
}
OTHER_SALES = {
    "a sale of 99.99": _sale(price=99.99),
    "a sale to the port mainland/cuxhaven": _sale(port="mainland/cuxhaven"),
    "a sale to the port riverside/island": _sale(port="riverside/island"),
    "a refund": _sale(_REFUNDED),
    "a sale of the test system, ferry.tickets.test": _sale(source="ferry.tickets.test"),
}
PATTERN_LARGE = {
    "source": [_TICKETS],
    "detail-type": [_SOLD],
    "detail": {"port": [{"prefix": "island/"}], "price": [{"numeric": [">=", 100]}]},
}


def solve_large(account: Account) -> None:
    """Make the rule for large sales."""
    matching.put(account, LARGE, PATTERN_LARGE, DESK_ARN)


# 4 · the refund that never came


def _refund(kind: str = _REFUNDED, source: str = _TICKETS, **detail: Any) -> dict[str, Any]:
    told = {"ticket": "T-1", "amount": 35.5, "reason": "Weather", "paid": True}
    return event(source, kind, {**told, **detail})


REFUNDED = {
    "refund.json": _refund(),
    "a refund of 1 for “weather”": _refund(amount=1, reason="weather"),
    "a refund for “STRIKE”": _refund(reason="STRIKE"),
    "a refund for “Strike”": _refund(reason="Strike"),
}
NOT_REFUNDED = {
    "a refund of 0": _refund(amount=0),
    "a refund that is not paid yet": _refund(paid=False),
    "a refund for “seasick”": _refund(reason="seasick"),
    "a sale": _refund(_SOLD),
    "an event of ferry.bookings": _refund(source="ferry.bookings"),
}
PATTERN_REFUNDS = {
    "source": [_TICKETS],
    "detail-type": [_REFUNDED],
    "detail": {
        "amount": [{"numeric": [">", 0]}],
        "reason": [{"equals-ignore-case": "weather"}, {"equals-ignore-case": "strike"}],
        "paid": [True],
    },
}


def tried_refunds(account: Account) -> bool:
    """Tell whether the rule for refunds is not what it was."""
    found = matching.rule(account, REFUNDS)
    return found is None or json.loads(found.get("EventPattern") or "{}") != BROKEN


def solve_refunds(account: Account) -> None:
    """Mend the rule for refunds."""
    matching.put(account, REFUNDS, PATTERN_REFUNDS, DESK_ARN)


# 5 · odd logins


def _login(**detail: Any) -> dict[str, Any]:
    told = {"user": "ada", "ip": "10.20.0.5", "device": "till-4", **detail}
    return event("ferry.staff", "Login", {k: v for k, v in told.items() if v is not None})


ODD = {
    "a login from 203.0.113.9": _login(ip="203.0.113.9"),
    "a login from 203.0.113.250 without a device": _login(ip="203.0.113.250", device=None),
    "a login in the office without a device": _login(device=None),
}
USUAL = {
    "a login in the office with a device": _login(),
    "a login from 203.0.114.9": _login(ip="203.0.114.9"),
    "the user robot-1 from 203.0.113.9": _login(user="robot-1", ip="203.0.113.9"),
    "the user robot-2 without a device": _login(user="robot-2", device=None),
    "another event, Logout": _login(device=None) | {"detail-type": "Logout"},
    "an event of ferry.guests": _login(device=None) | {"source": "ferry.guests"},
}
PATTERN_LOGINS = {
    "source": ["ferry.staff"],
    "detail-type": ["Login"],
    "detail": {
        "user": [{"anything-but": {"prefix": "robot-"}}],
        "$or": [{"ip": [{"cidr": "203.0.113.0/24"}]}, {"device": [{"exists": False}]}],
    },
}


def solve_logins(account: Account) -> None:
    """Make the rule for odd logins."""
    matching.put(account, LOGINS, PATTERN_LOGINS, DESK_ARN)


# 6 · new timetables


def _object(key: str, bucket: str = BUCKET, kind: str = "Object Created") -> dict[str, Any]:
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": 4, "etag": "8d777f385d3dfec8815d20f7496026dc"},
        "reason": "PutObject",
    }
    return event("aws.s3", kind, detail, resources=[f"arn:aws:s3:::{bucket}"])


CREATED = {
    "summer/helgoland.pdf": _object("summer/helgoland.pdf"),
    "summer/2027/sylt.pdf": _object("summer/2027/sylt.pdf"),
}
NOT_CREATED = {
    "summer/helgoland.txt": _object("summer/helgoland.txt"),
    "winter/helgoland.pdf": _object("winter/helgoland.pdf"),
    "summer/helgoland.pdf in another bucket": _object("summer/helgoland.pdf", "ferry-other"),
    "a deleted summer/helgoland.pdf": _object("summer/helgoland.pdf", kind="Object Deleted"),
    "an event of ferry.copies": _object("summer/helgoland.pdf") | {"source": "ferry.copies"},
}
PATTERN_TIMETABLES = {
    "source": ["aws.s3"],
    "detail-type": ["Object Created"],
    "detail": {"bucket": {"name": [BUCKET]}, "object": {"key": [{"wildcard": "summer/*.pdf"}]}},
}


def tried_timetables(account: Account) -> bool:
    """Tell whether the learner made the rule, or changed what the bucket tells."""
    told = account.calls("s3", "PutBucketNotificationConfiguration")
    return bool(told) or matching.tried(account, TIMETABLES)


def bucket_tells(account: Account) -> Evidence | None:
    """Find that the bucket sends its events to EventBridge."""
    where = f"notifications of the bucket {BUCKET}"
    try:
        found = account.client("s3").get_bucket_notification_configuration(Bucket=BUCKET)
    except ClientError as error:
        return Evidence("EventBridge is told", error.response["Error"]["Code"], where)
    if "EventBridgeConfiguration" in found:
        return None
    return Evidence("EventBridgeConfiguration: {}", "nothing for EventBridge", where)


def solve_timetables(account: Account) -> None:
    """Let the bucket tell, and make the rule."""
    account.client("s3").put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    matching.put(account, TIMETABLES, PATTERN_TIMETABLES, DESK_ARN)


# 7 · the dogs


def _booking(*passengers: tuple[str, int, bool]) -> dict[str, Any]:
    told = [{"kind": kind, "age": age, "paid": paid} for kind, age, paid in passengers]
    return event("ferry.bookings", "Booking Made", {"passengers": told})


UNPAID = {
    "one unpaid dog": _booking(("dog", 3, False)),
    "an adult who paid and a dog who did not": _booking(("adult", 41, True), ("dog", 1, False)),
}
PAID = {
    "booking.json, with a dog that paid and a cat that did not": _booking(
        ("adult", 41, True), ("dog", 3, True), ("cat", 2, False)
    ),
    "an unpaid cat": _booking(("cat", 2, False)),
    "a cancelled booking with an unpaid dog": _booking(("dog", 3, False))
    | {"detail-type": "Booking Cancelled"},
    "an event of ferry.tickets": _booking(("dog", 3, False)) | {"source": _TICKETS},
}
PATTERN_DOGS = {
    "source": ["ferry.bookings"],
    "detail-type": ["Booking Made"],
    "detail": {"passengers": {"kind": ["dog"], "paid": [False]}},
}


def solve_dogs(account: Account) -> None:
    """Make the rule for dogs without a ticket."""
    matching.put(account, STOWAWAYS, PATTERN_DOGS, DESK_ARN)


# Clean up


def none_left(account: Account) -> Evidence | None:
    """Find that no rule of the lab is left."""
    found = account.client("events").list_rules(NamePrefix="ferry-")["Rules"]
    if not found:
        return None
    return Evidence("no rule ferry-…", ", ".join(one["Name"] for one in found), "default bus")


def desk_gone(account: Account) -> Evidence | None:
    """Find that the desk's queue is gone."""
    try:
        account.client("sqs").get_queue_url(QueueName=DESK)
    except ClientError:
        return None
    return Evidence("no queue", DESK, "SQS")


def bucket_gone(account: Account) -> Evidence | None:
    """Find that the bucket of timetables is gone."""
    found = [one["Name"] for one in account.client("s3").list_buckets()["Buckets"]]
    return Evidence("no bucket", BUCKET, "S3") if BUCKET in found else None
