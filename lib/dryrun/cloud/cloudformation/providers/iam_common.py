"""What users, groups and roles of AWS::IAM have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties
from dryrun.cloud.cloudformation.providers.found import (
    difference,
    ignoring_absence,
    in_order,
    text,
)


class Holder:
    """A user, group or role, as something that policies are attached to."""

    def __init__(self, at: Context, kind: str, name: str) -> None:
        self.iam = at.client("iam")
        self.kind = kind
        self.named = {f"{kind.capitalize()}Name": name}

    def _call(self, operation: str, **parameters: Any) -> Any:
        return getattr(self.iam, operation)(**self.named, **parameters)

    def put(self, name: str, document: Any) -> None:
        """Write an inline policy."""
        self._call(f"put_{self.kind}_policy", PolicyName=name, PolicyDocument=text(document))

    def drop(self, name: str) -> None:
        """Delete an inline policy, if it is there."""
        with ignoring_absence():
            self._call(f"delete_{self.kind}_policy", PolicyName=name)

    def document(self, name: str) -> Any:
        """Return the document of an inline policy."""
        return self._call(f"get_{self.kind}_policy", PolicyName=name)["PolicyDocument"]

    def inline(self) -> list[str]:
        """Return the names of the inline policies."""
        return list(self._call(f"list_{self.kind}_policies")["PolicyNames"])

    def attach(self, arn: str) -> None:
        """Attach a managed policy."""
        self._call(f"attach_{self.kind}_policy", PolicyArn=arn)

    def detach(self, arn: str) -> None:
        """Detach a managed policy, if it is attached."""
        with ignoring_absence():
            self._call(f"detach_{self.kind}_policy", PolicyArn=arn)

    def attached(self) -> list[str]:
        """Return the ARNs of the managed policies."""
        found = self._call(f"list_attached_{self.kind}_policies")["AttachedPolicies"]
        return [policy["PolicyArn"] for policy in found]

    def policies(self, known: Properties) -> Properties:
        """Return the properties ManagedPolicyArns and Policies, in the order of `known`."""
        names = in_order(self.inline(), _names(known.get("Policies")))
        return {
            "ManagedPolicyArns": in_order(self.attached(), known.get("ManagedPolicyArns")),
            "Policies": [
                {"PolicyName": name, "PolicyDocument": self.document(name)} for name in names
            ],
        }

    def bring(self, old: Properties, new: Properties) -> None:
        """Attach and write what `new` has, and take away what only `old` has."""
        attached, detached = difference(old.get("ManagedPolicyArns"), new.get("ManagedPolicyArns"))
        before = {policy["PolicyName"]: policy["PolicyDocument"] for policy in _list(old)}
        after = {policy["PolicyName"]: policy["PolicyDocument"] for policy in _list(new)}
        for arn in attached:
            self.attach(arn)
        for name, document in after.items():
            if before.get(name) != document:
                self.put(name, document)
        for arn in detached:
            self.detach(arn)
        for name in before:
            if name not in after:
                self.drop(name)

    def strip(self, known: Properties) -> None:
        """Take away what the stack gave; what others gave stays, and so keeps the holder."""
        self.bring(known, {})


def _list(properties: Properties) -> list[Properties]:
    return list(properties.get("Policies") or ())


def _names(policies: Sequence[Properties] | None) -> list[str]:
    return [policy["PolicyName"] for policy in policies or ()]
