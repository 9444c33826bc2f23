"""The EventBridge of an account in a region: its buses, archives, replays, connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.events.models import EventsBackend as MotoBackend
from moto.events.models import events_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import entries, patterns, scheduled
from dryrun.cloud.events.archives import Archive
from dryrun.cloud.events.connections import Connection, Destination
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.events.event_fields import Fields
from dryrun.cloud.events.exceptions import (
    LimitExceededException,
    ResourceAlreadyExistsException,
    ValidationException,
    no_bus,
    no_rule,
)
from dryrun.cloud.events.permissions import Permissions
from dryrun.cloud.events.replays import Replay
from dryrun.cloud.events.rules import DEFAULT_BUS, MOST_RULES, Rule, check
from dryrun.cloud.events.storms import Gauge

Thing = dict[str, Any]

MOST_BUSES = 100
"""In a region; "Amazon EventBridge quotas"."""
# The default bus is as old as its account, whoever asks for it first.
_DEFAULT_SINCE = datetime(2024, 1, 1, tzinfo=UTC)


class Bus:
    """An event bus with its rules."""

    def __init__(self, account: str, region: str, name: str, given: Thing, since: datetime) -> None:
        """Make a bus without rules, on which only its own account may put events."""
        self.account_id = account
        self.region = region
        self.name = name
        self.arn = f"arn:aws:events:{region}:{account}:event-bus/{name}"
        self.creation_time = self.last_modified_time = since
        self.settings: Thing = {}
        self.permissions = Permissions(self.arn)
        self.rules: dict[str, Rule] = {}
        self.watchers: dict[str, Callable[[Event], None]] = {}
        """Called with each event on the bus, such as the discoverer of schemas."""
        self.gauge = Gauge()
        self._index: patterns.Index[Rule] | None = None
        self.configure(given)

    @property
    def policy(self) -> str | None:
        """The resource policy as JSON."""
        return self.permissions.text()

    def configure(self, given: Thing) -> None:
        """Set what describes the bus."""
        names = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
        self.settings |= {name: given[name] for name in names if given.get(name)}

    def modified(self) -> None:
        """Remember that somebody changed the bus."""
        self.last_modified_time = clocks.current().now()

    def rules_changed(self) -> None:
        """Forget which rules there were to match."""
        self._index = None

    def matching(self, fields: Fields) -> list[Rule]:
        """Return the rules that an event matches and that are enabled."""
        if self._index is None:
            rules = [rule for rule in self.rules.values() if rule.enabled]
            self._index = patterns.Index(
                (rule, rule.pattern) for rule in rules if rule.pattern is not None
            )
        return self._index.matching(fields)

    def rule(self, name: str) -> Rule:
        """Return a rule; raise ResourceNotFoundException."""
        found = self.rules.get(name)
        if found is None:
            raise no_rule(name, self.name)
        return found

    def short(self) -> Thing:
        """Return the bus as ListEventBuses has it."""
        told = {
            "Name": self.name,
            "Arn": self.arn,
            "Description": self.settings.get("Description"),
            "Policy": self.policy,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
        }
        return {name: value for name, value in told.items() if value is not None}


class EventsBackend(MotoBackend):
    """Keeps everything of one account in one region; the answers are made in `responses`."""

    def __init__(self, region_name: str, account_id: str) -> None:
        """Begin with the default bus alone."""
        super().__init__(region_name, account_id)
        default = Bus(account_id, region_name, DEFAULT_BUS, {}, _DEFAULT_SINCE)
        self.event_buses: dict[str, Bus] = {DEFAULT_BUS: default}
        self.archives: dict[str, Archive] = {}
        self.replays: dict[str, Replay] = {}
        self.connections: dict[str, Connection] = {}
        self.destinations: dict[str, Destination] = {}

    def reset(self) -> None:
        """Forget everything, and fire no more."""
        for bus in self.event_buses.values():
            for rule in bus.rules.values():
                scheduled.stop(rule)
        super().reset()

    def bus(self, named: str | None) -> Bus:
        """Return a bus by name or ARN; raise ResourceNotFoundException."""
        name = bus_name(named)
        found = self.event_buses.get(name)
        if found is None:
            raise no_bus(name)
        return found

    def create_bus(self, given: Thing) -> Bus:
        """Make a bus."""
        name = given["Name"]
        if name in self.event_buses:
            raise ResourceAlreadyExistsException(f"Event bus {name} already exists.")
        if "/" in name:
            raise ValidationException("Event bus name must not contain '/'.")
        if len(self.event_buses) > MOST_BUSES:
            raise LimitExceededException
        made = Bus(self.account_id, self.region_name, name, given, clocks.current().now())
        self.event_buses[name] = made
        return made

    def delete_bus(self, name: str) -> None:
        """Delete a bus; one that is not there does no harm."""
        if name == DEFAULT_BUS:
            raise ValidationException("Cannot delete event bus default.")
        found = self.event_buses.get(name)
        if found is not None and found.rules:
            # From memory; "DeleteEventBus", EventBridge API Reference, does not say it.
            raise ValidationException(f"Event bus {name} can't be deleted since it has rules.")
        if found is not None:
            del self.event_buses[name]
            self.tagger.delete_all_tags_for_resource(found.arn)

    def define_rule(self, given: Thing) -> tuple[Rule, bool]:
        """Make a rule, or say anew what it is; return it, and whether it is new."""
        name, bus = given["Name"], self.bus(given.get("EventBusName"))
        check(given, bus.name)
        known = bus.rules.get(name)
        rule = known or Rule(self.account_id, self.region_name, bus.name, name)
        rule.refuse_if_managed()
        rule.define(given)
        if known is None:
            self.add_rule(bus, rule)
        bus.rules_changed()
        scheduled.start(rule)
        return rule, known is None

    def add_rule(self, bus: Bus, rule: Rule) -> None:
        """Put a rule on a bus, unless there are enough."""
        if len(bus.rules) >= MOST_RULES:
            raise LimitExceededException
        bus.rules[rule.name] = rule
        bus.rules_changed()

    def remove_rule(self, bus: Bus, rule: Rule) -> None:
        """Take a rule off a bus."""
        scheduled.stop(rule)
        del bus.rules[rule.name]
        bus.rules_changed()
        self.tagger.delete_all_tags_for_resource(rule.arn)

    def set_state(self, bus: Bus, name: str, state: str) -> None:
        """Enable or disable a rule."""
        rule = bus.rule(name)
        rule.refuse_if_managed()
        rule.state = state
        bus.rules_changed()
        scheduled.start(rule)

    def put_events(self, events: list[Thing]) -> list[dict[str, str]]:
        """Put events; what moto's partner sources call too."""
        return entries.put(events, self.account_id, self.region_name)


def bus_name(named: str | None) -> str:
    """Return the name of a bus that is named by name or ARN."""
    if not named:
        return DEFAULT_BUS
    return named.partition(":event-bus/")[2] if named.startswith("arn:") else named


def install() -> None:
    """Let every account have an EventBridge of ours."""
    events_backends.backend = EventsBackend
