"""Members that IAM's answers have or have not, where moto's differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.serialize import never_return, return_if_not_empty
from moto.iam.models import Policy, Role, iam_backends

BOUNDARY_TYPE = "Policy"
"""What AWS answers, whatever the model's PermissionsBoundaryPolicy says."""

_SUMMARY = dict.fromkeys(("MaxSessionDuration", "RoleLastUsed", "Tags"), never_return)
_DETAILS = "GetAccountAuthorizationDetailsResponse"
_PROFILES = (
    "GetInstanceProfileResponse.InstanceProfile",
    "ListInstanceProfilesResponse.InstanceProfiles.InstanceProfile",
    "ListInstanceProfilesForRoleResponse.InstanceProfiles.InstanceProfile",
    f"{_DETAILS}.RoleDetailList.RoleDetail.InstanceProfileList.InstanceProfile",
)

MEMBERS: dict[str, Callable[[Any], Any]] = {
    "CreateInstanceProfileResponse.InstanceProfile.Tags": return_if_not_empty,
    "CreatePolicyVersionResponse.PolicyVersion.Document": never_return,
    "CreateRoleResponse.Role.Description": never_return,
    "CreateRoleResponse.Role.MaxSessionDuration": never_return,
    "CreateRoleResponse.Role.RoleLastUsed": never_return,
    f"{_DETAILS}.Policies.ManagedPolicyDetail.Description": return_if_not_empty,
    f"{_PROFILES[-1]}.Tags": never_return,
    "GetGroupResponse.Users.User.Tags": never_return,
    "ListInstanceProfilesForRoleResponse.InstanceProfiles.InstanceProfile.Tags": never_return,
    "ListInstanceProfilesResponse.InstanceProfiles.InstanceProfile.Tags": never_return,
    "ListUsersResponse.Users.User.PermissionsBoundary": never_return,
    "ListPolicyVersionsResponse.Versions.PolicyVersion.Document": never_return,
    "UpdateRoleDescriptionResponse.Role.MaxSessionDuration": never_return,
    "UpdateRoleDescriptionResponse.Role.RoleLastUsed": never_return,
    "UpdateRoleDescriptionResponse.Role.Tags": return_if_not_empty,
    **{
        f"{profile}.Roles.Role.{name}": rule
        for profile in _PROFILES
        for name, rule in _SUMMARY.items()
    },
}
"""What becomes of single members on their way out, by moto's names for their places."""


def boundary(arn: str | None) -> dict[str, str] | None:
    """Return a permissions boundary as IAM tells it."""
    if not arn:
        return None
    return {"PermissionsBoundaryType": BOUNDARY_TYPE, "PermissionsBoundaryArn": arn}


def _usage_count(policy: Any) -> int:
    """Return how many users and roles have a policy for their permissions boundary."""
    iam: Any = iam_backends[policy.account_id][policy.partition]
    holders = (*iam.users.values(), *iam.roles.values())
    return sum(getattr(one, "permissions_boundary_arn", None) == policy.arn for one in holders)


def install() -> None:
    """Let moto's policies tell how often they are a boundary, and its roles which one is theirs."""
    policy: Any = Policy
    policy.permissions_boundary_usage_count = property(_usage_count)
    # For GetAccountAuthorizationDetails, which moto does not connect with `name` and `id`.
    policy.policy_name = property(lambda self: self.name)
    policy.policy_id = property(lambda self: self.id)
    role: Any = Role
    role.permissions_boundary = property(lambda self: boundary(self.permissions_boundary_arn))
