"""State machines and their executions in one region."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.moto_api._internal import mock_random
from moto.stepfunctions import models as moto_models
from moto.stepfunctions.exceptions import (
    ActivityDoesNotExist,
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidArn,
    InvalidExecutionInput,
    StateMachineDoesNotExist,
    ValidationException,
)
from moto.stepfunctions.models import StateMachine, stepfunctions_backends
from moto.stepfunctions.models import StepFunctionBackend as MotoStepFunctionBackend

from dryrun.cloud.delivery import principals
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Sender
from dryrun.cloud.stepfunctions import calls, definitions, sync
from dryrun.cloud.stepfunctions.exceptions import (
    AccessDenied,
    InvalidDefinition,
    InvalidOutput,
    MachineNotSimulated,
    StateMachineAlreadyExists,
    StateMachineTypeNotSupported,
)
from dryrun.cloud.stepfunctions.failures import StateError
from dryrun.cloud.stepfunctions.runs import Order, Run
from dryrun.cloud.stepfunctions.tokens import Tokens

LONGEST_INPUT = 262_144
_RUN = re.compile(r"arn:[\w-]+:states:([\w-]+):(\d{12}):(execution|express):([^:]+):(.+)")


class StepFunctionBackend(MotoStepFunctionBackend):
    """The machines of one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tokens = Tokens()
        self.tokens.activities = self.activities
        self.runs: dict[str, Run] = {}
        """Every execution, by its ARN."""

    # Machines

    def create_state_machine(
        self,
        name: str,
        definition: str,
        roleArn: str,  # noqa: N803 - as moto calls it
        *args: Any,
        **kwargs: Any,
    ) -> StateMachine:
        """Make a machine of a definition that is one."""
        self._validate_name(name)
        self._validate_role_arn(roleArn)
        kind = kwargs.get("sm_type") or "STANDARD"
        check(definition, kind)
        arn = f"arn:aws:states:{self.region_name}:{self.account_id}:stateMachine:{name}"
        self.check_role(roleArn, arn)
        there = next((one for one in self.state_machines if one.arn == arn), None)
        if there is not None and not _same(there, definition, roleArn, kind, kwargs):
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{arn}'")
        return super().create_state_machine(name, definition, roleArn, *args, **kwargs)

    def update_state_machine(
        self, arn: str, definition: Any = None, role_arn: Any = None, *args: Any, **kwargs: Any
    ) -> StateMachine:
        """Change a machine; what runs goes on as it was."""
        machine = self.describe_state_machine(arn)
        if definition is not None:
            check(definition, machine.type)
        if role_arn is not None:
            self._validate_role_arn(role_arn)
            self.check_role(role_arn, arn)
        changed = super().update_state_machine(arn, definition, role_arn, *args, **kwargs)
        changed.__dict__["revision_id"] = str(mock_random.uuid4())
        return changed

    def check_role(self, role_arn: str, machine_arn: str) -> None:
        """Refuse a role that does not trust Step Functions."""
        sender = Sender(calls.PRINCIPAL, machine_arn, self.account_id, self.region_name, role_arn)
        try:
            principals.role_caller(sender)
        except Failure:
            raise AccessDenied(calls.NO_TRUST) from None

    # Executions

    def run(self, arn: str) -> Run:
        """Return an execution; raises ExecutionDoesNotExist and InvalidArn."""
        found = _RUN.fullmatch(arn)
        if found is None:
            raise InvalidArn(f"Invalid Arn: '{arn}'")
        if found[3] == "express":
            raise InvalidArn("Invalid Arn: 'Resource type not valid in this context: express'")
        if arn not in self.runs:
            raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
        return self.runs[arn]

    def runs_of(self, machine_arn: str) -> list[Run]:
        """Return the executions of a machine, a version or an alias, the latest first."""
        found = [
            run
            for run in self.runs.values()
            if machine_arn
            in (run.machine_arn, run.order.version_arn or None, run.order.alias_arn or None)
        ]
        return sorted(found, key=lambda run: run.start_date, reverse=True)

    def begin(self, arn: str, name: str | None, given: str, *, trace_header: str = "") -> Run:
        """Begin an execution, unless one of this name and input runs already."""
        order = self._order(arn, name, given)
        order.trace_header = trace_header
        there = self.runs.get(order.arn)
        if there is not None:
            if there.status == "RUNNING" and there.order.input == given:
                return there
            raise ExecutionAlreadyExists(f"Execution Already Exists: '{order.arn}'")
        run = Run(order, self.tokens)
        self.runs[order.arn] = run
        run.start()
        return run

    def check_sync(self, arn: str, name: str | None, given: str) -> None:
        """Refuse what cannot be run while a request waits."""
        machine = self._asked_for(arn, name, given)
        if machine.type != "EXPRESS":
            raise StateMachineTypeNotSupported(
                "This operation is not supported by this type of state machine"
            )

    def _asked_for(self, arn: str, name: str | None, given: str) -> StateMachine:
        self._validate_machine_arn(arn)
        if name:
            self._validate_name(name)
        base, _ = _parts(arn)
        machine = next((one for one in self.state_machines if one.arn == base), None)
        if machine is None:
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        _check_input(given)
        return machine

    def _order(self, arn: str, name: str | None, given: str) -> Order:
        self._asked_for(arn, name, given)
        machine, version, alias = self._machine(arn)
        name = name or str(mock_random.uuid4())
        source = version or machine
        place = f"arn:aws:states:{self.region_name}:{self.account_id}"
        if machine.type == "EXPRESS":
            made = f"{place}:express:{machine.name}:{name}:{mock_random.uuid4()}"
        else:
            made = f"{place}:execution:{machine.name}:{name}"
        return Order(
            arn=made,
            name=name,
            input=given,
            machine_arn=machine.arn,
            machine_name=machine.name,
            definition=source.definition,
            role_arn=source.roleArn,
            type=machine.type,
            account=self.account_id,
            region=self.region_name,
            logging=dict(source.loggingConfiguration or {}),
            version_arn=version.arn if version else "",
            alias_arn=alias,
        )

    def _machine(self, arn: str) -> tuple[StateMachine, Any, str]:
        """Return the machine an ARN names, with the version and the alias."""
        self._validate_machine_arn(arn)
        base, qualifier = _parts(arn)
        machine = next((one for one in self.state_machines if one.arn == base), None)
        if machine is None:
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        if not qualifier:
            return machine, None, ""
        if qualifier.isdigit() and int(qualifier) in machine.versions:
            return machine, machine.versions[int(qualifier)], ""
        alias = machine.aliases.get(qualifier)
        if alias is None:
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        version = _routed(alias.routing_configuration)
        return machine, machine.versions[int(version.rpartition(":")[2])], arn

    # Tasks

    def send_task_success(self, task_token: str, outcome: str) -> None:
        """End a task well."""
        try:
            result = json.loads(outcome)
        except ValueError as error:
            raise InvalidOutput(f"Invalid Output: '{error}'") from None
        attempt = self.tokens.waiting(task_token)
        attempt.run.guard(lambda: attempt.succeed(result))

    def send_task_failure(
        self, task_token: str, error: str | None = None, cause: str | None = None
    ) -> None:
        """End a task badly."""
        attempt = self.tokens.waiting(task_token)
        attempt.run.guard(lambda: attempt.fail(StateError(error, cause)))

    def send_task_heartbeat(self, task_token: str) -> None:
        """Let a task live on."""
        self.tokens.waiting(task_token).beat()

    def activity_task(self, arn: str, worker: str | None) -> tuple[str, str] | None:
        """Give a worker the next task of an activity."""
        self._validate_activity_arn(arn)
        if arn not in self.activities:
            raise ActivityDoesNotExist(f"Activity Does Not Exist: '{arn}'")
        return self.tokens.take(arn, worker)


