"""The nodes of cache clusters, with their addresses, of which moto shows nothing.

Follows "CacheCluster" and "CacheNode", ElastiCache API Reference.
"""

from __future__ import annotations

import copy
import hashlib
from typing import Any

PORTS = {"memcached": 11211, "redis": 6379, "valkey": 6379}
_SIDES = {"north": "n", "east": "e", "south": "s", "west": "w", "central": "c"}


def complete(cluster: Any, account: str, region: str, port: int | None) -> None:
    """Give a cluster that moto has made what it leaves out."""
    engine = cluster.engine
    cluster.port = int(port or PORTS.get(engine, PORTS["redis"]))
    count = int(getattr(cluster, "num_cache_nodes", None) or 1)
    cluster.num_cache_nodes = count
    place = f"{_suffix(account, region)}.{{part}}.{_short(region)}.cache.amazonaws.com"
    cluster.cache_nodes = [
        {
            "CacheNodeId": f"{number:04}",
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": cluster.cache_cluster_create_time,
            "Endpoint": _endpoint(cluster, place.format(part=f"{number:04}")),
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": cluster.preferred_availability_zone or f"{region}a",
        }
        for number in range(1, count + 1)
    ]
    if engine == "memcached":
        cluster.configuration_endpoint = _endpoint(cluster, place.format(part="cfg"))
    cluster.cache_parameter_group = {
        "CacheParameterGroupName": cluster.cache_parameter_group_name or _family(cluster),
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }
    cluster.security_groups = [
        {"SecurityGroupId": one, "Status": "active"} for one in cluster.security_group_ids
    ]
    cluster.cache_security_groups = [
        {"CacheSecurityGroupName": one, "Status": "active"}
        for one in cluster.cache_security_group_names
    ]
    if cluster.notification_topic_arn:
        cluster.notification_configuration = {
            "TopicArn": cluster.notification_topic_arn,
            "TopicStatus": "active",
        }


def without_nodes(cluster: Any) -> Any:
    """Return a cluster as it is shown when nobody asks for its nodes."""
    shown = copy.copy(cluster)
    shown.cache_nodes = []
    return shown


def _endpoint(cluster: Any, place: str) -> dict[str, Any]:
    return {"Address": f"{cluster.cache_cluster_id}.{place}", "Port": cluster.port}


def _suffix(account: str, region: str) -> str:
    """Return the letters that all addresses of an account's region have."""
    return hashlib.sha256(f"{account} {region}".encode()).hexdigest()[:6]


def _short(region: str) -> str:
    """Return a region as ElastiCache's addresses have it: `use1` for us-east-1."""
    area, side, number = region.rsplit("-", 2)
    for word, letter in _SIDES.items():
        side = side.replace(word, letter)
    return f"{area.replace('-', '')}{side}{number}"


def _family(cluster: Any) -> str:
    if cluster.engine == "memcached":
        return "default.memcached1.6"
    major = str(cluster.engine_version or "7").split(".", maxsplit=1)[0]
    return f"default.{cluster.engine}{'6.x' if major == '6' else major}"
