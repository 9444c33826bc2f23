"""AWS::AppConfig: applications, configurations, and how they are deployed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging
from dryrun.cloud.cloudformation.providers.found import lookup

_QUICK = Seconds(create=3, update=3, delete=3)


def _tagging(place: str) -> Tagging:
    arn = "arn:{partition}:appconfig:{region}:{account}:" + place
    return Tagging(arn, plain=True)


class Application(Declared):
    """An application; its physical id is its id."""

    type = "AWS::AppConfig::Application"
    handled = frozenset({"Description", "Name", "Tags"})
    service = "appconfig"
    seconds = _QUICK
    creates, reads = "create_application", "get_application"
    updates, deletes = "update_application", "delete_application"
    key, made = "ApplicationId", "Id"
    answered = {"ApplicationId": "Id"}
    defaults = {"Description": ""}
    tagging = _tagging("application/{id}")


class ConfigurationProfile(Declared):
    """A profile of configurations; its physical id is its id."""

    type = "AWS::AppConfig::ConfigurationProfile"
    handled = frozenset(
        {
            "ApplicationId",
            "Description",
            "LocationUri",
            "Name",
            "RetrievalRoleArn",
            "Type",
            "Validators",
        }
    )
    harmless = {"DeletionProtectionCheck": "nothing reads a configuration here"}
    service = "appconfig"
    seconds = _QUICK
    parents = {"ApplicationId": "ApplicationId"}
    creates, reads = "create_configuration_profile", "get_configuration_profile"
    updates, deletes = "update_configuration_profile", "delete_configuration_profile"
    key, made = "ConfigurationProfileId", "Id"
    answered = {"ConfigurationProfileId": "Id"}
    defaults = {"Description": "", "Validators": []}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the profile."""
        kept: dict[str, Any] = {
            name: value
            for name, value in shown.items()
            if name in at.known or value not in ("", [], None)
        }
        return kept


class HostedConfigurationVersion(Provider):
    """A version of a configuration; its physical id is its number."""

    type = "AWS::AppConfig::HostedConfigurationVersion"
    handled = frozenset(
        {
            "ApplicationId",
            "ConfigurationProfileId",
            "Content",
            "ContentType",
            "Description",
            "VersionLabel",
        }
    )
    harmless = {"LatestVersionNumber": "nobody else makes versions while a stack does"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Keep the version."""
        made = at.client("appconfig").create_hosted_configuration_version(
            **pick(properties, *sorted(self.handled))
        )
        return str(made["VersionNumber"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the version."""
        with lookup(self.type, physical_id):
            found = at.client("appconfig").get_hosted_configuration_version(
                **_profile(at), VersionNumber=int(physical_id)
            )
        return {
            **_profile(at),
            **pick(found, "ContentType", "Description", "VersionLabel"),
            "Content": found["Content"].read().decode(),
            "VersionNumber": physical_id,
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the version."""
        at.client("appconfig").delete_hosted_configuration_version(
            **_profile(at), VersionNumber=int(physical_id)
        )


class Environment(Declared):
    """An environment; its physical id is its id."""

    type = "AWS::AppConfig::Environment"
    handled = frozenset({"ApplicationId", "Description", "Name", "Tags"})
    harmless = {"DeletionProtectionCheck": "nothing reads a configuration here"}
    service = "appconfig"
    seconds = _QUICK
    parents = {"ApplicationId": "ApplicationId"}
    creates, reads = "create_environment", "get_environment"
    updates, deletes = "update_environment", "delete_environment"
    key, made = "EnvironmentId", "Id"
    answered = {"EnvironmentId": "Id"}
    defaults = {"Description": ""}
    tagging = _tagging("application/")

    def _who(self, at: Context, name: str, physical_id: str, item: Any) -> dict[str, Any]:
        place = f"application/{at.known['ApplicationId']}/environment/{physical_id}"
        return {"ResourceArn": at.arn("appconfig", place)}


class DeploymentStrategy(Declared):
    """How configurations are deployed; its physical id is its id."""

    type = "AWS::AppConfig::DeploymentStrategy"
    handled = frozenset(
        {
            "DeploymentDurationInMinutes",
            "Description",
            "FinalBakeTimeInMinutes",
            "GrowthFactor",
            "GrowthType",
            "Name",
            "ReplicateTo",
            "Tags",
        }
    )
    service = "appconfig"
    seconds = _QUICK
    creates, reads = "create_deployment_strategy", "get_deployment_strategy"
    updates, deletes = "update_deployment_strategy", "delete_deployment_strategy"
    key, made = "DeploymentStrategyId", "Id"
    defaults = {"Description": "", "FinalBakeTimeInMinutes": 0, "GrowthType": "LINEAR"}
    tagging = _tagging("deploymentstrategy/{id}")


class Deployment(Provider):
    """A deployment of a version, complete once it has baked; its physical id is its number."""

    type = "AWS::AppConfig::Deployment"
    handled = frozenset(
        {
            "ApplicationId",
            "ConfigurationProfileId",
            "ConfigurationVersion",
            "DeploymentStrategyId",
            "Description",
            "EnvironmentId",
            "Tags",
        }
    )
    seconds = _QUICK
    patience = 172_800.0

    def create(self, at: Context, properties: Properties) -> str:
        """Begin the deployment."""
        made = at.client("appconfig").start_deployment(
            **pick(properties, *sorted(self.handled - {"Tags"})),
            Tags=tag_map(properties.get("Tags")),
        )
        return str(made["DeploymentNumber"])

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Tell whether the deployment is complete."""
        state = self._found(at, physical_id)["State"]
        if state == "ROLLED_BACK":
            raise ResourceError(f"Deployment {physical_id} was rolled back", "NotStabilized")
        return bool(state == "COMPLETE")

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the deployment."""
        found = self._found(at, physical_id)
        same = self.handled - {"ConfigurationVersion", "Tags"}
        return {
            **pick(found, *sorted(same), "State"),
            # The template may name the version by its label.
            **pick(at.known, "ConfigurationVersion", "Tags"),
            "DeploymentNumber": physical_id,
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Roll the deployment back, if it is under way; what is complete stays, as in AWS."""
        if self._found(at, physical_id)["State"] == "DEPLOYING":
            at.client("appconfig").stop_deployment(
                **pick(at.known, "ApplicationId", "EnvironmentId"),
                DeploymentNumber=int(physical_id),
            )

    def _found(self, at: Context, physical_id: str) -> Any:
        try:
            return at.client("appconfig").get_deployment(
                **pick(at.known, "ApplicationId", "EnvironmentId"),
                DeploymentNumber=int(physical_id),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise GoneError(self.type, physical_id) from error
            raise


def _profile(at: Context) -> Properties:
    return pick(at.known, "ApplicationId", "ConfigurationProfileId")
