"""AWS::AmazonMQ."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, tag_map
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_ENDPOINTS = {
    "AmqpEndpoints": "amqp",
    "MqttEndpoints": "mqtt",
    "OpenWireEndpoints": "ssl",
    "StompEndpoints": "stomp",
    "WssEndpoints": "wss",
}
_SET = ("EncryptionOptions", "Logs", "MaintenanceWindowStartTime", "SubnetIds")


class Broker(Declared):
    """A broker; its physical id is its id."""

    type = "AWS::AmazonMQ::Broker"
    handled = frozenset(
        {
            "AuthenticationStrategy",
            "AutoMinorVersionUpgrade",
            "BrokerName",
            "Configuration",
            "DeploymentMode",
            "EncryptionOptions",
            "EngineType",
            "EngineVersion",
            "HostInstanceType",
            "LdapServerMetadata",
            "Logs",
            "MaintenanceWindowStartTime",
            "PubliclyAccessible",
            "SecurityGroups",
            "StorageType",
            "SubnetIds",
            "Tags",
            "Users",
        }
    )
    service = "mq"
    name_property = "BrokerName"
    seconds = Seconds(create=900, update=300, delete=300)
    written = frozenset({"Configuration", "Users"})
    creates, reads, updates, deletes = (
        "create_broker",
        "describe_broker",
        "update_broker",
        "delete_broker",
    )
    key, made = "BrokerId", "BrokerId"
    answered = {
        "Arn": "BrokerArn",
        "Id": "BrokerId",
        "EngineVersionCurrent": "EngineVersion",
        "ConfigurationId": "Configurations.Current.Id",
        "ConfigurationRevision": "Configurations.Current.Revision",
    }
    tagging = Tagging(
        "BrokerArn", add="create_tags", remove="delete_tags", listed="list_tags", plain=True
    )

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with a version, which AWS chooses where none is given."""
        newest = "3.13" if properties["EngineType"].upper() == "RABBITMQ" else "5.18"
        return {"EngineVersion": newest, "AutoMinorVersionUpgrade": True, **properties}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the broker with its addresses, as the schema has them."""
        instances = shown.get("BrokerInstances") or []
        addresses = [each for one in instances for each in one.get("Endpoints") or ()]
        found: dict[str, Any] = {
            name: [one for one in addresses if one.startswith(scheme)]
            for name, scheme in _ENDPOINTS.items()
        }
        found["IpAddresses"] = [one["IpAddress"] for one in instances if "IpAddress" in one]
        found["ConsoleURLs"] = [one["ConsoleURL"] for one in instances if "ConsoleURL" in one]
        if "ConfigurationRevision" in shown:
            found["ConfigurationRevision"] = int(shown["ConfigurationRevision"])
        for name in (*_SET, "AutoMinorVersionUpgrade", "EngineVersion"):
            if name not in at.known:
                shown.pop(name, None)
        logs = at.known.get("Logs")
        if logs is not None:
            shown["Logs"] = {name: shown["Logs"].get(name) for name in logs}
        kept = {name: value for name, value in shown.items() if name in self.handled}
        more = {name: shown[name] for name in self.answered if name in shown}
        return {**kept, **more, **found}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Create, change and delete users, each by a call of its own."""
        if "Users" in names:
            mq = at.client("mq")
            before = {one["Username"]: one for one in old.get("Users") or ()}
            after = {one["Username"]: one for one in new.get("Users") or ()}
            for name in before:
                if name not in after:
                    mq.delete_user(BrokerId=physical_id, Username=name)
            for name, user in after.items():
                if before.get(name) != user:
                    call = mq.update_user if name in before else mq.create_user
                    call(BrokerId=physical_id, **user)
        return [name for name in names if name != "Users"]

    def tags(self, at: Context, physical_id: str, item: Any, shown: Any) -> Any:
        """Return the tags as a list, as the schema has them."""
        return [{"Key": key, "Value": value} for key, value in tag_map(item.get("Tags")).items()]
