"""The operations on archives and replays."""

from __future__ import annotations

import re

from moto.core.responses import ActionResult

from dryrun.cloud.events.archives import Archive
from dryrun.cloud.events.asking import Base, Thing, answered, with_prefix
from dryrun.cloud.events.exceptions import (
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
    ValidationException,
    no_bus,
)
from dryrun.cloud.events.replays import MOST_REPLAYS, Replay, seconds

_BUS_ARN = re.compile(r"arn:[\w-]+:events:[\w-]+:\d{12}:event-bus/.+")
_CREATED = ("ArchiveArn", "State", "CreationTime")


class Archives(Base):
    """Answer the operations on archives and replays."""

    def create_archive(self) -> ActionResult:
        """Begin to keep the events of a bus."""
        given = self.checked()
        bus = self.here.bus(given["EventSourceArn"])
        if given["ArchiveName"] in self.here.archives:
            raise ResourceAlreadyExistsException(f"Archive {given['ArchiveName']} already exists.")
        archive = Archive(self.here.account_id, self.here.region_name, given)
        self.here.add_rule(bus, archive.managed_rule())
        self.here.archives[archive.name] = archive
        return _some(archive.described(), _CREATED)

    def describe_archive(self) -> ActionResult:
        """Return one archive."""
        return answered(self._archive().described())

    def list_archives(self) -> ActionResult:
        """Return archives, by at most one thing they have in common."""
        given = self.checked()
        _at_most_one_filter(given, "ListArchives")
        source = given.get("EventSourceArn")
        if source:
            self.here.bus(source)
        found = [
            archive.short()
            for archive in with_prefix(self.here.archives, given.get("NamePrefix"))
            if given.get("State") in (None, archive.state) and source in (None, archive.source_arn)
        ]
        return answered({"Archives": found})

    def update_archive(self) -> ActionResult:
        """Change what is kept, and for how long."""
        archive = self._archive()
        archive.change(self.asked())
        bus = self.here.event_buses.get(archive.bus_name)
        if bus is not None:
            rule = archive.managed_rule()
            bus.rules[rule.name] = rule
            bus.rules_changed()
        return _some(archive.described(), _CREATED)

    def delete_archive(self) -> ActionResult:
        """Delete an archive and what it keeps."""
        archive = self._archive()
        bus = self.here.event_buses.get(archive.bus_name)
        rule = bus.rules.get(f"Events-Archive-{archive.name}") if bus is not None else None
        if bus is not None and rule is not None:
            self.here.remove_rule(bus, rule)
        del self.here.archives[archive.name]
        return answered()

    def start_replay(self) -> ActionResult:
        """Send the events of a window once more."""
        given = self.checked()
        destination = given["Destination"]["Arn"]
        if not _BUS_ARN.fullmatch(destination):
            raise ValidationException(
                "Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN."
            )
        bus = self.here.event_buses.get(destination.partition(":event-bus/")[2])
        if bus is None or bus.arn != destination:
            raise no_bus(destination.partition(":event-bus/")[2])
        archive = self._source(given)
        if archive.source_arn != destination:
            raise ValidationException(
                "Parameter Destination.Arn is not valid. "
                "Reason: Cross event bus replay is not permitted."
            )
        if seconds(given["EventStartTime"]) >= seconds(given["EventEndTime"]):
            raise ValidationException(
                "Parameter EventEndTime is not valid. "
                "Reason: EventStartTime must be before EventEndTime."
            )
        name = given["ReplayName"]
        if name in self.here.replays:
            raise ResourceAlreadyExistsException(f"Replay {name} already exists.")
        if sum(one.active for one in self.here.replays.values()) >= MOST_REPLAYS:
            raise LimitExceededException
        replay = Replay(self.here.account_id, self.here.region_name, given)
        self.here.replays[name] = replay
        replay.begin(archive, bus)
        return _some(replay.described(), ("ReplayArn", "State", "ReplayStartTime"))

    def describe_replay(self) -> ActionResult:
        """Return one replay."""
        return answered(self._replay().described())

    def list_replays(self) -> ActionResult:
        """Return replays, by at most one thing they have in common."""
        given = self.checked()
        _at_most_one_filter(given, "ListReplays")
        found = [
            replay.short()
            for replay in with_prefix(self.here.replays, given.get("NamePrefix"))
            if given.get("State") in (None, replay.state)
            and given.get("EventSourceArn") in (None, replay.source_arn)
        ]
        return answered({"Replays": found})

    def cancel_replay(self) -> ActionResult:
        """Stop a replay."""
        replay = self._replay()
        replay.cancel()
        return _some(replay.described(), ("ReplayArn", "State"))

    def _archive(self) -> Archive:
        name = self.checked()["ArchiveName"]
        found = self.here.archives.get(name)
        if found is None:
            raise ResourceNotFoundException(f"Archive {name} does not exist.")
        return found

    def _source(self, given: Thing) -> Archive:
        name = given["EventSourceArn"].rpartition("/")[2]
        found = self.here.archives.get(name)
        if found is None or found.arn != given["EventSourceArn"]:
            raise ValidationException(
                f"Parameter EventSourceArn is not valid. Reason: Archive {name} does not exist."
            )
        return found

    def _replay(self) -> Replay:
        name = self.checked()["ReplayName"]
        found = self.here.replays.get(name)
        if found is None:
            raise ResourceNotFoundException(f"Replay {name} does not exist.")
        return found


def _some(told: Thing, names: tuple[str, ...]) -> ActionResult:
    return answered({name: told[name] for name in names if name in told})


def _at_most_one_filter(given: Thing, operation: str) -> None:
    if sum(name in given for name in ("State", "EventSourceArn", "NamePrefix")) > 1:
        raise ValidationException(
            f"At most one filter is allowed for {operation}. "
            "Use either : State, EventSourceArn, or NamePrefix."
        )
