"""AWS::ECS."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    ResourceError,
    Seconds,
    TakenError,
    changed,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGS: dict[str, Any] = {"key": "resourceArn", "tags": "tags", "keys": "tagKeys", "answer": "tags"}
_STRATEGY = ("CapacityProviders", "DefaultCapacityProviderStrategy")


class Cluster(Declared):
    """A cluster; its physical id is its name."""

    type = "AWS::ECS::Cluster"
    handled = frozenset(
        {
            "ClusterName",
            "ClusterSettings",
            "Configuration",
            "ServiceConnectDefaults",
            "Tags",
            *_STRATEGY,
        }
    )
    service = "ecs"
    name_property, named = "ClusterName", 255
    seconds = Seconds(create=10, update=10, delete=10)
    creates, reads = "create_cluster", "describe_clusters"
    updates, deletes = "update_cluster", "delete_cluster"
    key, read_key, item = "cluster", "clusters", "clusters.0"
    renamed = {"ClusterSettings": "settings"}
    answered = {"Arn": "clusterArn"}
    ended = ("INACTIVE",)
    defaults = {"ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}]}
    tagging = Tagging("clusterArn", **_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a cluster; CreateCluster of one that is there is no error, but this is one."""
        name = properties.get("ClusterName")
        if name is not None:
            found = at.client("ecs").describe_clusters(clusters=[name])["clusters"]
            if any(one["status"] == "ACTIVE" for one in found):
                raise TakenError(self.type, name)
        return super().create(at, properties)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the capacity providers by their own call."""
        if changed(old, new, *_STRATEGY):
            call = "put_cluster_capacity_providers"
            given = {name: new.get(name) or [] for name in _STRATEGY}
            self.call(at, call, {"cluster": physical_id, **self.request(at, call, given)})
        return [name for name in names if name not in _STRATEGY]

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a cluster without services."""
        self.fetch(at, physical_id)
        client = at.client("ecs")
        there = client.list_services(cluster=physical_id)["serviceArns"]
        found = client.describe_services(cluster=physical_id, services=there) if there else {}
        if any(one["status"] == "ACTIVE" for one in found.get("services", ())):
            raise ResourceError("The Cluster cannot be deleted while Services are active.")
        super().delete(at, physical_id)


class ClusterCapacityProviderAssociations(Declared):
    """The capacity providers of a cluster; the physical id is the cluster."""

    type = "AWS::ECS::ClusterCapacityProviderAssociations"
    handled = frozenset({"Cluster", *_STRATEGY})
    service = "ecs"
    seconds = Seconds(create=10, update=10, delete=10)
    creates, reads = "put_cluster_capacity_providers", "describe_clusters"
    name_property = "Cluster"
    key, read_key, item = "cluster", "clusters", "clusters.0"
    answered = {"Cluster": "="}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the providers anew."""
        self.create(at, new)
        return []

    def delete(self, at: Context, physical_id: str) -> None:
        """Leave the cluster without providers."""
        self.fetch(at, physical_id)
        self.create(at, {"Cluster": physical_id, **{name: [] for name in _STRATEGY}})

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the empty list the API wants."""
        return {"CapacityProviders": [], **properties}


class CapacityProvider(Declared):
    """A capacity provider; its physical id is its name."""

    type = "AWS::ECS::CapacityProvider"
    handled = frozenset({"AutoScalingGroupProvider", "Name", "Tags"})
    service = "ecs"
    name_property, named = "Name", 255
    seconds = Seconds(create=10, update=10, delete=10)
    creates, reads = "create_capacity_provider", "describe_capacity_providers"
    updates, deletes = "update_capacity_provider", "delete_capacity_provider"
    key, read_key, item = "capacityProvider", "capacityProviders", "capacityProviders.0"
    ended = ("INACTIVE",)
    tagging = Tagging("capacityProviderArn", **_TAGS)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Update what the API lets change, under the name it takes here."""
        if "AutoScalingGroupProvider" in names:
            given = {"Name": physical_id, **{name: new[name] for name in names}}
            self.call(at, self.updates, self.request(at, self.updates, given))
        return []


class TaskDefinition(Declared):
    """A revision of a task definition; its physical id is its ARN."""

    type = "AWS::ECS::TaskDefinition"
    handled = frozenset(
        {
            "ContainerDefinitions",
            "Cpu",
            "EphemeralStorage",
            "ExecutionRoleArn",
            "Family",
            "InferenceAccelerators",
            "IpcMode",
            "Memory",
            "NetworkMode",
            "PidMode",
            "PlacementConstraints",
            "ProxyConfiguration",
            "RequiresCompatibilities",
            "RuntimePlatform",
            "Tags",
            "TaskRoleArn",
            "Volumes",
        }
    )
    harmless = {"EnableFaultInjection": "no task runs here into which a fault could be put"}
    service = "ecs"
    name_property, named = "Family", 255
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "register_task_definition", "describe_task_definition"
    deletes = "deregister_task_definition"
    key, item, made = "taskDefinition", "taskDefinition", "taskDefinition.taskDefinitionArn"
    answered = {"TaskDefinitionArn": "="}
    ended = ("INACTIVE",)
    tagging = Tagging("taskDefinitionArn", **_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the proxy's as the API names them."""
        proxy = dict(properties.get("ProxyConfiguration") or {})
        if "ProxyConfigurationProperties" in proxy:
            proxy["Properties"] = proxy.pop("ProxyConfigurationProperties")
            properties["ProxyConfiguration"] = proxy
        return {"ContainerDefinitions": [], **properties}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the proxy's properties under the schema's name."""
        proxy = shown.get("ProxyConfiguration") or {}
        if "Properties" in proxy:
            proxy["ProxyConfigurationProperties"] = proxy.pop("Properties")
        return shown

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister a revision that is active."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)


_LATER = (
    "CapacityProviderStrategy",
    "DeploymentConfiguration",
    "EnableExecuteCommand",
    "HealthCheckGracePeriodSeconds",
    "PlacementConstraints",
    "PlacementStrategies",
)
"""What moto's CreateService drops and its UpdateService keeps."""


