"""Snapshots of caches, and what DeletionPolicy Snapshot leaves behind."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab
from trial import Trial

GROUP = {
    "Type": "AWS::ElastiCache::ReplicationGroup",
    "DeletionPolicy": "Snapshot",
    "UpdateReplacePolicy": "Snapshot",
    "Properties": {
        "ReplicationGroupId": "harbour",
        "ReplicationGroupDescription": "boats",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheClusters": 2,
    },
}
CLUSTER = {
    "Type": "AWS::ElastiCache::CacheCluster",
    "DeletionPolicy": "Snapshot",
    "UpdateReplacePolicy": "Snapshot",
    "Properties": {
        "ClusterName": "pier",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheNodes": 1,
    },
}


def test_deletion_leaves_a_snapshot() -> None:
    cfn, cache = client("cloudformation"), client("elasticache")
    template = json.dumps({"Resources": {"Group": GROUP, "Cluster": CLUSTER}})
    stack = cfn.create_stack(StackName="caches", TemplateBody=template)["StackId"]
    cfn.delete_stack(StackName=stack)
    assert cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert cache.describe_replication_groups()["ReplicationGroups"] == []
    of_group = cache.describe_snapshots(ReplicationGroupId="harbour")["Snapshots"]
    assert [one["CacheNodeType"] for one in of_group] == ["cache.t3.micro"]
    of_cluster = cache.describe_snapshots(CacheClusterId="pier", SnapshotSource="user")["Snapshots"]
    assert [one["SnapshotStatus"] for one in of_cluster] == ["available"]
    assert of_cluster[0]["SnapshotName"].startswith("caches-cluster-")
    for one in (*of_group, *of_cluster):
        cache.delete_snapshot(SnapshotName=one["SnapshotName"])
    assert cache.describe_snapshots()["Snapshots"] == []


def test_snapshots_by_hand() -> None:
    cache = client("elasticache")
    cache.create_cache_cluster(
        CacheClusterId="quay", CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1
    )
    cache.create_cache_cluster(
        CacheClusterId="mole", CacheNodeType="cache.t3.micro", Engine="memcached", NumCacheNodes=1
    )
    made = cache.create_snapshot(CacheClusterId="quay", SnapshotName="first")["Snapshot"]
    assert made["SnapshotStatus"] == "creating"
    refused = [
        ("SnapshotAlreadyExistsFault", {"CacheClusterId": "quay", "SnapshotName": "first"}),
        ("SnapshotFeatureNotSupported", {"CacheClusterId": "mole", "SnapshotName": "second"}),
        ("CacheClusterNotFound", {"CacheClusterId": "none", "SnapshotName": "second"}),
        ("ReplicationGroupNotFound", {"ReplicationGroupId": "none", "SnapshotName": "second"}),
        ("InvalidParameterCombination", {"SnapshotName": "second"}),
        ("InvalidParameterValue", {"CacheClusterId": "quay", "SnapshotName": "-"}),
    ]
    for code, asked in refused:
        with pytest.raises(ClientError, match=code):
            cache.create_snapshot(**asked)
    with pytest.raises(ClientError, match="SnapshotNotFoundFault"):
        cache.delete_snapshot(SnapshotName="second")
    lab().clock.advance(120)
    cache.delete_cache_cluster(CacheClusterId="quay", FinalSnapshotIdentifier="last")
    kept = cache.describe_snapshots(CacheClusterId="quay")["Snapshots"]
    assert [one["SnapshotName"] for one in kept] == ["first", "last"]
    cache.delete_cache_cluster(CacheClusterId="mole")
    lab().clock.advance(600)
    for one in kept:
        cache.delete_snapshot(SnapshotName=one["SnapshotName"])


@pytest.mark.parametrize(
    ("asked", "sharded"),
    [
        ({"CacheParameterGroupName": "default.redis7.cluster.on"}, True),
        ({"CacheParameterGroupName": "sharded"}, True),
        ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}, True),
        ({"CacheParameterGroupName": "default.redis7"}, False),
    ],
)
def test_parameters_make_a_group_sharded(asked: dict[str, Any], sharded: bool) -> None:
    cache = client("elasticache")
    cache.create_cache_parameter_group(
        CacheParameterGroupName="sharded", CacheParameterGroupFamily="redis7", Description="x"
    )
    cache.modify_cache_parameter_group(
        CacheParameterGroupName="sharded",
        ParameterNameValues=[{"ParameterName": "cluster-enabled", "ParameterValue": "yes"}],
    )
    properties = {"ReplicationGroupDescription": "boats", "CacheNodeType": "cache.t3.micro"}
    with Trial("AWS::ElastiCache::ReplicationGroup", properties | asked) as it:
        read = it.read()
        assert ("ConfigurationEndPoint" in read) == sharded
        assert ("PrimaryEndPoint" in read) != sharded
        found = cache.describe_replication_groups()["ReplicationGroups"]
        assert [one["ClusterEnabled"] for one in found] == [sharded]
        with pytest.raises(ClientError, match="CacheParameterGroupNotFound"):
            Trial(it.type_name, properties | {"CacheParameterGroupName": "none"}).create()
    lab().clock.advance(600)
    cache.delete_cache_parameter_group(CacheParameterGroupName="sharded")
