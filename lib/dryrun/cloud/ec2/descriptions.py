"""What EC2 shows of networks and keys, and moto does not, or otherwise.

Follows "DescribeRouteTables", "DescribeNetworkAcls", "DescribeVpcEndpoints" and "DescribeKeyPairs",
Amazon EC2 API Reference.
"""

from __future__ import annotations

import base64
import hashlib
import string
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.dhcp_options import DHCPOptionsSet
from moto.ec2.models.key_pairs import KeyPair
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.transit_gateway import TransitGateway
from moto.ec2.models.vpcs import VPCEndPoint
from moto.moto_api._internal import mock_random

from dryrun.cloud import replacing

_LAST_RULE = 32767
_ZONES = {"us-east-1": "Z7HUB22UULQXV"}
"""The zones that endpoints have their names in, where they are known."""
_OPEN = (
    '{\n  "Statement": [\n    {\n      "Action": "*", \n      "Effect": "Allow", \n      '
    '"Principal": "*", \n      "Resource": "*"\n    }\n  ]\n}'
)
"""The policy of an interface endpoint that was given none."""

_create_acl = EC2Backend.create_network_acl
_describe_keys = EC2Backend.describe_key_pairs
_begin_key = KeyPair.__init__
_begin_gateway = TransitGateway.__init__
_begin_endpoint = VPCEndPoint.__init__


def create_network_acl(
    self: EC2Backend, vpc_id: str, tags: Any = None, default: bool = False
) -> NetworkAcl:
    """Create a network ACL, which denies what no other rule is about."""
    made = _create_acl(self, vpc_id, tags, default)
    if not default:
        for egress in (True, False):
            self.create_network_acl_entry(
                network_acl_id=made.id,
                rule_number=_LAST_RULE,
                protocol="-1",
                rule_action="deny",
                egress=egress,
                cidr_block="0.0.0.0/0",
                icmp_code=None,
                icmp_type=None,
                port_range_from=None,
                port_range_to=None,
                ipv6_cidr_block=None,
            )
    return made


def describe_key_pairs(self: EC2Backend, key_names: list[str], filters: Any = None) -> Any:
    """Return key pairs; one that is named is there."""
    for name in key_names or ():
        if name not in self.key_pairs:
            raise EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")
    return _describe_keys(self, key_names, filters)


def begin_key(self: KeyPair, *args: Any, **given: Any) -> None:
    """Make a key pair with the fingerprint AWS gives it.

    Follows "How key fingerprints are calculated", Amazon EC2 User Guide.
    """
    _begin_key(self, *args, **given)
    if self.key_type == "ed25519":
        blob = base64.b64decode(self.material_public.split()[1])
        self.key_fingerprint = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    elif self.material:
        self.key_fingerprint = _of_private(self.material)


def _of_private(pem: bytes) -> str:
    # Slow to load, and seldom needed.
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    der = serialization.load_pem_private_key(pem, None).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return hashlib.sha1(der, usedforsecurity=False).digest().hex(":")


def begin_gateway(self: TransitGateway, *args: Any, **given: Any) -> None:
    """Make a transit gateway, which shows no blocks of addresses if it has none."""
    _begin_gateway(self, *args, **given)
    if not self.options.get("TransitGatewayCidrBlocks"):
        self.options.pop("TransitGatewayCidrBlocks", None)


def begin_endpoint(self: VPCEndPoint, *args: Any, **given: Any) -> None:
    """Make an endpoint; one of interfaces has names and options for them."""
    _begin_endpoint(self, *args, **given)
    endpoint: Any = self
    endpoint.requester_managed = False
    if str(self.vpc_endpoint_type).lower() != "interface":
        return
    endpoint.ip_address_type = "ipv4"
    endpoint.dns_options = {"DnsRecordIpType": "ipv4"}
    # Moto takes its own default where none is given; AWS has another for interfaces.
    given_policy = given.get("policy_document") or (args[5] if len(args) > 5 else None)
    self.policy_document = given_policy or _OPEN
    self.dns_entries = _names(self)


def _names(endpoint: VPCEndPoint) -> list[dict[str, str]]:
    """Return the names of an endpoint: of all of it, of it in each zone, of the service."""
    backend: Any = endpoint.ec2_backend
    region = str(backend.region_name)
    *_, last = endpoint.service_name.split(f".{region}.")
    service = ".".join(reversed(last.split(".")))
    mark = "".join(mock_random.choices(string.ascii_lowercase + string.digits, k=8))
    subnets = [backend.get_subnet(one) for one in endpoint.subnet_ids or ()]
    zones = dict.fromkeys(subnet.availability_zone for subnet in subnets)
    zone = _ZONES.get(region) or _zone()
    names = [
        {
            "DnsName": f"{endpoint.id}-{mark}{place}.{service}.{region}.vpce.amazonaws.com",
            "HostedZoneId": zone,
        }
        for place in ("", *(f"-{one}" for one in zones))
    ]
    if endpoint.private_dns_enabled:
        names.append({"DnsName": f"{service}.{region}.amazonaws.com", "HostedZoneId": _zone()})
    return names


def _zone() -> str:
    letters = mock_random.choices(string.ascii_uppercase + string.digits, k=20)
    return f"Z{''.join(letters)}"


def _owner(self: Any) -> str:
    return str(self.ec2_backend.account_id)


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (EC2Backend, "create_network_acl", create_network_acl),
        (EC2Backend, "describe_key_pairs", describe_key_pairs),
        (KeyPair, "__init__", begin_key),
        (TransitGateway, "__init__", begin_gateway),
        (VPCEndPoint, "__init__", begin_endpoint),
        (RouteTable, "propagating_vgws", ()),
        (DHCPOptionsSet, "owner_id", property(_owner)),
    )
