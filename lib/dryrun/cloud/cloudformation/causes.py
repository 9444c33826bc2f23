"""Why a property changes: the template, a parameter, another resource.

Follows "ResourceChangeDetail", CloudFormation API Reference, and "Example change sets for
CloudFormation stacks", User Guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dryrun.cloud.cloudformation.template import PSEUDO, Reference, taken_references

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.models import Deployment
    from dryrun.cloud.cloudformation.plan import ResourceChange


@dataclass(frozen=True)
class Cause:
    """One reason for a change; `entity` is the parameter, resource or attribute behind it.

    A Static one is certain; of a Dynamic one only the update will show whether it holds.
    """

    evaluation: Literal["Static", "Dynamic"]
    source: str
    entity: str | None = None


DIRECT = Cause("Static", "DirectModification")
PERHAPS_DIRECT = Cause("Dynamic", "DirectModification")


@dataclass(frozen=True)
class Grounds:
    """What is known of an update while its causes are looked for; `changes` are those so far."""

    old: Deployment
    new: Deployment
    changes: Mapping[str, ResourceChange]
    values: bool

    def causes(self, before: Any, after: Any, path: tuple[str, ...]) -> tuple[Cause, ...]:
        """Return why what two templates say of a resource gives another value at a path."""
        was, now = _node(before, after, path)
        if was != now:
            return (DIRECT,)
        found = [self._cause(one) for one in taken_references(now, self.new.conditions)]
        causes = [one for one in found if one is not None]
        if any(one.source == "ParameterReference" or self.values for one in causes):
            # AWS adds that it cannot tell whether the template changes the value as well.
            causes.append(PERHAPS_DIRECT)
        return tuple(causes) or (DIRECT,)

    def _cause(self, reference: Reference) -> Cause | None:
        name = reference.logical_id
        if name in PSEUDO:
            return None
        if name in self.new.parameters:
            # What a parameter is given counts for AWS, not what Parameter Store has for it.
            was = self.old.parameters.get(name)
            same = was is not None and was.value == self.new.parameters[name].value
            return None if same else Cause("Static", "ParameterReference", name)
        change = self.changes.get(name)
        if change is None:
            return None
        replaced = change.action != "Modify" or change.replacement == "True"
        evaluation: Literal["Static", "Dynamic"] = "Static" if replaced else "Dynamic"
        if reference.attribute is not None:
            return Cause(evaluation, "ResourceAttribute", f"{name}.{reference.attribute}")
        if replaced or change.replacement == "Conditional":
            return Cause(evaluation, "ResourceReference", name)
        return None


def _node(before: Any, after: Any, path: tuple[str, ...]) -> tuple[Any, Any]:
    """Return what two templates say at a path, or the innermost thing around it in both."""
    for step in path:
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            if step not in before and step not in after:
                break
            before, after = before.get(step), after.get(step)
        elif isinstance(before, list) and isinstance(after, list) and step.isdigit():
            at = int(step)
            if at >= len(before) and at >= len(after):
                break
            before = before[at] if at < len(before) else None
            after = after[at] if at < len(after) else None
        else:
            break
    return before, after
