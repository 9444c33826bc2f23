"""The operations of EventBridge."""

from __future__ import annotations

from moto.core.responses import ActionResult

from dryrun.cloud.events import entries
from dryrun.cloud.events.archive_answers import Archives
from dryrun.cloud.events.asking import answered, with_prefix
from dryrun.cloud.events.outside_answers import Outside
from dryrun.cloud.events.rule_answers import Rules


class EventsResponse(Rules, Archives, Outside):
    """Answer EventBridge's operations."""

    def put_events(self) -> ActionResult:
        """Put events on buses, each by itself."""
        entries.check_count(self.asked().get("Entries") or [])
        given = self.checked()
        results = entries.put(given["Entries"], self.current_account, self.region)
        failed = sum("ErrorCode" in result for result in results)
        return answered({"FailedEntryCount": failed, "Entries": results})

    def create_event_bus(self) -> ActionResult:
        """Make a bus."""
        given = self.checked()
        bus = self.here.create_bus(given)
        if given.get("Tags"):
            self.here.tagger.tag_resource(bus.arn, given["Tags"])
        return answered({"EventBusArn": bus.arn, **bus.settings})

    def update_event_bus(self) -> ActionResult:
        """Change what describes a bus."""
        given = self.checked()
        bus = self.here.bus(given.get("Name"))
        bus.configure(given)
        bus.modified()
        return answered({"Arn": bus.arn, "Name": bus.name, **bus.settings})

    def describe_event_bus(self) -> ActionResult:
        """Return one bus."""
        bus = self.here.bus(self.checked().get("Name"))
        return answered({**bus.short(), **bus.settings})

    def list_event_buses(self) -> ActionResult:
        """Return buses."""
        found = with_prefix(self.here.event_buses, self.checked().get("NamePrefix"))
        return answered({"EventBuses": [bus.short() for bus in found]})

    def delete_event_bus(self) -> ActionResult:
        """Delete a bus."""
        self.here.delete_bus(self.checked()["Name"])
        return answered()

    def put_permission(self) -> ActionResult:
        """Let others put events on a bus."""
        given = self.checked()
        bus = self.here.bus(given.get("EventBusName"))
        bus.permissions.put(given)
        bus.modified()
        return answered()

    def remove_permission(self) -> ActionResult:
        """Take such a permission away."""
        given = self.checked()
        bus = self.here.bus(given.get("EventBusName"))
        bus.permissions.remove(given.get("StatementId"), bool(given.get("RemoveAllPermissions")))
        bus.modified()
        return answered()
