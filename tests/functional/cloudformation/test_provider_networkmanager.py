"""AWS::NetworkManager: global networks and the transit gateways in them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import GoneError

GATEWAY = "arn:aws:ec2:us-east-1:123456789012:transit-gateway/tgw-0123456789abcdef0"


def test_global_network() -> None:
    asked = {"Description": "boats", "Tags": [{"Key": "team", "Value": "blue"}]}
    with Trial("AWS::NetworkManager::GlobalNetwork", asked) as it:
        read = it.read()
        assert {name: read[name] for name in asked} == asked
        assert read["Id"] == it.physical_id
        assert read["Arn"].endswith(f":global-network/{it.physical_id}")
        changed = {"Description": "ships", "Tags": [{"Key": "sea", "Value": "red"}]}
        read = it.update(changed)
        assert {name: read[name] for name in asked} == changed

        both = {"GlobalNetworkId": it.physical_id, "TransitGatewayArn": GATEWAY}
        with Trial("AWS::NetworkManager::TransitGatewayRegistration", both) as inside:
            assert inside.read() == both
            assert inside.physical_id == f"{it.physical_id}|{GATEWAY}"
            with pytest.raises(ClientError, match="registered already"):
                Trial("AWS::NetworkManager::TransitGatewayRegistration", both).create()
            with pytest.raises(ClientError, match="not empty"):
                it.delete()
        with pytest.raises(GoneError):
            inside.read()
    found = client("networkmanager").describe_global_networks()["GlobalNetworks"]
    assert it.physical_id not in [one["GlobalNetworkId"] for one in found]
