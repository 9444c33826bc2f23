"""AWS::Config."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, to_api

_SECONDS = Seconds(create=10, update=10, delete=10)
_PATIENCE = 1800.0
"""How long a recorder and its delivery channel wait for one another, as people report it."""


class _Put(Declared):
    """A type that is put as one structure, anew when it changes; its physical id is its name."""

    service = "config"
    seconds = _SECONDS
    structure = ""

    def create(self, at: Context, properties: Properties) -> str:
        """Put the structure."""
        assert self.name_property is not None
        name = str(properties.get(self.name_property) or at.name(100))
        self._put(at, name, properties)
        return name

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the structure anew."""
        if names:
            self._put(at, physical_id, new)
        return []

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        given = {**properties, self.name_property or "": name}
        shape = self._operation(at, self.creates).input_shape.members[self.structure]
        self.call(at, self.creates, {self.structure: to_api(shape, given)})


class ConfigRule(_Put):
    """A rule."""

    type = "AWS::Config::ConfigRule"
    handled = frozenset(
        {
            "ConfigRuleName",
            "Description",
            "InputParameters",
            "MaximumExecutionFrequency",
            "Scope",
            "Source",
        }
    )
    harmless = {"EvaluationModes": "no resource is evaluated before it is there"}
    name_property, structure = "ConfigRuleName", "ConfigRule"
    creates, reads, deletes = "put_config_rule", "describe_config_rules", "delete_config_rule"
    key, read_key, item = "ConfigRuleName", "ConfigRuleNames", "ConfigRules.0"
    answered = {"Arn": "ConfigRuleArn"}
    written = frozenset({"InputParameters"})

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the rule with what it says of compliance: nothing was evaluated by it here."""
        return shown | {"Compliance": {"Type": "INSUFFICIENT_DATA"}}


class ConfigurationRecorder(_Put):
    """The recorder of a region; it is there once it runs, for which it needs a delivery channel."""

    type = "AWS::Config::ConfigurationRecorder"
    handled = frozenset({"Name", "RecordingGroup", "RoleARN"})
    harmless = {
        "RecordingMode": "nothing is recorded here more or less often",
        "StartedOnCreate": "a recorder here runs once it has a delivery channel",
    }
    name_property, structure = "Name", "ConfigurationRecorder"
    creates, reads = "put_configuration_recorder", "describe_configuration_recorders"
    deletes = "delete_configuration_recorder"
    key, read_key = "ConfigurationRecorderName", "ConfigurationRecorderNames"
    item = "ConfigurationRecorders.0"
    patience = _PATIENCE

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Start the recorder as soon as there is a delivery channel."""
        if not at.client(self.service).describe_delivery_channels()["DeliveryChannels"]:
            return False
        self.overdue(at, physical_id)
        return True

    def overdue(self, at: Context, physical_id: str) -> None:
        """Start the recorder, which the service refuses without a delivery channel."""
        at.client(self.service).start_configuration_recorder(ConfigurationRecorderName=physical_id)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the recorder with what the stack set of its group, and its ARN."""
        known = at.known.get("RecordingGroup") or {}
        found = shown.get("RecordingGroup") or {}
        shown["RecordingGroup"] = {name: found.get(name) for name in known} if known else found
        shown["ResourceARN"] = at.arn("config", f"configuration-recorder/{physical_id}")
        return shown


class DeliveryChannel(_Put):
    """Where a recorder delivers to, which then starts."""

    type = "AWS::Config::DeliveryChannel"
    handled = frozenset(
        {
            "ConfigSnapshotDeliveryProperties",
            "Name",
            "S3BucketName",
            "S3KeyPrefix",
            "SnsTopicARN",
        }
    )
    harmless = {"S3KmsKeyArn": "nothing is delivered here that could be encrypted"}
    name_property, structure = "Name", "DeliveryChannel"
    creates, reads = "put_delivery_channel", "describe_delivery_channels"
    deletes = "delete_delivery_channel"
    key, read_key, item = "DeliveryChannelName", "DeliveryChannelNames", "DeliveryChannels.0"

    patience = _PATIENCE

    def create(self, at: Context, properties: Properties) -> str:
        """Name the channel, and put it where a recorder is there already."""
        name = str(properties.get("Name") or at.name(100))
        if self._recorders(at):
            self._put(at, name, properties)
        return name

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Put the channel once there is a recorder, which the same stack may make meanwhile."""
        there = at.client(self.service).describe_delivery_channels()["DeliveryChannels"]
        if not any(one["name"] == physical_id for one in there):
            if not self._recorders(at):
                return False
            self._put(at, physical_id, at.known)
        return True

    def overdue(self, at: Context, physical_id: str) -> None:
        """Put the channel, which the service refuses without a recorder."""
        self._put(at, physical_id, at.known)

    def delete(self, at: Context, physical_id: str) -> None:
        """Stop the recorder and delete the channel, which AWS keeps while one records."""
        client = at.client(self.service)
        for recorder in self._recorders(at):
            client.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])
        super().delete(at, physical_id)

    def _recorders(self, at: Context) -> list[dict[str, str]]:
        found = at.client(self.service).describe_configuration_recorders()
        return list(found["ConfigurationRecorders"])
