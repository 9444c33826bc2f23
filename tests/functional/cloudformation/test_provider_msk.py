"""AWS::MSK."""

from __future__ import annotations

from trial import Trial, client


def test_cluster() -> None:
    asked = {
        "ClusterName": "boats",
        "KafkaVersion": "3.6.0",
        "NumberOfBrokerNodes": 3,
        "BrokerNodeGroupInfo": {
            "InstanceType": "kafka.m5.large",
            "ClientSubnets": ["subnet-1", "subnet-2", "subnet-3"],
            "StorageInfo": {"EBSStorageInfo": {"VolumeSize": 100}},
        },
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
        "EnhancedMonitoring": "PER_BROKER",
        "Tags": {"team": "blue"},
    }
    with Trial("AWS::MSK::Cluster", asked) as it:
        found = it.read()
        assert found["Arn"] == it.physical_id
        assert found["CurrentVersion"]
        assert {name: found[name] for name in asked} == asked
        shown = client("kafka").list_clusters()["ClusterInfoList"]
        assert [one["ClusterName"] for one in shown] == ["boats"]
