"""A scope and an account for tests of templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.template import PSEUDO, UNKNOWN, Template, TemplateError, pseudo

REGION, ACCOUNT = "eu-west-1", "123456789012"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/demo/1"
VALUES = {
    "Env": "dev",
    "Names": ["a", "b", "c"],
    "Queue": "https://sqs/demo-queue",
    "Topic": UNKNOWN,
}


class FakeScope:
    """Knows a few values, and that a topic is not made yet."""

    shows_unknown = False

    def __init__(
        self,
        conditions: Mapping[str, bool] | None = None,
        mappings: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] = VALUES,
    ) -> None:
        self.conditions = conditions or {"Made": True, "Left": False}
        self.mappings = mappings or {"M": {"eu-west-1": {"Ami": "ami-1", "Sizes": ["s", "m"]}}}
        self.values = values

    def ref(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in PSEUDO:
            return pseudo(name, REGION, ACCOUNT, STACK_ID, "demo", ["arn:aws:sns:x:1:t"])
        raise TemplateError(f"no {name}")

    def get_att(self, logical_id: str, attribute: str) -> Any:
        if logical_id == "Topic":
            return UNKNOWN
        return [logical_id] if attribute == "List" else f"{logical_id}/{attribute}"

    def import_value(self, name: str) -> Any:
        return f"import:{name}"

    def azs(self, region: str) -> list[str]:
        return [f"{region or REGION}{letter}" for letter in "abc"]

    def dynamic(self, service: str, reference: str) -> str:
        return f"<{service}|{reference}>"

    def stack_output(self, stack: str, output: str, region: str | None, role: str | None) -> Any:
        return f"{stack}.{output}@{region}"


class FakeAccount:
    """Holds a VPC, two subnets and some parameters."""

    stored: ClassVar[dict[str, tuple[str, str]]] = {
        "/app/ami": ("ami-1", "String"),
        "/app/list": ("a,b, c ,d", "StringList"),
        "/app/secure": ("s", "SecureString"),
    }
    existing: ClassVar[dict[str, dict[str, dict[str, str]]]] = {
        "AWS::EC2::VPC::Id": {"vpc-1": {}},
        "AWS::EC2::Subnet::Id": {"subnet-1": {"VpcId": "vpc-1"}, "subnet-2": {"VpcId": "vpc-2"}},
        "AWS::EC2::Image::Id": {"ami-1": {}},
    }

    def ssm(self, name: str) -> tuple[str, str]:
        return self.stored[name]

    def exists(self, aws_type: str, value: str) -> bool:
        return value in self.existing.get(aws_type, {})

    def all_of(self, aws_type: str) -> list[str]:
        return list(self.existing.get(aws_type, {}))

    def attribute(self, aws_type: str, value: str, name: str) -> str:
        return self.existing[aws_type].get(value, {}).get(name, "")


def values_scope(template: Template, values: Mapping[str, Any]) -> FakeScope:
    """A scope without resources: parameters and mappings of a template only."""
    effective = {name: value.effective for name, value in values.items()}
    return FakeScope({"": True}, template.mappings or {"": {}}, effective)