def check(definition: str, kind: str) -> None:
    """Refuse a definition that is none, or that needs what is not simulated."""
    found = definitions.diagnose(definition, kind)
    errors = [one for one in found if one.severity == "ERROR"]
    if errors:
        raise InvalidDefinition(definitions.refusal(errors))
    missing = definitions.unsimulated(definition)
    if missing is not None:
        raise MachineNotSimulated(
            f"Dry Run does not simulate {missing}; real AWS would carry it out."
        )


def find_run(arn: str) -> Run:
    """Return an execution anywhere in this cloud; raises KeyError."""
    _, _, _, region, account = arn.split(":")[:5]
    backend: Any = stepfunctions_backends[account][region]
    run: Run = backend.runs[arn]
    return run


def install() -> None:
    """Let moto's machines be made of these."""
    stepfunctions_backends.backend = StepFunctionBackend
    sync.install()
    moto_models.StepFunctionBackend = StepFunctionBackend


def _parts(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    return ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""


def _routed(routes: list[dict[str, Any]]) -> str:
    """Return the version that an alias gives this execution to, by the weights."""
    mark = mock_random.uniform(0, 100)
    for route in routes:
        mark -= float(route["weight"])
        if mark <= 0:
            return str(route["stateMachineVersionArn"])
    return str(routes[-1]["stateMachineVersionArn"])


def _same(there: StateMachine, definition: str, role: str, kind: str, more: dict[str, Any]) -> bool:
    logging = more.get("loggingConfiguration") or {"level": "OFF"}
    return (
        json.loads(there.definition) == json.loads(definition)
        and (there.roleArn, there.type) == (role, kind)
        and there.loggingConfiguration == logging
    )


def _check_input(given: str) -> None:
    if len(given.encode()) > LONGEST_INPUT:
        # "StartExecution", AWS Step Functions API Reference, has the length among the constraints.
        raise ValidationException(
            "1 validation error detected: Value at 'input' failed to satisfy constraint: Member "
            "must have length less than or equal to 262144"
        )
    try:
        json.loads(given)
    except ValueError as error:
        raise InvalidExecutionInput(
            f"Invalid State Machine Execution Input: '{_java(given, error)}'"
        ) from None


def _java(given: str, error: ValueError) -> str:
    if not given.strip():
        return "Invalid execution input."
    if isinstance(error, json.JSONDecodeError):
        return definitions.parsing(given, error)[0]
    return str(error)


__all__ = ["StepFunctionBackend", "check", "find_run", "install"]
