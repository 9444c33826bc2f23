"""AWS::ElastiCache."""

from __future__ import annotations

from typing import Any

from moto.elasticache.models import elasticache_backends

from dryrun.cloud.cloudformation.providers.base import Context, GoneError, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, in_order

_TAGS: dict[str, Any] = {
    "key": "ResourceName",
    "add": "add_tags_to_resource",
    "remove": "remove_tags_from_resource",
    "answer": "TagList",
}
_NO_CACHE = "no cache runs here"


class SubnetGroup(Declared):
    """A group of subnets; its physical id is its name."""

    type = "AWS::ElastiCache::SubnetGroup"
    handled = frozenset({"CacheSubnetGroupName", "Description", "SubnetIds", "Tags"})
    service = "elasticache"
    name_property, named, lower = "CacheSubnetGroupName", 255, True
    seconds = Seconds(create=5, update=5, delete=5)
    renamed = {"Description": "CacheSubnetGroupDescription"}
    written = frozenset({"SubnetIds"})
    creates, reads = "create_cache_subnet_group", "describe_cache_subnet_groups"
    key, item = "CacheSubnetGroupName", "CacheSubnetGroups.0"
    tagging = Tagging("ARN", **_TAGS)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a group that is there; moto has no DeleteCacheSubnetGroup."""
        self.fetch(at, physical_id)
        del elasticache_backends[at.account][at.region].cache_subnet_groups[physical_id]

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the subnets by their ids."""
        found = shown.pop("Subnets", None) or []
        if found:
            ids = [one["SubnetIdentifier"] for one in found]
            shown["SubnetIds"] = in_order(ids, at.known.get("SubnetIds"))
        return shown


class CacheCluster(Declared):
    """A cluster; its physical id is its id."""

    type = "AWS::ElastiCache::CacheCluster"
    handled = frozenset(
        {
            "AutoMinorVersionUpgrade",
            "CacheNodeType",
            "CacheParameterGroupName",
            "CacheSecurityGroupNames",
            "CacheSubnetGroupName",
            "ClusterName",
            "Engine",
            "EngineVersion",
            "NotificationTopicArn",
            "NumCacheNodes",
            "Port",
            "PreferredMaintenanceWindow",
            "SnapshotRetentionLimit",
            "SnapshotWindow",
            "Tags",
            "TransitEncryptionEnabled",
            "VpcSecurityGroupIds",
        }
    )
    harmless = {
        "AZMode": _NO_CACHE,
        "IpDiscovery": _NO_CACHE,
        "NetworkType": _NO_CACHE,
        "PreferredAvailabilityZone": _NO_CACHE,
        "PreferredAvailabilityZones": _NO_CACHE,
    }
    service = "elasticache"
    name_property, named, lower = "ClusterName", 40, True
    seconds = Seconds(create=240, delete=180)
    renamed = {"ClusterName": "CacheClusterId", "VpcSecurityGroupIds": "SecurityGroupIds"}
    creates, reads = "create_cache_cluster", "describe_cache_clusters"
    deletes, key, item = "delete_cache_cluster", "CacheClusterId", "CacheClusters.0"
    answered = {
        "CacheParameterGroupName": "CacheParameterGroup.CacheParameterGroupName",
        "NotificationTopicArn": "NotificationConfiguration.TopicArn",
    }
    tagging = Tagging("ARN", **_TAGS)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the addresses as moto has them, under the engine's attribute."""
        if shown.get("CacheClusterStatus") == "deleting":
            raise GoneError(self.type, physical_id)
        names = shown.pop("CacheSecurityGroups", None) or []
        shown["CacheSecurityGroupNames"] = [one["CacheSecurityGroupName"] for one in names]
        groups = shown.pop("SecurityGroups", None) or []
        shown["VpcSecurityGroupIds"] = [one["SecurityGroupId"] for one in groups]
        ends = [one["Endpoint"] for one in shown.pop("CacheNodes", None) or ()]
        own = shown.get("ConfigurationEndpoint") or (ends[0] if ends else None)
        if own:
            name = "ConfigurationEndpoint" if shown["Engine"] == "memcached" else "RedisEndpoint"
            shown["Port"] = int(own["Port"])
            shown[name] = {"Address": own["Address"], "Port": str(own["Port"])}
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        keys = super()._keys(at, name, physical_id, key)
        return {**keys, "ShowCacheNodeInfo": True} if name == self.reads else keys

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the final snapshot."""
        name = f"{at.name(200, lower=True)}-snapshot"
        at.client(self.service).create_snapshot(CacheClusterId=physical_id, SnapshotName=name)

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Wait until the name is free again."""
        found = at.client(self.service).describe_cache_clusters()["CacheClusters"]
        return all(one["CacheClusterId"] != physical_id for one in found)


