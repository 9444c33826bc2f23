"""The operations of EventBridge Scheduler.

Follows the EventBridge Scheduler API Reference.
"""

from __future__ import annotations

import functools
from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.scheduler.models import scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse as MotoResponse

from dryrun.cloud import calling, constraints
from dryrun.cloud import clock as clocks
from dryrun.cloud.errors import NOT_SIMULATED_STATUS
from dryrun.cloud.scheduler import validation
from dryrun.cloud.scheduler.exceptions import Conflict, Invalid, NotFound
from dryrun.cloud.scheduler.models import DEFAULT_GROUP, Group, Schedule
from dryrun.cloud.shelves import Asking, Thing, shelf

_DELETION_SECONDS = 5.0
"""Lab time for which a group says that it is being deleted."""


class SchedulerResponse(Asking, MotoResponse):
    """Answer the operations of Scheduler."""

    def call_action(self) -> Any:
        """Answer a call, of which nothing breaks its model's constraints."""
        status, headers, body = super().call_action()
        if status == 400 and '"NotSimulated"' in str(body):
            status = NOT_SIMULATED_STATUS
            headers["status"] = str(status)
        return status, headers, body

    # Schedules

    def create_schedule(self) -> ActionResult:
        """Create a schedule."""
        asked = self._valid()
        name = asked["Name"]
        group = self._group(asked.get("GroupName"))
        if (before := self._done_before("CreateSchedule", asked)) is not None:
            return ActionResult(before)
        if name in group.schedules:
            raise Conflict(f"Schedule {name} already exists.")
        self._check_active(group)
        arn = group.arn.replace(":schedule-group/", ":schedule/") + f"/{name}"
        validation.check(asked, group.arn)
        made = Schedule(arn, group.arn, asked)
        cast(Any, group.schedules)[name] = made
        return self._remembered("CreateSchedule", asked, {"ScheduleArn": arn})

    def get_schedule(self) -> ActionResult:
        """Return a schedule."""
        return ActionResult(self._schedule(self._valid()).described())

    def update_schedule(self) -> ActionResult:
        """Set a schedule anew; what the request leaves out goes back to its default."""
        asked = self._valid()
        found = self._schedule(asked)
        validation.check(asked, found.group_arn)
        found.put(asked)
        return ActionResult({"ScheduleArn": found.arn})

    def delete_schedule(self) -> ActionResult:
        """Delete a schedule."""
        asked = self._valid()
        found = self._schedule(asked)
        found.stop()
        del self._group(asked.get("GroupName")).schedules[found.name]
        return EmptyResult()

    def list_schedules(self) -> ActionResult:
        """Return schedules, the newest first."""
        asked = self._valid()
        if "GroupName" in asked:
            groups = [self._group(asked["GroupName"])]
        else:
            groups = list(self._groups.values())
        found = [
            schedule.summary()
            for group in groups
            for schedule in cast("dict[str, Schedule]", group.schedules).values()
            if schedule.name.startswith(asked.get("NamePrefix", ""))
            and schedule.settings["State"] == asked.get("State", schedule.settings["State"])
        ]
        found.sort(key=lambda shown: shown["CreationDate"], reverse=True)
        return ActionResult({"Schedules": found})

    # Groups

    def create_schedule_group(self) -> ActionResult:
        """Create a group."""
        asked = self._valid()
        name = asked["Name"]
        if (before := self._done_before("CreateScheduleGroup", asked)) is not None:
            return ActionResult(before)
        if name in self._groups:
            raise Conflict(f"Schedule group {name} already exists.")
        made = Group(self.region, self.current_account, name)
        self._groups[name] = made
        self.scheduler_backend.tagger.tag_resource(made.arn, asked.get("Tags", []))
        return self._remembered("CreateScheduleGroup", asked, {"ScheduleGroupArn": made.arn})

    def get_schedule_group(self) -> ActionResult:
        """Return a group."""
        return ActionResult(self._group(self._valid()["Name"]).described())

    def list_schedule_groups(self) -> ActionResult:
        """Return groups, the default group first and then the newest."""
        prefix = self._valid().get("NamePrefix", "")
        found = [one.described() for name, one in self._groups.items() if name.startswith(prefix)]
        default = [shown for shown in found if shown["Name"] == DEFAULT_GROUP]
        others = [shown for shown in found if shown["Name"] != DEFAULT_GROUP]
        others.sort(key=lambda shown: shown["CreationDate"], reverse=True)
        return ActionResult({"ScheduleGroups": default + others})

    def delete_schedule_group(self) -> ActionResult:
        """Delete a group and, a moment later, its schedules."""
        name = self._valid()["Name"]
        if name == DEFAULT_GROUP:  # from memory, its words as well
            raise Invalid("The default schedule group cannot be deleted.")
        found = self._group(name)
        self._check_active(found)
        found.deleting = True
        for schedule in cast("dict[str, Schedule]", found.schedules).values():
            schedule.stop()
        clocks.current().call_later(
            _DELETION_SECONDS,
            functools.partial(_remove, self.current_account, self.region, found),
            what=f"delete schedule group {name}",
        )
        return EmptyResult()

    # Tags

    def list_tags_for_resource(self) -> ActionResult:
        """Return the tags of a group."""
        arn = self._tagged()["ResourceArn"]
        return ActionResult(self.scheduler_backend.tagger.list_tags_for_resource(arn))

    def tag_resource(self) -> ActionResult:
        """Give a group tags."""
        asked = self._tagged()
        self.scheduler_backend.tagger.tag_resource(asked["ResourceArn"], asked["Tags"])
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Take tags from a group."""
        asked = self._tagged()
        tagger = self.scheduler_backend.tagger
        tagger.untag_resource_using_names(asked["ResourceArn"], asked["TagKeys"])
        return EmptyResult()

    # Finding

    @property
    def _groups(self) -> dict[str, Group]:
        groups = cast("dict[str, Group]", self.scheduler_backend.schedule_groups)
        if not isinstance(groups.get(DEFAULT_GROUP), Group):  # moto made it with the backend
            groups[DEFAULT_GROUP] = Group(self.region, self.current_account, DEFAULT_GROUP)
        return groups

    def _group(self, name: str | None) -> Group:
        found = self._groups.get(name or DEFAULT_GROUP)
        if found is None:
            raise NotFound(f"Schedule group {name} does not exist.")
        return found

    def _schedule(self, asked: Thing) -> Schedule:
        group = self._group(asked.get("GroupName"))
        found = cast("dict[str, Schedule]", group.schedules).get(asked["Name"])
        if found is None:
            raise NotFound(f"Schedule {asked['Name']} does not exist.")
        return found

    def _check_active(self, group: Group) -> None:
        if group.deleting:
            raise Conflict(f"Schedule group {group.name} is being deleted.")

    def _tagged(self) -> Thing:
        asked = self._valid()
        self._group(asked["ResourceArn"].rpartition("/")[2])
        return asked

    # Asking

    def _valid(self) -> Thing:
        """Return what was asked for; raises Invalid for what the model does not allow."""
        if sentence := constraints.violations(calling.current_call(), nested=True):
            raise Invalid(sentence)
        return self.asked()

    def _done_before(self, operation: str, asked: Thing) -> Thing | None:
        """Return the answer to the same request with the same token, if there was one."""
        token = asked.get("ClientToken")
        kept = shelf(self.scheduler_backend, "tokens").get(f"{operation} {token}")
        if token is None or kept is None:
            return None
        if kept["asked"] != asked:
            raise Conflict("The request has the ClientToken of another request with other values.")
        answer: Thing = kept["answer"]
        return answer

    def _remembered(self, operation: str, asked: Thing, answer: Thing) -> ActionResult:
        if token := asked.get("ClientToken"):
            kept = {"asked": asked, "answer": answer}
            shelf(self.scheduler_backend, "tokens")[f"{operation} {token}"] = kept
        return ActionResult(answer)


def _remove(account: str, region: str, group: Group) -> None:
    groups = cast("dict[str, Group]", scheduler_backends[account][region].schedule_groups)
    if groups.get(group.name) is group:
        del groups[group.name]
