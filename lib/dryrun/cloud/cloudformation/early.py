"""What AWS says of a deployment before it makes anything.

Properties that hold nothing of other resources are validated first, all at once; the others when it
is their turn. The types outside the registry are left to their own validators, which come later.
"""

from __future__ import annotations

import contextlib

from dryrun.cloud.cloudformation import schema
from dryrun.cloud.cloudformation.evaluated import evaluated
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    StackResource,
)
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.plan import check_imports
from dryrun.cloud.cloudformation.providers.base import Properties
from dryrun.cloud.cloudformation.template import (
    AwsLookup,
    Resource,
    TemplateError,
    check_existence,
    check_secure,
    references,
)

VALIDATION_FAILED = "VALIDATION_FAILED"


def refusal(backend: CloudFormationBackend, deployment: Deployment, stack: Stack) -> str | None:
    """Return why AWS gives up before it looks at any resource, or None."""
    if deployment.failure is not None:
        return deployment.failure
    try:
        check_existence(deployment.template, deployment.parameters, AwsLookup(stack.region))
        check_secure(deployment.template)
        check_imports(backend, stack, deployment)
    except TemplateError as error:
        return str(error)
    return None


def invalid(
    backend: CloudFormationBackend, stack: Stack, deployment: Deployment
) -> dict[str, tuple[Properties, str]]:
    """Return properties and reason of each resource that the schemas refuse, by logical id."""
    found = {}
    for name, definition in deployment.resources().items():
        known = schema.schema(definition.type)
        if known is None or not known.is_registered or _depends(definition, deployment):
            continue
        meant = None
        with contextlib.suppress(Exception):  # it fails again, and is told of, in its turn
            meant = evaluated(backend, stack, deployment, definition)
        violations = known.validate(meant.applied) if meant is not None else []
        if meant is not None and violations:
            why = schema.reason(definition.type, name, violations, early=True)
            found[name] = meant.properties, why
    return found


def tell(
    operation: Operation, deployment: Deployment, refused: dict[str, tuple[Properties, str]]
) -> str:
    """Tell of the resources that the schemas refuse; return the reason for their stack."""
    stack = operation.stack
    for name, (properties, why) in refused.items():
        there = stack.resources.get(name)
        verb = "UPDATE" if there is not None and there.exists else "CREATE"
        resource = there or StackResource(
            name, deployment.template.resources[name].type, deployment.template.resources[name]
        )
        operation.note(
            resource,
            f"{verb}_FAILED",
            why,
            properties=properties,
            detailed_status=VALIDATION_FAILED,
        )
    return f"Validation failed for following resources: [{', '.join(refused)}]"


def _depends(definition: Resource, deployment: Deployment) -> bool:
    """Tell whether properties come from other resources."""
    return any(
        one.logical_id in deployment.template.resources for one in references(definition.properties)
    )
