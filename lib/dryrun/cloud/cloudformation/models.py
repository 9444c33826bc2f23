"""Stacks and what they are made of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation.exceptions import StackNotFound, ValidationError
from dryrun.cloud.cloudformation.providers.base import Properties
from dryrun.cloud.cloudformation.template import ParameterValue, Resource, Template

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.change_sets import ChangeSet
    from dryrun.cloud.cloudformation.operation import Operation

STACK_TYPE = "AWS::CloudFormation::Stack"


def new_id() -> str:
    """Return a new UUID."""
    return str(uuid.UUID(int=mock_random.getrandbits(128), version=4))


def now() -> datetime:
    """Return lab time."""
    return clocks.current().now()


@dataclass
class ResourceDrift:
    """How a resource stood when drift was last looked for."""

    status: str = "NOT_CHECKED"
    checked: datetime | None = None
    expected: Properties = field(default_factory=dict)
    actual: Properties = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class CustomAnswer:
    """What came back for a custom resource; `why` says how it failed, and is empty otherwise."""

    request_id: str
    physical_id: str
    data: Properties
    echoes: bool = True
    """Whether its data may be shown."""
    why: str = ""


@dataclass
class CustomRequest:
    """A request for a custom resource: the work that waits, and what has come."""

    key: str
    open: bool = True
    body: bytes | None = None


@dataclass
class StackResource:
    """A resource of a stack; `applied` are the properties its provider was given last.

    `properties` are those of the template, evaluated, without what the stack adds.
    """

    logical_id: str
    type: str
    definition: Resource
    physical_id: str = ""
    status: str = ""
    reason: str | None = None
    timestamp: datetime = field(default_factory=now)
    properties: Properties = field(default_factory=dict)
    applied: Properties = field(default_factory=dict)
    metadata: Any = None
    needs: tuple[str, ...] = ()
    attributes: Properties | None = None
    drift: ResourceDrift = field(default_factory=ResourceDrift)
    signals: dict[str, str] = field(default_factory=dict)
    creation_policy: Any = None
    update_policy: Any = None
    former_instances: tuple[str, ...] = ()
    asked: bool = False
    """Whether whoever makes this custom resource was asked for anything."""
    answered: CustomAnswer | None = None
    shown: tuple[Properties, str] | None = None
    """Properties with the text in which events show them."""

    @property
    def exists(self) -> bool:
        """Whether there is something to delete."""
        return bool(self.physical_id) and self.status not in ("DELETE_COMPLETE", "DELETE_SKIPPED")

    @property
    def never_made(self) -> bool:
        """Whether its creation failed before there was anything."""
        return not self.physical_id and self.status == "CREATE_FAILED"


@dataclass(frozen=True)
class Deployment:
    """What a stack is to be: a template with everything that decides what it means.

    `body` is the template as it was sent, `document` as it is after transforms; `failure` says why
    these failed, and then there are no resources.
    """

    body: str
    document: dict[str, Any]
    template: Template
    parameters: dict[str, ParameterValue]
    conditions: dict[str, bool]
    tags: dict[str, str]
    capabilities: tuple[str, ...]
    notification_arns: tuple[str, ...]
    role_arn: str | None = None
    rollback_configuration: dict[str, Any] = field(default_factory=dict)
    failure: str | None = None

    def resources(self) -> dict[str, Resource]:
        """Return the resources whose condition holds."""
        return {
            name: resource
            for name, resource in self.template.resources.items()
            if resource.condition is None or self.conditions.get(resource.condition, False)
        }


@dataclass(frozen=True)
class OutputValue:
    """An output of a stack."""

    name: str
    value: str
    description: str | None = None
    export_name: str | None = None


@dataclass(slots=True)
class StackEvent:
    """One line of a stack's story."""

    event_id: str
    logical_id: str
    physical_id: str
    type: str
    timestamp: datetime
    status: str
    operation_id: str
    operation_type: str
    reason: str | None = None
    properties: str | None = None
    token: str | None = None
    detailed_status: str | None = None


@dataclass
class Stack:
    """A stack, from its review or creation to long after its deletion."""

    name: str
    region: str
    account: str
    partition: str
    deployment: Deployment
    stack_id: str = ""
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: list[OutputValue] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    events: list[StackEvent] = field(default_factory=list)
    operations: list[dict[str, str]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    executed: list[ChangeSet] = field(default_factory=list)
    """The change sets that were carried out: found by their ids ever after."""
    change_set_id: str | None = None
    policy: str | None = None
    termination_protection: bool = False
    disable_rollback: bool = False
    retain_except_on_create: bool = False
    timeout_minutes: int | None = None
    deletion_mode: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    drift_status: str = "NOT_CHECKED"
    drift_checked: datetime | None = None
    operation: Operation | None = None
    unfinished: Any = None
    """The update or creation that stands half done: for a rollback asked for later."""
    custom_requests: dict[str, CustomRequest] = field(default_factory=dict)
    """What was asked of custom resources, by request id."""
    tokens: dict[str, str] = field(default_factory=dict)
    """The client request tokens that were used, with the operation each was for."""

    def __post_init__(self) -> None:
        """Make the id."""
        if not self.stack_id:
            where = f"arn:{self.partition}:cloudformation:{self.region}:{self.account}"
            self.stack_id = f"{where}:stack/{self.name}/{new_id()}"

    def outdate_change_sets(self) -> None:
        """Make its change sets obsolete: the stack is about to be another one."""
        for change_set in self.change_sets.values():
            change_set.obsolete = True

    @property
    def gone(self) -> bool:
        """Whether the stack was deleted."""
        return self.status == "DELETE_COMPLETE"

    @property
    def busy(self) -> bool:
        """Whether an operation is at work."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True)
class Export:
    """A value that other stacks of the region may import."""

    name: str
    value: str
    stack_id: str


@dataclass(frozen=True)
class Macro:
    """A function that processes templates which name the macro."""

    name: str
    function: str
    description: str = ""


class CloudFormationBackend(BaseBackend):
    """The stacks of one account in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.stacks: dict[str, Stack] = {}
        self.drift_detections: dict[str, dict[str, Any]] = {}
        self.macros: dict[str, Macro] = {}

    def find(self, name: str | None) -> Stack:
        """Return a stack by name, if it was not deleted, or by id; raises StackNotFound."""
        found = self.look(name or "")
        if found is None:
            raise StackNotFound(name or "")
        return found

    def look(self, name: str) -> Stack | None:
        """Return a stack by name, if it was not deleted, or by id."""
        if name in self.stacks:
            return self.stacks[name]
        return next((s for s in self.stacks.values() if s.name == name and not s.gone), None)

    def living(self, name: str | None) -> Stack:
        """Return a stack that was not deleted; raises ValidationError."""
        stack = self.find(name)
        if stack.gone:
            raise ValidationError(f"Stack [{stack.name}] does not exist")
        return stack

    def exports(self) -> Iterator[Export]:
        """Yield every export."""
        for stack in self.stacks.values():
            if not stack.gone:
                for output in stack.outputs:
                    if output.export_name is not None:
                        yield Export(output.export_name, output.value, stack.stack_id)

    def importers(self, export_name: str) -> list[Stack]:
        """Return the stacks that import a value."""
        return [s for s in self.stacks.values() if not s.gone and export_name in s.imports]


cloudformation_backends = BackendDict(CloudFormationBackend, "cloudformation")
