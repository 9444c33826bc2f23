"""AWS::SSO: permission sets of IAM Identity Center, and who has them in which account."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.ssoadmin.models import ssoadmin_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import in_order, is_absent

_PLAIN = {
    "Description": "Description",
    "RelayState": "RelayStateType",
    "SessionDuration": "SessionDuration",
}
_ASSIGNED = (
    "InstanceArn",
    "TargetId",
    "TargetType",
    "PermissionSetArn",
    "PrincipalType",
    "PrincipalId",
)


class PermissionSet(Provider):
    """A set of permissions; its physical id is the instance's ARN, `|` and the set's."""

    type = "AWS::SSO::PermissionSet"
    handled = frozenset(
        {
            "CustomerManagedPolicyReferences",
            "Description",
            "InlinePolicy",
            "InstanceArn",
            "ManagedPolicies",
            "Name",
            "RelayStateType",
            "SessionDuration",
            "Tags",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=10, update=15, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the set with its policies."""
        instance = properties["InstanceArn"]
        made = at.client("sso-admin").create_permission_set(
            InstanceArn=instance,
            Name=properties["Name"],
            Tags=tag_list(properties.get("Tags")),
            **pick(properties, **_PLAIN),
        )["PermissionSet"]
        who = {"InstanceArn": instance, "PermissionSetArn": made["PermissionSetArn"]}
        try:
            self._bring(at, who, {}, properties)
        except Exception:
            at.client("sso-admin").delete_permission_set(**who)
            raise
        return f"{instance}|{made['PermissionSetArn']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the set and its policies."""
        sso, who = at.client("sso-admin"), _parts(physical_id)
        try:
            found = sso.describe_permission_set(**who)["PermissionSet"]
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        managed = sso.list_managed_policies_in_permission_set(**who)["AttachedManagedPolicies"]
        named = sso.list_customer_managed_policy_references_in_permission_set(**who)
        inline = sso.get_inline_policy_for_permission_set(**who).get("InlinePolicy")
        shown = {
            **who,
            **pick(found, "Name", "Description", "SessionDuration", RelayStateType="RelayState"),
            "ManagedPolicies": in_order(
                [one["Arn"] for one in managed], at.known.get("ManagedPolicies")
            ),
            "CustomerManagedPolicyReferences": named["CustomerManagedPolicyReferences"],
            "Tags": tag_list(_kept(at, who).tags),
        }
        return shown | ({"InlinePolicy": json.loads(inline)} if inline else {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the set, its policies and its tags."""
        sso, who = at.client("sso-admin"), _parts(physical_id)
        plain = {"Description": "", "RelayState": "", "SessionDuration": "PT1H"}
        wanted = plain | pick(new, **_PLAIN)
        sso.update_permission_set(**who, **{name: value for name, value in wanted.items() if value})
        self._bring(at, who, old, new)
        # moto keeps the tags of a set, and has no call to change them.
        _kept(at, who).tags = tag_list(new.get("Tags"))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a set that nobody has."""
        sso, who = at.client("sso-admin"), _parts(physical_id)
        self.read(at, physical_id)
        if any(
            one.permission_set_arn == who["PermissionSetArn"]
            for one in ssoadmin_backends[at.account][at.region].account_assignments
        ):
            # From memory: what IAM Identity Center says of a set that somebody has.
            raise ResourceError(
                "Could not delete because PermissionSet has ApplicationProfile associated with it",
                "ResourceConflict",
            )
        sso.delete_permission_set(**who)

    def _bring(self, at: Context, who: dict[str, str], old: Properties, new: Properties) -> None:
        sso = at.client("sso-admin")
        if new.get("InlinePolicy") and new.get("InlinePolicy") != old.get("InlinePolicy"):
            sso.put_inline_policy_to_permission_set(**who, InlinePolicy=_text(new["InlinePolicy"]))
        elif old.get("InlinePolicy") and not new.get("InlinePolicy"):
            sso.delete_inline_policy_from_permission_set(**who)
        gone, added = _changes(old, new, "ManagedPolicies")
        for arn in gone:
            sso.detach_managed_policy_from_permission_set(**who, ManagedPolicyArn=arn)
        for arn in added:
            sso.attach_managed_policy_to_permission_set(**who, ManagedPolicyArn=arn)
        gone, added = _changes(old, new, "CustomerManagedPolicyReferences")
        for one in gone:
            sso.detach_customer_managed_policy_reference_from_permission_set(
                **who, CustomerManagedPolicyReference=one
            )
        for one in added:
            sso.attach_customer_managed_policy_reference_to_permission_set(
                **who, CustomerManagedPolicyReference=one
            )


class Assignment(Provider):
    """Who has a set in an account; its physical id are all of its properties, with `|` between."""

    type = "AWS::SSO::Assignment"
    handled = frozenset(_ASSIGNED)
    seconds = Seconds(create=20, update=0, delete=20)

    def create(self, at: Context, properties: Properties) -> str:
        """Assign the set."""
        at.client("sso-admin").create_account_assignment(**pick(properties, *_ASSIGNED))
        return "|".join(str(properties[name]) for name in _ASSIGNED)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the assignment."""
        asked = dict(zip(_ASSIGNED, physical_id.split("|"), strict=True))
        pages = (
            at.client("sso-admin")
            .get_paginator("list_account_assignments")
            .paginate(AccountId=asked["TargetId"], **pick(asked, "InstanceArn", "PermissionSetArn"))
        )
        for page in pages:
            for one in page["AccountAssignments"]:
                if all(one[name] == asked[name] for name in ("PrincipalType", "PrincipalId")):
                    return dict(asked)
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the set away."""
        asked = self.read(at, physical_id)
        at.client("sso-admin").delete_account_assignment(**asked)


def _parts(physical_id: str) -> dict[str, str]:
    instance, _, arn = physical_id.partition("|")
    return {"InstanceArn": instance, "PermissionSetArn": arn}


def _kept(at: Context, who: dict[str, str]) -> Any:
    backend: Any = ssoadmin_backends[at.account][at.region]
    return next(
        one for one in backend.permission_sets if one.permission_set_arn == who["PermissionSetArn"]
    )


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _changes(old: Properties, new: Properties, name: str) -> tuple[list[Any], list[Any]]:
    before, after = old.get(name) or [], new.get(name) or []
    gone = [one for one in before if one not in after]
    return gone, [one for one in after if one not in before]
