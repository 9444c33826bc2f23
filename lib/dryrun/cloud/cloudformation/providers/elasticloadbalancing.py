"""AWS::ElasticLoadBalancing: classic load balancers."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)

_USUAL: dict[str, Any] = {
    "AccessLoggingPolicy": {"Enabled": False},
    "ConnectionDrainingPolicy": {"Enabled": False, "Timeout": 300},
    "ConnectionSettings": {"IdleTimeout": 60},
    "CrossZone": False,
}
_STICKY = ("AppCookieStickinessPolicy", "LBCookieStickinessPolicy")


class LoadBalancer(Provider):
    """A classic load balancer; its physical id is its name."""

    type = "AWS::ElasticLoadBalancing::LoadBalancer"
    handled = frozenset(
        {
            "AvailabilityZones",
            "HealthCheck",
            "Instances",
            "Listeners",
            "LoadBalancerName",
            "Policies",
            "Scheme",
            "SecurityGroups",
            "Subnets",
            "Tags",
            *_STICKY,
            *_USUAL,
        }
    )
    name_property = "LoadBalancerName"
    seconds = Seconds(create=15, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a load balancer with all that belongs to it."""
        name = str(properties.get("LoadBalancerName") or at.name(32))
        elb = at.client("elb")
        elb.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[_listener(one) for one in properties["Listeners"]],
            SecurityGroups=properties.get("SecurityGroups") or [_default_group(at, properties)],
            **pick(properties, "AvailabilityZones", "Scheme", "Subnets"),
            **({"Tags": tag_list(properties["Tags"])} if properties.get("Tags") else {}),
        )
        self._set_attributes(at, name, {}, properties)
        self._set_check(at, name, properties)
        self._set_policies(at, name, {}, properties)
        if properties.get("Instances"):
            elb.register_instances_with_load_balancer(
                LoadBalancerName=name, Instances=_instances(properties["Instances"])
            )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a load balancer."""
        found = self._found(at, physical_id)
        elb = at.client("elb")
        tags = elb.describe_tags(LoadBalancerNames=[physical_id])["TagDescriptions"][0]["Tags"]
        read: Properties = {
            "LoadBalancerName": physical_id,
            "CanonicalHostedZoneName": found.get("CanonicalHostedZoneName", found["DNSName"]),
            "CanonicalHostedZoneNameID": found.get("CanonicalHostedZoneNameID") or _zone_id(at),
            "DNSName": found["DNSName"],
            "SourceSecurityGroup": _source(at, found),
            "Instances": _ordered(
                at.known.get("Instances"), [one["InstanceId"] for one in found["Instances"]]
            ),
            "Listeners": _listeners(found, at.known.get("Listeners")),
            "Scheme": found["Scheme"],
            "SecurityGroups": _ordered(at.known.get("SecurityGroups"), found["SecurityGroups"]),
            "Subnets": _ordered(at.known.get("Subnets"), found["Subnets"]),
            "Tags": tag_list(tags),
            **pick(at.known, "Policies", *_STICKY),
            **self._attributes(at, physical_id),
        }
        if found["AvailabilityZones"]:
            read["AvailabilityZones"] = _ordered(
                at.known.get("AvailabilityZones"), found["AvailabilityZones"]
            )
        if found.get("HealthCheck"):
            check = found["HealthCheck"]
            read["HealthCheck"] = {name: str(value) for name, value in check.items()}
        return read

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        self._found(at, physical_id)
        if changed(old, new, "Listeners"):
            self._set_listeners(at, physical_id, old, new)
        self._set_attributes(at, physical_id, old, new)
        if changed(old, new, "HealthCheck"):
            self._set_check(at, physical_id, new)
        if changed(old, new, "Listeners", "Policies", *_STICKY):
            self._set_policies(at, physical_id, old, new)
        self._set_places(at, physical_id, old, new)
        wanted, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if wanted:
            at.client("elb").add_tags(LoadBalancerNames=[physical_id], Tags=tag_list(wanted))
        if gone:
            keys = [{"Key": key} for key in gone]
            at.client("elb").remove_tags(LoadBalancerNames=[physical_id], Tags=keys)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a load balancer."""
        self._found(at, physical_id)
        at.client("elb").delete_load_balancer(LoadBalancerName=physical_id)

    def _found(self, at: Context, name: str) -> dict[str, Any]:
        try:
            found = at.client("elb").describe_load_balancers(LoadBalancerNames=[name])
        except ClientError as error:
            if "NotFound" in error.response["Error"]["Code"]:
                raise GoneError(self.type, name) from error
            raise
        return dict(found["LoadBalancerDescriptions"][0])

    def _attributes(self, at: Context, name: str) -> Properties:
        found = at.client("elb").describe_load_balancer_attributes(LoadBalancerName=name)
        given = found["LoadBalancerAttributes"]
        return {
            "AccessLoggingPolicy": given["AccessLog"],
            "ConnectionDrainingPolicy": given["ConnectionDraining"],
            "ConnectionSettings": given["ConnectionSettings"],
            "CrossZone": given["CrossZoneLoadBalancing"]["Enabled"],
        }

    def _set_attributes(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        wanted = {key: new.get(key, _USUAL[key]) for key in _USUAL if changed(old, new, key)}
        if not wanted:
            return
        attributes = pick(
            wanted,
            "ConnectionSettings",
            AccessLog="AccessLoggingPolicy",
            ConnectionDraining="ConnectionDrainingPolicy",
        )
        if "CrossZone" in wanted:
            attributes["CrossZoneLoadBalancing"] = {"Enabled": wanted["CrossZone"]}
        at.client("elb").modify_load_balancer_attributes(
            LoadBalancerName=name, LoadBalancerAttributes=attributes
        )

    def _set_check(self, at: Context, name: str, properties: Properties) -> None:
        check = properties.get("HealthCheck")
        if not check:
            # "ConfigureHealthCheck", Elastic Load Balancing API: what a new one begins with.
            port = properties["Listeners"][0]["InstancePort"]
            check = {"Target": f"TCP:{port}", "Interval": 30, "Timeout": 5}
            check |= {"UnhealthyThreshold": 2, "HealthyThreshold": 10}
        numbers = {key: int(value) for key, value in check.items() if key != "Target"}
        at.client("elb").configure_health_check(
            LoadBalancerName=name, HealthCheck={"Target": check["Target"], **numbers}
        )

    def _set_listeners(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        elb = at.client("elb")
        before = [_listener(one) for one in old["Listeners"]]
        after = [_listener(one) for one in new["Listeners"]]
        gone = [one["LoadBalancerPort"] for one in before if one not in after]
        if gone:
            elb.delete_load_balancer_listeners(LoadBalancerName=name, LoadBalancerPorts=gone)
        added = [one for one in after if one not in before]
        if added:
            elb.create_load_balancer_listeners(LoadBalancerName=name, Listeners=added)

    def _set_policies(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        elb = at.client("elb")
        listeners, backends = _ports(new)
        before, backends_before = _ports(old)
        for port in sorted(set(before) - set(listeners)):
            if any(int(one["LoadBalancerPort"]) == port for one in new["Listeners"]):
                listeners[port] = []
        for port in sorted(set(backends_before) - set(backends)):
            backends[port] = []
        for one in (*old.get("Policies", ()), *_sticky(old)):
            elb.delete_load_balancer_policy(LoadBalancerName=name, PolicyName=one["PolicyName"])
        for one in new.get("AppCookieStickinessPolicy", ()):
            elb.create_app_cookie_stickiness_policy(LoadBalancerName=name, **one)
        for one in new.get("LBCookieStickinessPolicy", ()):
            period = one.get("CookieExpirationPeriod")
            elb.create_lb_cookie_stickiness_policy(
                LoadBalancerName=name,
                PolicyName=one["PolicyName"],
                **({"CookieExpirationPeriod": int(period)} if period else {}),
            )
        for one in new.get("Policies", ()):
            elb.create_load_balancer_policy(
                LoadBalancerName=name,
                PolicyName=one["PolicyName"],
                PolicyTypeName=one["PolicyType"],
                PolicyAttributes=[
                    {"AttributeName": pair["Name"], "AttributeValue": str(pair["Value"])}
                    for pair in one.get("Attributes", ())
                ],
            )
        for port, names in listeners.items():
            elb.set_load_balancer_policies_of_listener(
                LoadBalancerName=name, LoadBalancerPort=port, PolicyNames=names
            )
        for port, names in backends.items():
            elb.set_load_balancer_policies_for_backend_server(
                LoadBalancerName=name, InstancePort=port, PolicyNames=names
            )

    def _set_places(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        elb = at.client("elb")
        if changed(old, new, "SecurityGroups"):
            groups = new.get("SecurityGroups") or [_default_group(at, new)]
            elb.apply_security_groups_to_load_balancer(LoadBalancerName=name, SecurityGroups=groups)
        added, gone = _differences(old, new, "Subnets")
        if added:
            elb.attach_load_balancer_to_subnets(LoadBalancerName=name, Subnets=added)
        if gone:
            elb.detach_load_balancer_from_subnets(LoadBalancerName=name, Subnets=gone)
        added, gone = _differences(old, new, "AvailabilityZones")
        if added:
            elb.enable_availability_zones_for_load_balancer(
                LoadBalancerName=name, AvailabilityZones=added
            )
        if gone:
            elb.disable_availability_zones_for_load_balancer(
                LoadBalancerName=name, AvailabilityZones=gone
            )
        added, gone = _differences(old, new, "Instances")
        if added:
            elb.register_instances_with_load_balancer(
                LoadBalancerName=name, Instances=_instances(added)
            )
        if gone:
            elb.deregister_instances_from_load_balancer(
                LoadBalancerName=name, Instances=_instances(gone)
            )


def _differences(old: Properties, new: Properties, name: str) -> tuple[list[str], list[str]]:
    before, after = old.get(name) or [], new.get(name) or []
    return [one for one in after if one not in before], [one for one in before if one not in after]


def _instances(ids: list[str]) -> list[dict[str, str]]:
    return [{"InstanceId": one} for one in ids]


def _listener(given: dict[str, Any]) -> dict[str, Any]:
    made = pick(given, "InstanceProtocol", "Protocol", "SSLCertificateId")
    ports = {name: int(given[name]) for name in ("InstancePort", "LoadBalancerPort")}
    return made | ports


def _listeners(found: dict[str, Any], written: list[dict[str, Any]] | None) -> list[Properties]:
    """Return the listeners as the stack wrote them where they mean the same."""
    left = {one["Listener"]["LoadBalancerPort"]: one for one in found["ListenerDescriptions"]}
    shown = []
    for asked in written or ():
        one = left.pop(int(asked["LoadBalancerPort"]), None)
        if one is not None:
            # The protocol towards instances is not kept by the service here.
            kept = pick(asked, "InstanceProtocol", "PolicyNames")
            told = _told(one)
            if str(asked["Protocol"]).upper() == told.get("Protocol"):
                kept["Protocol"] = asked["Protocol"]
            shown.append({**told, **kept})
    return shown + [_told(one) for one in left.values()]


def _told(description: dict[str, Any]) -> Properties:
    listener = description["Listener"]
    told = pick(listener, "Protocol", "SSLCertificateId")
    told |= {name: str(listener[name]) for name in ("InstancePort", "LoadBalancerPort")}
    if description.get("PolicyNames"):
        told["PolicyNames"] = description["PolicyNames"]
    return {name: value for name, value in told.items() if value}


def _ports(properties: Properties) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the names of policies by the listener's port, and by the instances' port."""
    listeners: dict[int, list[str]] = {}
    backends: dict[int, list[str]] = {}
    for one in properties.get("Listeners", ()):
        if one.get("PolicyNames"):
            listeners[int(one["LoadBalancerPort"])] = list(one["PolicyNames"])
    for one in properties.get("Policies", ()):
        for port in one.get("LoadBalancerPorts", ()):
            listeners.setdefault(int(port), []).append(one["PolicyName"])
        for port in one.get("InstancePorts", ()):
            backends.setdefault(int(port), []).append(one["PolicyName"])
    return listeners, backends


def _sticky(properties: Properties) -> list[dict[str, Any]]:
    return [one for name in _STICKY for one in properties.get(name, ())]


def _ordered(written: list[str] | None, found: list[str]) -> list[str]:
    kept = [one for one in written or () if one in found]
    return kept + [one for one in found if one not in kept]


def _default_group(at: Context, properties: Properties) -> str:
    """Return the default group of the VPC, which a load balancer without groups gets."""
    ec2 = at.client("ec2")
    if properties.get("Subnets"):
        found = ec2.describe_subnets(SubnetIds=[properties["Subnets"][0]])["Subnets"]
    else:
        found = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    filters = [
        {"Name": "vpc-id", "Values": [found[0]["VpcId"]]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    return str(ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])


def _source(at: Context, found: dict[str, Any]) -> dict[str, str]:
    groups = at.client("ec2").describe_security_groups(GroupIds=found["SecurityGroups"][:1])
    return {"GroupName": groups["SecurityGroups"][0]["GroupName"], "OwnerAlias": at.account}


_ZONE_IDS = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
"""Where load balancers' names are kept; "Elastic Load Balancing endpoints", AWS General Reference,
from memory."""


def _zone_id(at: Context) -> str:
    return _ZONE_IDS.get(at.region, "")
