"""The operations of ElastiCache that moto has not, or only in part: parameter groups, nodes.

Follows "CreateCacheParameterGroup" and its kin, ElastiCache API Reference.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.elasticache import nodes
from dryrun.cloud.elasticache.snapshots import SnapshotResponse
from dryrun.cloud.shelves import NotSimulated, Thing, shelf

FAMILIES = (
    "memcached1.4",
    "memcached1.5",
    "memcached1.6",
    "redis2.6",
    "redis2.8",
    "redis3.2",
    "redis4.0",
    "redis5.0",
    "redis6.x",
    "redis7",
    "valkey7",
    "valkey8",
)

_DELETION = 120.0
"""Seconds until a cluster that is deleted is gone; from memory, AWS takes some minutes."""

_ARN = re.compile(
    r"^arn:aws[a-z-]*:elasticache:.*:[0-9]*:"
    r"(cluster|snapshot|subnetgroup|replicationgroup|user|parametergroup):.*$"
)


class GroupExists(ServiceException):
    """There is a group of this name."""

    code = "CacheParameterGroupAlreadyExists"

    def __init__(self, name: str) -> None:
        super().__init__(f"Cache parameter group {name} already exists")


class GroupNotFound(ServiceException):
    """There is no group of this name."""

    code = "CacheParameterGroupNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"CacheParameterGroup not found: {name}")


class Invalid(ServiceException):
    """A value cannot be."""

    code = "InvalidParameterValue"


class InvalidState(ServiceException):
    """A group is used, or AWS's own."""

    code = "InvalidCacheParameterGroupState"


