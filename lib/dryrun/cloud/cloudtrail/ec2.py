"""Calls of EC2 as CloudTrail shows them: lists are `{"items": […]}`, and have names of their own.

Follows "CloudTrail log file examples"; the names of lists are those of EC2's API of old, in which
`InstanceId.1` is the `instanceId` of an item of `instancesSet`. Newer operations, whose records
wrap the whole request, are shown in the same way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.model import OperationModel

from dryrun.cloud.cloudtrail import redaction
from dryrun.cloud.journal import Call

# Of a request: the list's name in a record, and what an item that is no structure is called.
_SETS: dict[str, tuple[str, str]] = {
    "AllocationIds": ("allocationIdsSet", "allocationId"),
    "BlockDeviceMappings": ("blockDeviceMapping", ""),
    "DhcpOptionsIds": ("dhcpOptionsSet", "dhcpOptionsId"),
    "ExecutableUsers": ("executableBySet", "user"),
    "Filters": ("filterSet", ""),
    "GroupIds": ("securityGroupIdSet", "groupId"),
    "GroupNames": ("securityGroupSet", "groupName"),
    "Groups": ("groupSet", "groupId"),
    "ImageIds": ("imagesSet", "imageId"),
    "InstanceIds": ("instancesSet", "instanceId"),
    "InternetGatewayIds": ("internetGatewayIdSet", "internetGatewayId"),
    "IpPermissions": ("ipPermissions", ""),
    "IpRanges": ("ipRanges", ""),
    "Ipv6Ranges": ("ipv6Ranges", ""),
    "KeyNames": ("keySet", "keyName"),
    "NetworkAclIds": ("networkAclIdSet", "networkAclId"),
    "NetworkInterfaceIds": ("networkInterfaceIdSet", "networkInterfaceId"),
    "NetworkInterfaces": ("networkInterfaceSet", ""),
    "Owners": ("ownersSet", "owner"),
    "PrefixListIds": ("prefixListIds", ""),
    "PublicIps": ("publicIpsSet", "publicIp"),
    "RegionNames": ("regionSet", "regionName"),
    "Resources": ("resourcesSet", "resourceId"),
    "RouteTableIds": ("routeTableIdSet", "routeTableId"),
    "SecurityGroupIds": ("groupSet", "groupId"),
    "SecurityGroups": ("groupSet", "groupName"),
    "SnapshotIds": ("snapshotSet", "snapshotId"),
    "SubnetIds": ("subnetSet", "subnetId"),
    "TagSpecifications": ("tagSpecificationSet", ""),
    "Tags": ("tagSet", ""),
    "UserIdGroupPairs": ("groups", ""),
    "Values": ("valueSet", "value"),
    "VolumeIds": ("volumeSet", "volumeId"),
    "VpcIds": ("vpcSet", "vpcId"),
    "ZoneNames": ("availabilityZoneSet", "zoneName"),
}
_OF_AN_INSTANCE = ("imageId", "minCount", "maxCount", "keyName")
_LAUNCH_DEFAULTS: dict[str, Any] = {
    "blockDeviceMapping": {},
    "monitoring": {"enabled": False},
    "disableApiTermination": False,
    "disableApiStop": False,
}


def request_parameters(call: Call, operation: OperationModel | None) -> dict[str, Any]:
    """Return `requestParameters`; a description tells of the lists that were not given, too."""
    made = _request(call, call.parameters)
    if call.operation == "RunInstances":
        item = {name: made.pop(name) for name in _OF_AN_INSTANCE if name in made}
        return {"instancesSet": {"items": [item]}, **_LAUNCH_DEFAULTS, **made}
    shape = operation.input_shape if operation is not None else None
    if call.operation.startswith("Describe"):
        for name, member in getattr(shape, "members", {}).items():
            if name in _SETS and member.type_name == "list":
                made.setdefault(_SETS[name][0], {})
    return made


def response_elements(call: Call, operation: OperationModel | None) -> dict[str, Any]:
    """Return `responseElements`, which begin with the request's id."""
    shape = operation.output_shape if operation is not None else None
    result = {name: value for name, value in call.result.items() if name != "ResponseMetadata"}
    made = _response(call, result, shape)
    return {"requestId": call.request_id, **(made or {"_return": True})}


def _request(call: Call, value: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, item in value.items():
        mark = redaction.instead("ec2", name)
        key = _small(name)
        if mark is not None:
            made[key] = mark
        elif isinstance(item, list):
            # Tags of a specification are the one list that is shown plainly.
            plain = name == "Tags" and "ResourceType" in value
            made.update(_listed(call, name, item) if not plain else {"tags": _tags(item)})
        else:
            made[key] = _request(call, item) if isinstance(item, dict) else item
    return made


def _listed(call: Call, name: str, items: list[Any]) -> dict[str, Any]:
    singular = name[:-1] if name.endswith("s") else name
    set_name, item_name = _SETS.get(name, (f"{_small(singular)}Set", _small(singular)))
    shown = [
        _request(call, item) if isinstance(item, dict) else {item_name or "value": item}
        for item in items
    ]
    return {set_name: {"items": shown} if shown else {}}


def _tags(items: list[Any]) -> list[dict[str, Any]]:
    return [{_small(name): value for name, value in item.items()} for item in items]


def _response(call: Call, value: dict[str, Any], shape: Any) -> dict[str, Any]:
    members = getattr(shape, "members", {})
    made: dict[str, Any] = {}
    for name, item in value.items():
        mark = redaction.instead("ec2", name)
        member = members.get(name)
        key = getattr(member, "serialization", {}).get("name") or _small(name)
        key = "_return" if key == "return" else key
        made[key] = mark if mark is not None else _answer(call, item, member)
    return made


def _answer(call: Call, value: Any, shape: Any) -> Any:
    if isinstance(value, dict):
        return _response(call, value, shape)
    if isinstance(value, list):
        items = [_answer(call, item, getattr(shape, "member", None)) for item in value]
        return {"items": items} if items else {}
    if getattr(shape, "type_name", "") == "timestamp":
        return _milliseconds(value)
    return value


def _milliseconds(value: Any) -> Any:
    """Return a time as EC2's records have it, in milliseconds since the epoch."""
    try:
        return int(datetime.fromisoformat(str(value)).timestamp() * 1000)
    except ValueError:
        return value


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
