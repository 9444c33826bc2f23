"""UpdatePolicy of Auto Scaling groups: instances replaced in batches, or a new group.

Follows "UpdatePolicy attribute", CloudFormation Template Reference. The events are worded and
ordered as in published logs of rolling updates.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation import signals
from dryrun.cloud.cloudformation.differences import differences
from dryrun.cloud.cloudformation.providers.base import Context, Properties
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.work import Wait

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.resource_work import ResourceWork

GROUP = "AWS::AutoScaling::AutoScalingGroup"
_WHAT_INSTANCES_ARE = (
    "LaunchConfigurationName",
    "LaunchTemplate",
    "MixedInstancesPolicy",
    "PlacementGroup",
    "VPCZoneIdentifier",
)
_SIZES = ("DesiredCapacity", "MaxSize", "MinSize")
_TERMINATION = 50.0
"""Seconds until terminated instances are gone and their successors are in service."""


def obsolete(old: Properties, new: Properties) -> bool:
    """Tell whether the running instances are no longer what the group would start."""
    return any(differences(old.get(name), new.get(name)) for name in _WHAT_INSTANCES_ARE)


def replaces(kind: str, policy: Any, old: Properties, new: Properties) -> bool:
    """Tell whether AutoScalingReplacingUpdate wants a new group for a change."""
    replacing = _part(policy, "AutoScalingReplacingUpdate")
    return kind == GROUP and _true(replacing.get("WillReplace")) and obsolete(old, new)


def sizes_kept(policy: Any, old: Properties, new: Properties, there: Properties) -> Properties:
    """Return `new` with the present sizes where the template leaves them alone.

    AutoScalingScheduledAction, IgnoreUnmodifiedGroupSizeProperties; `there` is the group as it is.
    """
    scheduled = _part(policy, "AutoScalingScheduledAction")
    if not _true(scheduled.get("IgnoreUnmodifiedGroupSizeProperties")):
        return new
    kept = {
        name: there[name]
        for name in _SIZES
        if name in there and not differences(old.get(name), new.get(name))
    }
    return {**new, **kept}


@dataclass(frozen=True)
class Rolling:
    """What AutoScalingRollingUpdate asks for; `pause` in seconds."""

    batch: int
    keep: int
    percent: int
    pause: float
    duration: str
    wait: bool

    @classmethod
    def of(cls, policy: Any) -> Rolling | None:
        """Read a policy; None where it asks for no rolling update."""
        part = _part(policy, "AutoScalingRollingUpdate")
        if not part:
            return None
        wait = _true(part.get("WaitOnResourceSignals"))
        duration = str(part.get("PauseTime") or ("PT5M" if wait else "PT0S"))
        return cls(
            signals.number(part.get("MaxBatchSize"), 1),
            signals.number(part.get("MinInstancesInService"), 0),
            signals.number(part.get("MinSuccessfulInstancesPercent"), 100),
            signals.seconds(duration),
            duration,
            wait,
        )


def instances(at: Context, name: str) -> list[str]:
    """Return the ids of a group's instances."""
    return [one["InstanceId"] for one in _group(at, name)["Instances"]]


def roll(work: ResourceWork, at: Context, policy: Any, going: list[str]) -> Iterator[Wait]:
    """Replace the instances of `going`, batch by batch; raises FailedError."""
    rolling = Rolling.of(policy)
    if rolling is not None and going:
        yield from _Roll(work, at, rolling, going).steps()


