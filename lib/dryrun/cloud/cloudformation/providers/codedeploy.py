"""AWS::CodeDeploy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.codedeploy.models import codedeploy_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, from_api, to_api
from dryrun.cloud.cloudformation.providers.found import lookup, without
from dryrun.cloud.errors import NOT_SIMULATED

_QUICK = Seconds(create=3, update=3, delete=3)
_GROUP = (
    "AlarmConfiguration",
    "AutoRollbackConfiguration",
    "AutoScalingGroups",
    "BlueGreenDeploymentConfiguration",
    "DeploymentConfigName",
    "DeploymentStyle",
    "ECSServices",
    "Ec2TagFilters",
    "Ec2TagSet",
    "LoadBalancerInfo",
    "OnPremisesInstanceTagFilters",
    "OnPremisesTagSet",
    "OutdatedInstancesStrategy",
    "ServiceRoleArn",
    "TerminationHookEnabled",
    "TriggerConfigurations",
)


class Application(Provider):
    """An application; its physical id is its name."""

    type = "AWS::CodeDeploy::Application"
    handled = frozenset({"ApplicationName", "ComputePlatform", "Tags"})
    name_property = "ApplicationName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the application."""
        name = str(properties.get("ApplicationName") or at.name(100))
        at.client("codedeploy").create_application(
            applicationName=name,
            computePlatform=properties.get("ComputePlatform", "Server"),
            tags=tag_list(properties.get("Tags")),
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the application."""
        with lookup(self.type, physical_id):
            answer = at.client("codedeploy").get_application(applicationName=physical_id)
        return {
            "ApplicationName": physical_id,
            "ComputePlatform": answer["application"]["computePlatform"],
            "Tags": _tags(at, f"application:{physical_id}"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        _retag(at, f"application:{physical_id}", old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the application with its groups."""
        backend: Any = codedeploy_backends[at.account][at.region]

        def forget() -> None:
            backend.deployment_groups.pop(physical_id, None)
            if backend.applications.pop(physical_id, None) is None:
                raise GoneError(self.type, physical_id)

        codedeploy = at.client("codedeploy")
        _or_else(forget, codedeploy.delete_application, applicationName=physical_id)


class DeploymentConfig(Declared):
    """How a deployment goes on; its physical id is its name."""

    type = "AWS::CodeDeploy::DeploymentConfig"
    handled = frozenset(
        {
            "ComputePlatform",
            "DeploymentConfigName",
            "MinimumHealthyHosts",
            "TrafficRoutingConfig",
            "ZonalConfig",
        }
    )
    service = "codedeploy"
    name_property, named = "DeploymentConfigName", 100
    seconds = _QUICK
    creates, reads = "create_deployment_config", "get_deployment_config"
    deletes, key = "delete_deployment_config", "deploymentConfigName"
    item = "deploymentConfigInfo"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the configuration without what only the API tells."""
        return pick(shown, *sorted(self.handled))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the configuration if it is there, which the API does not tell."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)


class DeploymentGroup(Provider):
    """Where an application is deployed to; its physical id is its name."""

    type = "AWS::CodeDeploy::DeploymentGroup"
    handled = frozenset({*_GROUP, "ApplicationName", "DeploymentGroupName", "Tags"})
    name_property = "DeploymentGroupName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the group."""
        codedeploy = at.client("codedeploy")
        name = str(properties.get("DeploymentGroupName") or at.name(100))
        model = codedeploy.meta.service_model.operation_model("CreateDeploymentGroup")
        given = {**properties, "DeploymentGroupName": name}
        codedeploy.create_deployment_group(**to_api(model.input_shape, given))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group."""
        codedeploy = at.client("codedeploy")
        application = self._application(at, physical_id)
        with lookup(self.type, physical_id):
            answer = codedeploy.get_deployment_group(
                applicationName=application, deploymentGroupName=physical_id
            )
        model = codedeploy.meta.service_model.operation_model("GetDeploymentGroup")
        shape = model.output_shape.members["deploymentGroupInfo"]
        info = answer["deploymentGroupInfo"]
        backend: Any = codedeploy_backends[at.account][at.region]
        # Moto keeps alarms and the names of groups, and answers neither.
        kept = backend.deployment_groups[application][physical_id]
        info["alarmConfiguration"] = kept.alarm_configuration or {}
        shown = from_api(self.type, shape, info)
        shown["AutoScalingGroups"] = list(kept.auto_scaling_groups)
        return without(
            {
                **pick(shown, *sorted(self.handled)),
                "Tags": _tags(at, f"deploymentgroup:{application}/{physical_id}"),
            },
            {},
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the group."""
        application = self._application(at, physical_id)
        codedeploy = at.client("codedeploy")
        model = codedeploy.meta.service_model.operation_model("UpdateDeploymentGroup")
        given = to_api(model.input_shape, pick(new, *_GROUP, "ApplicationName"))
        backend: Any = codedeploy_backends[at.account][at.region]

        def make_anew() -> None:
            groups = backend.deployment_groups[application]
            former = groups.pop(physical_id)
            try:
                self.create(at, {**new, "DeploymentGroupName": physical_id})
            except Exception:
                groups[physical_id] = former
                raise
            groups[physical_id].deployment_group_id = former.deployment_group_id

        if {**old, "Tags": None} != {**new, "Tags": None}:
            _or_else(
                make_anew,
                codedeploy.update_deployment_group,
                currentDeploymentGroupName=physical_id,
                **given,
            )
        _retag(at, f"deploymentgroup:{application}/{physical_id}", old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group."""
        application = self._application(at, physical_id)
        backend: Any = codedeploy_backends[at.account][at.region]

        def forget() -> None:
            if backend.deployment_groups.get(application, {}).pop(physical_id, None) is None:
                raise GoneError(self.type, physical_id)

        _or_else(
            forget,
            at.client("codedeploy").delete_deployment_group,
            applicationName=application,
            deploymentGroupName=physical_id,
        )

    def refuse(self, properties: Properties) -> str | None:
        """Refuse a deployment made along with the group."""
        return "the property Deployment" if "Deployment" in properties else None

    def _application(self, at: Context, physical_id: str) -> str:
        name = at.known.get("ApplicationName")
        if not name:
            raise GoneError(self.type, physical_id)
        return str(name)


def _or_else(otherwise: Callable[[], None], call: Any, **parameters: Any) -> None:
    """Make a call, and do something else where it is not simulated."""
    try:
        call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != NOT_SIMULATED:
            raise
        otherwise()


def _tags(at: Context, resource: str) -> list[dict[str, str]]:
    arn = at.arn("codedeploy", resource)
    return tag_list(at.client("codedeploy").list_tags_for_resource(ResourceArn=arn).get("Tags"))


def _retag(at: Context, resource: str, old: Properties, new: Properties) -> None:
    codedeploy, arn = at.client("codedeploy"), at.arn("codedeploy", resource)
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        codedeploy.tag_resource(ResourceArn=arn, Tags=tag_list(tags))
    if untagged:
        codedeploy.untag_resource(ResourceArn=arn, TagKeys=untagged)
