"""An event on a bus: which rules it matches, and what becomes of it.

`put_event` is how the services of this cloud send events, `accept` how a bus gets what another
one sends on, `publish` what all ways to a bus end in.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, cast

from dryrun.cloud import delivery, registry
from dryrun.cloud.events import envelope, transformer
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.events.event_fields import fields_of

if TYPE_CHECKING:
    from dryrun.cloud.events.models import Bus, EventsBackend
    from dryrun.cloud.events.rules import Rule

PRINCIPAL = "events.amazonaws.com"
API_CALL = "AWS API Call via CloudTrail"
_OPTIONS = (
    "AppSyncParameters", "BatchParameters", "EcsParameters", "HttpParameters",
    "KinesisParameters", "RedshiftDataParameters", "RunCommandParameters",
    "SageMakerPipelineParameters", "SqsParameters",
)  # fmt: skip


def put_event(  # noqa: PLR0917 - what an event has, in its order
    account: str,
    region: str,
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    resources: Iterable[str] = (),
    bus: str = "default",
    time: float | None = None,
) -> None:
    """Send an event of an AWS service; costs next to nothing while nobody listens."""
    found = _listening(account, region, bus)
    if found is not None:
        event = envelope.make(
            account, region, source, detail_type, detail, resources=resources, time=time
        )
        publish(found, event)


def listens(account: str, region: str, bus: str = "default") -> bool:
    """Tell whether an event of a service would have any effect there."""
    return _listening(account, region, bus) is not None


def accept(event: Event, bus_arn: str) -> None:
    """Take an event that another bus sends on; whether it may, and the bus is there, is known.

    The event keeps account, region and time. Recorded deliveries to another region show that it
    has a new id there.
    """
    _, _, _, region, account, resource = bus_arn.split(":", 5)
    found = backend_of(account, region).event_buses.get(resource.removeprefix("event-bus/"))
    if found is None:
        return
    if event["region"] != region:
        event = {**event, "id": envelope.new_id()}
    publish(found, event, hopped=True)


def backend_of(account: str, region: str) -> EventsBackend:
    """Return the EventBridge of an account in a region."""
    registry.prepare("events")
    from moto.events.models import events_backends  # noqa: PLC0415 - takes a while to load

    return cast("EventsBackend", events_backends[account][region])


def publish(
    bus: Bus,
    event: Event,
    *,
    hopped: bool = False,
    only: Collection[str] | None = None,
    size: int | None = None,
) -> None:
    """Give an event to the targets of each rule it matches.

    `only` names rules by their ARNs; `size` is what the event counts for in an archive.
    """
    for watcher in list(bus.watchers.values()):
        watcher(event)
    for rule in bus.matching(fields_of(event)):
        if (only is not None and rule.arn not in only) or _hidden(rule, event):
            continue
        fire(rule, event, hopped=hopped, size=size)


def fire(rule: Rule, event: Event, *, hopped: bool = False, size: int | None = None) -> None:
    """Send an event to the targets of a rule that matches it."""
    if rule.archive is not None:
        rule.archive.take(event, size)
        return
    for target in rule.targets:
        delivery.send(_delivery(rule, target, event, hopped))


def _delivery(rule: Rule, target: dict[str, Any], event: Event, hopped: bool) -> delivery.Delivery:
    sender = delivery.Sender(
        PRINCIPAL, rule.arn, rule.account_id, rule.region_name, target.get("RoleArn", "")
    )
    retry = target.get("RetryPolicy") or {}
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    return delivery.Delivery(
        sender,
        target["Arn"],
        transformer.payload(rule, target, event),
        options={name: target[name] for name in _OPTIONS if name in target},
        max_age=float(retry.get("MaximumEventAgeInSeconds", 86400)),
        max_attempts=int(retry.get("MaximumRetryAttempts", 185)),
        dead_letter_arn=dead_letters,
        dead_letter_attributes={"RULE_ARN": rule.arn, "TARGET_ARN": target["Arn"]},
        # The event as it was, to be put again (from memory: what such queues hold).
        dead_letter_body=envelope.text(event) if dead_letters else "",
        event_id=event["id"],
        hopped=hopped,
    )


def _hidden(rule: Rule, event: Event) -> bool:
    """Tell whether a call that only reads is kept from a rule that did not ask for those.

    See "Read-only management events from AWS services", EventBridge User Guide.
    """
    if event["detail-type"] != API_CALL or not event["detail"].get("readOnly"):
        return False
    return rule.state != "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def _listening(account: str, region: str, name: str) -> Bus | None:
    models: Any = sys.modules.get("moto.events.models")
    if models is None or account not in models.events_backends:
        return None
    regions = models.events_backends[account]
    if region not in regions:
        return None
    found: Bus | None = regions[region].event_buses.get(name)
    return found if found is not None and (found.rules or found.watchers) else None