class _Roll:
    """One rolling update under way."""

    def __init__(self, work: ResourceWork, at: Context, rolling: Rolling, going: list[str]) -> None:
        self.work = work
        self.at = at
        self.rolling = rolling
        self.going = going
        self.name = work.resource.physical_id
        group = _group(at, self.name)
        self.minimum, self.size = int(group["MinSize"]), int(group["DesiredCapacity"])
        room = int(group["MaxSize"]) - rolling.keep
        if room < 1:
            # Worded after the page "UpdatePolicy attribute", from memory.
            raise FailedError(
                "MinInstancesInService must be less than the autoscaling group's MaxSize"
            )
        self.batch = max(1, min(rolling.batch, room))
        self.added = self.good = 0

    def steps(self) -> Iterator[Wait]:
        """Replace one batch after the other."""
        total, left = len(self.going), list(self.going)
        self._tell(self._beginning(total))
        current = yield from self._enlarge()
        while left:
            batch, left = left[: self.batch], left[self.batch :]
            new = min(len(batch), max(self.size - self.added, 0))
            listed = ",".join(batch)
            self._tell(f"Terminating instance(s) [{listed}]; replacing with {new} new instance(s).")
            if new < len(batch):
                current -= len(batch) - new
                self._client_update(MinSize=current)
            for number, one in enumerate(batch):
                self.at.client("autoscaling").terminate_instance_in_auto_scaling_group(
                    InstanceId=one, ShouldDecrementDesiredCapacity=number >= new
                )
            yield Wait(_TERMINATION)
            share = (total - len(left)) * 100 // total
            self._tell(f"Successfully terminated instance(s) [{listed}] (Progress {share}%).")
            yield from self._take_in(new)
        self._client_update(MinSize=self.minimum, DesiredCapacity=self.size)

    def _beginning(self, total: int) -> str:
        rolling = self.rolling
        words = (
            f"Rolling update initiated. Terminating {total} obsolete instance(s) in batches of "
            f"{self.batch}"
        )
        if rolling.keep:
            words += f", while keeping at least {rolling.keep} instance(s) in service"
        if rolling.wait:
            words += (
                f". Waiting on resource signals with a timeout of {rolling.duration} when new "
                "instances are added to the autoscaling group"
            )
        return f"{words}."

    def _enlarge(self) -> Generator[Wait, None, int]:
        """Make room so that enough instances stay in service; return the size then."""
        rolling = self.rolling
        if not rolling.keep:
            return self.size
        size = max(self.size, rolling.keep + self.batch)
        self._client_update(MinSize=size, DesiredCapacity=size)
        self._tell(f"Temporarily setting autoscaling group MinSize and DesiredCapacity to {size}.")
        if size > self.size:
            yield Wait(_TERMINATION)
            yield from self._take_in(size - self.size)
        return size

    def _take_in(self, count: int) -> Iterator[Wait]:
        """Wait for the signals of new instances, or pause as long as the policy says."""
        if not count:
            return
        self.added += count
        if not self.rolling.wait:
            if self.rolling.pause:
                yield Wait(self.rolling.pause)
            return
        yield from self._await_signals(count)

    def _await_signals(self, count: int) -> Iterator[Wait]:
        resource, rolling = self.work.resource, self.rolling
        resource.signals = {}
        self._tell(
            f"New instance(s) added to autoscaling group - Waiting on {count} resource signal(s) "
            f"with a timeout of {rolling.duration}."
        )
        until = clocks.current().time() + rolling.pause
        while len(resource.signals) < count:
            now = clocks.current().time()
            if now >= until:
                missing = count - len(resource.signals)
                self._tell(
                    f"Failed to receive {missing} resource signal(s) for the current batch.  Each "
                    "resource signal timeout is counted as a FAILURE."
                )
                break
            yield Wait(until - now, outside=True)
        self.good += list(resource.signals.values()).count("SUCCESS")
        bad, total = self.added - self.good, max(len(self.going), self.size)
        if (total - bad) * 100 < total * rolling.percent:
            raise FailedError(
                f"Received {self.good} SUCCESS signal(s) out of {total}.  Unable to satisfy "
                f"{rolling.percent}% MinSuccessfulInstancesPercent requirement"
            )

    def _tell(self, why: str) -> None:
        self.work.tell("IN_PROGRESS", why)

    def _client_update(self, **sizes: int) -> None:
        self.at.client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=self.name, **sizes
        )


def _group(at: Context, name: str) -> dict[str, Any]:
    found = at.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return dict(found["AutoScalingGroups"][0])


def _part(policy: Any, name: str) -> Mapping[str, Any]:
    part = policy.get(name) if isinstance(policy, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
