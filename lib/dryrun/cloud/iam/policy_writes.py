"""The IAM operations that write policies, of which moto takes documents AWS refuses."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import (
    LimitExceededException,
    MalformedPolicyDocument,
    NotFoundException,
)
from moto.iam.responses import IamResponse as MotoIamResponse

from dryrun.cloud.authorization.existence import unknown_principal
from dryrun.cloud.iam import answers
from dryrun.cloud.iam.policy import MalformedPolicy, PolicyKind, PolicyTooLarge, parse, quotas


class PolicyWrites(MotoIamResponse):
    """Refuse malformed and oversized policies; give users permissions boundaries.

    Follows "PutUserPolicy", "CreatePolicy", "UpdateAssumeRolePolicy", "PutUserPermissionsBoundary"
    and their siblings of the IAM API Reference.
    """

    def put_user_policy(self) -> ActionResult:
        """Write an inline policy of a user."""
        self._check_inline("user", self.backend.get_user(self._get_param("UserName")))
        return super().put_user_policy()

    def put_role_policy(self) -> ActionResult:
        """Write an inline policy of a role."""
        self._check_inline("role", self.backend.get_role(self._get_param("RoleName")))
        return super().put_role_policy()

    def put_group_policy(self) -> ActionResult:
        """Write an inline policy of a group."""
        self._check_inline("group", self.backend.get_group(self._get_param("GroupName")))
        return super().put_group_policy()

    def create_policy(self) -> ActionResult:
        """Create a managed policy."""
        self._check_managed()
        return super().create_policy()

    def create_policy_version(self) -> ActionResult:
        """Create another version of a managed policy."""
        self._check_managed()
        return super().create_policy_version()

    def create_role(self) -> ActionResult:
        """Create a role."""
        self._check_trust(self._get_param("AssumeRolePolicyDocument"))
        self._check_boundary()
        return super().create_role()

    def update_assume_role_policy(self) -> ActionResult:
        """Write the trust policy of a role."""
        self.backend.get_role(self._get_param("RoleName"))
        self._check_trust(self._get_param("PolicyDocument"))
        return super().update_assume_role_policy()

    def create_user(self) -> ActionResult:
        """Create a user."""
        self._check_boundary()
        made = super().create_user()
        arn = self._get_param("PermissionsBoundary")
        if arn:
            _bound(self.backend.get_user(self._get_param("UserName")), arn)
        return made

    def put_user_permissions_boundary(self) -> ActionResult:
        """Set the permissions boundary of a user."""
        user = self.backend.get_user(self._get_param("UserName"))
        self._check_boundary()
        _bound(user, self._get_param("PermissionsBoundary"))
        return EmptyResult()

    def delete_user_permissions_boundary(self) -> ActionResult:
        """Take the permissions boundary from a user."""
        user = self.backend.get_user(self._get_param("UserName"))
        if not getattr(user, "permissions_boundary_arn", None):
            raise NotFoundException(f"No permissions boundary exists for user {user.name}")
        _bound(user, None)
        return EmptyResult()

    def put_role_permissions_boundary(self) -> ActionResult:
        """Set the permissions boundary of a role."""
        self.backend.get_role(self._get_param("RoleName"))
        self._check_boundary()
        return super().put_role_permissions_boundary()

    def _check_inline(self, owner: str, holder: Any) -> None:
        name, text = self._get_param("PolicyName"), self._get_param("PolicyDocument")
        _check(text, PolicyKind.IDENTITY, is_inline=True)
        texts = [*(old for other, old in holder.policies.items() if other != name), text]
        try:
            quotas.check_inline(owner, holder.name, texts)
        except PolicyTooLarge as error:
            raise LimitExceededException(error.message) from None

    def _check_managed(self) -> None:
        text = self._get_param("PolicyDocument")
        _check(text, PolicyKind.IDENTITY)
        try:
            quotas.check_managed(text)
        except PolicyTooLarge as error:
            raise LimitExceededException(error.message) from None

    def _check_trust(self, text: str) -> None:
        _check(text, PolicyKind.TRUST)
        stranger = unknown_principal(text)
        if stranger:
            raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{stranger}"')
        try:
            quotas.check_trust(text)
        except PolicyTooLarge as error:
            raise LimitExceededException(error.message) from None

    def _check_boundary(self) -> None:
        arn = self._get_param("PermissionsBoundary")
        if arn and arn not in self.backend.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")


def _check(text: str, kind: PolicyKind, *, is_inline: bool = False) -> None:
    try:
        parse(text, kind, is_inline=is_inline)
    except MalformedPolicy as error:
        raise MalformedPolicyDocument(error.message) from None


def _bound(user: Any, arn: str | None) -> None:
    user.permissions_boundary_arn = arn
    user.permissions_boundary = answers.boundary(arn)
