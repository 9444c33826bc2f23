"""A rule: what it matches, or when it fires, and where that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dryrun.cloud.events import envelope, patterns
from dryrun.cloud.events.event_fields import fields_of
from dryrun.cloud.events.exceptions import (
    InvalidEventPatternException,
    ManagedRuleException,
    ValidationException,
)
from dryrun.cloud.events.patterns import InvalidPattern, Pattern
from dryrun.cloud.schedules import expressions

if TYPE_CHECKING:
    from dryrun.cloud.clock import Event as Tick
    from dryrun.cloud.events.archives import Archive

Parameters = dict[str, Any]

DEFAULT_BUS = "default"
MOST_RULES = 300
"""For each bus; "Amazon EventBridge quotas"."""


class Rule:
    """A rule on a bus."""

    def __init__(self, account: str, region: str, bus: str, name: str) -> None:
        """Make a rule of which all but name and place is still to be said."""
        self.account_id = account
        self.region_name = region
        self.event_bus_name = bus
        self.name = name
        self.description: str | None = None
        self.event_pattern: str | None = None
        self.pattern: Pattern | None = None
        self.scheduled_expression: str | None = None
        self.schedule: expressions.Schedule | None = None
        self.role_arn: str | None = None
        self.state = "ENABLED"
        self.managed_by: str | None = None
        self.created_by = account
        self.targets: list[dict[str, Any]] = []
        self.archive: Archive | None = None
        self.tick: Tick | None = None

    @property
    def arn(self) -> str:
        """The rule's ARN, which leaves the default bus out."""
        bus = "" if self.event_bus_name == DEFAULT_BUS else f"{self.event_bus_name}/"
        return f"arn:aws:events:{self.region_name}:{self.account_id}:rule/{bus}{self.name}"

    @property
    def enabled(self) -> bool:
        """Whether the rule delivers anything."""
        return self.state != "DISABLED"

    def define(self, given: Parameters) -> None:
        """Say anew what the rule is; what is not given is gone."""
        pattern = compiled(given.get("EventPattern"))
        schedule = scheduled(given.get("ScheduleExpression"))
        self.event_pattern, self.pattern = given.get("EventPattern"), pattern
        self.scheduled_expression, self.schedule = given.get("ScheduleExpression"), schedule
        self.description = given.get("Description")
        self.role_arn = given.get("RoleArn")
        self.state = given.get("State") or "ENABLED"

    def refuse_if_managed(self, force: bool = False) -> None:
        """Refuse to change a rule that a service looks after.

        The words are ours; those of the model are a paragraph.
        """
        if self.managed_by and not force:
            raise ManagedRuleException(
                f"Rule {self.name} is managed by {self.managed_by} and can't be modified."
            )

    def target(self, target_id: str) -> dict[str, Any] | None:
        """Return a target by its id."""
        return next((one for one in self.targets if one["Id"] == target_id), None)

    def description_short(self) -> dict[str, Any]:
        """Return the rule as ListRules has it."""
        told = {
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.event_pattern,
            "State": self.state,
            "Description": self.description,
            "ScheduleExpression": self.scheduled_expression,
            "RoleArn": self.role_arn,
            "ManagedBy": self.managed_by,
            "EventBusName": self.event_bus_name,
        }
        return {name: value for name, value in told.items() if value is not None}

    def send_to_targets(self, event: dict[str, Any], transform_input: bool = True) -> None:
        """Take an event from one of moto's services, which asks each rule of each bus."""
        del transform_input
        from dryrun.cloud.events import bus  # noqa: PLC0415 - it needs rules

        whole = {**event, "id": envelope.new_id(), "time": envelope.written(float(event["time"]))}
        if self.event_bus_name != DEFAULT_BUS or not self.enabled or self.pattern is None:
            return
        if self.pattern.matches_fields(fields_of(whole)):
            bus.fire(self, whole)


def compiled(text: str | None) -> Pattern | None:
    """Return a pattern ready to be asked, or refuse it."""
    if not text:
        return None
    try:
        return patterns.compile(text)
    except InvalidPattern as invalid:
        raise InvalidEventPatternException(str(invalid)) from None


def scheduled(text: str | None) -> expressions.Schedule | None:
    """Return a schedule, or refuse it; rules know no `at`."""
    if not text:
        return None
    try:
        found = expressions.parse(text)
    except expressions.InvalidExpression:
        found = None
    if found is None or found.kind == "at":
        raise ValidationException("Parameter ScheduleExpression is not valid.")
    return found


def check(given: Parameters, bus: str) -> None:
    """Refuse a rule that matches nothing, or is to fire on a bus where none can."""
    if not given.get("EventPattern") and not given.get("ScheduleExpression"):
        raise ValidationException(
            "Parameter(s) EventPattern or ScheduleExpression must be specified."
        )
    if given.get("ScheduleExpression") and bus != DEFAULT_BUS:
        raise ValidationException("ScheduleExpression is supported only on the default event bus.")
