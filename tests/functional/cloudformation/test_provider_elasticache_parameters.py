"""AWS::ElastiCache::ParameterGroup."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_parameter_group() -> None:
    asked = {
        "CacheParameterGroupFamily": "redis7",
        "Description": "for boats",
        "Properties": {"maxmemory-policy": "allkeys-lru", "timeout": "60"},
        "Tags": [{"Key": "team", "Value": "blue"}],
    }
    with Trial("AWS::ElastiCache::ParameterGroup", asked) as it:
        assert it.read() == {**asked, "CacheParameterGroupName": it.physical_id}
        changed = it.update({**asked, "Properties": {"timeout": "90"}, "Tags": []})
        assert changed["Properties"] == {"timeout": "90"}
        assert changed["Tags"] == []
        cache = client("elasticache")
        found = cache.describe_cache_parameter_groups()["CacheParameterGroups"]
        assert [one["CacheParameterGroupFamily"] for one in found] == ["redis7"]
        with pytest.raises(ClientError, match="NotSimulated"):
            cache.describe_cache_parameters(CacheParameterGroupName=it.physical_id)
        with pytest.raises(ClientError, match="CacheParameterGroupAlreadyExists"):
            cache.create_cache_parameter_group(
                CacheParameterGroupName=it.physical_id,
                CacheParameterGroupFamily="redis7",
                Description="x",
            )
        cache.create_replication_group(
            ReplicationGroupId="boats",
            ReplicationGroupDescription="boats",
            CacheParameterGroupName=it.physical_id,
        )
        with pytest.raises(ClientError, match="InvalidCacheParameterGroupState"):
            it.delete()
        cache.delete_replication_group(ReplicationGroupId="boats")


def test_an_unknown_family() -> None:
    asked = {"CacheParameterGroupFamily": "boat1", "Description": "x"}
    with pytest.raises(ClientError, match="not a valid parameter group family"):
        Trial("AWS::ElastiCache::ParameterGroup", asked).create()
