"""Turn what a request calls a resource into the resource's ARN, where its name is not in the ARN.

A function here is given the parameters of a request and returns them with ARNs put in place of
names; what it does not know it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.formats import Place

Parameters = Mapping[str, Any]
Naming = Callable[[str, Parameters, Place], Parameters]

_EC2_IDS = {
    "acl": "network-acl", "ami": "image", "cgw": "customer-gateway", "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway", "eipalloc": "elastic-ip", "eni": "network-interface",
    "fl": "vpc-flow-log", "fleet": "fleet", "h": "dedicated-host", "i": "instance",
    "igw": "internet-gateway", "key": "key-pair", "lt": "launch-template", "nat": "natgateway",
    "pcx": "vpc-peering-connection", "pl": "prefix-list", "rtb": "route-table",
    "sg": "security-group", "sgr": "security-group-rule", "sir": "spot-instances-request",
    "snap": "snapshot", "subnet": "subnet", "tgw": "transit-gateway", "vgw": "vpn-gateway",
    "vol": "volume", "vpc": "vpc", "vpce": "vpc-endpoint", "vpn": "vpn-connection",
}  # fmt: skip
_OF_NOBODY = ("image", "snapshot")
"""Kinds whose ARN has no account."""


def ec2_arn(identifier: str, place: Place) -> str:
    """Return the ARN of an EC2 resource by its id, as "i-0123"."""
    kind = _EC2_IDS.get(identifier.partition("-")[0], "*")
    return place.arn("ec2", f"{kind}/{identifier}", account=kind not in _OF_NOBODY)


def _ec2(operation: str, given: Parameters, place: Place) -> Parameters:
    if operation in ("CreateTags", "DeleteTags"):
        return {**given, "Resources": [ec2_arn(one, place) for one in given.get("Resources", [])]}
    interfaces = given.get("NetworkInterfaces")
    if operation != "RunInstances" or not isinstance(interfaces, list):
        return given
    subnets = [one["SubnetId"] for one in interfaces if one.get("SubnetId")]
    groups = [group for one in interfaces for group in one.get("Groups") or ()]
    found = dict(given)
    if subnets:
        found["SubnetId"] = subnets
    if groups:
        found["SecurityGroupIds"] = groups
    return found


_IAM_NAMES = {
    "UserName": ("users", "user"),
    "RoleName": ("roles", "role"),
    "GroupName": ("groups", "group"),
    "InstanceProfileName": ("instance_profiles", "instance-profile"),
    "PolicyName": ("", "policy"),
    "ServerCertificateName": ("", "server-certificate"),
    "VirtualMFADeviceName": ("", "mfa"),
}


def _iam(operation: str, given: Parameters, place: Place) -> Parameters:
    """Name users, roles and groups with their path, which only IAM knows."""
    found = dict(given)
    iam = state.iam(place.account)
    makes_policy = operation == "CreatePolicy"
    for name, (kept, kind) in _IAM_NAMES.items():
        value = given.get(name)
        if not isinstance(value, str) or value.startswith("arn:"):
            continue
        if name == "PolicyName" and not makes_policy:
            continue
        known = _by_name(iam, kept, value)
        path = (
            known.path
            if known is not None
            else given.get("Path")
            if operation.startswith("Create")
            else "/"
        )
        found[name] = place.arn("iam", f"{kind}{path or '/'}{value}", region=False)
    return found


def _by_name(iam: Any, kept: str, name: str) -> Any:
    things = getattr(iam, kept, {}) if kept else {}
    if name in things:
        return things[name]
    return next((one for one in things.values() if one.name == name), None)


def _kms(_: str, given: Parameters, place: Place) -> Parameters:
    found = dict(given)
    for name in ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId"):
        value = given.get(name)
        if isinstance(value, str):
            found[name] = kms_key(value, place) or value
    if isinstance(given.get("CiphertextBlob"), bytes) and "KeyId" not in given:
        key = _key_of(given["CiphertextBlob"], place)
        if key:
            found["KeyId"] = key
    return found


def kms_key(named: str, place: Place) -> str:
    """Return the ARN of a key by its id, alias or ARN; "" when an alias has no key."""
    alias = named.rpartition(":")[2] if ":alias/" in named else named
    if alias.startswith("alias/"):
        kms = state.backend("kms", place.account, place.region)
        identifier = kms.get_key_id_from_alias(alias)
        return place.arn("kms", f"key/{identifier}") if identifier else ""
    return named if named.startswith("arn:") else place.arn("kms", f"key/{named}")


def _key_of(ciphertext: bytes, place: Place) -> str:
    """Return the key that something was encrypted with; moto writes its id at the front."""
    try:
        identifier = ciphertext[:36].decode("ascii")
    except UnicodeDecodeError:
        return ""
    kms = state.backend("kms", place.account, place.region)
    return place.arn("kms", f"key/{identifier}") if identifier in kms.keys else ""


def _secretsmanager(_: str, given: Parameters, place: Place) -> Parameters:
    named = given.get("SecretId")
    listed = given.get("SecretIdList")
    found = dict(given)
    if isinstance(named, str):
        found["SecretId"] = _secret(named, place)
    if isinstance(listed, list):
        found["SecretId"] = [_secret(one, place) for one in listed]
    return found


def _secret(named: str, place: Place) -> str:
    secret = state.backend("secretsmanager", place.account, place.region).secrets.get(named)
    return str(secret.arn) if secret is not None else named


def _sqs(_: str, given: Parameters, place: Place) -> Parameters:
    url = given.get("QueueUrl")
    if not isinstance(url, str):
        return given
    account, _, name = url.rstrip("/").rpartition("/")
    account = account.rpartition("/")[2]
    owner = Place(place.region, account if account.isdigit() else place.account)
    return {"QueueUrl": owner.arn("sqs", name)}


def _sns(operation: str, given: Parameters, place: Place) -> Parameters:
    subscription = given.get("SubscriptionArn")
    if isinstance(subscription, str):
        return {"TopicArn": subscription.rpartition(":")[0]}
    if operation == "Publish" and "TopicArn" not in given:
        return {"TopicArn": given.get("TargetArn") or place.arn("sns", "*")}
    return given


def _cloudformation(_: str, given: Parameters, place: Place) -> Parameters:
    name = given.get("StackName")
    if not isinstance(name, str) or name.startswith("arn:"):
        return given
    stacks = state.backend("cloudformation", place.account, place.region).stacks.values()
    known = next((stack.stack_id for stack in stacks if stack.name == name), None)
    return {**given, "StackName": known or place.arn("cloudformation", f"stack/{name}/*")}


def _autoscaling(_: str, given: Parameters, place: Place) -> Parameters:
    name = given.get("AutoScalingGroupName")
    if not isinstance(name, str):
        return given
    groups = state.backend("autoscaling", place.account, place.region).autoscaling_groups
    known = groups.get(name)
    return {**given, "AutoScalingGroupName": known.arn} if known is not None else given


def _events(operation: str, given: Parameters, place: Place) -> Parameters:
    if operation == "PutEvents":
        buses = [entry.get("EventBusName") or "default" for entry in given.get("Entries", [])]
        named = dict.fromkeys(_bus(bus, place) for bus in buses)
        return {"EventBusName": list(named)}
    field = "Rule" if "Rule" in given else "Name"
    rule = given.get(field)
    if ("Rule" not in operation and "Target" not in operation) or not isinstance(rule, str):
        return given
    bus = str(given.get("EventBusName") or "default").rpartition("/")[2]
    middle = "" if bus == "default" else f"{bus}/"
    return {field: place.arn("events", f"rule/{middle}{rule}")}


def _bus(named: str, place: Place) -> str:
    return named if named.startswith("arn:") else place.arn("events", f"event-bus/{named}")


def _dynamodb(operation: str, given: Parameters, place: Place) -> Parameters:
    items = given.get("RequestItems")
    if isinstance(items, dict):
        return {"TableName": [table_arn(name, place) for name in items]}
    tables, index = given.get("TableName"), given.get("IndexName")
    if operation in ("Query", "Scan") and isinstance(tables, str) and index:
        return {"TableName": f"{table_arn(tables, place)}/index/{index}"}
    return given


def table_arn(name: str, place: Place) -> str:
    """Return the ARN of a table by its name or ARN."""
    return name if name.startswith("arn:") else place.arn("dynamodb", f"table/{name}")


def _dynamodbstreams(_: str, given: Parameters, place: Place) -> Parameters:  # noqa: ARG001
    iterator = given.get("ShardIterator")
    if isinstance(iterator, str) and iterator.startswith("arn:"):
        return {"StreamArn": iterator.partition("|")[0]}
    return given


def _ecs(_: str, given: Parameters, place: Place) -> Parameters:
    definition = given.get("taskDefinition")
    if not isinstance(definition, str) or definition.startswith("arn:"):
        return given
    revision = "" if ":" in definition else ":*"
    arn = place.arn("ecs", f"task-definition/{definition}{revision}")
    return {**given, "taskDefinition": arn}


def _scheduler(operation: str, given: Parameters, place: Place) -> Parameters:  # noqa: ARG001
    return given if "Group" in operation else {"GroupName": "default", **given}


def _lambda(operation: str, given: Parameters, place: Place) -> Parameters:
    named = given.get("FunctionName")
    if not isinstance(named, str):
        return given
    if ":function:" in named:  # an ARN, or the part of one from the account on
        account = named.partition(":function:")[0].rpartition(":")[2]
        place = Place(place.region, account or place.account)
        if named.startswith("arn:"):
            place = Place(named.split(":")[3], place.account)
        named = named.partition(":function:")[2]
    qualifier = given.get("Qualifier")
    if qualifier and ":" not in named:
        named = f"{named}:{qualifier}"
    rest = {} if operation.startswith("Create") else {"Tags": given.get("Tags")}
    return {**rest, "FunctionName": place.arn("lambda", f"function:{named}")}


def _logs(operation: str, given: Parameters, place: Place) -> Parameters:
    """Name log groups as AWS does: with ":log-stream:" and the stream, where there is one."""
    if "resourceArn" in given:
        return given
    group = given.get("logGroupName") or given.get("logGroupIdentifier") or ""
    if not isinstance(group, str):
        return given
    group = group.partition(":log-group:")[2].removesuffix(":*") if ":" in group else group
    if not group and not operation.startswith(("Describe", "Filter")):
        return given
    stream = given.get("logStreamName") or ""
    return {"logGroupName": place.arn("logs", f"log-group:{group}:log-stream:{stream}")}


_SSM_TAGS = ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource")
_SSM_KINDS = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "Parameter": "parameter",
    "PatchBaseline": "patchbaseline",
}


def _ssm(operation: str, given: Parameters, place: Place) -> Parameters:
    found = dict(given)
    if operation in _SSM_TAGS and given.get("ResourceType") in _SSM_KINDS:
        kind, name = _SSM_KINDS[given["ResourceType"]], str(given.get("ResourceId"))
        return {"ResourceId": place.arn("ssm", f"{kind}/{name.lstrip('/')}")}
    name = "DocumentName" if "DocumentName" in given else "Name"
    document = given.get(name) if "Parameter" not in operation else None
    if isinstance(document, str) and document.startswith(("AWS-", "Amazon", "AWS")):
        found[name] = place.arn("ssm", f"document/{document}", account=False)
    for name in ("InstanceId", "InstanceIds", "Target"):
        if isinstance(given.get(name), str):
            found[name] = _node(given[name], place)
        elif isinstance(given.get(name), list):
            found[name] = [_node(one, place) for one in given[name]]
    if operation == "GetParameters" and isinstance(given.get("Names"), list):
        found["Names"] = [_parameter(one, place) for one in given["Names"]]
    elif "Parameter" in operation and isinstance(given.get("Name"), str):
        found["Name"] = _parameter(given["Name"], place)
    return found


def _node(identifier: str, place: Place) -> str:
    """Return the ARN of a managed node: an instance, or a machine that is none of EC2's."""
    if identifier.startswith("mi-"):
        return place.arn("ssm", f"managed-instance/{identifier}")
    return place.arn("ec2", f"instance/{identifier}")


