"""AWS::RDS: the groups databases belong to, subscriptions and proxies."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from dryrun.cloud.cloudformation.providers.base import Context, Properties, ResourceError, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, in_order
from dryrun.cloud.cloudformation.providers.rds import RDS_TAGS, backend

_QUICK = Seconds(create=5, update=5, delete=5)


class DBSubnetGroup(Declared):
    """A group of subnets; its physical id is its name."""

    type = "AWS::RDS::DBSubnetGroup"
    handled = frozenset({"DBSubnetGroupDescription", "DBSubnetGroupName", "SubnetIds", "Tags"})
    service = "rds"
    name_property, named, lower = "DBSubnetGroupName", 255, True
    seconds = _QUICK
    creates, reads = "create_db_subnet_group", "describe_db_subnet_groups"
    deletes = "delete_db_subnet_group"
    key, item = "DBSubnetGroupName", "DBSubnetGroups.0"
    tagging = Tagging("DBSubnetGroupArn", **RDS_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the name in lower case, as RDS keeps it."""
        if properties.get("DBSubnetGroupName"):
            properties["DBSubnetGroupName"] = properties["DBSubnetGroupName"].lower()
        return properties

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set what differs; moto's ModifyDBSubnetGroup loses the group."""
        group = backend(at).subnet_groups[physical_id]
        if "SubnetIds" in names:
            cloud = ec2_backends[at.account][at.region]
            group.subnets = [cloud.get_subnet(one) for one in new["SubnetIds"]]
        group.description = new["DBSubnetGroupDescription"]
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the subnets by their ids."""
        subnets = shown.pop("Subnets", None) or []
        ids = [one["SubnetIdentifier"] for one in subnets]
        shown["SubnetIds"] = in_order(ids, at.known.get("SubnetIds"))
        return shown

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group, unless a database is in it."""
        for one in at.client("rds").describe_db_instances()["DBInstances"]:
            if (one.get("DBSubnetGroup") or {}).get("DBSubnetGroupName") == physical_id:
                raise ResourceError(
                    f"Cannot delete the subnet group '{physical_id}' because at least one "
                    f"database instance: {one['DBInstanceIdentifier']} is still using it."
                )
        super().delete(at, physical_id)


class _Parameters(Declared):
    """A group of parameters; its physical id is its name."""

    service = "rds"
    lower = True
    seconds = _QUICK
    written = frozenset({"Parameters"})
    renamed = {"Family": "DBParameterGroupFamily"}
    modifies = ""

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Leave the parameters to the call that sets them."""
        given = {key: value for key, value in properties.items() if key != "Parameters"}
        made = super().request(at, name, given, tags=tags)
        properties.update(given)
        return made

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Set the parameters."""
        self._set(at, physical_id, properties.get("Parameters") or {})

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set the parameters."""
        if "Parameters" in names:
            self._set(at, physical_id, new.get("Parameters") or {})
        return [name for name in names if name != "Parameters"]

    def _set(self, at: Context, physical_id: str, parameters: dict[str, Any]) -> None:
        sent = [
            {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
            for name, value in parameters.items()
        ]
        if sent:
            self.call(at, self.modifies, {self.key: physical_id, "Parameters": sent})


class DBParameterGroup(_Parameters):
    """A group of an instance's parameters."""

    type = "AWS::RDS::DBParameterGroup"
    handled = frozenset({"DBParameterGroupName", "Description", "Family", "Parameters", "Tags"})
    name_property, named = "DBParameterGroupName", 255
    creates, reads = "create_db_parameter_group", "describe_db_parameter_groups"
    deletes, modifies = "delete_db_parameter_group", "modify_db_parameter_group"
    key, item = "DBParameterGroupName", "DBParameterGroups.0"
    tagging = Tagging("DBParameterGroupArn", **RDS_TAGS)


class DBClusterParameterGroup(_Parameters):
    """A group of a cluster's parameters."""

    type = "AWS::RDS::DBClusterParameterGroup"
    handled = frozenset(
        {"DBClusterParameterGroupName", "Description", "Family", "Parameters", "Tags"}
    )
    name_property, named = "DBClusterParameterGroupName", 255
    creates = "create_db_cluster_parameter_group"
    reads = "describe_db_cluster_parameter_groups"
    deletes = "delete_db_cluster_parameter_group"
    modifies = "modify_db_cluster_parameter_group"
    key, item = "DBClusterParameterGroupName", "DBClusterParameterGroups.0"
    tagging = Tagging("DBClusterParameterGroupArn", **RDS_TAGS)


class OptionGroup(Declared):
    """A group of options; its physical id is its name."""

    type = "AWS::RDS::OptionGroup"
    handled = frozenset(
        {
            "EngineName",
            "MajorEngineVersion",
            "OptionConfigurations",
            "OptionGroupDescription",
            "OptionGroupName",
            "Tags",
        }
    )
    service = "rds"
    name_property, named, lower = "OptionGroupName", 255, True
    seconds = _QUICK
    written = frozenset({"OptionConfigurations"})
    creates, reads, deletes = "create_option_group", "describe_option_groups", "delete_option_group"
    key, item = "OptionGroupName", "OptionGroupsList.0"
    tagging = Tagging("OptionGroupArn", **RDS_TAGS)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse options, which moto's groups do not keep."""
        return (
            "options in the property OptionConfigurations"
            if properties.get("OptionConfigurations")
            else None
        )


