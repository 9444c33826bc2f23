"""Transit gateways and attachments, before and after their end."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab


def ec2() -> Any:
    return client("ec2")


def attached() -> tuple[str, str]:
    """Make a gateway and attach a network; return both ids."""
    gateway = ec2().create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    vpc = ec2().create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2().create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    made = ec2().create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet]
    )
    return gateway, made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]


def gateways(**asked: Any) -> list[tuple[str, str]]:
    found = ec2().describe_transit_gateways(**asked)["TransitGateways"]
    return [(one["TransitGatewayId"], one["State"]) for one in found]


def refused(call: Any, **given: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_has_ended_is_shown_for_a_while() -> None:
    gateway, attachment = attached()
    said = refused(ec2().delete_transit_gateway, TransitGatewayId=gateway)
    assert said == ("IncorrectState", f"{gateway} has non-deleted VPC Attachments: {attachment}.")
    named = {"TransitGatewayAttachmentId": attachment}
    gone = ec2().delete_transit_gateway_vpc_attachment(**named)["TransitGatewayVpcAttachment"]
    assert gone["State"] == "deleting"
    ids = {"TransitGatewayAttachmentIds": [attachment]}
    (found,) = ec2().describe_transit_gateway_attachments(**ids)["TransitGatewayAttachments"]
    assert found["State"] == "deleted"
    assert "Association" not in found
    (found,) = ec2().describe_transit_gateway_vpc_attachments(**ids)["TransitGatewayVpcAttachments"]
    assert found["State"] == "deleted"
    ended = ec2().delete_transit_gateway(TransitGatewayId=gateway)["TransitGateway"]
    assert ended["State"] == "deleting"
    assert gateways(TransitGatewayIds=[gateway]) == [(gateway, "deleted")]
    there = [{"Name": "state", "Values": ["available"]}]
    assert gateway not in dict(gateways(Filters=there))
    assert gateway in dict(gateways(Filters=[{"Name": "state", "Values": ["deleted"]}]))
    lab().clock.advance(3601)
    said = refused(gateways, TransitGatewayIds=[gateway])
    assert said == (
        "InvalidTransitGatewayID.NotFound",
        f"Transit Gateway {gateway} was deleted or does not exist.",
    )


def test_what_was_never_there() -> None:
    said = refused(ec2().delete_transit_gateway, TransitGatewayId="tgw-0123456789abcdef0")
    assert said[0] == "InvalidTransitGatewayID.NotFound"
    named = {"TransitGatewayAttachmentId": "tgw-attach-0123456789abcdef0"}
    said = refused(ec2().delete_transit_gateway_vpc_attachment, **named)
    assert said[0] == "InvalidTransitGatewayAttachmentID.NotFound"


def test_a_network_is_attached_again() -> None:
    gateway, attachment = attached()
    found = ec2().describe_transit_gateway_vpc_attachments(
        TransitGatewayAttachmentIds=[attachment]
    )["TransitGatewayVpcAttachments"][0]
    ec2().delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    again = ec2().create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=found["VpcId"], SubnetIds=found["SubnetIds"]
    )["TransitGatewayVpcAttachment"]
    assert again["TransitGatewayAttachmentId"] != attachment
