"""AWS::ElastiCache::ParameterGroup."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import lab
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


@pytest.mark.parametrize(
    ("engine", "attribute", "port"),
    [("redis", "RedisEndpoint", 6379), ("memcached", "ConfigurationEndpoint", 11211)],
)
def test_addresses_of_a_cluster(engine: str, attribute: str, port: int) -> None:
    asked = {
        "ClusterName": f"{engine}-boats",
        "Engine": engine,
        "CacheNodeType": "cache.t3.micro",
        "NumCacheNodes": 1,
        "VpcSecurityGroupIds": ["sg-12345678"],
        "NotificationTopicArn": "arn:aws:sns:us-east-1:123456789012:caches",
    }
    with Trial("AWS::ElastiCache::CacheCluster", asked) as it:
        found = it.read()
        assert {name: found[name] for name in asked} == asked
        assert found[attribute]["Port"] == str(port)
        assert found[attribute]["Address"].startswith(f"{engine}-boats.")
        assert found[attribute]["Address"].endswith(".use1.cache.amazonaws.com")
        cache = client("elasticache")
        named = {"CacheClusterId": f"{engine}-boats"}
        plain = cache.describe_cache_clusters(**named)["CacheClusters"][0]
        assert not plain.get("CacheNodes")
        whole = cache.describe_cache_clusters(ShowCacheNodeInfo=True, **named)["CacheClusters"][0]
        assert [one["CacheNodeId"] for one in whole["CacheNodes"]] == ["0001"]
    lab().clock.advance(120)
    assert not cache.describe_cache_clusters()["CacheClusters"]
    with Trial("AWS::ElastiCache::CacheCluster", {**asked, "Port": 7000}) as it:
        assert it.read()["Port"] == 7000
    lab().clock.advance(120)


def test_addresses_of_a_replication_group() -> None:
    asked = {
        "ReplicationGroupId": "fleet",
        "ReplicationGroupDescription": "boats",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheClusters": 2,
        "AutomaticFailoverEnabled": True,
        "Port": 7001,
    }
    with Trial("AWS::ElastiCache::ReplicationGroup", asked) as it:
        found = it.read()
        assert {name: found[name] for name in asked} == asked
        assert found["ReaderEndPoint"]["Address"].startswith("replica.fleet.")
        assert found["ReaderEndPoint"]["Port"] == "7001"
        assert found["ReadEndPoint"]["Ports"].startswith("[7001")
        assert found["PrimaryEndPoint"]["Address"].startswith("master.fleet.")
    lab().clock.advance(120)
