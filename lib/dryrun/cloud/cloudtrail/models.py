"""Trails that log: moto's, with a check of the bucket's policy, selectors and deliveries."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.cloudtrail.models import CloudTrailBackend as MotoCloudTrailBackend
from moto.cloudtrail.models import Trail as MotoTrail
from moto.cloudtrail.models import TrailStatus as MotoTrailStatus
from moto.cloudtrail.models import cloudtrail_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import journal
from dryrun.cloud.cloudtrail import delivery, kinds, lookup, outlets, selectors
from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.cloudtrail.exceptions import (
    InsufficientS3BucketPolicyException,
    InvalidEventSelectorsException,
    MaximumNumberOfTrailsExceededException,
    NotSimulated,
    TrailAlreadyExistsException,
)

# "Quotas in AWS CloudTrail".
MOST_TRAILS = 5


class TrailStatus(MotoTrailStatus):
    """What GetTrailStatus tells; moto claims a delivery whenever it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.last_attempt: datetime | None = None
        self.last_success: datetime | None = None
        self.error = ""
        self.last_notification: datetime | None = None
        self.last_logged: datetime | None = None

    def start_logging(self) -> None:
        """Begin to log."""
        self.is_logging, self.started = True, clocks.current().now()

    def stop_logging(self) -> None:
        """Log no more."""
        self.is_logging, self.stopped = False, clocks.current().now()

    def attempted(self, when: datetime, error: str) -> None:
        """Remember a delivery, and the error of S3 it met with, "" for none."""
        self.last_attempt, self.error = when, error
        if not error:
            self.last_success = when

    def told(self, when: datetime, notified: bool, logged: bool) -> None:
        """Remember who else has heard of a delivery."""
        self.last_notification = when if notified else self.last_notification
        self.last_logged = when if logged else self.last_logged

    def description(self) -> dict[str, Any]:
        """Return the answer of GetTrailStatus."""
        made: dict[str, Any] = {
            "IsLogging": self.is_logging,
            "LatestDeliveryAttemptTime": _text(self.last_attempt),
            "LatestDeliveryAttemptSucceeded": _text(self.last_success),
            "LatestNotificationAttemptTime": _text(self.last_notification),
            "LatestNotificationAttemptSucceeded": _text(self.last_notification),
            "TimeLoggingStarted": _text(self.started),
            "TimeLoggingStopped": _text(self.stopped),
        }
        times = {
            "StartLoggingTime": self.started,
            "StopLoggingTime": self.stopped,
            "LatestDeliveryTime": self.last_success,
            "LatestNotificationTime": self.last_notification,
            "LatestCloudWatchLogsDeliveryTime": self.last_logged,
        }
        made |= {name: when.timestamp() for name, when in times.items() if when is not None}
        if self.error:
            made["LatestDeliveryError"] = self.error
        return made


