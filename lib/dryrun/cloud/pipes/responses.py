"""The operations of EventBridge Pipes.

Follows the EventBridge Pipes API Reference.
"""

from __future__ import annotations

from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.pipes.responses import EventBridgePipesResponse as MotoResponse

from dryrun.cloud import calling, constraints
from dryrun.cloud.errors import NOT_SIMULATED_STATUS
from dryrun.cloud.pipes import validation
from dryrun.cloud.pipes.exceptions import Conflict, Invalid, NotFound
from dryrun.cloud.pipes.models import Pipe
from dryrun.cloud.shelves import Asking, Thing


class PipesResponse(Asking, MotoResponse):
    """Answer the operations of Pipes."""

    def call_action(self) -> Any:
        """Answer a call; the model of Pipes has no status for what is not simulated."""
        status, headers, body = super().call_action()
        if status == 400 and headers.get("x-amzn-errortype", "").startswith("NotSimulated"):
            status = NOT_SIMULATED_STATUS
            headers["status"] = str(status)
        return status, headers, body

    def create_pipe(self) -> ActionResult:
        """Create a pipe, which runs in a while."""
        asked = self._valid()
        name = asked["Name"]
        if name in self._pipes:
            raise Conflict(f"Pipe {name} already exists.", name)
        validation.check(asked)
        made = Pipe(self.current_account, self.region, asked)
        self._pipes[name] = made
        made.begin("CREATING")
        return ActionResult(made.short())

    def describe_pipe(self) -> ActionResult:
        """Return a pipe."""
        return ActionResult(self._pipe(self._valid()).described())

    def list_pipes(self) -> ActionResult:
        """Return pipes in the order of their names."""
        asked = self._valid()
        found = [
            shown
            for _, pipe in sorted(self._pipes.items())
            if _is_wanted(shown := pipe.listed(), asked)
        ]
        return ActionResult({"Pipes": found})

    def update_pipe(self) -> ActionResult:
        """Change a pipe; what the request leaves out stays as it is."""
        asked = self._valid()
        found = self._settled(asked)
        asked = found.with_start(asked)
        validation.check({**found.settings, **asked})
        found.begin("UPDATING", asked)
        return ActionResult(found.short())

    def start_pipe(self) -> ActionResult:
        """Let a pipe run."""
        found = self._settled(self._valid())
        if found.state == "RUNNING":
            raise Conflict(f"Pipe {found.name} is already running.", found.name)
        found.begin("STARTING", desired="RUNNING")
        return ActionResult(found.short())

    def stop_pipe(self) -> ActionResult:
        """Let a pipe stand still."""
        found = self._settled(self._valid())
        if found.state == "STOPPED":
            raise Conflict(f"Pipe {found.name} is already stopped.", found.name)
        found.begin("STOPPING", desired="STOPPED")
        return ActionResult(found.short())

    def delete_pipe(self) -> ActionResult:
        """Delete a pipe."""
        found = self._settled(self._valid())
        found.begin("DELETING", desired="DELETED")
        return ActionResult(found.short())

    def list_tags_for_resource(self) -> ActionResult:
        """Return the tags of a pipe."""
        return ActionResult({"tags": self._tagged(self._valid()).tags})

    def tag_resource(self) -> ActionResult:
        """Give a pipe tags."""
        asked = self._valid()
        self._tagged(asked).tags.update(asked["tags"])
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Take tags from a pipe."""
        asked = self._valid()
        found = self._tagged(asked)
        found.tags = {
            name: value for name, value in found.tags.items() if name not in asked["tagKeys"]
        }
        return EmptyResult()

    @property
    def _pipes(self) -> dict[str, Pipe]:
        return cast("dict[str, Pipe]", self.pipes_backend.pipes)

    def _pipe(self, asked: Thing) -> Pipe:
        found = self._pipes.get(asked["Name"])
        if found is None:
            raise NotFound(f"Pipe {asked['Name']} does not exist.")
        return found

    def _settled(self, asked: Thing) -> Pipe:
        """Return a pipe that is in no state of passage."""
        found = self._pipe(asked)
        if found.in_passage:
            raise Conflict(f"Pipe {found.name} is in state {found.state}.", found.name)
        return found

    def _tagged(self, asked: Thing) -> Pipe:
        arn = asked["resourceArn"]
        found = self._pipes.get(arn.rpartition("/")[2])
        if found is None or found.arn != arn:
            raise NotFound(f"Resource {arn} does not exist.")
        return found

    def _valid(self) -> Thing:
        """Return what was asked for; raises Invalid for what the model does not allow."""
        if sentence := constraints.violations(calling.current_call(), nested=True):
            raise Invalid(sentence)
        return self.asked()


_PREFIXES = {"NamePrefix": "Name", "SourcePrefix": "Source", "TargetPrefix": "Target"}


def _is_wanted(shown: Thing, asked: Thing) -> bool:
    prefixes = all(
        shown[name].startswith(asked[prefix])
        for prefix, name in _PREFIXES.items()
        if prefix in asked
    )
    return prefixes and all(
        shown[name] == asked[name] for name in ("DesiredState", "CurrentState") if name in asked
    )
