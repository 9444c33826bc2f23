"""AWS::IAM: policies, inline and managed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    in_order,
    lookup,
    text,
)
from dryrun.cloud.cloudformation.providers.iam_common import Holder

_VERSIONS = 5
"""Versions a managed policy may have: "IAM and AWS STS quotas", IAM User Guide."""

_HOLDERS = (("Groups", "group"), ("Roles", "role"), ("Users", "user"))
_SECONDS = Seconds(create=16, update=10, delete=2)


class Policy(Provider):
    """An inline policy of several holders; its physical id is a generated name."""

    type = "AWS::IAM::Policy"
    handled = frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"})
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Write the policy into each holder."""
        try:
            self._put(at, properties)
        except ClientError:
            self._drop(at, properties)
            raise
        return at.name(24)

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Refuse a policy of nobody: recorded answers show that it had its id by then."""
        _require(at.known)
        return True

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy from the holders that have it."""
        name, document = at.known.get("PolicyName", ""), None
        found: Properties = {}
        for key, holder_name, holder in _holders(at, at.known):
            with ignoring_absence():
                document = holder.document(name)
                found.setdefault(key, []).append(holder_name)
        if document is None:
            raise GoneError(self.type, physical_id)
        return {**found, "Id": physical_id, "PolicyDocument": document, "PolicyName": name}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write the policy anew, and delete it where it is no longer wanted."""
        _require(new)
        self._put(at, new)
        renamed = old["PolicyName"] != new["PolicyName"]
        for key, holder_name, holder in _holders(at, old):
            if renamed or holder_name not in (new.get(key) or ()):
                holder.drop(old["PolicyName"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy from each holder; AWS cannot delete one of nobody."""
        _require(at.known)
        self._drop(at, at.known)

    def _put(self, at: Context, properties: Properties) -> None:
        for _, _, holder in _holders(at, properties):
            holder.put(properties["PolicyName"], properties["PolicyDocument"])

    def _drop(self, at: Context, properties: Properties) -> None:
        for _, _, holder in _holders(at, properties):
            holder.drop(properties["PolicyName"])


class ManagedPolicy(Provider):
    """A policy of its own; its physical id is its ARN."""

    type = "AWS::IAM::ManagedPolicy"
    handled = frozenset(
        {
            "Description",
            "Groups",
            "ManagedPolicyName",
            "Path",
            "PolicyDocument",
            "Roles",
            "Users",
        }
    )
    name_property = "ManagedPolicyName"
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Create the policy, and attach it."""
        iam = at.client("iam")
        made = iam.create_policy(
            PolicyName=properties.get("ManagedPolicyName") or at.name(128),
            PolicyDocument=text(properties["PolicyDocument"]),
            **pick(properties, "Description", "Path"),
        )
        arn = str(made["Policy"]["Arn"])
        try:
            for _, _, holder in _holders(at, properties):
                holder.attach(arn)
        except ClientError:
            self._detach(at, arn, properties)
            iam.delete_policy(PolicyArn=arn)
            raise
        return arn

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy, its default version and what it is attached to."""
        iam = at.client("iam")
        with lookup(self.type, physical_id):
            policy = iam.get_policy(PolicyArn=physical_id)["Policy"]
        version = iam.get_policy_version(
            PolicyArn=physical_id, VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]
        entities = iam.list_entities_for_policy(PolicyArn=physical_id)
        found = {
            **pick(policy, "DefaultVersionId", "Path", "PolicyId"),
            **pick(policy, ManagedPolicyName="PolicyName"),
            "AttachmentCount": int(policy.get("AttachmentCount") or 0),
            "CreateDate": _moment(policy["CreateDate"]),
            "IsAttachable": bool(policy.get("IsAttachable", True)),
            "PermissionsBoundaryUsageCount": int(policy.get("PermissionsBoundaryUsageCount") or 0),
            "PolicyArn": physical_id,
            "PolicyDocument": version["Document"],
            "UpdateDate": _moment(policy["UpdateDate"]),
        }
        for key, kind in _HOLDERS:
            names = [one[f"{kind.capitalize()}Name"] for one in entities.get(f"Policy{key}") or ()]
            found[key] = in_order(names, at.known.get(key))
        if policy.get("Description"):
            found["Description"] = policy["Description"]
        return found

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make a new default version, attach and detach."""
        iam = at.client("iam")
        if changed(old, new, "PolicyDocument"):
            self._make_room(iam, physical_id)
            iam.create_policy_version(
                PolicyArn=physical_id,
                PolicyDocument=text(new["PolicyDocument"]),
                SetAsDefault=True,
            )
        for key, holder_name, holder in _holders(at, new):
            if holder_name not in (old.get(key) or ()):
                holder.attach(physical_id)
        for key, holder_name, holder in _holders(at, old):
            if holder_name not in (new.get(key) or ()):
                holder.detach(physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the policy where the stack attached it, and delete it with its versions."""
        iam = at.client("iam")
        with lookup(self.type, physical_id):
            versions = iam.list_policy_versions(PolicyArn=physical_id)["Versions"]
        self._detach(at, physical_id, at.known)
        policy = iam.get_policy(PolicyArn=physical_id)["Policy"]
        # IAM's own refusal is kept before any version is lost.
        if not policy.get("AttachmentCount"):
            for version in versions:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=physical_id)

    def _detach(self, at: Context, arn: str, properties: Properties) -> None:
        for _, _, holder in _holders(at, properties):
            holder.detach(arn)

    def _make_room(self, iam: Any, arn: str) -> None:
        """Delete the oldest version that is not the default where there are five."""
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        if len(versions) < _VERSIONS:
            return
        spare = [v["VersionId"] for v in versions if not v["IsDefaultVersion"]]
        oldest = min(spare, key=lambda version: int(version[1:]))
        iam.delete_policy_version(PolicyArn=arn, VersionId=oldest)


