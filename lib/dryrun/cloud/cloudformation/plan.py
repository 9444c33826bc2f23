"""What an update would do, found out without doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dryrun.cloud.cloudformation import providers, schema
from dryrun.cloud.cloudformation.differences import Difference, Requires, differences, requires
from dryrun.cloud.cloudformation.evaluated import StackTags
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
    """A place of a resource's properties that changes, and what that requires."""

    difference: Difference
    requires: Requires

    @property
    def is_known(self) -> bool:
        """Whether the new value is known before the update."""
        return str(UNKNOWN) not in str(self.difference.after)


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
    metadata_before: Any = None
    metadata_after: Any = None
    properties: list[PropertyChange] = field(default_factory=list)
    metadata: bool = False
    tags: list[Difference] = field(default_factory=list)

    @property
    def replacement(self) -> str:
        """Return True, False or Conditional, as a change set has it."""
        if any(one.requires == "Always" and one.is_known for one in self.properties):
            return "True"
        if any(one.requires != "Never" for one in self.properties):
            return "Conditional"
        return "False"


class PlanScope(StackScope):
    """The names of a deployment, as far as they can be known before it is carried out."""

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        deployment: Deployment,
        changes: Mapping[str, ResourceChange],
    ) -> None:
        super().__init__(backend, stack, deployment)
        self._changes = changes
        self._live = stack.resources

    def ref(self, name: str) -> Any:
        """Return what a name gives; UNKNOWN for a resource that is yet to be made."""
        change = self._changes.get(name)
        if change is not None and (change.action != "Modify" or change.replacement == "True"):
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
        if logical_id in self._changes or logical_id not in self._live:
            return UNKNOWN
        return super().get_att(logical_id, attribute)


def plan(
    backend: CloudFormationBackend, stack: Stack, deployment: Deployment
) -> list[ResourceChange]:
    """Return what bringing a stack to a deployment does, in the template's order.

    Raises TemplateError where a function cannot be evaluated.
    """
    found: dict[str, ResourceChange] = {}
    wanted = deployment.resources()
    for name in in_order(dependencies(deployment.template, deployment.conditions), wanted):
        scope = PlanScope(backend, stack, deployment, found)
        change = _change(stack, deployment, wanted[name], scope)
        if change is not None:
            found[name] = change
    removed = [
        ResourceChange(
            "Remove", name, one.type, one.physical_id, None, one, one.properties,
            metadata_before=one.metadata,
        )
        for name, one in stack.resources.items()
        if name not in wanted and one.exists
    ]  # fmt: skip
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
    stack: Stack, deployment: Deployment, definition: Resource, scope: PlanScope
) -> ResourceChange | None:
    after = evaluate(definition.properties, scope) or {}
    metadata = evaluate(definition.metadata, scope) if definition.metadata else None
    there = stack.resources.get(definition.logical_id)
    if there is None or not there.exists:
        return ResourceChange(
            "Add", definition.logical_id, definition.type, "", definition, None, {}, after,
            metadata_after=metadata,
        )  # fmt: skip
    change = ResourceChange(
        "Modify",
        definition.logical_id,
        definition.type,
        there.physical_id,
        definition,
        there,
        there.properties,
        after,
        there.metadata,
        metadata,
    )
    known = schema.schema(definition.type)
    provider = providers.provider(definition.type)
    if known is not None:
        change.properties = [
            PropertyChange(one, requires(known, provider, there.properties, after, one.path))
            for one in differences(there.properties, after)
        ]
    change.metadata = bool(differences(there.metadata, metadata))
    if not change.properties:
        change.tags = _tag_changes(stack, deployment, there)
    return change if change.properties or change.metadata or change.tags else None


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
