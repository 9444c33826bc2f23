"""Types of parameters; "CloudFormation-supplied parameter types", User Guide."""

from __future__ import annotations

AWS_SPECIFIC = (
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
)
SSM_NAME = "AWS::SSM::Parameter::Name"
_SSM_VALUE = "AWS::SSM::Parameter::Value<"
_NO_LISTS = ("AWS::EC2::KeyPair::KeyName",)
_PLAIN = ("CommaDelimitedList", "List<Number>", "List<String>", "Number", "String", SSM_NAME)


def is_known(name: str) -> bool:
    """Tell whether AWS knows a type."""
    if is_ssm(name):
        inner = inner_type(name)
        return inner in ("String", "List<String>", "CommaDelimitedList") or _is_specific(inner)
    return name in _PLAIN or _is_specific(name)


def _is_specific(name: str) -> bool:
    if name.startswith("List<") and name.endswith(">"):
        return name[5:-1] in AWS_SPECIFIC and name[5:-1] not in _NO_LISTS
    return name in AWS_SPECIFIC


def is_ssm(name: str) -> bool:
    """Tell whether a parameter of this type holds the name of one in Parameter Store."""
    return name.startswith(_SSM_VALUE) and name.endswith(">")


def inner_type(name: str) -> str:
    """Return the type of what a parameter of Parameter Store holds, else the type itself."""
    return name[len(_SSM_VALUE) : -1] if is_ssm(name) else name


def is_list(name: str) -> bool:
    """Tell whether Ref of such a parameter gives a list."""
    inner = inner_type(name)
    return inner == "CommaDelimitedList" or inner.startswith("List<")


def item_type(name: str) -> str:
    """Return the type of a parameter's items, or its own when it is none of a list."""
    inner = inner_type(name)
    if inner == "CommaDelimitedList":
        return "String"
    return inner[5:-1] if inner.startswith("List<") else inner