class Trail(MotoTrail):
    """A trail that collects events while it logs."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.status = TrailStatus()
        self.event_selectors = [dict(selectors.DEFAULT)]
        self.chosen = selectors.of_basic(self.event_selectors)
        self.customized = False
        self.collected: list[Event] = []
        self.awaits_delivery = False
        self.undigested: list[dict[str, Any]] = []
        self.last_digest: dict[str, str] = {}
        self._stopping = False
        self.check_bucket_policy()
        outlets.check(self)

    @property
    def topic_arn(self) -> str | None:
        """The topic to tell of deliveries, which may be named by its ARN."""
        named = self.sns_topic_name
        plain: str | None = super().topic_arn
        return named if named and named.startswith("arn:") else plain

    def check_bucket_policy(self) -> None:
        """Raise InsufficientS3BucketPolicyException unless CloudTrail may write to the bucket."""
        if not delivery.can_write(self):
            raise InsufficientS3BucketPolicyException(self.bucket_name)

    def takes(self, event: Event) -> bool:
        """Tell whether the trail logs an event; the call that stops it is its last."""
        if not self.status.is_logging and not self._is_the_stop(event):
            return False
        here = self.is_multi_region or event.region == self.region_name
        return (
            here
            and (self.include_global_service_events or not _is_global(event))
            and any(selector.takes(event) for selector in self.chosen)
        )

    def _is_the_stop(self, event: Event) -> bool:
        stop, self._stopping = self._stopping, False
        return stop and event.name == "StopLogging"

    def start_logging(self) -> None:
        """Begin to log."""
        super().start_logging()
        delivery.listen()

    def stop_logging(self) -> None:
        """Log no more after this call."""
        self._stopping = self.status.is_logging
        super().stop_logging()

    def put_event_selectors(
        self,
        event_selectors: list[dict[str, Any]] | None,
        advanced_event_selectors: list[dict[str, Any]] | None,
    ) -> None:
        """Choose the events to log, in one of the two ways of saying so."""
        if bool(event_selectors) == bool(advanced_event_selectors):
            raise InvalidEventSelectorsException(
                "You must specify either event selectors or advanced event selectors, not both."
            )
        if event_selectors:
            complete = selectors.basic(event_selectors)
            self.chosen = selectors.of_basic(complete)
            self.event_selectors, self.advanced_event_selectors = complete, []
        else:
            assert advanced_event_selectors
            self.chosen = selectors.of_advanced(advanced_event_selectors)
            self.event_selectors = []
            self.advanced_event_selectors = advanced_event_selectors
        self.customized = True

    def update(self, **changes: Any) -> None:
        """Change the trail if the bucket it then has is one it can write to."""
        changed = copy.copy(self)
        MotoTrail.update(changed, **changes)
        changed.check_bucket_exists()
        changed.check_bucket_policy()
        outlets.check(changed)
        super().update(**changes)

    def description(self, include_region: bool = False) -> dict[str, Any]:
        """Return the trail as DescribeTrails tells of it."""
        made = super().description(include_region)
        return {
            **made,
            "HasCustomEventSelectors": self.customized,
            "HasInsightSelectors": bool(self.insight_selectors),
        }


class CloudTrailBackend(MotoCloudTrailBackend):
    """moto's CloudTrail with trails that log."""

    trails: dict[str, Trail]

    def create_trail(
        self, name: str, *settings: Any, tags_list: list[dict[str, str]] | None = None
    ) -> Trail:
        """Create a trail that does not log yet."""
        *given, tags = settings if tags_list is None else (*settings, tags_list)
        if name in self.trails:
            raise TrailAlreadyExistsException(name, self.account_id)
        if len(self.trails) >= MOST_TRAILS:
            raise MaximumNumberOfTrailsExceededException(
                self.account_id, MOST_TRAILS, self.region_name
            )
        trail = Trail(self.account_id, self.region_name, name, *given)
        self.trails[name] = trail
        self.tagging_service.tag_resource(trail.arn, tags)
        return trail

    def delete_trail(self, name: str) -> None:
        """Delete a trail by name or ARN; raise TrailNotFoundException."""
        del self.trails[self.get_trail(name).trail_name]

    def lookup_events(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of LookupEvents."""
        question = lookup.read(parameters)
        if question.insights and any(trail.insight_selectors for trail in trails(self.account_id)):
            raise NotSimulated("CloudTrail Insights events")
        now = clocks.current().time()
        calls = journal.current().calls()
        return lookup.answer(question, calls, self.account_id, self.region_name, now)


def trails(account: str) -> Iterator[Trail]:
    """Yield the trails of an account in all regions."""
    for backend in list(cloudtrail_backends[account].values()):
        yield from list(backend.trails.values())


def install() -> None:
    """Let every account have a CloudTrail of ours."""
    cloudtrail_backends.backend = CloudTrailBackend


def _is_global(event: Event) -> bool:
    # STS has an endpoint in every region besides the global one, which logs in us-east-1.
    return event.call.service in kinds.GLOBAL_SERVICES and event.region == "us-east-1"


def _text(when: datetime | None) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""
