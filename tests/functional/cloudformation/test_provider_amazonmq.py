"""AWS::AmazonMQ."""

from __future__ import annotations

from trial import Trial, client


def test_broker() -> None:
    user = {"Username": "captain", "Password": "harbour-master-1", "ConsoleAccess": True}
    asked = {
        "BrokerName": "boats",
        "DeploymentMode": "SINGLE_INSTANCE",
        "EngineType": "ACTIVEMQ",
        "EngineVersion": "5.18",
        "HostInstanceType": "mq.t3.micro",
        "PubliclyAccessible": False,
        "Logs": {"General": True},
        "Users": [user],
        "Tags": [{"Key": "team", "Value": "blue"}],
    }
    with Trial("AWS::AmazonMQ::Broker", asked) as it:
        found = it.read()
        assert {name: found[name] for name in asked} == asked
        assert found["Id"] == it.physical_id
        assert found["Arn"].endswith(it.physical_id)
        assert found["AmqpEndpoints"][0].startswith("amqp+ssl://")
        assert found["IpAddresses"]
        mate = {"Username": "mate", "Password": "harbour-master-2"}
        changed = it.update(
            {**asked, "HostInstanceType": "mq.m5.large", "Users": [mate], "Tags": []}
        )
        assert changed["HostInstanceType"] == "mq.m5.large"
        assert changed["Tags"] == []
        users = client("mq").list_users(BrokerId=it.physical_id)["Users"]
        assert [one["Username"] for one in users] == ["mate"]
