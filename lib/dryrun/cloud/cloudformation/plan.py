"""What an update would do, found out without doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dryrun.cloud.cloudformation import providers, schema
from dryrun.cloud.cloudformation.causes import DIRECT, Cause, Grounds
from dryrun.cloud.cloudformation.differences import Difference, Requires, differences, requires
from dryrun.cloud.cloudformation.evaluated import StackTags
from dryrun.cloud.cloudformation.hash_order import ordered
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    StackResource,
)
from dryrun.cloud.cloudformation.scope import StackScope
from dryrun.cloud.cloudformation.template import (
    UNKNOWN,
    Resource,
    TemplateError,
    dependencies,
    evaluate,
)

Action = Literal["Add", "Modify", "Remove", "Import"]


@dataclass(frozen=True)
class PropertyChange:
    """A place of a resource that changes, what that requires, and why it does."""

    difference: Difference
    requires: Requires = "Never"
    causes: tuple[Cause, ...] = (DIRECT,)

    @property
    def is_certain(self) -> bool:
        """Whether the change comes whatever the update brings."""
        return any(one.evaluation == "Static" for one in self.causes)


@dataclass
class ResourceChange:
    """What an update would do to one resource.

    `before` and `after` are its properties, the latter with UNKNOWN for what shows only then.
    """

    action: Action
    logical_id: str
    type: str
    physical_id: str = ""
    definition: Resource | None = None
    resource: StackResource | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    attributes_before: dict[str, Any] = field(default_factory=dict)
    attributes_after: dict[str, Any] = field(default_factory=dict)
    """Metadata and policies, before and after."""
    properties: list[PropertyChange] = field(default_factory=list)
    attributes: list[PropertyChange] = field(default_factory=list)
    tags: list[Difference] = field(default_factory=list)

    @property
    def replacement(self) -> str:
        """Return True, False or Conditional, as a change set has it."""
        if any(one.requires == "Always" and one.is_certain for one in self.properties):
            return "True"
        if any(one.requires != "Never" for one in self.properties):
            return "Conditional"
        return "False"

    @property
    def is_anything(self) -> bool:
        """Whether it changes the resource at all."""
        return bool(self.action != "Modify" or self.properties or self.attributes or self.tags)


class PlanScope(StackScope):
    """The names of a deployment, as far as they can be known before it is carried out.

    With `values`, an attribute of what is changed in place is taken to be as it is now: so AWS
    evaluates property values, while without them all that hangs on a change may change.
    """

    shows_unknown = True

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        deployment: Deployment,
        changes: Mapping[str, ResourceChange],
        *,
        values: bool = False,
    ) -> None:
        super().__init__(backend, stack, deployment)
        self._changes = changes
        self._live = stack.resources
        self._values = values

    def ref(self, name: str) -> Any:
        """Return what a name gives; UNKNOWN for a resource that is, or may be, yet to be made."""
        if self._is_new(name):
            return UNKNOWN
        if name in self._deployment.template.resources and name not in self._live:
            return UNKNOWN
        return super().ref(name)

    def import_value(self, name: str) -> Any:
        """Return what another stack exports; a missing export shows only when the stack begins."""
        try:
            return super().import_value(name)
        except TemplateError:
            return UNKNOWN

    def get_att(self, logical_id: str, attribute: str) -> Any:
        """Return an attribute; UNKNOWN for a resource that is yet to be made or changed."""
        if logical_id not in self._live or self._is_new(logical_id):
            return UNKNOWN
        if logical_id in self._changes and not self._values:
            return UNKNOWN
        return super().get_att(logical_id, attribute)

    def _is_new(self, name: str) -> bool:
        change = self._changes.get(name)
        return change is not None and (change.action != "Modify" or change.replacement != "False")


class RemovedScope(StackScope):
    """The names of a deployment for what it loses; AWS shows no attributes of those."""

    shows_unknown = True

    def get_att(self, _logical_id: str, _attribute: str) -> Any:
        """Return UNKNOWN."""
        return UNKNOWN


def plan(
    backend: CloudFormationBackend, stack: Stack, deployment: Deployment, *, values: bool = False
) -> list[ResourceChange]:
    """Return what bringing a stack to a deployment does, in the template's order.

    `values` is for looking at property values; see PlanScope. Raises TemplateError where a function
    cannot be evaluated.
    """
    found: dict[str, ResourceChange] = {}
    wanted = deployment.resources()
    for name in in_order(dependencies(deployment.template, deployment.conditions), wanted):
        scope = PlanScope(backend, stack, deployment, found, values=values)
        grounds = Grounds(stack.deployment, deployment, found, values)
        change = _change(backend, stack, wanted[name], scope, grounds)
        if change.is_anything:
            found[name] = change
    removed = [
        _removal(backend, stack, one)
        for name, one in stack.resources.items()
        if name not in wanted and one.exists
    ]
    return [*(found[name] for name in wanted if name in found), *removed]


def check_imports(backend: CloudFormationBackend, stack: Stack, deployment: Deployment) -> None:
    """Raise TemplateError for what is imported and not exported by any stack."""

    class ImportScope(PlanScope):
        def import_value(self, name: str) -> Any:
            return StackScope.import_value(self, name)

    scope = ImportScope(backend, stack, deployment, {})
    for definition in deployment.resources().values():
        evaluate(definition.properties, scope)


def in_order(needs: Mapping[str, tuple[str, ...]], names: Mapping[str, Any]) -> list[str]:
    """Return names so that each comes after all it needs."""
    done: dict[str, None] = {}
    for first in names:
        trail = [first]
        while trail:
            name = trail[-1]
            left = [n for n in needs.get(name, ()) if n in names and n not in done]
            left = [n for n in left if n not in trail]
            if left:
                trail.append(left[0])
            else:
                done[trail.pop()] = None
    return list(done)


def _change(
    backend: CloudFormationBackend,
    stack: Stack,
    definition: Resource,
    scope: PlanScope,
    grounds: Grounds,
) -> ResourceChange:
    after = evaluate(definition.properties, scope) or {}
    change = ResourceChange(
        "Add", definition.logical_id, definition.type, definition=definition, after=after,
        attributes_after=attributes(definition, scope),
    )  # fmt: skip
    there = stack.resources.get(definition.logical_id)
    if there is None or not there.exists:
        return change
    change.action, change.resource, change.physical_id = "Modify", there, there.physical_id
    change.before = there.properties
    change.attributes_before = _attributes_of(backend, stack, there)
    known = schema.schema(definition.type)
    provider = providers.provider(definition.type)
    if known is not None:
        old = there.definition.properties
        change.properties = [
            PropertyChange(
                one,
                requires(known, provider, there.properties, after, one.path),
                grounds.causes(old, definition.properties, one.path),
            )
            for one in differences(ordered(there.properties), ordered(after))
        ]
    said, says = stated(there.definition), stated(definition)
    change.attributes = [
        PropertyChange(one, causes=grounds.causes(said, says, one.path))
        for one in differences(change.attributes_before, change.attributes_after)
    ]
    if known is not None and not any(
        one.difference.path[0] == known.tag_property for one in change.properties
    ):
        change.tags = _tag_changes(stack, grounds.new, there)
    return change


def attributes(definition: Resource, scope: StackScope) -> dict[str, Any]:
    """Return metadata and policies of a resource, where it states any."""
    return {name: evaluate(value, scope) for name, value in stated(definition).items()}


def stated(definition: Resource) -> dict[str, Any]:
    """Return metadata and policies of a resource as they are written."""
    found = {
        "Metadata": definition.metadata,
        "CreationPolicy": definition.creation_policy,
        "UpdatePolicy": definition.update_policy,
        "DeletionPolicy": definition.deletion_policy,
        "UpdateReplacePolicy": definition.update_replace_policy,
    }
    return {name: value for name, value in found.items() if value}


def _attributes_of(
    backend: CloudFormationBackend, stack: Stack, resource: StackResource
) -> dict[str, Any]:
    """Return metadata and policies of a resource that is there."""
    found = attributes(
        replace(resource.definition, metadata=None), PlanScope(backend, stack, stack.deployment, {})
    )
    return found | ({"Metadata": resource.metadata} if resource.metadata else {})


def _removal(
    backend: CloudFormationBackend, stack: Stack, resource: StackResource
) -> ResourceChange:
    """Return the change that a resource goes; its properties as AWS shows them then."""
    scope = RemovedScope(backend, stack, stack.deployment)
    definition = resource.definition
    try:
        before = evaluate(definition.properties, scope) or {}
        lost = attributes(definition, scope)
    except TemplateError:
        before, lost = resource.properties, {}
    return ResourceChange(
        "Remove", resource.logical_id, resource.type, resource.physical_id, None, resource,
        before, attributes_before=lost,
    )  # fmt: skip


def _tag_changes(stack: Stack, deployment: Deployment, resource: StackResource) -> list[Difference]:
    """Return how the tags that come from the stack would differ."""
    known, provider = schema.schema(resource.type), providers.provider(resource.type)
    if known is None or provider is None or known.tag_property is None:
        return []
    before = resource.applied.get(known.tag_property)
    own = known.coerce(resource.properties)
    tags = StackTags(stack, deployment, resource.logical_id)
    after = tags.added_to(own, known, provider)
    return differences(before, after.get(known.tag_property))
