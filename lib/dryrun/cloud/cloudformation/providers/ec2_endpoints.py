"""AWS::EC2: endpoints, flow logs and prefix lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    retag,
    specified,
    tag,
)


class VpcEndpoint(Ec2Provider):
    """A way from a network to a service."""

    type = "AWS::EC2::VPCEndpoint"
    handled = frozenset(
        {
            "PolicyDocument",
            "PrivateDnsEnabled",
            "RouteTableIds",
            "SecurityGroupIds",
            "ServiceName",
            "SubnetIds",
            "Tags",
            "VpcEndpointType",
            "VpcId",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "DnsOptions": "names are not resolved here",
        "IpAddressType": "no packets pass",
    }
    describe = ("describe_vpc_endpoints", "VpcEndpointIds", "VpcEndpoints")
    seconds = Seconds(create=60, update=30, delete=60)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an endpoint."""
        ec2 = at.client("ec2")
        names = ("RouteTableIds", "SecurityGroupIds", "ServiceName", "SubnetIds", "VpcId")
        request = pick(properties, *names)
        if "PolicyDocument" in properties:
            request["PolicyDocument"] = _text(properties["PolicyDocument"])
        made = ec2.create_vpc_endpoint(
            VpcEndpointType=properties.get("VpcEndpointType", "Gateway"),
            PrivateDnsEnabled=bool(properties.get("PrivateDnsEnabled", False)),
            **request,
            **specified("vpc-endpoint", properties),
        )
        endpoint = made["VpcEndpoint"]
        self._guard(at, endpoint, properties)
        return str(endpoint["VpcEndpointId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an endpoint."""
        found = self.found(at, physical_id)
        groups = [one["GroupId"] for one in found.get("Groups") or ()]
        return {
            "Id": physical_id,
            "CreationTimestamp": found["CreationTimestamp"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "DnsEntries": [
                f"{one.get('HostedZoneId', '')}:{one['DnsName']}"
                for one in found.get("DnsEntries") or ()
            ],
            "NetworkInterfaceIds": found.get("NetworkInterfaceIds") or [],
            "PolicyDocument": json.loads(found["PolicyDocument"]),
            "PrivateDnsEnabled": bool(found.get("PrivateDnsEnabled")),
            "RouteTableIds": found.get("RouteTableIds") or [],
            "SecurityGroupIds": groups,
            "ServiceName": found["ServiceName"],
            "SubnetIds": found.get("SubnetIds") or [],
            "Tags": tag_list(found.get("Tags")),
            "VpcEndpointType": found["VpcEndpointType"],
            "VpcId": found["VpcId"],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the policy, where the endpoint is, and the tags."""
        if changed(old, new, "PrivateDnsEnabled", "SubnetIds"):
            super().update(at, physical_id, old, new)
        ec2 = at.client("ec2")
        request: dict[str, Any] = {}
        if changed(old, new, "PolicyDocument"):
            request["PolicyDocument"] = _text(new.get("PolicyDocument", _EVERYTHING))
        for name in ("RouteTableIds", "SecurityGroupIds"):
            before, after = old.get(name) or [], new.get(name) or []
            request |= {
                f"Add{name}": [one for one in after if one not in before],
                f"Remove{name}": [one for one in before if one not in after],
            }
        request = {name: value for name, value in request.items() if value}
        if request:
            ec2.modify_vpc_endpoint(VpcEndpointId=physical_id, **request)
            self._reroute(at, physical_id, request)
            self._guard(at, self.found(at, physical_id), new)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an endpoint with its routes or interfaces."""
        self.found(at, physical_id)
        at.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[physical_id])

    def _guard(self, at: Context, endpoint: dict[str, Any], properties: Properties) -> None:
        # The service here leaves the endpoint's interfaces in the default group.
        for one in endpoint.get("NetworkInterfaceIds") or ():
            if properties.get("SecurityGroupIds"):
                at.client("ec2").modify_network_interface_attribute(
                    NetworkInterfaceId=one, Groups=properties["SecurityGroupIds"]
                )

    def _reroute(self, at: Context, endpoint_id: str, request: dict[str, Any]) -> None:
        # The service here adds no route for a table that comes later, and takes none away.
        ec2 = at.client("ec2")
        name = self.found(at, endpoint_id)["ServiceName"]
        lists = ec2.describe_prefix_lists()["PrefixLists"]
        ids = [one["PrefixListId"] for one in lists if one["PrefixListName"] == name]
        for prefix_list in ids:
            for table in request.get("AddRouteTableIds", ()):
                ec2.create_route(
                    RouteTableId=table, GatewayId=endpoint_id, DestinationPrefixListId=prefix_list
                )
            for table in request.get("RemoveRouteTableIds", ()):
                ec2.delete_route(RouteTableId=table, DestinationPrefixListId=prefix_list)


_EVERYTHING = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


class VpcEndpointService(Ec2Provider):
    """A service of one's own behind an endpoint."""

    type = "AWS::EC2::VPCEndpointService"
    handled = frozenset(
        {"AcceptanceRequired", "GatewayLoadBalancerArns", "NetworkLoadBalancerArns", "Tags"}
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "ContributorInsightsEnabled": "no packets pass",
        "PayerResponsibility": "nothing here costs anything",
    }
    describe = (
        "describe_vpc_endpoint_service_configurations",
        "ServiceIds",
        "ServiceConfigurations",
    )
    seconds = Seconds(create=30, update=15, delete=30)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a service."""
        made = at.client("ec2").create_vpc_endpoint_service_configuration(
            **pick(
                properties,
                "AcceptanceRequired",
                "GatewayLoadBalancerArns",
                "NetworkLoadBalancerArns",
            ),
            **specified("vpc-endpoint-service", properties),
        )
        return str(made["ServiceConfiguration"]["ServiceId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a service."""
        found = self.found(at, physical_id)
        names = ("AcceptanceRequired", "GatewayLoadBalancerArns", "NetworkLoadBalancerArns")
        return {
            "ServiceId": physical_id,
            **pick(found, *names),
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change whether connections must be accepted, and the tags."""
        if changed(old, new, "GatewayLoadBalancerArns", "NetworkLoadBalancerArns"):
            super().update(at, physical_id, old, new)
        if changed(old, new, "AcceptanceRequired"):
            at.client("ec2").modify_vpc_endpoint_service_configuration(
                ServiceId=physical_id, AcceptanceRequired=new.get("AcceptanceRequired", True)
            )
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a service."""
        self.found(at, physical_id)
        at.client("ec2").delete_vpc_endpoint_service_configurations(ServiceIds=[physical_id])


class VpcEndpointServicePermissions(Provider):
    """Who may use a service; the physical id is the service's."""

    type = "AWS::EC2::VPCEndpointServicePermissions"
    handled = frozenset({"AllowedPrincipals", "ServiceId"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Allow the principals."""
        self._modify(at, properties["ServiceId"], [], properties.get("AllowedPrincipals") or [])
        return str(properties["ServiceId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read who is allowed."""
        found = at.client("ec2").describe_vpc_endpoint_service_configurations()
        if physical_id not in [one["ServiceId"] for one in found["ServiceConfigurations"]]:
            raise GoneError(self.type, physical_id)
        allowed = self._allowed(at, physical_id)
        if not allowed:
            raise GoneError(self.type, physical_id)
        return {"AllowedPrincipals": allowed, "ServiceId": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Allow others."""
        self._modify(
            at, physical_id, old.get("AllowedPrincipals") or [], new.get("AllowedPrincipals") or []
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Allow nobody any more."""
        self._modify(at, physical_id, self._allowed(at, physical_id), [])

    def _allowed(self, at: Context, service_id: str) -> list[str]:
        found = at.client("ec2").describe_vpc_endpoint_service_permissions(ServiceId=service_id)
        return [one["Principal"] for one in found["AllowedPrincipals"]]

    def _modify(self, at: Context, service_id: str, old: list[str], new: list[str]) -> None:
        at.client("ec2").modify_vpc_endpoint_service_permissions(
            ServiceId=service_id,
            AddAllowedPrincipals=[one for one in new if one not in old],
            RemoveAllowedPrincipals=[one for one in old if one not in new],
        )


_FLOW = (
    "DeliverLogsPermissionArn",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "MaxAggregationInterval",
    "TrafficType",
)


class FlowLog(Ec2Provider):
    """What is written down of the traffic."""

    type = "AWS::EC2::FlowLog"
    handled = frozenset({"ResourceId", "ResourceType", "Tags", *_FLOW})
    harmless: ClassVar[Mapping[str, str]] = {
        "DestinationOptions": "no traffic passes, so nothing is written"
    }
    describe = ("describe_flow_logs", "FlowLogIds", "FlowLogs")
    seconds = Seconds(create=10, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a flow log."""
        made = at.client("ec2").create_flow_logs(
            ResourceIds=[properties["ResourceId"]],
            ResourceType=properties["ResourceType"],
            **pick(properties, *_FLOW),
            **specified("vpc-flow-log", properties),
        )
        if made["Unsuccessful"]:
            raise ResourceError(made["Unsuccessful"][0]["Error"]["Message"])
        return str(made["FlowLogIds"][0])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a flow log."""
        found = self.found(at, physical_id)
        kinds = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}
        read = {name: found[name] for name in _FLOW if found.get(name) not in (None, "")}
        return read | {
            "Id": physical_id,
            "ResourceId": found["ResourceId"],
            "ResourceType": kinds.get(found["ResourceId"].partition("-")[0], "TransitGateway"),
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a flow log."""
        self.found(at, physical_id)
        at.client("ec2").delete_flow_logs(FlowLogIds=[physical_id])


class PrefixList(Ec2Provider):
    """A named list of address ranges."""

    type = "AWS::EC2::PrefixList"
    handled = frozenset({"AddressFamily", "Entries", "MaxEntries", "PrefixListName", "Tags"})
    name_property = "PrefixListName"
    describe = ("describe_managed_prefix_lists", "PrefixListIds", "PrefixLists")
    seconds = Seconds(create=10, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a prefix list."""
        entries = properties.get("Entries") or []
        made = at.client("ec2").create_managed_prefix_list(
            MaxEntries=properties.get("MaxEntries", len(entries) or 1),
            Entries=entries,
            **pick(properties, "AddressFamily", "PrefixListName"),
        )
        list_id = str(made["PrefixList"]["PrefixListId"])
        tag(at, list_id, properties)
        return list_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a prefix list."""
        found = self.found(at, physical_id)
        entries = at.client("ec2").get_managed_prefix_list_entries(PrefixListId=physical_id)
        tags = at.client("ec2").describe_tags(Filters=filtered(resource_id=physical_id))["Tags"]
        return {
            "Arn": found["PrefixListArn"],
            **pick(found, "AddressFamily", "MaxEntries", "OwnerId", "PrefixListName", "Version"),
            "Entries": [pick(one, "Cidr", "Description") for one in entries["Entries"]],
            "PrefixListId": physical_id,
            "Tags": [pick(one, "Key", "Value") for one in tags],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the entries, the name and the tags."""
        if changed(old, new, "AddressFamily", "MaxEntries"):
            super().update(at, physical_id, old, new)
        before, after = old.get("Entries") or [], new.get("Entries") or []
        gone = [pick(one, "Cidr") for one in before if one not in after]
        added = [one for one in after if one not in before]
        request: dict[str, Any] = pick(new, "PrefixListName")
        if gone or added:
            request |= {"AddEntries": added, "RemoveEntries": gone}
            request["CurrentVersion"] = self.found(at, physical_id)["Version"]
        if gone or added or changed(old, new, "PrefixListName"):
            at.client("ec2").modify_managed_prefix_list(PrefixListId=physical_id, **request)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a prefix list."""
        self.found(at, physical_id)
        at.client("ec2").delete_managed_prefix_list(PrefixListId=physical_id)
