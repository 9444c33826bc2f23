"""A resource's properties as its template means them at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudformation import providers
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
)
from dryrun.cloud.cloudformation.providers.base import Properties, Provider, tag_map
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.schema import ResourceSchema, schema
from dryrun.cloud.cloudformation.scope import StackScope
from dryrun.cloud.cloudformation.template import NO_VALUE, Resource, evaluate

_GROUP = "AWS::AutoScaling::AutoScalingGroup"


@dataclass(frozen=True)
class Evaluated:
    """`properties` as CloudFormation shows and compares them; `applied` as a provider gets them."""

    properties: Properties
    applied: Properties
    metadata: Any
    imports: frozenset[str]
    creation_policy: Any = None
    update_policy: Any = None


def evaluated(
    backend: CloudFormationBackend, stack: Stack, deployment: Deployment, definition: Resource
) -> Evaluated:
    """Evaluate a resource; raises TemplateError and what providers raise."""
    scope = StackScope(backend, stack, deployment)
    properties = _object(evaluate(definition.properties, scope))
    real = properties
    if scope.dynamic_seen:
        secret = StackScope(backend, stack, deployment, secrets=True)
        real = _object(evaluate(definition.properties, secret))
    known = schema(definition.type)
    applied = known.coerce(real) if known is not None else dict(real)
    metadata = evaluate(definition.metadata, scope) if definition.metadata else None
    provider = providers.provider(definition.type)
    if known is not None and provider is not None:
        stacks = StackTags(stack, deployment, definition.logical_id)
        applied = stacks.added_to(applied, known, provider)
    policies = [
        evaluate(policy, scope) if policy else None
        for policy in (definition.creation_policy, definition.update_policy)
    ]
    return Evaluated(properties, applied, metadata, frozenset(scope.imports), *policies)


def _object(found: Any) -> Properties:
    """Return what the Properties are as a whole; a function may have given anything."""
    if not isinstance(found, dict | None) and found is not NO_VALUE:
        # Worded after "Value of property X must be an object", from memory.
        raise FailedError("Value of property Properties must be an object")
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class StackTags:
    """The tags a stack gives a resource beside its own.

    Follows "Resource tags", CloudFormation Template Reference: the resource's own win.
    """

    stack: Stack
    deployment: Deployment
    logical_id: str

    def added_to(
        self, applied: Properties, known: ResourceSchema, provider: Provider
    ) -> Properties:
        """Return properties with the tags, where the type takes any."""
        name = known.tag_property
        own = applied.get(name) if name is not None else None
        if name is None or name not in provider.handled or not _are_tags(own):
            return applied
        added = dict(self.deployment.tags)
        if known.system_tags:
            added |= {
                "aws:cloudformation:stack-name": self.stack.name,
                "aws:cloudformation:logical-id": self.logical_id,
                "aws:cloudformation:stack-id": self.stack.stack_id,
            }
        tags = _as_map(own, added) if known.tags_are_map else _as_list(own, added, known.type)
        return {**applied, name: tags} if tags else applied


def _are_tags(own: Any) -> bool:
    """Tell whether tags have their shape; what has not is for the schema to refuse."""
    if isinstance(own or [], dict):
        return True
    return isinstance(own or [], list) and all(
        isinstance(tag, dict) and "Key" in tag for tag in own or ()
    )


def _as_map(own: Any, added: dict[str, str]) -> dict[str, str]:
    return {**added, **(own or {})}


def _as_list(own: Any, added: dict[str, str], type_name: str) -> list[dict[str, Any]]:
    theirs = tag_map(own)
    more: list[dict[str, Any]] = [
        {"Key": key, "Value": value} for key, value in added.items() if key not in theirs
    ]
    if type_name == _GROUP:
        for tag in more:
            tag["PropagateAtLaunch"] = True
    return [*(own or []), *more]
