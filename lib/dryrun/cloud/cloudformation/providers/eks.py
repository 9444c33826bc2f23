"""AWS::EKS."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGS: dict[str, Any] = {"key": "resourceArn", "tags": "tags", "keys": "tagKeys", "listed": ""}
_NO_NODES = "no node runs here"


class Cluster(Declared):
    """A cluster; its physical id is its name."""

    type = "AWS::EKS::Cluster"
    handled = frozenset(
        {
            "EncryptionConfig",
            "KubernetesNetworkConfig",
            "Logging",
            "Name",
            "ResourcesVpcConfig",
            "RoleArn",
            "Tags",
            "Version",
        }
    )
    harmless = {
        "AccessConfig": "no Kubernetes answers here to whom access could be given",
        "BootstrapSelfManagedAddons": _NO_NODES,
        "UpgradePolicy": "a matter of support only",
        "ZonalShiftConfig": _NO_NODES,
        "Force": "permits an update and changes nothing itself",
        "DeletionProtection": "AWS's default is off",
    }
    service = "eks"
    name_property, named = "Name", 100
    seconds = Seconds(create=600, update=300, delete=300)
    creates, reads = "create_cluster", "describe_cluster"
    updates, deletes = "update_cluster_config", "delete_cluster"
    key, item = "name", "cluster"
    answered = {
        "CertificateAuthorityData": "certificateAuthority.data",
        "ClusterSecurityGroupId": "resourcesVpcConfig.clusterSecurityGroupId",
        "EncryptionConfigKeyArn": "encryptionConfig.0.provider.keyArn",
        "OpenIdConnectIssuerUrl": "identity.oidc.issuer",
    }
    tagging = Tagging("arn", **_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with logging as the API has it."""
        enabled = ((properties.get("Logging") or {}).get("ClusterLogging") or {}).get(
            "EnabledTypes"
        )
        if enabled:
            kinds = [one["Type"] for one in enabled]
            properties["Logging"] = {"ClusterLogging": [{"Types": kinds, "Enabled": True}]}
        return properties

    def refuse(self, properties: Properties) -> str | None:
        """Refuse a protection that would not protect."""
        return "the property DeletionProtection" if properties.get("DeletionProtection") else None

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return logging and encryption as the schema has them."""
        logging = (shown.get("Logging") or {}).get("ClusterLogging")
        if isinstance(logging, list):
            kinds = [kind for one in logging if one.get("Enabled") for kind in one["Types"]]
            enabled = {"EnabledTypes": [{"Type": kind} for kind in kinds]}
            shown["Logging"] = {"ClusterLogging": enabled}
        return shown


class Nodegroup(Declared):
    """A group of nodes; its physical id is `CLUSTER/NAME`."""

    type = "AWS::EKS::Nodegroup"
    handled = frozenset(
        {
            "AmiType",
            "CapacityType",
            "ClusterName",
            "DiskSize",
            "InstanceTypes",
            "Labels",
            "LaunchTemplate",
            "NodeRole",
            "NodegroupName",
            "ReleaseVersion",
            "RemoteAccess",
            "ScalingConfig",
            "Subnets",
            "Tags",
            "Taints",
            "Version",
        }
    )
    harmless = {
        "ForceUpdateEnabled": "permits an update and changes nothing itself",
        "NodeRepairConfig": _NO_NODES,
        "UpdateConfig": _NO_NODES,
    }
    service = "eks"
    name_property, named = "NodegroupName", 63
    seconds = Seconds(create=180, update=120, delete=240)
    parents = {"clusterName": "ClusterName"}
    creates, reads = "create_nodegroup", "describe_nodegroup"
    updates, deletes = "update_nodegroup_config", "delete_nodegroup"
    key, item = "nodegroupName", "nodegroup"
    answered = {"Arn": "nodegroupArn", "Id": "="}
    tagging = Tagging("nodegroupArn", **_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a group of nodes."""
        return f"{properties['ClusterName']}/{super().create(at, properties)}"

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        cluster, _, group = physical_id.rpartition("/")
        return {"clusterName": cluster, "nodegroupName": group}


class FargateProfile(Declared):
    """A Fargate profile; its physical id is `CLUSTER|NAME`."""

    type = "AWS::EKS::FargateProfile"
    handled = frozenset(
        {
            "ClusterName",
            "FargateProfileName",
            "PodExecutionRoleArn",
            "Selectors",
            "Subnets",
            "Tags",
        }
    )
    service = "eks"
    name_property, named = "FargateProfileName", 100
    seconds = Seconds(create=120, delete=120)
    parents = {"clusterName": "ClusterName"}
    creates, reads = "create_fargate_profile", "describe_fargate_profile"
    deletes = "delete_fargate_profile"
    key, item = "fargateProfileName", "fargateProfile"
    answered = {"Arn": "fargateProfileArn"}
    tagging = Tagging("fargateProfileArn", **_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a profile."""
        return f"{properties['ClusterName']}|{super().create(at, properties)}"

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        cluster, _, profile = physical_id.partition("|")
        return {"clusterName": cluster, "fargateProfileName": profile}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the labels of selectors as the schema has them."""
        for one in shown.get("Selectors") or ():
            if isinstance(one.get("Labels"), dict):
                one["Labels"] = [{"Key": k, "Value": v} for k, v in one["Labels"].items()]
        return shown
