"""Inline and trust policies: those of the older version, or that name none, are as good there.

Follows "IAM JSON policy elements: Version", IAM User Guide: without it a policy is of version
2008-10-17. Only managed policies have to be of the newer one.
"""

from __future__ import annotations

from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import (
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)

from dryrun.cloud.iam.policy.resource_grammar import ASSUME


class InlinePolicyValidator(IAMPolicyDocumentValidator):
    """Checks an inline policy."""

    def _validate_version(self) -> None:
        """Take every version that there is; which it is was checked with the syntax."""


class TrustPolicyValidator(IAMTrustPolicyDocumentValidator):
    """Checks a trust policy."""

    def validate(self) -> None:
        """Say in IAM's words that an action is none of a trust policy."""
        try:
            super().validate()
        except MalformedPolicyDocument as error:
            if "actions can only be" in str(error):
                raise MalformedPolicyDocument(ASSUME) from None
            raise

    def _validate_version(self) -> None:
        """Take every version that there is; which it is was checked with the syntax."""


class InlinePolicies(IAMBackend):
    """An IAM whose users, groups and roles take inline and trust policies of either version."""

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """Set the trust policy of a role."""
        role = self.get_role(role_name)
        TrustPolicyValidator(policy_document).validate()
        role.assume_role_policy_document = policy_document

    def put_role_policy(self, role_name: str, policy_name: str, policy_json: str) -> None:
        """Set an inline policy of a role."""
        _put(self.get_role(role_name), policy_name, policy_json)

    def put_group_policy(self, group_name: str, policy_name: str, policy_json: str) -> None:
        """Set an inline policy of a group."""
        _put(self.get_group(group_name), policy_name, policy_json)

    def put_user_policy(self, user_name: str, policy_name: str, policy_json: str) -> None:
        """Set an inline policy of a user."""
        _put(self.get_user(user_name), policy_name, policy_json)


def _put(owner: Any, name: str, document: str) -> None:
    InlinePolicyValidator(document).validate()
    owner.put_policy(name, document)