class EventSubscription(Declared):
    """A subscription to events; its physical id is its name."""

    type = "AWS::RDS::EventSubscription"
    handled = frozenset(
        {
            "Enabled",
            "EventCategories",
            "SnsTopicArn",
            "SourceIds",
            "SourceType",
            "SubscriptionName",
            "Tags",
        }
    )
    service = "rds"
    name_property, named, lower = "SubscriptionName", 255, True
    seconds = _QUICK
    creates, reads = "create_event_subscription", "describe_event_subscriptions"
    deletes = "delete_event_subscription"
    key, item = "SubscriptionName", "EventSubscriptionsList.0"
    answered = {
        "SubscriptionName": "CustSubscriptionId",
        "EventCategories": "EventCategoriesList",
        "SourceIds": "SourceIdsList",
    }
    tagging = Tagging("EventSubscriptionArn", **RDS_TAGS)


class DBSecurityGroup(Declared):
    """A security group of EC2-Classic's time; its physical id is its name."""

    type = "AWS::RDS::DBSecurityGroup"
    handled = frozenset({"DBSecurityGroupIngress", "GroupDescription", "Tags"})
    harmless = {"EC2VpcId": "groups of RDS guard no connection here"}
    service = "rds"
    seconds = _QUICK
    written = frozenset({"DBSecurityGroupIngress"})
    renamed = {"GroupDescription": "DBSecurityGroupDescription"}
    creates, reads = "create_db_security_group", "describe_db_security_groups"
    deletes = "delete_db_security_group"
    key, made = "DBSecurityGroupName", "DBSecurityGroup.DBSecurityGroupName"
    item = "DBSecurityGroups.0"
    tagging = Tagging("DBSecurityGroupArn", **RDS_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a group and let in whom it names."""
        sent = self.request(at, self.creates, properties)
        answer = self.call(at, self.creates, {**sent, self.key: at.name(lower=True)})
        name = str(answer["DBSecurityGroup"]["DBSecurityGroupName"])
        for rule in properties["DBSecurityGroupIngress"]:
            if rule.get("CIDRIP"):
                at.client("rds").authorize_db_security_group_ingress(
                    DBSecurityGroupName=name, CIDRIP=rule["CIDRIP"]
                )
        return name

    def refuse(self, properties: Properties) -> str | None:
        """Refuse rules that name groups of EC2."""
        rules = properties.get("DBSecurityGroupIngress") or []
        named = any(set(rule) - {"CIDRIP"} for rule in rules)
        return "EC2 groups in the property DBSecurityGroupIngress" if named else None


class DBProxy(Declared):
    """A proxy; its physical id is its name."""

    type = "AWS::RDS::DBProxy"
    handled = frozenset(
        {
            "Auth",
            "DBProxyName",
            "DebugLogging",
            "EngineFamily",
            "IdleClientTimeout",
            "RequireTLS",
            "RoleArn",
            "Tags",
            "VpcSecurityGroupIds",
            "VpcSubnetIds",
        }
    )
    service = "rds"
    name_property = "DBProxyName"
    seconds = Seconds(create=300, delete=60)
    creates, reads, deletes = "create_db_proxy", "describe_db_proxies", "delete_db_proxy"
    key, item = "DBProxyName", "DBProxies.0"
    tagging = Tagging("DBProxyArn", **RDS_TAGS)


class DBProxyTargetGroup(Declared):
    """What a proxy leads to; its physical id is the target group's ARN."""

    type = "AWS::RDS::DBProxyTargetGroup"
    handled = frozenset(
        {
            "ConnectionPoolConfigurationInfo",
            "DBClusterIdentifiers",
            "DBInstanceIdentifiers",
            "DBProxyName",
            "TargetGroupName",
        }
    )
    service = "rds"
    seconds = Seconds(create=60, update=20, delete=20)
    written = frozenset({"DBClusterIdentifiers", "DBInstanceIdentifiers"})
    renamed = {"ConnectionPoolConfigurationInfo": "ConnectionPoolConfig"}
    creates, reads = "modify_db_proxy_target_group", "describe_db_proxy_target_groups"
    parents = {"DBProxyName": "DBProxyName"}
    key, made, item = "", "DBProxyTargetGroup.TargetGroupArn", "TargetGroups.0"

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Register the databases."""
        sent = self.request(at, "register_db_proxy_targets", properties)
        if sent.get("DBClusterIdentifiers") or sent.get("DBInstanceIdentifiers"):
            self.call(at, "register_db_proxy_targets", sent)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the databases out; the default group itself stays with its proxy."""
        self.call(
            at,
            "deregister_db_proxy_targets",
            self.request(at, "deregister_db_proxy_targets", dict(at.known)),
        )
