"""AWS::ElasticLoadBalancingV2: load balancers and target groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)

Pairs = list[dict[str, Any]]


class LoadBalancer(Provider):
    """A load balancer; its physical id is its ARN."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    handled = frozenset(
        {
            "IpAddressType",
            "LoadBalancerAttributes",
            "Name",
            "Scheme",
            "SecurityGroups",
            "SubnetMappings",
            "Subnets",
            "Tags",
            "Type",
        }
    )
    lenient: ClassVar[Mapping[str, str]] = {
        "IpAddressType": "dualstack wants subnets with IPv6 addresses in AWS"
    }
    harmless: ClassVar[Mapping[str, str]] = {
        "EnableCapacityReservationProvisionStabilize": "load balancers here have no capacity",
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "no traffic passes",
        "MinimumLoadBalancerCapacity": "load balancers here have no capacity",
    }
    name_property = "Name"
    seconds = Seconds(create=150, update=15, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a load balancer."""
        given = pick(
            properties, "IpAddressType", "Scheme", "SecurityGroups", "SubnetMappings", "Subnets"
        )
        given.setdefault("Scheme", "internet-facing")
        kind = properties.get("Type", "application")
        if kind == "application" and not given.get("SecurityGroups"):
            given["SecurityGroups"] = [_default_group(at, properties)]
        made = at.client("elbv2").create_load_balancer(
            Name=properties.get("Name") or at.name(32), Type=kind, **given, **tagged(properties)
        )
        arn = str(made["LoadBalancers"][0]["LoadBalancerArn"])
        self._set_attributes(at, arn, properties.get("LoadBalancerAttributes"))
        return arn

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a load balancer."""
        found = self._found(at, physical_id)
        given = at.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=physical_id)
        subnets = [one["SubnetId"] for one in found["AvailabilityZones"]]
        read: Properties = {
            "CanonicalHostedZoneID": found["CanonicalHostedZoneId"],
            "DNSName": found["DNSName"],
            "IpAddressType": found["IpAddressType"],
            "LoadBalancerArn": physical_id,
            "LoadBalancerAttributes": as_written(
                at.known.get("LoadBalancerAttributes"), given["Attributes"]
            ),
            "LoadBalancerFullName": physical_id.partition(":loadbalancer/")[2],
            "LoadBalancerName": found["LoadBalancerName"],
            "Name": found["LoadBalancerName"],
            "Scheme": found["Scheme"],
            "SecurityGroups": ordered(
                at.known.get("SecurityGroups"), found.get("SecurityGroups") or []
            ),
            "Subnets": ordered(at.known.get("Subnets"), subnets),
            "Tags": tags_of(at, physical_id),
            "Type": found["Type"],
        }
        mappings = at.known.get("SubnetMappings")
        if mappings:
            read["SubnetMappings"] = [one for one in mappings if one["SubnetId"] in subnets]
        return read

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        self._found(at, physical_id)
        elb = at.client("elbv2")
        if changed(old, new, "SecurityGroups") and new.get("Type", "application") != "network":
            groups = new.get("SecurityGroups") or [_default_group(at, new)]
            elb.set_security_groups(LoadBalancerArn=physical_id, SecurityGroups=groups)
        if changed(old, new, "Subnets", "SubnetMappings"):
            elb.set_subnets(LoadBalancerArn=physical_id, **pick(new, "SubnetMappings", "Subnets"))
        if changed(old, new, "IpAddressType"):
            kind = new.get("IpAddressType", "ipv4")
            elb.set_ip_address_type(LoadBalancerArn=physical_id, IpAddressType=kind)
        if changed(old, new, "LoadBalancerAttributes"):
            pairs = with_defaults(old, new, "LoadBalancerAttributes", _BALANCER_DEFAULTS)
            self._set_attributes(at, physical_id, pairs)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a load balancer that is not protected."""
        self._found(at, physical_id)
        elb = at.client("elbv2")
        given = elb.describe_load_balancer_attributes(LoadBalancerArn=physical_id)["Attributes"]
        if {"Key": "deletion_protection.enabled", "Value": "true"} in given:
            raise ResourceError(
                f"Load balancer '{physical_id}' cannot be deleted because deletion protection is "
                "enabled"
            )
        elb.delete_load_balancer(LoadBalancerArn=physical_id)

    def _found(self, at: Context, arn: str) -> dict[str, Any]:
        return one_of(self.type, arn, "LoadBalancers", at.client("elbv2").describe_load_balancers)

    def _set_attributes(self, at: Context, arn: str, pairs: Pairs | None) -> None:
        if pairs:
            at.client("elbv2").modify_load_balancer_attributes(
                LoadBalancerArn=arn, Attributes=pairs
            )


_CHECK = (
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "Matcher",
    "UnhealthyThresholdCount",
)
_FIXED = ("IpAddressType", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")


class TargetGroup(Provider):
    """A target group; its physical id is its ARN."""

    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    handled = frozenset({"Name", "Tags", "TargetGroupAttributes", "Targets", *_CHECK, *_FIXED})
    name_property = "Name"
    seconds = Seconds(create=15, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a target group with its targets."""
        elb = at.client("elbv2")
        made = elb.create_target_group(
            Name=properties.get("Name") or at.name(32).replace("--", "-"),
            **pick(properties, *_CHECK, *_FIXED),
            **tagged(properties),
        )
        arn = str(made["TargetGroups"][0]["TargetGroupArn"])
        if properties.get("HealthCheckEnabled") is False:
            # CreateTargetGroup of the service here always switches checks on.
            elb.modify_target_group(TargetGroupArn=arn, HealthCheckEnabled=False)
        self._set_attributes(at, arn, properties.get("TargetGroupAttributes"))
        if properties.get("Targets"):
            elb.register_targets(TargetGroupArn=arn, Targets=properties["Targets"])
        return arn

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a target group."""
        found = self._found(at, physical_id)
        elb = at.client("elbv2")
        given = elb.describe_target_group_attributes(TargetGroupArn=physical_id)["Attributes"]
        health = elb.describe_target_health(TargetGroupArn=physical_id)
        there = [one["Target"] for one in health["TargetHealthDescriptions"]]
        read = pick(found, *_CHECK, *_FIXED, "TargetGroupName", Name="TargetGroupName")
        return {name: value for name, value in read.items() if value is not None} | {
            "LoadBalancerArns": found.get("LoadBalancerArns") or [],
            "Tags": tags_of(at, physical_id),
            "TargetGroupArn": physical_id,
            "TargetGroupAttributes": as_written(at.known.get("TargetGroupAttributes"), given),
            "TargetGroupFullName": physical_id.rpartition(":")[2],
            "Targets": _targets(at.known.get("Targets"), there),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the health check, the attributes, the targets and the tags."""
        self._found(at, physical_id)
        elb = at.client("elbv2")
        differing = [name for name in _CHECK if changed(old, new, name)]
        if differing:
            usual = _check_defaults(new)
            wanted = {name: new.get(name, usual.get(name)) for name in differing}
            wanted = {name: value for name, value in wanted.items() if value is not None}
            elb.modify_target_group(TargetGroupArn=physical_id, **wanted)
        if changed(old, new, "TargetGroupAttributes"):
            pairs = with_defaults(old, new, "TargetGroupAttributes", _GROUP_DEFAULTS)
            self._set_attributes(at, physical_id, pairs)
        before, after = old.get("Targets") or [], new.get("Targets") or []
        gone = [one for one in before if one not in after]
        added = [one for one in after if one not in before]
        if gone:
            elb.deregister_targets(TargetGroupArn=physical_id, Targets=gone)
        if added:
            elb.register_targets(TargetGroupArn=physical_id, Targets=added)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a target group that no listener uses."""
        self._found(at, physical_id)
        at.client("elbv2").delete_target_group(TargetGroupArn=physical_id)

    def _found(self, at: Context, arn: str) -> dict[str, Any]:
        return one_of(self.type, arn, "TargetGroups", at.client("elbv2").describe_target_groups)

    def _set_attributes(self, at: Context, arn: str, pairs: Pairs | None) -> None:
        if pairs:
            at.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=pairs)


_BALANCER_DEFAULTS = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
}
_GROUP_DEFAULTS = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.type": "round_robin",
    "slow_start.duration_seconds": "0",
    "stickiness.enabled": "false",
}


def _check_defaults(properties: Properties) -> dict[str, Any]:
    """Return what a health check goes back to; "CreateTargetGroup", API Reference."""
    protocol = properties.get("Protocol", "HTTP")
    http = protocol in ("HTTP", "HTTPS")
    return {
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPath": "/" if http else None,
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": "HTTP" if http else "TCP",
        "HealthCheckTimeoutSeconds": 5 if http else 10,
        "HealthyThresholdCount": 5,
        "Matcher": {"HttpCode": "200"} if http else None,
        "UnhealthyThresholdCount": 2,
    }


def _targets(written: Pairs | None, found: Pairs) -> Pairs:
    left = list(found)
    shown = []
    for asked in written or ():
        same = next((one for one in left if _is_same(asked, one)), None)
        if same is not None:
            left.remove(same)
            shown.append(asked)
    return shown + [pick(one, "Id", "Port") for one in left]


def _is_same(asked: dict[str, Any], one: dict[str, Any]) -> bool:
    return bool(asked["Id"] == one["Id"]) and asked.get("Port") in (None, one.get("Port"))


def _default_group(at: Context, properties: Properties) -> str:
    """Return the default group of the VPC, which an application load balancer gets."""
    ec2 = at.client("ec2")
    mappings = [one["SubnetId"] for one in properties.get("SubnetMappings") or ()]
    subnets = properties.get("Subnets") or mappings
    if not subnets:
        raise ResourceError("You must specify either subnets or subnet mappings")
    vpc_id = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    filters = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    return str(ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])


# What the other half of this service needs too


def one_of(type_name: str, arn: str, result: str, describe: Any) -> dict[str, Any]:
    """Return what a Describe call says of one resource, or raise GoneError."""
    argument = {"LoadBalancers": "LoadBalancerArns", "TargetGroups": "TargetGroupArns"}
    argument |= {"Listeners": "ListenerArns", "Rules": "RuleArns"}
    try:
        found = describe(**{argument[result]: [arn]})[result]
    except ClientError as error:
        if "NotFound" in error.response["Error"]["Code"]:
            raise GoneError(type_name, arn) from error
        raise
    if not found:
        raise GoneError(type_name, arn)
    return dict(found[0])


def tagged(properties: Properties) -> dict[str, Any]:
    """Return the parameter that tags a resource as it is created."""
    return {"Tags": tag_list(properties["Tags"])} if properties.get("Tags") else {}


def tags_of(at: Context, arn: str) -> list[dict[str, str]]:
    """Return the tags of a resource."""
    found = at.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return tag_list(found[0]["Tags"]) if found else []


def retag(at: Context, arn: str, old: Properties, new: Properties) -> None:
    """Set the tags that differ and take away those no longer named."""
    wanted, gone = tag_changes(old.get("Tags"), new.get("Tags"))
    if wanted:
        at.client("elbv2").add_tags(ResourceArns=[arn], Tags=tag_list(wanted))
    if gone:
        at.client("elbv2").remove_tags(ResourceArns=[arn], TagKeys=gone)


def as_written(written: Pairs | None, found: Pairs) -> Pairs:
    """Return those attributes that the stack named, in its order; all where it named none."""
    values = {one["Key"]: str(one["Value"]) for one in found}
    keys = [one["Key"] for one in written or found]
    return [{"Key": key, "Value": values[key]} for key in keys if key in values]


def with_defaults(old: Properties, new: Properties, name: str, usual: dict[str, str]) -> Pairs:
    """Return the attributes to set, with the default of those no longer named."""
    after = list(new.get(name) or [])
    named = [one["Key"] for one in after]
    for one in old.get(name) or ():
        key = one["Key"]
        if key not in named:
            if key not in usual:
                raise NotSimulatedError(
                    f"Dry Run does not simulate taking away the attribute {key}; "
                    "real AWS would carry it out."
                )
            after.append({"Key": key, "Value": usual[key]})
    return after


def ordered(written: list[str] | None, found: list[str]) -> list[str]:
    """Return what is there, in the stack's order as far as it named it."""
    kept = [one for one in written or () if one in found]
    return kept + [one for one in found if one not in kept]
