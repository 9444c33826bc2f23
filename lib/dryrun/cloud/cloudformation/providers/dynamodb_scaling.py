"""Provisioned throughput of global tables: what is fixed, and what scales by itself.

Follows "AWS::DynamoDB::GlobalTable", CloudFormation Template Reference, which has one write
capacity for all Regions and a read capacity for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties

KINDS = ("Read", "Write")
_METRIC = "DynamoDB{kind}CapacityUtilization"


def settings(kind: str) -> str:
    """Return the name of the property that has the settings of a kind of capacity."""
    return f"{kind}ProvisionedThroughputSettings"


def _scaling(kind: str) -> str:
    return f"{kind}CapacityAutoScalingSettings"


def throughput(table: Properties, replica: Properties) -> dict[str, int]:
    """Return what a table, or an index with its part in a replica, has to begin with."""
    found: dict[str, int] = {}
    for kind in KINDS:
        given = replica.get(settings(kind)) or table.get(settings(kind)) or {}
        units, scaled = given.get(f"{kind}CapacityUnits"), given.get(_scaling(kind)) or {}
        units = units or scaled.get("SeedCapacity") or scaled.get("MinCapacity")
        if units is not None:
            found[f"{kind}CapacityUnits"] = int(units)
    return found


def own_replica(properties: Properties) -> Properties:
    """Return the one replica."""
    return next(iter(properties.get("Replicas", ())), {})


def parts(properties: Properties) -> Iterator[tuple[str, Properties, Properties]]:
    """Yield the name of the table (empty) and of each index, with both places that speak of it."""
    replica = own_replica(properties)
    yield "", properties, replica
    here = {one["IndexName"]: one for one in replica.get("GlobalSecondaryIndexes", ())}
    for index in properties.get("GlobalSecondaryIndexes", ()):
        yield index["IndexName"], index, here.get(index["IndexName"], {})


def _wanted(name: str, properties: Properties) -> dict[tuple[str, str], Properties]:
    """Return what scales by itself: settings by resource and dimension."""
    found: dict[tuple[str, str], Properties] = {}
    for index, table, replica in parts(properties):
        for kind in KINDS:
            given = replica.get(settings(kind)) or table.get(settings(kind)) or {}
            if scaled := given.get(_scaling(kind)):
                found[_target(name, index, kind)] = {**scaled, "Kind": kind}
    return found


def _target(name: str, index: str, kind: str) -> tuple[str, str]:
    where = f"table/{name}/index/{index}" if index else f"table/{name}"
    return where, f"dynamodb:{'index' if index else 'table'}:{kind}CapacityUnits"


def settle(at: Context, name: str, old: Properties, new: Properties) -> None:
    """Let scale what is to scale now, and what no longer is, no more."""
    scaling = at.client("application-autoscaling")
    before, after = _wanted(name, old), _wanted(name, new)
    for resource, dimension in before:
        if (resource, dimension) not in after:
            scaling.deregister_scalable_target(
                ServiceNamespace="dynamodb", ResourceId=resource, ScalableDimension=dimension
            )
    for (resource, dimension), scaled in after.items():
        if before.get((resource, dimension)) == scaled:
            continue
        place = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": dimension,
        }
        scaling.register_scalable_target(
            **place, MinCapacity=int(scaled["MinCapacity"]), MaxCapacity=int(scaled["MaxCapacity"])
        )
        metric = _METRIC.format(kind=scaled["Kind"])
        tracking = scaled["TargetTrackingScalingPolicyConfiguration"]
        scaling.put_scaling_policy(
            **place,
            PolicyName=f"{metric}:{resource}",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                **tracking,
                "TargetValue": float(tracking["TargetValue"]),
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            },
        )


def shown(  # noqa: PLR0917 - which capacity of which table or index, and what is known of it
    at: Context, name: str, index: str, kind: str, known: Properties, units: Any
) -> Properties:
    """Return the settings of a kind of capacity as they are, in the words in which they are known.

    What scales has its limits from Application Auto Scaling, what is fixed from the table.
    """
    scaled = known.get(_scaling(kind))
    if scaled is None:
        return {f"{kind}CapacityUnits": units}
    resource, dimension = _target(name, index, kind)
    found = at.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="dynamodb", ResourceIds=[resource], ScalableDimension=dimension
    )["ScalableTargets"]
    limits = [{key: one[key] for key in ("MinCapacity", "MaxCapacity")} for one in found]
    return {_scaling(kind): {**scaled, **limits[0]} if limits else None}
