"""AWS::RAM::ResourceShare."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

RULE = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionResolverRule"
SUBNET = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSubnet"


def test_shares_have_tags_and_permissions() -> None:
    asked = {"Name": "boats", "PermissionArns": [RULE], "Tags": [{"Key": "team", "Value": "blue"}]}
    with (
        Trial("AWS::RAM::ResourceShare", {"Name": "first"}) as first,
        Trial("AWS::RAM::ResourceShare", asked) as it,
    ):
        read = it.read()
        assert {name: read[name] for name in asked} == asked
        assert first.read()["Name"] == "first"
        assert first.read()["Tags"] == []
        changed = {**asked, "PermissionArns": [SUBNET], "Tags": [{"Key": "sea", "Value": "red"}]}
        read = it.update(changed)
        assert {name: read[name] for name in asked} == changed
        ram = client("ram")
        found = ram.get_resource_shares(resourceOwner="SELF", name="boats")["resourceShares"]
        assert [one["tags"] for one in found] == [[{"key": "sea", "value": "red"}]]
        none = {"resourceShareArns": [f"{it.physical_id[:-1]}x"]}
        with pytest.raises(ClientError, match="UnknownResourceException"):
            ram.get_resource_shares(resourceOwner="SELF", **none)
        with pytest.raises(ClientError, match="MalformedArn"):
            ram.associate_resource_share_permission(
                resourceShareArn=it.physical_id, permissionArn="arn:aws:iam::aws:policy/x"
            )
        assert it.update({"Name": "ships"})["PermissionArns"] == []
