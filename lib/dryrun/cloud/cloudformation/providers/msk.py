"""AWS::MSK."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.batch import as_set, in_schema
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_PLAIN = ("ClientAuthentication", "EncryptionInfo", "LoggingInfo", "OpenMonitoring")


class Cluster(Declared):
    """A cluster of provisioned brokers; its physical id is its ARN."""

    type = "AWS::MSK::Cluster"
    handled = frozenset(
        {
            "BrokerNodeGroupInfo",
            "ClientAuthentication",
            "ClusterName",
            "ConfigurationInfo",
            "EncryptionInfo",
            "EnhancedMonitoring",
            "KafkaVersion",
            "LoggingInfo",
            "NumberOfBrokerNodes",
            "OpenMonitoring",
            "StorageMode",
            "Tags",
        }
    )
    harmless = {"Rebalancing": "no broker runs here that could be balanced"}
    service = "kafka"
    name_property = "ClusterName"
    seconds = Seconds(create=1500, delete=600)
    written = frozenset({"ConfigurationInfo"})
    creates, reads, deletes = "create_cluster", "describe_cluster", "delete_cluster"
    key, made, item = "ClusterArn", "ClusterArn", "ClusterInfo"
    answered = {
        "Arn": "ClusterArn",
        "CurrentVersion": "CurrentVersion",
        "KafkaVersion": "CurrentBrokerSoftwareInfo.KafkaVersion",
    }
    tagging = Tagging("=", listed="list_tags_for_resource", plain=True)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the cluster as the template has it."""
        for name in _PLAIN:
            shown[name] = as_set(shown.get(name) or {}, at.known.get(name))
            if not shown[name] and name not in at.known:
                del shown[name]
        for name in ("EnhancedMonitoring", "StorageMode"):
            if name not in at.known:
                shown.pop(name, None)
        return in_schema(self.type, shown)
