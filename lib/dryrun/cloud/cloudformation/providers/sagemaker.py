"""AWS::SageMaker: notebooks, models and endpoints, as far as there is a service."""

from __future__ import annotations

from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGGING = Tagging("=", add="add_tags", remove="delete_tags", listed="list_tags", plain=True)


class _Named(Declared):
    """A thing whose physical id is its ARN, and whose calls ask for its name."""

    service = "sagemaker"
    named = 63
    tagging: ClassVar[Tagging | None] = _TAGGING

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {self.key: physical_id.rpartition("/")[2]}


class NotebookInstance(_Named):
    """A notebook instance."""

    type = "AWS::SageMaker::NotebookInstance"
    handled = frozenset(
        {
            "AdditionalCodeRepositories",
            "DefaultCodeRepository",
            "DirectInternetAccess",
            "InstanceType",
            "KmsKeyId",
            "LifecycleConfigName",
            "NotebookInstanceName",
            "RoleArn",
            "RootAccess",
            "SecurityGroupIds",
            "SubnetId",
            "Tags",
            "VolumeSizeInGB",
        }
    )
    harmless = {
        "AcceleratorTypes": "a matter of speed only",
        "InstanceMetadataServiceConfiguration": "no notebook runs here that could ask",
        "PlatformIdentifier": "no notebook runs here",
    }
    name_property = "NotebookInstanceName"
    seconds = Seconds(create=240, update=300, delete=180)
    creates, reads = "create_notebook_instance", "describe_notebook_instance"
    deletes = "delete_notebook_instance"
    key, made = "NotebookInstanceName", "NotebookInstanceArn"
    renamed = {"LifecycleConfigName": "NotebookInstanceLifecycleConfigName"}
    answered = {"NotebookInstanceArn": "NotebookInstanceArn", "SecurityGroupIds": "SecurityGroups"}

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Name the lifecycle configuration as the call that creates does."""
        given = dict(properties)
        lifecycle = given.pop("LifecycleConfigName", None)
        made = super().request(at, name, given, tags=tags)
        return {**made, "LifecycleConfigName": lifecycle} if lifecycle else made

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the instance."""
        kept = self.handled | {"NotebookInstanceArn"}
        return {
            name: value
            for name, value in shown.items()
            if name in kept and (name in at.known or value not in ([], "", "Enabled", 5))
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Stop the instance, as SageMaker wants it, and delete it."""
        name = physical_id.rpartition("/")[2]
        self.fetch(at, physical_id)
        at.client("sagemaker").stop_notebook_instance(NotebookInstanceName=name)
        at.client("sagemaker").delete_notebook_instance(NotebookInstanceName=name)


class NotebookInstanceLifecycleConfig(_Named):
    """Scripts that run when notebook instances start."""

    type = "AWS::SageMaker::NotebookInstanceLifecycleConfig"
    handled = frozenset({"NotebookInstanceLifecycleConfigName", "OnCreate", "OnStart"})
    name_property = "NotebookInstanceLifecycleConfigName"
    seconds = Seconds(create=5, update=5, delete=5)
    creates = "create_notebook_instance_lifecycle_config"
    reads = "describe_notebook_instance_lifecycle_config"
    deletes = "delete_notebook_instance_lifecycle_config"
    key = "NotebookInstanceLifecycleConfigName"
    made = "NotebookInstanceLifecycleConfigArn"
    tagging = None


class Model(_Named):
    """A model."""

    type = "AWS::SageMaker::Model"
    handled = frozenset(
        {"Containers", "ExecutionRoleArn", "ModelName", "PrimaryContainer", "Tags", "VpcConfig"}
    )
    harmless = {"EnableNetworkIsolation": "no container runs here"}
    name_property = "ModelName"
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads, deletes = "create_model", "describe_model", "delete_model"
    key, made = "ModelName", "ModelArn"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the model."""
        kept = self.handled | {"ModelArn"}
        return {name: value for name, value in shown.items() if name in kept}


class EndpointConfig(_Named):
    """How an endpoint serves models."""

    type = "AWS::SageMaker::EndpointConfig"
    handled = frozenset(
        {"DataCaptureConfig", "EndpointConfigName", "KmsKeyId", "ProductionVariants", "Tags"}
    )
    name_property = "EndpointConfigName"
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "create_endpoint_config", "describe_endpoint_config"
    deletes, key, made = "delete_endpoint_config", "EndpointConfigName", "EndpointConfigArn"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the configuration."""
        kept = self.handled | {"EndpointConfigArn"}
        return {name: value for name, value in shown.items() if name in kept}


class Endpoint(_Named):
    """An endpoint."""

    type = "AWS::SageMaker::Endpoint"
    handled = frozenset({"EndpointConfigName", "EndpointName", "Tags"})
    harmless = {
        "DeploymentConfig": "no endpoint serves anything here that could be moved over",
        "ExcludeRetainedVariantProperties": "read only when the configuration changes",
        "RetainAllVariantProperties": "read only when the configuration changes",
        "RetainDeploymentConfig": "read only when the configuration changes",
    }
    name_property = "EndpointName"
    seconds = Seconds(create=300, update=300, delete=60)
    creates, reads, deletes = "create_endpoint", "describe_endpoint", "delete_endpoint"
    key, made = "EndpointName", "EndpointArn"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the endpoint."""
        kept = self.handled | {"EndpointArn"}
        return {name: value for name, value in shown.items() if name in kept}