def _parameter(named: str, place: Place) -> str:
    if named.startswith("arn:"):
        return named
    # A version or a label follows a colon.
    return place.arn("ssm", f"parameter/{named.partition(':')[0].lstrip('/')}")


def _elbv2(operation: str, given: Parameters, place: Place) -> Parameters:
    if operation != "CreateLoadBalancer" or not isinstance(given.get("Name"), str):
        return given
    kind = {"network": "net", "gateway": "gwy"}.get(str(given.get("Type")), "app")
    arn = place.arn("elasticloadbalancing", f"loadbalancer/{kind}/{given['Name']}/*")
    return {"LoadBalancerArn": arn}


_NAMINGS: dict[str, Naming] = {
    "autoscaling": _autoscaling,
    "cloudformation": _cloudformation,
    "dynamodb": _dynamodb,
    "dynamodbstreams": _dynamodbstreams,
    "ec2": _ec2,
    "ecs": _ecs,
    "elbv2": _elbv2,
    "events": _events,
    "iam": _iam,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "scheduler": _scheduler,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}


def named(service: str, operation: str, parameters: Parameters, place: Place) -> Parameters:
    """Return the parameters with ARNs for the names that an ARN cannot be made of."""
    naming = _NAMINGS.get(service)
    return parameters if naming is None else naming(operation, parameters, place)
