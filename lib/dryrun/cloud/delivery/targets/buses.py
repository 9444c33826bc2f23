"""Other buses, in any region and account; "Sending and receiving events between event buses".

An event keeps its account, region and time on the way. It goes from bus to bus once: AWS lets
none go on to a third one.
"""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud import inside
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import principals
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery, Sender
from dryrun.cloud.delivery.targets import Report, parts_of
from dryrun.cloud.identity import Caller, CallerKind

_ONCE = (
    "Event ingestion rejected for event {} because an event can be sent to an event bus target "
    "only once. This event was previously delivered to an event bus target."
)


def carry(delivery: Delivery, report: Report) -> None:
    """Hand the event to the other bus, or put the payload there as an event of its own."""
    asked = delivery.options.get("EventBridgeParameters")
    if asked:
        report(_put(delivery, asked))
        return
    event = _event(delivery.payload)
    _check(delivery, event)
    from dryrun.cloud.events import bus  # noqa: PLC0415 - buses send through here themselves

    bus.accept(event, delivery.target_arn)
    report({"EventId": event["id"]})


def _check(delivery: Delivery, event: dict[str, Any]) -> None:
    region, account, resource = parts_of(delivery.target_arn)
    if delivery.hopped:
        crosses = account != delivery.sender.account or region == delivery.sender.region
        kind = "THIRD_ACCOUNT_HOP_DETECTED" if crosses else "THIRD_REGION_HOP_DETECTED"
        raise Failure(kind, _ONCE.format(event["id"]))
    caller = _caller(delivery.sender, account)
    context = {
        "events:source": str(event.get("source", "")),
        "events:detail-type": str(event.get("detail-type", "")),
        "events:eventBusInvocation": "true",
    }
    if not delivery.sender.role_arn:
        # "PutTargets", EventBridge API Reference: an account that is let in through its
        # organization, and not by its number, needs a role.
        context |= {"aws:principalorgid": "", "aws:principalorgpaths": ""}
    # The role's policy decides for a bus of the same account; another one's policy decides too.
    if not may(caller, "events:PutEvents", delivery.target_arn, context).allowed:
        raise Failure(
            "NO_PERMISSIONS",
            f"User: {caller.arn} is not authorized to perform: events:PutEvents on resource: "
            f"{delivery.target_arn}",
        )
    if not _is_there(account, region, resource.removeprefix("event-bus/")):
        raise Failure("NO_RESOURCE", f"Event bus {resource.rpartition('/')[2]} does not exist.")


def _caller(sender: Sender, account: str) -> Caller:
    """Return who puts the event: the role, or the account where a target has none.

    Without a role, what the other account's bus allows the account is enough.
    """
    if sender.role_arn:
        return principals.role_caller(sender)
    if account == sender.account:
        return principals.service_caller(sender, account)
    return Caller(CallerKind.ROOT, f"arn:aws:iam::{sender.account}:root", "", sender.account)


def _put(delivery: Delivery, asked: dict[str, Any]) -> dict[str, Any]:
    """Put the payload as the detail of an event, as Scheduler and Pipes do."""
    region, _, _ = parts_of(delivery.target_arn)
    entry: dict[str, Any] = {
        "Source": asked["Source"],
        "DetailType": asked["DetailType"],
        "Detail": delivery.payload,
        "EventBusName": delivery.target_arn,
    }
    if asked.get("Resources"):
        entry["Resources"] = asked["Resources"]
    answer = inside.client("events", region).put_events(Entries=[entry])
    first: dict[str, Any] = answer["Entries"][0]
    if first.get("ErrorCode"):
        code, message = first["ErrorCode"], first.get("ErrorMessage", "")
        raise Failure("ERROR_FROM_TARGET", message, plain=(code, message))
    return {"EventId": first["EventId"]}


def _event(payload: str) -> dict[str, Any]:
    try:
        event = json.loads(payload)
    except ValueError as error:
        raise Failure("INVALID_JSON", "What goes to an event bus must be an event.") from error
    if not isinstance(event, dict) or "id" not in event:
        raise Failure("INVALID_JSON", "What goes to an event bus must be an event.")
    return event


def _is_there(account: str, region: str, name: str) -> bool:
    from moto.events.models import events_backends  # noqa: PLC0415 - loaded when first needed

    return name in events_backends[account][region].event_buses
