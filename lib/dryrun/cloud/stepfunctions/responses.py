"""Answers of Step Functions."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import (
    InvalidArn,
    InvalidToken,
    ResourceNotFound,
    ValidationException,
)
from moto.stepfunctions.models import stepfunctions_backends
from moto.stepfunctions.responses import StepFunctionResponse as MotoStepFunctionResponse

from dryrun.cloud import polling
from dryrun.cloud.journal import chance
from dryrun.cloud.stepfunctions import definitions, sync
from dryrun.cloud.stepfunctions.exceptions import (
    ConflictException,
    ExecutionNotRedrivable,
    InvalidLoggingConfiguration,
    StateMachineTypeNotSupported,
)
from dryrun.cloud.stepfunctions.models import StepFunctionBackend

LONGEST_POLL = 60.0
"""Seconds for which GetActivityTask waits; "GetActivityTask", Step Functions API Reference."""

_PAGE = 100


class StepFunctionResponse(MotoStepFunctionResponse):
    """Machines, and executions that run."""

    @property
    def backend(self) -> StepFunctionBackend:
        """The machines of the region."""
        found = stepfunctions_backends[self.current_account][self.region]
        assert isinstance(found, StepFunctionBackend)
        return found

    def _param(self, name: str, default: Any = None) -> Any:
        value = self._get_param(name)
        return default if value is None else value

    # Machines

    def create_state_machine(self) -> ActionResult:
        """Make a state machine."""
        self._check_logging()
        return super().create_state_machine()

    def update_state_machine(self) -> ActionResult:
        """Change a state machine."""
        names = (
            "definition", "roleArn", "loggingConfiguration", "tracingConfiguration",
            "encryptionConfiguration", "publish",
        )  # fmt: skip
        if all(self._param(name) is None for name in names):
            raise _required()
        self._check_logging()
        arn = self._param("stateMachineArn")
        machine = self.backend.update_state_machine(
            arn,
            self._param("definition"),
            self._param("roleArn"),
            tracing_configuration=self._param("tracingConfiguration"),
            encryption_configuration=self._param("encryptionConfiguration"),
            logging_configuration=self._param("loggingConfiguration"),
            publish=self._param("publish"),
            version_description=self._param("versionDescription"),
        )
        shown = {"updateDate": machine.update_date, "revisionId": _revision(machine)}
        if self._param("publish") and machine.latest_version is not None:
            shown["stateMachineVersionArn"] = machine.latest_version.arn
        return ActionResult(shown)

    def _check_logging(self) -> None:
        logging = self._param("loggingConfiguration") or {}
        if logging.get("level", "OFF") == "OFF":
            return
        destinations = logging.get("destinations") or []
        if len(destinations) != 1:
            raise InvalidLoggingConfiguration(
                "Invalid Logging Configuration: Must specify exactly one Log Destination."
            )
        arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        if not arn.endswith(":*"):
            raise InvalidLoggingConfiguration(
                "Invalid Logging Configuration: Log Destination must end with a ':*'"
            )

    def describe_state_machine(self) -> ActionResult:
        """Tell all of a machine."""
        return self._describe_state_machine(self._param("stateMachineArn"))

    def _describe_state_machine(self, state_machine_arn: str) -> ActionResult:
        machine, version, alias = self.backend._machine(state_machine_arn)
        source = version or machine
        logging = {"level": "OFF", "includeExecutionData": False, **source.loggingConfiguration}
        shown = {
            "stateMachineArn": state_machine_arn if version and not alias else machine.arn,
            "name": machine.name,
            "status": "ACTIVE",
            "definition": source.definition,
            "roleArn": source.roleArn,
            "type": machine.type,
            "creationDate": source.creation_date,
            "loggingConfiguration": logging,
            "tracingConfiguration": source.tracingConfiguration,
            "encryptionConfiguration": source.encryptionConfiguration,
        }
        if version and version.description:
            shown["description"] = version.description
        if revision := _revision(source):
            shown["revisionId"] = revision
        if self._param("includedData") == "METADATA_ONLY":
            del shown["definition"]
        return ActionResult(shown)

    def validate_state_machine_definition(self) -> ActionResult:
        """Tell what is wrong with a definition."""
        kind = self._param("type", "STANDARD")
        found = definitions.diagnose(self._param("definition", ""), kind)
        most = int(self._param("maxResults", 100)) or 100
        failed = any(one.severity == "ERROR" for one in found)
        return ActionResult(
            {
                "result": "FAIL" if failed else "OK",
                "diagnostics": [one.as_response() for one in found[:most]],
                "truncated": len(found) > most,
            }
        )

    def delete_state_machine(self) -> ActionResult:
        """Delete a machine; what runs is stopped."""
        arn = self._param("stateMachineArn")
        runs = self.backend.runs_of(arn)
        self.backend.delete_state_machine(arn)
        for run in runs:
            # "DeleteStateMachine": executions that run are brought to an end.
            run.stop(None, None)
            self.backend.runs.pop(run.arn, None)
        return EmptyResult()

    def publish_state_machine_version(self) -> ActionResult:
        """Keep a machine as it is now."""
        machine, version, _ = self.backend._machine(self._param("stateMachineArn"))
        if version is not None:
            raise InvalidArn(f"Invalid Arn: '{self._param('stateMachineArn')}'")
        revision = self._param("revisionId")
        if revision is not None and revision != (_revision(machine) or "INITIAL"):
            raise ConflictException(
                f"Failed to publish the State Machine version for revision {revision}. The current "
                f"State Machine revision is {_revision(machine) or 'INITIAL'}."
            )
        latest = machine.latest_version
        if latest is None or not _unchanged(machine, latest):
            machine.publish(self._param("description"))
            latest = machine.latest_version
            latest.__dict__["revision_id"] = _revision(machine)
        assert latest is not None
        return ActionResult(
            {"creationDate": latest.creation_date, "stateMachineVersionArn": latest.arn}
        )

    def list_state_machine_versions(self) -> ActionResult:
        """List what was kept of a machine, the latest first."""
        machine, _, _ = self.backend._machine(self._param("stateMachineArn"))
        versions = [
            {"stateMachineVersionArn": one.arn, "creationDate": one.creation_date}
            for _, one in sorted(machine.versions.items(), reverse=True)
        ]
        return self._paged("stateMachineVersions", versions)

    def delete_state_machine_version(self) -> ActionResult:
        """Delete a version that no alias needs."""
        arn = self._param("stateMachineVersionArn")
        base, _, number = arn.rpartition(":")
        machine = next((one for one in self.backend.state_machines if one.arn == base), None)
        if machine is None or not number.isdigit():
            return EmptyResult()
        aliases = [
            alias.name
            for alias in machine.aliases.values()
            if any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration)
        ]
        if aliases:
            raise ConflictException(
                "Version to be deleted must not be referenced by an alias. Current list of aliases "
                f"referencing this version: [{', '.join(aliases)}]"
            )
        machine.versions.pop(int(number), None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """List the tags of a machine or an activity."""
        arn = self._param("resourceArn")
        self._tagged(arn)
        return super().list_tags_for_resource()

    def tag_resource(self) -> ActionResult:
        """Tag a machine or an activity."""
        self._tagged(self._param("resourceArn"))
        return super().tag_resource()

    def untag_resource(self) -> ActionResult:
        """Take tags off a machine or an activity."""
        self._tagged(self._param("resourceArn"))
        return super().untag_resource()

    def _tagged(self, arn: str) -> None:
        machines = (one.arn for one in self.backend.state_machines)
        if arn not in (*machines, *self.backend.activities):
            raise ResourceNotFound(arn)

    # Executions

    def start_execution(self) -> ActionResult:
        """Begin an execution."""
        run = self.backend.begin(
            self._param("stateMachineArn"),
            self._param("name"),
            self._param("input", "{}"),
            trace_header=self._param("traceHeader", ""),
        )
        return ActionResult({"executionArn": run.arn, "startDate": run.start_date})

    def start_sync_execution(self) -> ActionResult:
        """Run an express machine and answer with what came of it."""
        outcome = sync.run(
            self.current_account,
            self.region,
            self._param("stateMachineArn"),
            self._param("name"),
            self._param("input", "{}"),
            self._param("traceHeader", ""),
        )
        if self._param("includedData") == "METADATA_ONLY":
            for name in ("input", "output"):
                if outcome.pop(name, None) is not None:
                    outcome[f"{name}Details"] = {"included": False}
        return ActionResult(outcome)

    def describe_execution(self) -> ActionResult:
        """Tell all of an execution."""
        shown = self.backend.run(self._param("executionArn")).description()
        if self._param("includedData") == "METADATA_ONLY":
            for name in ("input", "output"):
                if shown.pop(name, None) is not None:
                    shown[f"{name}Details"] = {"included": False}
        return ActionResult(shown)

    def describe_state_machine_for_execution(self) -> ActionResult:
        """Tell of the machine as the execution has it."""
        run = self.backend.run(self._param("executionArn"))
        machine = next(
            (one for one in self.backend.state_machines if one.arn == run.machine_arn), None
        )
        shown = {
            "stateMachineArn": run.machine_arn,
            "name": run.order.machine_name,
            "definition": run.order.definition,
            "roleArn": run.role_arn,
            "updateDate": machine.update_date if machine else run.start_date,
            "loggingConfiguration": {
                "level": "OFF",
                "includeExecutionData": False,
                **run.order.logging,
            },
            "tracingConfiguration": machine.tracingConfiguration if machine else {"enabled": False},
            "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
        }
        return ActionResult(shown)

    def list_executions(self) -> ActionResult:
        """List the executions of a machine, the latest first."""
        arn = self._param("stateMachineArn")
        if arn is None:
            raise ResourceNotFound(str(self._param("mapRunArn")))
        machine, _, _ = self.backend._machine(arn)
        if machine.type == "EXPRESS":
            raise StateMachineTypeNotSupported(
                "This operation is not supported by this type of state machine"
            )
        runs = self.backend.runs_of(arn)
        if wanted := self._param("statusFilter"):
            runs = [run for run in runs if run.status == wanted]
        if redriven := self._param("redriveFilter"):
            runs = [run for run in runs if bool(run.redrive_count) == (redriven == "REDRIVEN")]
        return self._paged("executions", [run.summary() for run in runs])

    def get_execution_history(self) -> ActionResult:
        """Tell what happened in an execution."""
        run = self.backend.run(self._param("executionArn"))
        events = list(run.history.events)
        if self._param("reverseOrder"):
            events.reverse()
        if self._param("includeExecutionData") is False:
            events = [_without_data(event) for event in events]
        return self._paged("events", events)

    def stop_execution(self) -> ActionResult:
        """Stop an execution."""
        run = self.backend.run(self._param("executionArn"))
        run.stop(self._param("error"), self._param("cause"))
        return ActionResult({"stopDate": run.stop_date})

    def redrive_execution(self) -> ActionResult:
        """Let an execution go on where it failed."""
        run = self.backend.run(self._param("executionArn"))
        refusal = run.refusal_to_redrive()
        if refusal is not None:
            raise ExecutionNotRedrivable(refusal)
        run.redrive()
        return ActionResult({"redriveDate": run.redrive_date})

    def _paged(self, name: str, items: list[dict[str, Any]]) -> ActionResult:
        size = int(self._param("maxResults", 0)) or (1000 if name == "events" else _PAGE)
        token = self._param("nextToken")
        start = 0
        if token is not None:
            if not str(token).isdigit() or int(token) >= len(items):
                raise InvalidToken("'Invalid token'")
            start = int(token)
        shown: dict[str, Any] = {name: items[start : start + size]}
        if start + size < len(items):
            shown["nextToken"] = str(start + size)
        return ActionResult(shown)

    # Tasks

    def send_task_failure(self) -> ActionResult:
        """End a task badly."""
        self.backend.send_task_failure(
            self._param("taskToken"), self._param("error"), self._param("cause")
        )
        return EmptyResult()

    # Distributed maps, which no machine has here

    def list_map_runs(self) -> ActionResult:
        """List none."""
        self.backend.run(self._param("executionArn"))
        return ActionResult({"mapRuns": []})

    def describe_map_run(self) -> ActionResult:
        """Find none."""
        raise ResourceNotFound(self._param("mapRunArn"))

    def update_map_run(self) -> ActionResult:
        """Find none."""
        raise ResourceNotFound(self._param("mapRunArn"))

    # Tasks of activities

    def get_activity_task(self) -> ActionResult:
        """Give a worker a task, as soon as there is one."""
        found = self.backend.activity_task(self._param("activityArn"), self._param("workerName"))
        if found is None:
            polling.want(LONGEST_POLL)
            return EmptyResult()
        chance.touch()
        return ActionResult({"taskToken": found[0], "input": found[1]})


def _revision(machine: Any) -> str | None:
    return getattr(machine, "revision_id", None)


def _unchanged(machine: Any, version: Any) -> bool:
    names = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration")
    return all(getattr(machine, name) == getattr(version, name) for name in names)


def _required() -> ValidationException:
    error = ValidationException(
        "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration "
        "or the EncryptionConfiguration must be specified"
    )
    error.TYPE = "MissingRequiredParameter"
    return error


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    hidden = ("input", "output", "parameters")
    return {
        name: {key: item for key, item in value.items() if key not in hidden}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
