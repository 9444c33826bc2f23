"""The snapshots of clusters and replication groups, of which moto has none.

Follows "CreateSnapshot" and its kin, ElastiCache API Reference; the texts of errors are from
memory. Nothing is in a snapshot, as nothing is in a cache here, so none can be restored.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elasticache.responses import ElastiCacheResponse as MotoResponse

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Asking, Thing, shelf

_TAKING = 60.0
"""Seconds until a snapshot is there; AWS takes longer the more there is to keep."""
_NAME = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9])*")


class SnapshotError(ServiceException):
    """A snapshot cannot be had as asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SnapshotResponse(Asking, MotoResponse):
    """Answer the operations of snapshots."""

    def create_snapshot(self) -> ActionResult:
        """Take a snapshot of a cluster or of a replication group."""
        asked = self.asked()
        sources = [asked.get("CacheClusterId"), asked.get("ReplicationGroupId")]
        if all(sources) or not any(sources):
            raise SnapshotError(
                "InvalidParameterCombination",
                "Exactly one of CacheClusterId or ReplicationGroupId must be provided.",
            )
        taken = self._take(asked["SnapshotName"], *sources)
        if asked.get("KmsKeyId"):
            taken["KmsKeyId"] = asked["KmsKeyId"]
        self.elasticache_backend.add_tags_to_resource(taken["ARN"], asked.get("Tags", []))
        return ActionResult({"Snapshot": taken})

    def describe_snapshots(self) -> ActionResult:
        """Return snapshots: one, those of a cluster or group, or all."""
        asked = self.asked()
        name = asked.get("SnapshotName")
        found = [self._snapshot(name)] if name else list(self._snapshots().values())
        for key in ("CacheClusterId", "ReplicationGroupId"):
            if key in asked:
                found = [one for one in found if one.get(key) == asked[key]]
        source = {"system": "automated", "user": "manual"}.get(asked.get("SnapshotSource", ""))
        shown = [one for one in found if source in (None, one["SnapshotSource"])]
        return ActionResult({"Snapshots": shown})

    def delete_snapshot(self) -> ActionResult:
        """Delete a snapshot."""
        found = self._snapshot(self.asked()["SnapshotName"])
        if found["SnapshotStatus"] != "available":
            raise SnapshotError(
                "InvalidSnapshotState",
                f"Snapshot {found['SnapshotName']} is in {found['SnapshotStatus']} state.",
            )
        del self._snapshots()[found["SnapshotName"]]
        self.elasticache_backend.tagging_service.delete_all_tags_for_resource(found["ARN"])
        return ActionResult({"Snapshot": {**found, "SnapshotStatus": "deleting"}})

    def _take(self, name: str, cluster: str | None, group: str | None) -> Thing:
        """Take a snapshot, which lasts when its source goes."""
        source = self._cluster(cluster) if cluster else self._group_with_data(str(group))
        if not _NAME.fullmatch(name) or len(name) > 255:
            raise SnapshotError("InvalidParameterValue", f"Invalid snapshot name {name}.")
        if name in self._snapshots():
            raise SnapshotError(
                "SnapshotAlreadyExistsFault", f"Snapshot with specified name already exists: {name}"
            )
        taken: Thing = {
            "SnapshotName": name,
            "SnapshotStatus": "creating",
            "SnapshotSource": "manual",
            "ARN": f"arn:{self.partition}:elasticache:{self.region}:{self.current_account}"
            f":snapshot:{name}",
            **source,
        }
        self._snapshots()[name] = taken

        def ready() -> None:
            taken["SnapshotStatus"] = "available"

        clocks.current().call_later(_TAKING, ready, what=f"ElastiCache takes the snapshot {name}")
        return taken

    def _cluster(self, name: str) -> Thing:
        found = self.elasticache_backend.cache_clusters.get(name)
        if found is None:
            raise SnapshotError("CacheClusterNotFound", f"CacheCluster not found: {name}")
        if found.engine == "memcached":
            raise SnapshotError(
                "SnapshotFeatureNotSupportedFault", "Snapshots are not supported by Memcached."
            )
        node = {"CacheNodeId": "0001", "SnapshotCreateTime": datetime.now(UTC)}
        return {"CacheClusterId": name, **_kept(found), "NumCacheNodes": 1, "NodeSnapshots": [node]}

    def _group_with_data(self, name: str) -> Thing:
        found = self.elasticache_backend.replication_groups.get(name)
        if found is None:
            raise SnapshotError(
                "ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found."
            )
        now = datetime.now(UTC)
        nodes = [
            {"NodeGroupId": str(one.get("node_group_id", "0001")), "SnapshotCreateTime": now}
            for one in found.node_groups
        ]
        return {
            "ReplicationGroupId": name,
            "ReplicationGroupDescription": found.description,
            **_kept(found),
            "NumNodeGroups": len(nodes),
            "NodeSnapshots": nodes,
        }

    def _snapshots(self) -> dict[str, Thing]:
        return shelf(self.elasticache_backend, "snapshots")

    def _snapshot(self, name: str) -> Thing:
        found = self._snapshots().get(name)
        if found is None:
            raise SnapshotError("SnapshotNotFoundFault", f"Snapshot not found: {name}")
        return found


def _kept(source: Any) -> Thing:
    """Return what a snapshot tells of the cluster or group it was taken of."""
    names = {
        "CacheNodeType": "cache_node_type",
        "CacheParameterGroupName": "cache_parameter_group_name",
        "CacheSubnetGroupName": "cache_subnet_group_name",
        "Engine": "engine",
        "EngineVersion": "engine_version",
        "Port": "port",
        "PreferredMaintenanceWindow": "preferred_maintenance_window",
        "SnapshotRetentionLimit": "snapshot_retention_limit",
        "SnapshotWindow": "snapshot_window",
    }
    found = {name: getattr(source, own, None) for name, own in names.items()}
    return {name: value for name, value in found.items() if value is not None}
