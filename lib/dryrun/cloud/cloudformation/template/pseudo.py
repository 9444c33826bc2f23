"""Pseudo parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dryrun.cloud.cloudformation.template.unknown import NO_VALUE

PSEUDO = (
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)
_PARTITIONS = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
)


def pseudo(  # noqa: PLR0917
    name: str,
    region: str,
    account: str,
    stack_id: str,
    stack_name: str,
    notification_arns: Sequence[str],
) -> Any:
    """Return what a pseudo parameter stands for in a stack."""
    partition, suffix = partition_of(region)
    return {
        "AWS::AccountId": account,
        "AWS::NotificationARNs": list(notification_arns),
        "AWS::NoValue": NO_VALUE,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": stack_id,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": suffix,
    }[name]


def partition_of(region: str) -> tuple[str, str]:
    """Return the partition of a region and the domain of its services."""
    for start, partition, suffix in _PARTITIONS:
        if region.startswith(start):
            return partition, suffix
    return "aws", "amazonaws.com"
