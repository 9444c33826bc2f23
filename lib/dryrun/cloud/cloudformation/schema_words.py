"""What an event says of properties that a schema refuses; older types have words of their own.

The registry's words: "cloudformation-resource-schema". Types that never came into the registry are
validated by two older validators, whose words are known from what people report of them: one says
"Encountered unsupported property X", the other "Property validation failure: [...]".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_EXTRANEOUS = re.compile(r"#(?P<where>.*): extraneous key \[(?P<key>.*)\] is not permitted")
_MISSING = re.compile(r"#(?P<where>.*): required key \[(?P<key>.*)\] not found")
_TYPE = re.compile(r"#(?P<where>.*): expected type: (?P<kind>\w+), found: \w+")

_OLDEST = frozenset(
    {
        "AWS::CloudFormation::CustomResource",
        "AWS::CloudFormation::Macro",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::EMR::Cluster",
        "AWS::ElastiCache::SecurityGroup",
        "AWS::ElastiCache::SecurityGroupIngress",
        "AWS::Elasticsearch::Domain",
        "AWS::IAM::AccessKey",
        "AWS::IAM::UserToGroupAddition",
        "AWS::RDS::DBSecurityGroup",
        "AWS::RDS::DBSecurityGroupIngress",
        "AWS::Redshift::ClusterSecurityGroup",
        "AWS::Redshift::ClusterSecurityGroupIngress",
        "AWS::Route53::RecordSetGroup",
    }
)
_KINDS = {
    "String": "String",
    "Integer": "Integer",
    "Number": "Number",
    "Boolean": "Boolean",
    "JSONArray": "List",
    "JSONObject": "Map",
}


def registry_reason(logical_id: str, violations: Iterable[str], *, early: bool) -> str:
    """Return the registry's reason.

    Properties that hold nothing from other resources are validated before anything is made; the
    list then stands in brackets.
    """
    start = f"Properties validation failed for resource {logical_id} with message:"
    lines = list(violations)
    return f"{start} [{', '.join(lines)}]" if early else "\n".join([start, *lines])


def older_reason(type_name: str, violations: Iterable[str]) -> str:
    """Return the reason of a type outside the registry; such a validator stops early."""
    lines = list(violations)
    oldest = type_name in _OLDEST or type_name.startswith("Custom::")
    if oldest:
        return _oldest(lines[0]) if lines else ""
    return f"Property validation failure: [{', '.join(map(_older, lines))}]"


def _oldest(line: str) -> str:
    if found := _EXTRANEOUS.fullmatch(line):
        return f"Encountered unsupported property {found['key']}"
    if found := _MISSING.fullmatch(line):
        return f"Property {found['key']} cannot be empty."
    if found := _TYPE.fullmatch(line):
        name = found["where"].rpartition("/")[2]
        return (
            f"Value of property {name} must be of type {_KINDS.get(found['kind'], found['kind'])}"
        )
    return line


def _older(line: str) -> str:
    if found := _EXTRANEOUS.fullmatch(line):
        where = found["where"] or "/"
        return f"Encountered unsupported properties in {{{where}}}: [{found['key']}]"
    if found := _MISSING.fullmatch(line):
        return f"The property {{{found['where']}/{found['key']}}} is required"
    if found := _TYPE.fullmatch(line):
        kind = {"JSONArray": "Array", "JSONObject": "Object"}.get(found["kind"], found["kind"])
        return f"Value of property {{{found['where']}}} does not match type {{{kind}}}"
    return line