class Service(Declared):
    """A service; its physical id is its ARN."""

    type = "AWS::ECS::Service"
    handled = frozenset(
        {
            "Cluster",
            "DeploymentController",
            "DesiredCount",
            "LaunchType",
            "LoadBalancers",
            "NetworkConfiguration",
            "PlatformVersion",
            "PropagateTags",
            "Role",
            "SchedulingStrategy",
            "ServiceName",
            "ServiceRegistries",
            "Tags",
            "TaskDefinition",
            *_LATER,
        }
    )
    harmless = {
        "AvailabilityZoneRebalancing": "no task runs here that could be moved",
        "EnableECSManagedTags": "no task runs here that could be tagged",
        "ForceNewDeployment": "no task runs here that could be replaced",
        "Monitoring": "no task runs here that could be measured",
    }
    service = "ecs"
    name_property, named = "ServiceName", 255
    seconds = Seconds(create=120, update=180, delete=90)
    parents = {"cluster": "Cluster"}
    written = frozenset({"Role"})
    creates, reads = "create_service", "describe_services"
    updates, deletes = "update_service", "delete_service"
    key, read_key, item, made = "service", "services", "services.0", "service.serviceArn"
    renamed = {"PlacementStrategies": "placementStrategy"}
    answered = {"ServiceArn": "serviceArn", "Name": "serviceName"}
    ending = {"force": True}
    ended = ("INACTIVE", "DRAINING")
    defaults = {
        "DesiredCount": 1,
        "EnableExecuteCommand": False,
        "HealthCheckGracePeriodSeconds": 0,
        "LoadBalancers": [],
        "PlacementConstraints": [],
        "PlacementStrategies": [],
        "PropagateTags": "NONE",
        "ServiceRegistries": [],
        "CapacityProviderStrategy": [],
        "DeploymentConfiguration": {"MaximumPercent": 200, "MinimumHealthyPercent": 100},
    }
    tagging = Tagging("serviceArn", **_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the number of tasks AWS takes for none."""
        network = properties.get("NetworkConfiguration") or {}
        if network.get("AwsvpcConfiguration"):
            # moto wants the groups; AWS takes the VPC's own where there are none.
            inner = {"SecurityGroups": [], **network["AwsvpcConfiguration"]}
            properties["NetworkConfiguration"] = {"AwsvpcConfiguration": inner}
        return {"DesiredCount": 1, **properties}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the network without the empty list of groups, and the task as it was named."""
        network = (shown.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration") or {}
        if network.get("SecurityGroups") == []:
            del network["SecurityGroups"]
        # A family, with a revision or without, names a task definition as its ARN does.
        revision = str(shown.get("TaskDefinition", "")).rpartition("/")[2]
        if (named := at.known.get("TaskDefinition")) in (revision, revision.partition(":")[0]):
            shown["TaskDefinition"] = named
        return shown

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Set what moto keeps of an update only."""
        later = {name: properties[name] for name in _LATER if name in properties}
        if later:
            cluster = {"Cluster": properties["Cluster"]} if "Cluster" in properties else {}
            sent = self.request(at, self.updates, {**cluster, **later})
            self.call(at, self.updates, {**sent, "service": physical_id})

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a service; the cluster is as the template has it, by name or ARN."""
        shown = super().read(at, physical_id)
        if "Cluster" not in shown:
            shown.pop("ClusterArn", None)
        return shown

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a service and its tasks."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)

    def physical_id(self, identifiers: Any) -> str:
        """Return the service's ARN."""
        return str(identifiers["ServiceArn"])