class ElastiCacheResponse(SnapshotResponse):
    """Answer ElastiCache's operations."""

    def create_cache_cluster(self) -> ActionResult:
        """Create a cluster, with its nodes."""
        answer = super().create_cache_cluster()
        asked = self.asked()
        cluster = self.elasticache_backend.cache_clusters[asked["CacheClusterId"]]
        nodes.complete(cluster, self.current_account, self.region, asked.get("Port"))
        return answer

    def delete_cache_cluster(self) -> ActionResult:
        """Delete a cluster, which takes a while; moto would keep it for ever."""
        asked = self.asked()
        if asked.get("FinalSnapshotIdentifier"):
            self._take(asked["FinalSnapshotIdentifier"], asked["CacheClusterId"], None)
        answer = super().delete_cache_cluster()
        _leave(self.elasticache_backend.cache_clusters, asked["CacheClusterId"])
        return answer

    def create_replication_group(self) -> ActionResult:
        """Create a replication group, with the address that reads are spread from."""
        name = self.asked()["ReplicationGroupId"]
        parameters = str(self.asked().get("CacheParameterGroupName") or "default.")
        if not parameters.startswith("default."):
            self._group(parameters)
        if self._sharded():
            given: Thing = self.params  # type: ignore[assignment,unused-ignore]
            given["ClusterMode"] = "enabled"
        answer = super().create_replication_group()
        for group in self.elasticache_backend.replication_groups[name].node_groups:
            if "reader_endpoint_address" in group:
                address = group["reader_endpoint_address"]
                group["reader_endpoint"] = {"address": address, "port": group["port"]}
        return answer

    def modify_replication_group(self) -> ActionResult:
        """Change a replication group, and which parameters it has."""
        answer = super().modify_replication_group()
        asked = self.asked()
        name = asked.get("CacheParameterGroupName")
        if name:
            if not name.startswith("default."):
                self._group(name)
            group = self.elasticache_backend.replication_groups[asked["ReplicationGroupId"]]
            group.cache_parameter_group_name = name
        return answer

    def _sharded(self) -> bool:
        """Tell whether a group that is asked for has cluster mode, as its parameters may say."""
        asked = self.asked()
        name = str(asked.get("CacheParameterGroupName", ""))
        own = self._groups().get(name.lower())
        told = own["values"].get("cluster-enabled") if own else None
        several = int(asked.get("NumNodeGroups") or 1) > 1
        return "ClusterMode" not in asked and (
            told == "yes" or name.endswith(".cluster.on") or several
        )

    def delete_replication_group(self) -> ActionResult:
        """Delete a replication group, which takes a while; moto would keep it for ever."""
        asked = self.asked()
        if asked.get("FinalSnapshotIdentifier"):
            self._take(asked["FinalSnapshotIdentifier"], None, asked["ReplicationGroupId"])
        answer = super().delete_replication_group()
        _leave(self.elasticache_backend.replication_groups, asked["ReplicationGroupId"])
        return answer

    def describe_cache_clusters(self) -> ActionResult:
        """Return clusters, with their nodes if that is asked for."""
        answer = super().describe_cache_clusters()
        if not self.asked().get("ShowCacheNodeInfo"):
            clusters = answer.result["CacheClusters"]
            answer.result["CacheClusters"] = [nodes.without_nodes(one) for one in clusters]
        return answer

    def create_cache_parameter_group(self) -> ActionResult:
        """Create a parameter group."""
        asked = self.asked()
        name, family = asked["CacheParameterGroupName"].lower(), asked["CacheParameterGroupFamily"]
        if name in self._groups():
            raise GroupExists(name)
        if family not in FAMILIES:
            raise Invalid(
                f"CacheParameterGroupFamily {family} is not a valid parameter group family."
            )
        backend = self.elasticache_backend
        arn = (
            f"arn:{self.partition}:elasticache:{self.region}:{self.current_account}"
            f":parametergroup:{name}"
        )
        made = {
            "CacheParameterGroupName": name,
            "CacheParameterGroupFamily": family,
            "Description": asked["Description"],
            "IsGlobal": False,
            "ARN": arn,
            "values": {},
        }
        self._groups()[name] = made
        # moto knows no tags of parameter groups.
        backend.arn_regex = _ARN
        backend.add_tags_to_resource(arn, asked.get("Tags", []))
        return ActionResult({"CacheParameterGroup": made})

    def describe_cache_parameter_groups(self) -> ActionResult:
        """Return the parameter groups of the account."""
        name = self.asked().get("CacheParameterGroupName")
        found = [self._group(name)] if name else list(self._groups().values())
        return ActionResult({"CacheParameterGroups": found})

    def modify_cache_parameter_group(self) -> ActionResult:
        """Set parameters of a group."""
        asked = self.asked()
        group = self._group(asked["CacheParameterGroupName"])
        for one in asked["ParameterNameValues"]:
            group["values"][one["ParameterName"]] = one.get("ParameterValue", "")
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def reset_cache_parameter_group(self) -> ActionResult:
        """Take parameters of a group back to the family's values."""
        asked = self.asked()
        group = self._group(asked["CacheParameterGroupName"])
        if asked.get("ResetAllParameters"):
            group["values"].clear()
        for one in asked.get("ParameterNameValues", ()):
            group["values"].pop(one["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def describe_cache_parameters(self) -> ActionResult:
        """Return the parameters of a group that somebody set."""
        asked = self.asked()
        group = self._group(asked["CacheParameterGroupName"])
        if asked.get("Source") != "user":
            raise NotSimulated(
                "Dry Run does not simulate the parameters that engines have by default: ask for "
                "those with the source user; real AWS would return all of them."
            )
        found = [
            {"ParameterName": name, "ParameterValue": value, "Source": "user", "IsModifiable": True}
            for name, value in group["values"].items()
        ]
        return ActionResult({"Parameters": found, "CacheNodeTypeSpecificParameters": []})

    def delete_cache_parameter_group(self) -> ActionResult:
        """Delete a group that no cluster uses."""
        group = self._group(self.asked()["CacheParameterGroupName"])
        backend, name = self.elasticache_backend, group["CacheParameterGroupName"]
        users = [*backend.cache_clusters.values(), *backend.replication_groups.values()]
        if any(_uses(user, name) for user in users):
            raise InvalidState(
                f"One or more cache clusters are still members of this parameter group {name}, "
                "so the group cannot be deleted."
            )
        del self._groups()[name]
        backend.tagging_service.delete_all_tags_for_resource(group["ARN"])
        return EmptyResult()

    def _groups(self) -> dict[str, Thing]:
        return shelf(self.elasticache_backend, "parameter_groups")

    def _group(self, name: str) -> Thing:
        found = self._groups().get(name.lower())
        if found is None:
            raise GroupNotFound(name)
        return found


def _leave(kept: dict[str, Any], name: str) -> None:
    """Take something away when its deletion is done."""
    leaving = kept[name]

    def leave() -> None:
        if kept.get(name) is leaving:
            del kept[name]

    clocks.current().call_later(_DELETION, leave, what=f"ElastiCache deletes {name}")


def _uses(user: Any, name: str) -> bool:
    """Tell whether a cluster or replication group that is not on its way out uses a group."""
    states = (getattr(user, "status", ""), getattr(user, "cache_cluster_status", ""))
    return getattr(user, "cache_parameter_group_name", None) == name and "deleting" not in states