class _OneHolderPolicy(Provider):
    """An inline policy of one holder; its physical id is POLICY|HOLDER."""

    kind: ClassVar[str]
    handled = frozenset({"PolicyDocument", "PolicyName"})
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Write the policy."""
        name, holder = properties["PolicyName"], properties[f"{self.kind.capitalize()}Name"]
        self._write(at, f"{name}|{holder}", properties)
        return f"{name}|{holder}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        name, _, holder = physical_id.partition("|")
        found: Properties = {"PolicyName": name, f"{self.kind.capitalize()}Name": holder}
        with lookup(self.type, physical_id):
            found["PolicyDocument"] = Holder(at, self.kind, holder).document(name)
        return found

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write the policy anew."""
        self._write(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy."""
        name, _, holder = physical_id.partition("|")
        Holder(at, self.kind, holder).drop(name)

    def _write(self, at: Context, physical_id: str, properties: Properties) -> None:
        name, _, holder = physical_id.partition("|")
        # A policy without a document would be refused by IAM, in its own words.
        Holder(at, self.kind, holder).put(name, properties.get("PolicyDocument", ""))


class RolePolicy(_OneHolderPolicy):
    """An inline policy of a role."""

    type = "AWS::IAM::RolePolicy"
    kind = "role"
    handled = frozenset({"PolicyDocument", "PolicyName", "RoleName"})


class UserPolicy(_OneHolderPolicy):
    """An inline policy of a user."""

    type = "AWS::IAM::UserPolicy"
    kind = "user"
    handled = frozenset({"PolicyDocument", "PolicyName", "UserName"})


class GroupPolicy(_OneHolderPolicy):
    """An inline policy of a group."""

    type = "AWS::IAM::GroupPolicy"
    kind = "group"
    handled = frozenset({"GroupName", "PolicyDocument", "PolicyName"})


def _holders(at: Context, properties: Properties) -> Iterator[tuple[str, str, Holder]]:
    for key, kind in _HOLDERS:
        for name in properties.get(key) or ():
            yield key, name, Holder(at, kind, name)


def _require(properties: Properties) -> None:
    # The sentence is from memory; "AWS::IAM::Policy", CloudFormation Template Reference, says
    # that one of the three is needed.
    if not any(properties.get(key) for key, _ in _HOLDERS):
        raise ResourceError("At least one of [Groups,Roles,Users] must be non-empty.")


def _moment(date: Any) -> str:
    return str(date.strftime("%Y-%m-%dT%H:%M:%SZ"))
