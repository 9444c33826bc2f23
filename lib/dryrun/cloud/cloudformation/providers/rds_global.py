"""AWS::RDS: global clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.rds.models import rds_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import without


class GlobalCluster(Provider):
    """Clusters of several regions; its physical id is its identifier."""

    type = "AWS::RDS::GlobalCluster"
    handled = frozenset(
        {
            "DeletionProtection",
            "Engine",
            "EngineVersion",
            "GlobalClusterIdentifier",
            "SourceDBClusterIdentifier",
            "StorageEncrypted",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "EngineLifecycleSupport": "a matter of price only",
        "Tags": "the simulated RDS keeps no tags of global clusters",
    }
    name_property = "GlobalClusterIdentifier"
    seconds = Seconds(create=30, update=30, delete=30)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a global cluster, of its own or around a cluster."""
        asked = pick(properties, *sorted(self.handled))
        name = str(asked.setdefault("GlobalClusterIdentifier", at.name(63, lower=True)))
        source = asked.get("SourceDBClusterIdentifier")
        if source is not None and ":" not in source:
            asked["SourceDBClusterIdentifier"] = at.arn("rds", f"cluster:{source}")
        at.client("rds").create_global_cluster(**asked)
        return name.lower()

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a global cluster."""
        found = self._found(at, physical_id)
        asked = at.known.get("GlobalClusterIdentifier", physical_id)
        same = str(asked).lower() == physical_id
        shown = {
            **pick(found, "DeletionProtection", "Engine", "EngineVersion", "StorageEncrypted"),
            "GlobalClusterIdentifier": asked if same else physical_id,
            "GlobalEndpoint": {"Address": found.get("Endpoint")},
        }
        # A cluster may leave its global cluster, which is no change of the latter.
        return without({**shown, **pick(at.known, "SourceDBClusterIdentifier")})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what moto has no operation for."""
        self._found(at, physical_id)
        kept: Any = rds_backends[at.account]["us-east-1"].global_clusters[physical_id]
        kept.deletion_protection = bool(new.get("DeletionProtection"))
        if "EngineVersion" in new:
            kept.engine_version = new["EngineVersion"]

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a global cluster that nothing protects; the cluster it began with leaves it."""
        found = self._found(at, physical_id)
        if found["DeletionProtection"]:
            # "DeletionProtection", "CreateGlobalCluster", Amazon RDS API Reference.
            raise ResourceError(
                f"Cannot delete protected Global Cluster {physical_id}, please disable deletion "
                "protection and try again.",
                "InvalidRequest",
            )
        source = str(at.known.get("SourceDBClusterIdentifier", "")).rpartition(":")[2]
        for one in found.get("GlobalClusterMembers") or ():
            if source and one["DBClusterArn"].endswith(f":{source}"):
                at.client("rds").remove_from_global_cluster(
                    GlobalClusterIdentifier=physical_id, DbClusterIdentifier=one["DBClusterArn"]
                )
        at.client("rds").delete_global_cluster(GlobalClusterIdentifier=physical_id)

    def _found(self, at: Context, name: str) -> dict[str, Any]:
        for one in at.client("rds").describe_global_clusters()["GlobalClusters"]:
            if one["GlobalClusterIdentifier"] == name:
                return dict(one)
        raise GoneError(self.type, name)
