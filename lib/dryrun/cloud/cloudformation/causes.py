"""Why a property changes: the template, a parameter, another resource.

Follows "ResourceChangeDetail", CloudFormation API Reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dryrun.cloud.cloudformation.models import Deployment
from dryrun.cloud.cloudformation.plan import PropertyChange, ResourceChange
from dryrun.cloud.cloudformation.template import PSEUDO, references


def of(
    old: Deployment,
    new: Deployment,
    change: ResourceChange,
    part: PropertyChange,
    changes: Iterable[ResourceChange],
) -> list[dict[str, Any]]:
    """Return evaluation, source and causing entity of a change, a dict for each cause."""
    name = part.difference.path[0]
    assert change.definition is not None
    assert change.resource is not None
    before = change.resource.definition.properties.get(name)
    after = change.definition.properties.get(name)
    if before != after:
        evaluation = "Static" if part.is_known else "Dynamic"
        return [{"Evaluation": evaluation, "ChangeSource": "DirectModification"}]
    touched = {one.logical_id: one for one in changes}
    causes: list[dict[str, Any]] = []
    for reference in references(after):
        target = reference.logical_id
        if target in PSEUDO:
            continue
        if target in new.parameters:
            was = old.parameters.get(target)
            if was is None or was.effective != new.parameters[target].effective:
                causes.append(_cause("Static", "ParameterReference", target))
        elif target in touched:
            if reference.attribute is None:
                causes.append(_cause("Dynamic", "ResourceReference", target))
            else:
                entity = f"{target}.{reference.attribute}"
                causes.append(_cause("Dynamic", "ResourceAttribute", entity))
    if any(one["ChangeSource"] == "ParameterReference" for one in causes):
        # AWS adds that it cannot tell whether the template changes the value as well.
        causes.append({"Evaluation": "Dynamic", "ChangeSource": "DirectModification"})
    return causes or [{"Evaluation": "Static", "ChangeSource": "DirectModification"}]


def _cause(evaluation: str, source: str, entity: str) -> dict[str, Any]:
    return {"Evaluation": evaluation, "ChangeSource": source, "CausingEntity": entity}
