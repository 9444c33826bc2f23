"""Where the names in a stack's template lead: parameters, resources, exports, zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dryrun.cloud.cloudformation import custom_resources, providers
from dryrun.cloud.cloudformation.dynamic import resolve
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    StackResource,
)
from dryrun.cloud.cloudformation.providers.base import Context, NotSimulatedError
from dryrun.cloud.cloudformation.schema import schema
from dryrun.cloud.cloudformation.template import PSEUDO, TemplateError, pseudo
from dryrun.cloud.inside import client

MASKED = "****"


def context(stack: Stack, resource: StackResource, token: str = "") -> Context:
    """Return what a provider needs to know to work on a resource."""
    return Context(
        region=stack.region,
        account=stack.account,
        stack_name=stack.name,
        stack_id=stack.stack_id,
        logical_id=resource.logical_id,
        known=resource.applied,
        partition=stack.partition,
        token=token,
    )


class StackScope:
    """The names of one deployment of a stack, with its resources as they are now.

    With `secrets`, dynamic references give what they refer to; without, they stay as they are
    written, which is what CloudFormation shows and compares.
    """

    shows_unknown = False

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        deployment: Deployment,
        resources: Mapping[str, StackResource] | None = None,
        *,
        secrets: bool = False,
    ) -> None:
        self._backend = backend
        self._stack = stack
        self._deployment = deployment
        self._resources = stack.resources if resources is None else resources
        self._secrets = secrets
        self.imports: set[str] = set()
        self.dynamic_seen = False

    @property
    def mappings(self) -> Mapping[str, Any]:
        """The mappings of the template."""
        return self._deployment.template.mappings

    @property
    def conditions(self) -> Mapping[str, bool]:
        """Which conditions hold."""
        return self._deployment.conditions

    def ref(self, name: str) -> Any:
        """Return a parameter's value, a pseudo parameter or a resource's physical id."""
        value = self._deployment.parameters.get(name)
        if value is not None:
            return value.effective
        if name in PSEUDO:
            return self._pseudo(name)
        return self._resource(name).physical_id

    def get_att(self, logical_id: str, attribute: str) -> Any:
        """Return an attribute of a resource that is there."""
        resource = self._resource(logical_id)
        value = read_attribute(self._stack, resource, attribute)
        answer = resource.answered
        if answer is not None and not answer.echoes:
            # "NoEcho", "Custom resource response objects": masked wherever properties are shown.
            self.dynamic_seen = True
            return value if self._secrets else MASKED
        return value

    def import_value(self, name: str) -> Any:
        """Return what another stack exports."""
        for export in self._backend.exports():
            if export.name == name:
                self.imports.add(name)
                return export.value
        raise TemplateError(f"No export named {name} found")

    def azs(self, region: str) -> list[str]:
        """Return the zones of a region in which the default network has a subnet, or all."""
        # Another region than the stack's gives none, whatever the page "Fn::GetAZs" promises.
        if region not in ("", self._stack.region):
            return []
        found = client("ec2", self._stack.region).describe_availability_zones()
        return [zone["ZoneName"] for zone in found["AvailabilityZones"]]

    def dynamic(self, service: str, reference: str) -> str:
        """Return what a dynamic reference leads to, or the reference as it is written."""
        self.dynamic_seen = True
        if self._secrets:
            return resolve(service, reference, self._stack.region)
        return f"{{{{resolve:{service}:{reference}}}}}"

    def _pseudo(self, name: str) -> Any:
        return pseudo(
            name,
            self._stack.region,
            self._stack.account,
            self._stack.stack_id,
            self._stack.name,
            list(self._deployment.notification_arns),
        )

    def _resource(self, name: str) -> StackResource:
        found = self._resources.get(name)
        if found is None:
            raise TemplateError(
                f"Unresolved resource dependencies [{name}] in the Resources block of the template"
            )
        return found


def read_attribute(stack: Stack, resource: StackResource, attribute: str) -> Any:
    """Return an attribute of a resource as it is, asking its provider once."""
    known = schema(resource.type)
    if known is not None and not known.has_attribute(attribute):
        raise TemplateError(
            f"Requested attribute {attribute} does not exist in schema for {resource.type}"
        )
    provider = providers.provider(resource.type)
    if provider is not None and provider.answers:
        return custom_resources.attribute(stack, resource, attribute)
    if resource.attributes is None:
        if provider is None:
            raise NotSimulatedError(f"Dry Run does not simulate {resource.type}.")
        at = context(stack, resource)
        told = provider.told(at, resource.physical_id)
        if attribute in told:
            return told[attribute]
        resource.attributes = provider.read(at, resource.physical_id)
    if attribute in resource.attributes:
        return resource.attributes[attribute]
    value: Any = resource.attributes
    for part in attribute.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise NotSimulatedError(
                f"Dry Run does not simulate the attribute {attribute} of {resource.type}."
            )
        value = value[part]
    return value
