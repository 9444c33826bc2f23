"""The operations of EC2 that moto has not, or does not carry out as asked."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generic_filter

from dryrun.cloud.ec2 import addresses, placement_groups, rules, transit, vpn

rules.describe_groups()


class Ec2Response(EC2Response):
    """Answer EC2's operations."""

    def run_instances(self) -> ActionResult:
        """Start instances, in their placement group."""
        placement = self._get_param("Placement") or {}
        name = placement.get("GroupName") or placement.get("GroupId")
        group = placement_groups.known(self.ec2_backend, name) if name else None
        answer = super().run_instances()
        if group is not None:
            for instance in answer.result.instances:
                instance.placement.group_name = group.group_name
        return answer

    def associate_address(self) -> ActionResult:
        """Associate an elastic IP address, with one private address of several if asked."""
        private = self._get_param("PrivateIpAddress")
        asked = (self._get_param("InstanceId"), self._get_param("NetworkInterfaceId"))
        if not private or not any(asked):
            answer = super().associate_address()
            if answer.result["AssociationId"]:
                addresses.choose(self.ec2_backend, answer.result["AssociationId"], None, None)
            return answer
        interface = addresses.interface_of(self.ec2_backend, *asked)
        addresses.check(interface, private)
        before = interface.public_ip
        answer = super().associate_address()
        addresses.choose(self.ec2_backend, answer.result["AssociationId"], private, before)
        return answer

    def disassociate_address(self) -> ActionResult:
        """Take an address away, and leave that at the interface's primary address."""
        kept = addresses.secondary(self.ec2_backend, self._get_param("AssociationId"))
        answer = super().disassociate_address()
        if kept is not None:
            interface, public = kept
            interface.public_ip = public
        return answer

    def create_launch_template_version(self) -> ActionResult:
        """Add a version to a launch template; what it leaves unsaid comes from SourceVersion."""
        source = self._get_param("SourceVersion")
        if not source:
            return super().create_launch_template_version()
        backend, name = self.ec2_backend, self._get_param("LaunchTemplateName")
        found = (
            backend.get_launch_template_by_name(name)
            if name
            else backend.get_launch_template(self._get_param("LaunchTemplateId"))
        )
        base = found.get_version(source).data
        asked = self._get_param("LaunchTemplateData", {})
        self.params["LaunchTemplateData"] = {**base, **asked}
        return super().create_launch_template_version()

    def create_placement_group(self) -> ActionResult:
        """Create a placement group."""
        asked: dict[str, Any] = {
            name: self._get_param(name)
            for name in ("GroupName", "PartitionCount", "SpreadLevel", "Strategy")
        }
        tags = self._parse_tag_specification().get("placement-group", {})
        self.error_on_dryrun()
        made = placement_groups.create(self.ec2_backend, asked, tags)
        return ActionResult({"PlacementGroup": made.shape()})

    def describe_placement_groups(self) -> ActionResult:
        """Return placement groups, all or those that were named."""
        self.error_on_dryrun()
        backend = self.ec2_backend
        names = [*self._get_param("GroupNames", []), *self._get_param("GroupIds", [])]
        found = [placement_groups.known(backend, name) for name in names]
        found = found if names else list(placement_groups.groups(backend).values())
        kept = generic_filter(self._filters_from_querystring(), found)
        return ActionResult({"PlacementGroups": [group.shape() for group in kept]})

    def delete_placement_group(self) -> ActionResult:
        """Delete a placement group."""
        self.error_on_dryrun()
        placement_groups.delete(self.ec2_backend, self._get_param("GroupName"))
        return ActionResult({})

    def search_transit_gateway_routes(self) -> ActionResult:
        """Return routes of a transit gateway's table; moto cannot count them."""
        self.params.pop("MaxResults", None)
        return super().search_transit_gateway_routes()

    def delete_transit_gateway(self) -> ActionResult:
        """Delete a transit gateway without attachments."""
        transit.check_idle(self.ec2_backend, self._get_param("TransitGatewayId"))
        answer = super().delete_transit_gateway()
        transit.end(self.ec2_backend, transit.GATEWAYS, answer.result["TransitGateway"])
        return answer

    def delete_transit_gateway_vpc_attachment(self) -> ActionResult:
        """Delete an attachment that is there."""
        named = self._get_param("TransitGatewayAttachmentId")
        if named not in self.ec2_backend.transit_gateway_attachments:
            raise transit.missing(transit.ATTACHMENTS, named)
        answer = super().delete_transit_gateway_vpc_attachment()
        ended = answer.result["TransitGatewayVpcAttachment"]
        transit.end(self.ec2_backend, transit.ATTACHMENTS, ended)
        return answer

    def describe_transit_gateways(self) -> ActionResult:
        """Return transit gateways, deleted ones for a while too."""
        answer = super().describe_transit_gateways()
        return self._with_ended(answer, transit.GATEWAYS, "TransitGateways")

    def describe_transit_gateway_attachments(self) -> ActionResult:
        """Return attachments, deleted ones for a while too."""
        answer = super().describe_transit_gateway_attachments()
        return self._with_ended(answer, transit.ATTACHMENTS, "TransitGatewayAttachments")

    def describe_transit_gateway_vpc_attachments(self) -> ActionResult:
        """Return attachments of networks, deleted ones for a while too."""
        answer = super().describe_transit_gateway_vpc_attachments()
        return self._with_ended(answer, transit.ATTACHMENTS, "TransitGatewayVpcAttachments")

    def create_vpn_connection_route(self) -> ActionResult:
        """Add a static route to a VPN connection."""
        vpn.add_route(self.ec2_backend, *self._vpn_route())
        return ActionResult({})

    def delete_vpn_connection_route(self) -> ActionResult:
        """Take a static route of a VPN connection away."""
        vpn.remove_route(self.ec2_backend, *self._vpn_route())
        return ActionResult({})

    def enable_vgw_route_propagation(self) -> ActionResult:
        """Let a virtual private gateway tell a route table its routes."""
        vpn.propagate(self.ec2_backend, *self._propagation(), enable=True)
        return ActionResult({})

    def disable_vgw_route_propagation(self) -> ActionResult:
        """Let a virtual private gateway no longer tell a route table its routes."""
        vpn.propagate(self.ec2_backend, *self._propagation(), enable=False)
        return ActionResult({})

    def _with_ended(self, answer: ActionResult, kind: str, name: str) -> ActionResult:
        ids = self._get_param(f"{kind}Ids", [])
        filters = self._filters_from_querystring()
        found = answer.result[name]
        return ActionResult({name: transit.shown(self.ec2_backend, kind, found, ids, filters)})

    def _vpn_route(self) -> tuple[str, str]:
        return self._get_param("VpnConnectionId"), self._get_param("DestinationCidrBlock")

    def _propagation(self) -> tuple[str, str]:
        return self._get_param("RouteTableId"), self._get_param("GatewayId")