class ReplicationGroup(Declared):
    """A replication group; its physical id is its id."""

    type = "AWS::ElastiCache::ReplicationGroup"
    handled = frozenset(
        {
            "AtRestEncryptionEnabled",
            "AutomaticFailoverEnabled",
            "CacheNodeType",
            "CacheParameterGroupName",
            "Engine",
            "KmsKeyId",
            "MultiAZEnabled",
            "NumCacheClusters",
            "NumNodeGroups",
            "Port",
            "ReplicasPerNodeGroup",
            "ReplicationGroupDescription",
            "ReplicationGroupId",
            "SnapshotRetentionLimit",
            "SnapshotWindow",
            "Tags",
            "TransitEncryptionEnabled",
            "UserGroupIds",
        }
    )
    harmless = {
        "AuthToken": "nobody can sign in to a cache that does not run",
        "AutoMinorVersionUpgrade": _NO_CACHE,
        "CacheSubnetGroupName": _NO_CACHE,
        "EngineVersion": _NO_CACHE,
        "IpDiscovery": _NO_CACHE,
        "NetworkType": _NO_CACHE,
        "NotificationTopicArn": "nothing happens to a cache here of which one could be told",
        "PreferredCacheClusterAZs": _NO_CACHE,
        "PreferredMaintenanceWindow": _NO_CACHE,
        "SecurityGroupIds": _NO_CACHE,
        "TransitEncryptionMode": _NO_CACHE,
    }
    service = "elasticache"
    name_property, named, lower = "ReplicationGroupId", 40, True
    seconds = Seconds(create=480, update=120, delete=300)
    written = frozenset(
        {
            "CacheParameterGroupName",
            "Engine",
            "NumCacheClusters",
            "NumNodeGroups",
            "ReplicasPerNodeGroup",
        }
    )
    creates, reads = "create_replication_group", "describe_replication_groups"
    updates, deletes = "modify_replication_group", "delete_replication_group"
    key, item = "ReplicationGroupId", "ReplicationGroups.0"
    answered = {
        "ReplicationGroupDescription": "Description",
        "PrimaryEndPoint": "NodeGroups.0.PrimaryEndpoint",
        "ReaderEndPoint": "NodeGroups.0.ReaderEndpoint",
        "ConfigurationEndPoint": "ConfigurationEndpoint",
    }
    tagging = Tagging("ARN", **_TAGS)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the flags and ports in the schema's types."""
        if shown.get("Status") == "deleting":
            raise GoneError(self.type, physical_id)
        for name, word in (("AutomaticFailover", "AutomaticFailoverEnabled"), ("MultiAZ", "")):
            state = shown.pop(name, None)
            if state is not None:
                shown[word or "MultiAZEnabled"] = state in ("enabled", "enabling")
        members = [
            one["ReadEndPoint"]
            for group in shown.get("NodeGroups") or ()
            for one in group.get("NodeGroupMembers") or ()
            if one.get("ReadEndPoint")
        ]
        if members:
            addresses = [one["Address"] for one in members]
            ports = [str(one["Port"]) for one in members]
            shown["ReadEndPoint"] = {
                "Addresses": f"[{', '.join(addresses)}]",
                "AddressesList": addresses,
                "Ports": f"[{', '.join(ports)}]",
                "PortsList": ports,
            }
        first = shown.get("PrimaryEndPoint") or shown.get("ConfigurationEndPoint") or {}
        if "Port" in first:
            shown["Port"] = int(first["Port"])
        for name in ("PrimaryEndPoint", "ReaderEndPoint", "ConfigurationEndPoint"):
            if shown.get(name):
                shown[name] = {**shown[name], "Port": str(shown[name].get("Port", ""))}
        return shown

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the final snapshot."""
        name = f"{at.name(200, lower=True)}-snapshot"
        at.client(self.service).create_snapshot(ReplicationGroupId=physical_id, SnapshotName=name)

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Wait until the name is free again."""
        found = at.client(self.service).describe_replication_groups()["ReplicationGroups"]
        return all(one["ReplicationGroupId"] != physical_id for one in found)


class User(Declared):
    """A user; its physical id is its id."""

    type = "AWS::ElastiCache::User"
    handled = frozenset(
        {
            "AccessString",
            "AuthenticationMode",
            "Engine",
            "NoPasswordRequired",
            "Passwords",
            "UserId",
            "UserName",
        }
    )
    service = "elasticache"
    name_property = "UserId"
    seconds = Seconds(create=10, delete=10)
    written = frozenset({"AuthenticationMode", "NoPasswordRequired", "Passwords"})
    creates, reads, deletes = "create_user", "describe_users", "delete_user"
    key, item = "UserId", "Users.0"
    answered = {"Arn": "ARN"}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the user, unless it is on its way out."""
        if shown.get("Status") == "deleting":
            raise GoneError(self.type, physical_id)
        return shown
